"""Earlier turns of a conversation, as they are kept and as the model reads them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MARKER = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")


@dataclass(frozen=True)
class Turn:
    """One question and the answer it was given."""

    question: str
    answer: str
    standalone: str = ""
    """The question as it was understood, where it was a follow-up."""
    documents: tuple[str, ...] = ()
    """Those that the answer rests on."""

    @property
    def whole(self) -> str:
        """The question in words that need no turn before it, as far as they are known."""
        return self.standalone or self.question


def transcript(turns: Sequence[Turn], last: int) -> str:
    """The last turns as the model reads them, without markers, whose sources it no longer sees."""
    lines = []
    for turn in list(turns)[-last:] if last else []:
        lines += [f"Earlier question: {turn.whole}", f"Earlier answer: {MARKER.sub('', turn.answer)}"]
    return "\n".join(lines)
