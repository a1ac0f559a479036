"""The life of one question, as a generator of events."""

from qa.answering.answering import Answerer
from qa.answering.events import (
    ClaimChecked,
    Event,
    EvidenceFound,
    Finished,
    Prompt,
    Rewriting,
    Rewritten,
    Timings,
    Token,
    Waiting,
)
from qa.answering.inquiry import QuestionError, checked_question, signs
from qa.answering.understanding import Understood, understood
from qa.surveying import Surveyed

__all__ = [
    "Answerer",
    "ClaimChecked",
    "Event",
    "EvidenceFound",
    "Finished",
    "Prompt",
    "QuestionError",
    "Rewriting",
    "Rewritten",
    "Surveyed",
    "Timings",
    "Token",
    "Understood",
    "Waiting",
    "checked_question",
    "signs",
    "understood",
]
