"""The tables of a document whose cells stand between bars, with the heads of their columns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.readers import Document

# Two lines with bars, at least; found by one pattern, since most documents have none.
_BLOCK = re.compile(r"(?:^[^\n]*\S \| ?\S?[^\n]*(?:\n|\Z)(?:^[|\s:+=-]+\n)?){2,}", re.MULTILINE)
_RULE = re.compile(r"[|\s:+=-]+")
_KEYED = re.compile(r"([^:|]{1,40}): (.*)")


@dataclass(frozen=True)
class GridRow:
    """The cells of a row, one for each head, and where it stands: `[start:end]` of the document's text."""

    cells: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Grid:
    """A table: the title that it stands under, the heads of its columns, its rows."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[GridRow, ...]


def grids(document: Document) -> Iterator[Grid]:
    """The tables of a document that are whole: each row has a cell for each head."""
    text = document.text
    for block in _BLOCK.finditer(text):
        rows = [
            _cells(text, line.start() + block.start(), line.end() + block.start()) for line in _lines(block[0])
        ]
        rows = [row for row in rows if row.cells]
        if grid := _grid(_caption(document, block.start()), rows):
            yield grid


def _lines(block: str) -> Iterator[re.Match[str]]:
    return (line for line in re.finditer(r"[^\n]+", block) if not _RULE.fullmatch(line[0]))


def _cells(text: str, start: int, end: int) -> GridRow:
    line = text[start:end]
    cells = tuple(" ".join(cell.split()) for cell in line.strip().removeprefix("|").removesuffix("|").split("|"))
    return GridRow(cells, start + len(line) - len(line.lstrip()), start + len(line.rstrip()))


def _grid(caption: str, rows: list[GridRow]) -> Grid | None:
    keyed = [[_KEYED.fullmatch(cell) for cell in row.cells] for row in rows]
    if all(all(row) for row in keyed):
        heads = tuple(cell[1] for cell in keyed[0] if cell)
        rows = [
            GridRow(tuple(cell[2] for cell in cells if cell), row.start, row.end)
            for row, cells in zip(rows, keyed, strict=True)
            if tuple(cell[1] for cell in cells if cell) == heads
        ]
        whole = len(rows) == len(keyed)
    else:
        heads, rows = rows[0].cells, rows[1:]
        whole = not any(re.search(r"\d", head) for head in heads) and all(len(r.cells) == len(heads) for r in rows)
    return Grid(caption, heads, tuple(rows)) if whole and rows and len(heads) > 1 else None


def _caption(document: Document, start: int) -> str:
    before = [heading for heading in document.headings if heading.start < start]
    return before[-1].title if before else ""
