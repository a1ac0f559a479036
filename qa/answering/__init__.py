"""The life of one question, as a generator of events."""

from qa.answering.answering import Answerer, QuestionError, checked_question, signs
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
