"""Headings of a PDF: its bookmarks, else the lines that are set larger or bolder than the text."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2

from qa.readers.cell import Cell
from qa.readers.document import Heading, Page, canonical

# Size of the letters of a heading, as a share of that of the text.
_LARGER = 1.1
_SMALLER = 0.94
# More width than so many letters of their size have is that of the head of a table.
_WIDE = 0.8
_LONGEST = 160
_LONGEST_BOLD = 90
_MOST_LINES = 3
# Letters of a page that has enough text to have a usual size of its own.
_FULL_PAGE = 400
_LEVELS = 4
# With more than this share of all letters in headings, they are none.
_MOST_LETTERS = 0.2
_NUMBERED = re.compile(
    r"(?:\d{1,2}\.)*\d{1,2}\.?\s+[A-Z]|[A-Z]\.\s+[A-Z]|(?:chapter|section|part|appendix)\b", re.I
)


_COUNTED = re.compile(r"^(?:chapter|section|part)?\s*[\divxlc.]+[:.)]?\s+", re.I)


class PlacedLine(NamedTuple):
    """A line of a page and the interval of the document's text that it is."""

    start: int
    end: int
    line: Cell


def headings(
    file: Any, text: str, pages: Sequence[Page], lines: Sequence[Sequence[PlacedLine]]
) -> tuple[Heading, ...]:
    """In the order of the text; `lines` are those of each page. Bookmarks, where half of them are found."""
    marks, found = _bookmarks(file, text, pages)
    if found and 2 * len(found) >= marks:
        return tuple(found)
    return tuple(_by_size(text, lines) or found)


def _bookmarks(file: Any, text: str, pages: Sequence[Page]) -> tuple[int, list[Heading]]:
    """How many there are; and those whose title stands on the page they point to, at the start of a line."""
    reached = total = 0
    found = []
    for level, title, index in _outline(file):
        title = " ".join(canonical(title).split())
        if not title or not 0 <= index < len(pages):
            continue
        total += 1
        place = _find(title, text, max(reached, pages[index].start), pages[index].end)
        if place:
            reached = place[1]
            found.append(Heading(level, title, *place))
    return total, found


def _find(title: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """A title at the start of a line, whatever parts its words; or, without its number, at the end of one."""
    words = re.findall(r"\w+", title)
    named = re.findall(r"\w+", _COUNTED.sub("", title))
    for pattern, parts in ((r"^\W{{0,3}}{}(?!\w)[^\w\s]{{0,3}}", words), (r"^.{{0,30}}\b{}\W*?$", named)):
        if parts:
            between = r"\W{1,6}".join(map(re.escape, parts))
            place = re.compile(pattern.format(between), re.IGNORECASE | re.MULTILINE).search(text, start, end)
            if place:
                return place.start() + len(place[0]) - len(place[0].lstrip()), place.end()
    return None


def _outline(file: Any) -> Iterator[tuple[int, str, int]]:
    """(level, title, page counted from 0) of each bookmark that points to a page."""
    try:
        for bookmark in file.get_toc():
            destination = bookmark.get_dest()
            index = destination.get_index() if destination else None
            if index is not None:
                yield bookmark.level + 1, bookmark.get_title(), index
    except pypdfium2.PdfiumError:  # a damaged outline costs the rest of itself
        return


def _by_size(text: str, pages: Sequence[Sequence[PlacedLine]]) -> list[Heading]:
    usual = _usual_size(pages)
    # A part of the document may be set larger than the rest.
    sizes = [max(usual, _usual_size([lines]) if _letters([[lines]]) > _FULL_PAGE else 0.0) for lines in pages]
    all_groups = [group for lines, size in zip(pages, sizes, strict=True) for group in _groups(lines, size)]
    for smallest in (1.0, _LARGER):
        groups = [group for group in all_groups if _rank(group[0].line, usual) >= smallest]
        if _letters([groups]) <= _MOST_LETTERS * _letters([pages]):
            break
    else:
        return []
    levels = _levels({_rank(group[0].line, usual) for group in groups})
    found = []
    for group in groups:
        start, end = group[0].start, group[-1].end
        title = " ".join(text[start:end].split())
        if len(title) <= (_LONGEST_BOLD if title[-1] == "." else _LONGEST):
            found.append(Heading(levels[_rank(group[0].line, usual)], title, start, end))
    return found


def _levels(ranks: set[float]) -> dict[float, int]:
    """The level of each size of headings; sizes that nobody could tell apart have one."""
    levels: dict[float, int] = {}
    level, last = 0, float("inf")
    for rank in sorted(ranks, reverse=True):
        if rank < _SMALLER * last:
            level, last = min(level + 1, _LEVELS), rank
        levels[rank] = level
    return levels


def _letters(groups: Any) -> int:
    return sum(len(placed.line.text) for part in groups for group in part for placed in group)


def _usual_size(pages: Sequence[Sequence[PlacedLine]]) -> float:
    """Size of most letters, in points."""
    exact: dict[float, int] = defaultdict(int)
    for lines in pages:
        for placed in lines:
            exact[placed.line.letters] += len(placed.line.text)
    letters: Counter[float] = Counter()
    for size, number in exact.items():
        letters[round(size * 2) / 2] += number
    return max(letters.most_common(1)[0][0], 1.0) if letters else 1.0


def _rank(line: Cell, usual: float) -> float:
    """Of two headings the one with the larger rank is the outer one; 1 for bold lines of the usual size."""
    larger = round(line.letters / usual, 2)
    return larger if larger >= _LARGER else 1.0


def _groups(lines: Sequence[PlacedLine], usual: float) -> Iterator[list[PlacedLine]]:
    """Lines of a page that look like headings; those of one that runs over several lines together."""
    group: list[PlacedLine] = []
    for n, placed in enumerate(lines):
        before, after = (lines[n - 1].line if n else None), (lines[n + 1].line if n + 1 < len(lines) else None)
        if group and _goes_on(group[-1].line, placed.line):
            group.append(placed)
            continue
        if group and len(group) <= _MOST_LINES:
            yield group
        group = [placed] if _is_heading(before, placed.line, after, usual) else []
    if group and len(group) <= _MOST_LINES:
        yield group


def _goes_on(line: Cell, next_: Cell) -> bool:
    """Whether the next line is of the same make and follows closely."""
    same = abs(line.letters - next_.letters) < 0.3 and line.bold == next_.bold and next_.joined == 1
    return same and 0 < next_.top - line.top < 1.7 * line.size


def _is_heading(before: Cell | None, line: Cell, after: Cell | None, usual: float) -> bool:
    text = line.text
    if line.joined > 1 or not line.size or not (line.bold or _rank(line, usual) > 1):
        return False
    letters = sum(map(str.isalpha, text))
    if (
        letters < 3
        or letters < 3 * sum(map(str.isdigit, text))
        or letters * 2 < len(text)
        or len(text) > _LONGEST
        or text[-1] in ",;-\ufffe"
    ):
        return False
    if (
        text[0].islower()
        or line.right - line.left
        > _WIDE * (2 if "\u2e80" <= text[-1] <= "\ud7ff" else 1) * len(text) * line.letters
    ):
        return False
    if _rank(line, usual) > 1:
        return True
    if line.letters < 0.95 * usual or len(text) > _LONGEST_BOLD or text[-1] in ".:":
        return False
    if (
        after is None
        or (after.bold and not _goes_on(line, after))
        or after.joined > 1
        or after.letters < 0.8 * usual
    ):
        return False
    if sum(map(str.isdigit, after.text)) * 4 > len(after.text):
        return False  # the head of a table
    apart = before is None or line.top < before.top or line.top - before.bottom > 0.4 * line.size
    return apart or bool(_NUMBERED.match(text))
