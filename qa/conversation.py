"""Earlier turns of a conversation, and what a follow-up takes from them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Signs that a question cannot be understood alone.
DEPENDENT = re.compile(
    r"\b(it|its|they|them|their|theirs|this|that|these|those|he|him|his|she|her|there|then|one|ones|same|else|"
    r"also|instead|otherwise|former|latter|above)\b|^\s*(and|but|so|or|why|when|what about|how about|what if)\b",
    re.IGNORECASE,
)
SHORT = 4
MARKER = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")


@dataclass(frozen=True)
class Turn:
    """One question and the answer it was given."""

    question: str
    answer: str


def search_context(question: str, turns: Sequence[Turn]) -> str:
    """The earlier question that a follow-up leans on; empty when the question stands alone."""
    if not turns:
        return ""
    leans = DEPENDENT.search(question) or len(question.split()) <= SHORT
    return turns[-1].question if leans else ""


def transcript(turns: Sequence[Turn], last: int) -> str:
    """The last turns as the model reads them, without markers, whose sources it no longer sees."""
    lines = []
    for turn in list(turns)[-last:] if last else []:
        lines += [f"Earlier question: {turn.question}", f"Earlier answer: {MARKER.sub('', turn.answer)}"]
    return "\n".join(lines)
