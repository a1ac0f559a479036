"""The rows at the upper and lower edge of pages, where headers, footers and page numbers stand."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.readers.cell import Cell
from qa.readers.roman import ROMAN, value_of

# Rows from the upper and from the lower edge that are looked at, and the share of the page they may stand in.
_ROWS = 4
_MARGIN = 0.22
_APART = 1.8
"""Heights of a line that part a header from the text, as the lines of a table are not."""
_LARGER = 1.15
"""Times the size of the text that a heading has at least."""
_LONGEST_RUNNING_TITLE = 90
DIGITS = re.compile("[0-9]+")
WORDS = re.compile(r"\w+")


class Paper(NamedTuple):
    """A page as furniture is looked for on it: its cells, and its height in points."""

    cells: list[Cell]
    height: float


class Row(NamedTuple):
    edge: str
    """"top" or "bottom"."""
    rank: int
    """Counted from the edge of the page."""
    away: float
    """Points from that edge."""
    places: list[int]
    """Of its cells on the page, from left to right."""
    text: str
    numbers: list[tuple[str, int, bool]]
    """(as written, value, whether Roman) of what could be the number of the page."""
    apart: bool
    """Whether it is further from the next row than the lines of a text or table are from one another."""


def outer_rows(paper: Paper, gone: set[int]) -> Iterator[Row]:
    """The rows nearest to the upper and to the lower edge, from the edge inwards."""
    cells, height = paper
    level = [(cell.top + cell.bottom, n) for n, cell in enumerate(cells) if cell.size and n not in gone]
    top = sorted((twice / 2, n) for twice, n in level)
    bottom = [(height - middle, n) for middle, n in reversed(top)]
    for edge, inwards in (("top", top), ("bottom", bottom)):
        rank = start = 0
        while start < len(inwards) and rank < _ROWS and inwards[start][0] < _MARGIN * height:
            away, first = inwards[start]
            end = start + 1
            while end < len(inwards) and inwards[end][0] - away < 0.5 * cells[first].size:
                end += 1
            places = sorted((n for _, n in inwards[start:end]), key=lambda n: cells[n].left)
            text = " ".join(cells[n].text for n in places)
            apart = end == len(inwards) or inwards[end][0] - away > _APART * cells[first].size
            yield Row(edge, rank, away, places, text, list(_numbers_of(text)), apart)
            rank, start = rank + 1, end


def _numbers_of(text: str) -> Iterator[tuple[str, int, bool]]:
    """Those at the ends of a row, where page numbers stand: also the 3 of "Page 3 of 12" and "3/12"."""
    if len(text) > _LONGEST_RUNNING_TITLE:
        return
    words = WORDS.findall(text)
    for word in dict.fromkeys((*words[:2], *words[-3:])):
        if word.isdigit():
            if word.isascii() and len(word) < 5:
                yield word, int(word), False
        elif word[0] in "ivxlcdmIVXLCDM" and len(word) < 9 and ROMAN.fullmatch(word):
            yield word, value_of(word), True


def without_numbers_of_headings(papers: Sequence[Paper], rows: list[list[Row]]) -> list[list[Row]]:
    """Where each chapter begins a page, "5 Faults" follows "4 Use" as page numbers do: larger than the text, and
    with words that no other page has there."""
    letters: Counter[float] = Counter()
    exact: dict[float, int] = defaultdict(int)
    for paper in papers:
        for cell in paper.cells:
            exact[cell.size] += len(cell.text)
    for size, number in exact.items():
        letters[round(size, 1)] += number
    usual = letters.most_common(1)[0][0]
    pages = Counter(words for outer in rows for words in {DIGITS.sub("", row.text) for row in outer})

    def heads(paper: Paper, row: Row) -> bool:
        words = DIGITS.sub("", row.text)
        larger = min(paper.cells[n].size for n in row.places) > _LARGER * usual
        return larger and pages[words] == 1 and any(map(str.isalpha, words))

    return [
        [row._replace(numbers=[]) if row.numbers and heads(paper, row) else row for row in outer]
        for paper, outer in zip(papers, rows, strict=True)
    ]
