"""Headings of plain text: only lines that stand alone and look like nothing else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.readers.document import Heading
from qa.readers.underlines import underlined

_NUMBER = r"(?:[IVXLCDMivxlcdm]+|\d{1,3}|[A-Z]|(?:ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN|ELEVEN|TWELVE))"
_DIVISIONS = {"part": 1, "book": 1, "volume": 1, "chapter": 2, "appendix": 2, "section": 3, "article": 3}
_DIVISION = re.compile(
    rf"(?P<kind>{'|'.join(_DIVISIONS)})[ \t]+{_NUMBER}(?:[.:)—–-]|[ \t]|$).{{0,70}}$", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?[ \t]+[^\W\d_a-zà-ÿ]")
_CHARACTERS = 80
_SENTENCE_CHARACTERS = 40
_LETTER_SHARE = 0.6
# Numbered lines are sections where they count from 0 or 1 through this; fewer may be a list.
_SECTIONS = 3
_CAPITALS, _DEEPEST = 4, 6
_UNDERLINED = 2


@dataclass(frozen=True)
class _Line:
    """A line that stands alone between empty ones, with prose below."""

    text: str
    start: int


def headings(text: str) -> tuple[Heading, ...]:
    """As "CHAPTER 3. The Whale", "2.1 Scope" where sections are counted, and lines in capitals; in their order."""
    ruled = tuple(_underlined(text))
    if len(ruled) >= _UNDERLINED:
        return ruled
    lines = list(_alone(text))
    counted = _counted(lines)
    found = [(line, level) for line in lines if (level := _level(line.text, counted))]
    # In a text of capitals, or of single lines, they say nothing.
    if len(found) * 2 > 1 + len(re.findall(r"\n[ \t]*\n", text)):
        return ()
    used = sorted({level for _, level in found})
    ranks = {level: rank for rank, level in enumerate(used, 1)}
    title = found and found[0][0].start == len(text) - len(text.lstrip()) and found[0][1] >= _CAPITALS
    return tuple(
        Heading(
            1 if title and not place else ranks[level] + bool(title),
            line.text,
            line.start,
            line.start + len(line.text),
        )
        for place, (line, level) in enumerate(found)
    )


def _underlined(text: str) -> Iterator[Heading]:
    """Titles as in reStructuredText, with a line of their own length; a longer one rules a table."""
    for heading in underlined(text):
        shown = text[heading.start : heading.end].split("\n")
        if abs(len(shown[-1].rstrip()) - len(shown[-2].strip())) <= 2 and "  " not in shown[-2].strip():
            yield heading


def _alone(text: str) -> Iterator[_Line]:
    paragraphs = list(re.finditer(r"(?:(?!\n[ \t]*\n).)+", text.replace("\f", "\n"), re.DOTALL))
    for place, one in enumerate(paragraphs[:-1]):
        words = one[0].strip()
        # A title may have another below it.
        below = "".join(found[0] for found in paragraphs[place + 1 : place + 3])
        if words and "\n" not in words and len(words) <= _CHARACTERS and any(c.islower() for c in below):
            yield _Line(words, one.start() + one[0].index(words[0]))


def _counted(lines: list[_Line]) -> bool:
    """Whether the lines that begin with numbers count their sections."""
    numbers = [found["number"] for line in lines if (found := _NUMBERED.match(line.text))]
    top = [int(number) for number in numbers if "." not in number]
    return len(top) >= _SECTIONS and top == list(range(top[0], top[0] + len(top))) and top[0] <= 1


def _level(words: str, counted: bool) -> int:
    """Of a heading by its kind, 0 for any other line; the ranks are made of those that occur."""
    if (found := _DIVISION.match(words)) and found["kind"][0].isupper():
        sentence = words.endswith((".", ",", ";")) and len(words) > _SENTENCE_CHARACTERS
        return 0 if sentence else _DIVISIONS[found["kind"].lower()]
    if words.endswith((".", ",", ";", "?", "!", ":")):
        return 0
    numbered = _NUMBERED.match(words) if counted else None
    if numbered:
        return min(_CAPITALS + numbered["number"].count("."), _DEEPEST)
    letters = [c for c in words if c.isalpha()]
    capital = len(letters) >= 4 and not any(c.islower() for c in letters) and any(c.isupper() for c in letters)
    return _CAPITALS if capital and len(letters) > _LETTER_SHARE * len(words.replace(" ", "")) else 0
