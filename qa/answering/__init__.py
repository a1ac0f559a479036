"""The life of one question, as a generator of events."""

from qa.answering.answering import Answerer
from qa.answering.events import (
    ClaimChecked,
    Event,
    EvidenceFound,
    Finished,
    Prompt,
    Timings,
    Token,
    Waiting,
)
from qa.answering.inquiry import QuestionError, checked_question, signs

__all__ = [
    "Answerer",
    "ClaimChecked",
    "Event",
    "EvidenceFound",
    "Finished",
    "Prompt",
    "QuestionError",
    "Timings",
    "Token",
    "Waiting",
    "checked_question",
    "signs",
]
