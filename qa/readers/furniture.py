"""What is printed around the text of every page: running headers and footers, and page numbers."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from qa.readers.line_numbers import drop_line_numbers
from qa.readers.outer_rows import DIGITS, WORDS, Paper, Row, outer_rows, without_numbers_of_headings
from qa.readers.page_numbers import FEWEST_PAGES, LEVEL, numbered_rows, write_labels
from qa.readers.roman import ROMAN

_LONGEST_SECTION = 40


class Furniture(NamedTuple):
    """What was found on all pages together."""

    dropped: list[set[int]]
    """Of each page, the places of the cells that are no text of it."""
    labels: list[str]
    """The number printed on each page; "" where none is, or none that runs on."""


def found_on(papers: Sequence[Paper]) -> Furniture:
    """Headers, footers and page numbers. Nothing on documents of one or two pages."""
    dropped: list[set[int]] = [set() for _ in papers]
    labels = [""] * len(papers)
    if sum(bool(paper.cells) for paper in papers) < FEWEST_PAGES:
        return Furniture(dropped, labels)
    drop_line_numbers(papers, dropped)
    rows = [list(outer_rows(paper, gone)) for paper, gone in zip(papers, dropped, strict=True)]
    rows = without_numbers_of_headings(papers, rows)
    write_labels(rows, labels)
    numbered = numbered_rows(rows, labels)
    repeated = _repeated(papers, rows, labels)
    for page, (paper, outer) in enumerate(zip(papers, rows, strict=True)):
        for edge in ("top", "bottom"):
            for row in (row for row in outer if row.edge == edge):
                known = (edge, row.rank) in numbered[page]
                gone = row.places if known else _same(paper, row, repeated[page])
                dropped[page].update(gone)
                if len(gone) < len(row.places):
                    break  # text of the page: what is further in is too
    return Furniture(dropped, labels)


def _same(paper: Paper, row: Row, repeated: set[str]) -> list[int]:
    """The places of a row's cells that stand on most pages.

    The name of a section beside them goes with them where the row stands apart; beside other numbers nothing
    does, as the row may be one of a table.
    """
    same = [n for n in row.places if paper.cells[n].text in repeated]
    other = "".join(paper.cells[n].text for n in row.places if n not in same)
    if same and row.apart and len(other) < _LONGEST_SECTION:
        return row.places
    return [] if any(map(str.isdigit, other)) else same


def _repeated(papers: Sequence[Paper], rows: list[list[Row]], labels: list[str]) -> list[set[str]]:
    """Of each page, the texts that stand at one height on most pages, or on most left or right ones.

    They may differ in the number of the page, and where they stand apart from the text in any number.
    """
    seen: dict[tuple[str, str], dict[int, tuple[float, str]]] = defaultdict(dict)
    for page, (paper, outer) in enumerate(zip(papers, rows, strict=True)):
        own = (labels[page] or str(page + 1), str(page + 1))
        for row in outer:
            for text in (paper.cells[n].text for n in row.places):
                key = text
                if row.apart and row.rank == 0:
                    key = DIGITS.sub("#", text)
                elif any(map(str.isdigit, text)) or ROMAN.fullmatch(text):
                    key = WORDS.sub(lambda word: "#" if word[0] in own else word[0], text)  # noqa: B023
                seen[row.edge, key].setdefault(page, (row.away, text))
    repeated: list[set[str]] = [set() for _ in papers]
    pages = [n for n, paper in enumerate(papers) if paper.cells]
    for places in seen.values():
        if len(places) < FEWEST_PAGES:
            continue
        usual = median(away for away, _ in places.values())
        on = [page for page, (away, _) in places.items() if abs(away - usual) < LEVEL]
        if _on_most(on, pages):
            for page in on:
                repeated[page].add(places[page][1])
    return repeated


def _on_most(on: list[int], pages: list[int]) -> bool:
    if len(on) < FEWEST_PAGES:
        return False
    if len(on) * 2 > len(pages):
        return True
    for side in (0, 1):
        facing = [page for page in pages if page % 2 == side]
        if sum(page % 2 == side for page in on) * 3 > len(facing) * 2:
            return True
    return False
