"""Titles that a line of signs underlines, as in reStructuredText and in many plain texts."""

import re
from collections.abc import Iterator

from qa.readers.document import Heading

_ADORNMENT = re.compile(r"([!-/:-@[-`{-~])\1+[ \t]*$")
# A transition has four characters at least; a title needs an underline as long as itself, or of four.
_SHORT = 4
_ROLE = re.compile(r":[a-zA-Z:+._-]+:`([^`<]+?)(?:\s*<[^`>]*>)?`")
_MARKUP = re.compile(r"(\*{1,2}|`{1,2})(?=\S)([^*`]+)\1_{0,2}")


def underlined(text: str) -> Iterator[Heading]:
    """Titles with a line below, or above and below. The interval holds these lines too."""
    styles: list[str] = []
    lines = text.split("\n")
    starts = _starts(lines)
    number = 0
    while number < len(lines) - 1:
        over = _adornment(lines[number])
        title = number + 1 if over else number
        if not _is_title(lines, title, over):
            number += 1
            continue
        first = number
        number = title + 2
        style = over + over or _adornment(lines[title + 1])
        if style not in styles:
            styles.append(style)
        end = starts[title + 1] + len(lines[title + 1])
        yield Heading(styles.index(style) + 1, _plain(lines[title]), starts[first], end)


def _is_title(lines: list[str], number: int, over: str) -> bool:
    """Whether this line is a title: adorned below (as above where it is), flush left, after an empty line."""
    if number + 1 >= len(lines):
        return False
    line, under = lines[number], _adornment(lines[number + 1])
    if not line.strip() or not under or _adornment(line) or (over and under != over):
        return False
    before = lines[number - 2 if over else number - 1] if number - (1 if over else 0) > 0 else ""
    if before.strip() or (not over and line[0].isspace()):
        return False
    return len(lines[number + 1].rstrip()) >= min(_SHORT, len(line.strip()))


def _adornment(line: str) -> str:
    """The character that a line of nothing else repeats; empty for any other line."""
    return line[0] if _ADORNMENT.match(line) else ""


def _starts(lines: list[str]) -> list[int]:
    starts, offset = [], 0
    for line in lines:
        starts.append(offset)
        offset += len(line) + 1
    return starts


def _plain(title: str) -> str:
    return " ".join(_MARKUP.sub(r"\2", _ROLE.sub(r"\1", title.strip()[:500])).split())
