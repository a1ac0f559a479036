"""A document as the sentences and rows that a listing gives, each with what it stands under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from qa.facts.spans import sentences
from qa.readers import Document

_RULE = re.compile(r"[|\s:+=-]+")
_BULLET = re.compile(r"^\s*(?:[-*•‣▪]\s+|#{1,6}\s+)")
_LONGEST = 320
# Where a line begins that does not go on with the one before: a clause with a number, a label, after a figure.
_LINE = re.compile(
    r"\n\s*(?=\d+(?:\.\d+)*[.)]?\s+[A-Z]|[A-Z][\w ,()-]{1,40}:\s|[-*•#])|(?<=[.!?:;])[ ]*\n\s*(?=[A-Z])"
    r"|(?<=\d)\n(?=[A-Z])(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))"
)


@dataclass(frozen=True)
class Unit:
    """`[start:end]` of a document. `head` is the first row of its table, `headings` those it stands under."""

    start: int
    end: int
    text: str
    head: str = ""
    headings: str = ""

    @property
    def around(self) -> str:
        """The unit with the heads of its columns."""
        return f"{self.head}\n{self.text}" if self.head else self.text

    @property
    def shown(self) -> str:
        """On one line, cells apart, without the mark of a list."""
        if " | " in self.text:
            cells = (" ".join(cell.split()) for cell in self.text.strip("| ").split("|"))
            return " · ".join(cell for cell in cells if cell)
        words = one_line(self.text)
        return words if len(words) <= _LONGEST else words[:_LONGEST].rsplit(" ", 1)[0] + " …"


def one_line(text: str) -> str:
    """A piece of a document on one line, without the marks of headings, lists and emphasis."""
    return " ".join(_BULLET.sub("", text).replace("**", "").split())


def units(document: Document) -> Iterator[Unit]:
    """The sentences and rows of a document in their order; heads of tables and their rules are left out."""
    text = document.text
    headings = _Headings(document)
    head, last = "", -1
    for span in sentences(text):
        words = text[span.start : span.end]
        if _RULE.fullmatch(words):
            last = span.end if last >= 0 else -1
            continue
        if not span.row:
            head, last = "", -1
            for start, end in _parts(words):
                yield Unit(span.start + start, span.start + end, words[start:end], "", headings.at(span.start))
            continue
        if last < 0 or text[last : span.start].count("\n") > 1:
            head, last = words, span.end
            if not re.search(r"\d", words) and " | " in words:
                continue
            head = ""
        else:
            last = span.end
        yield Unit(span.start, span.end, words, head, headings.at(span.start))


def _parts(words: str) -> Iterator[tuple[int, int]]:
    """The lines that say something by themselves, of several that were taken for one sentence."""
    bounds = [0, *(match.end() for match in _LINE.finditer(words)), len(words)]
    for low, high in pairwise(bounds):
        part = words[low:high]
        if part.strip():
            start = low + len(part) - len(part.lstrip())
            yield start, low + len(part.rstrip())


class _Headings:
    """The headings that each place stands under, asked for in ascending order."""

    def __init__(self, document: Document) -> None:
        self._coming = list(reversed(document.headings))
        self._open: list[tuple[int, str]] = []

    def at(self, place: int) -> str:
        while self._coming and self._coming[-1].start <= place:
            heading = self._coming.pop()
            self._open = [one for one in self._open if one[0] < heading.level]
            self._open.append((heading.level, heading.title))
        return " > ".join(title for _, title in self._open)
