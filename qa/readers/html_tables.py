"""Tables of a web page: one line for each row, with the label of every cell that spans several."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from qa.readers.blocks import CELL_CHARACTERS, MOST_CELLS, row

_NUMBER = re.compile(r"\s*[+−-]?\d{1,9}\s*")
_MOST_SPAN = 1000
_MOST_COLUMNS = 200
# Elements whose text stands on lines of its own.
BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div"),
    *(
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
    ),
    *("hr", "html", "legend", "li", "main", "menu", "nav", "noscript", "ol", "p", "pre", "section", "summary"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}


def lines(table: Any) -> dict[Any, str]:
    """Row element → its line, for those rows of the table (not of tables in it) that are no layout."""
    rows = list(_rows(table))
    grid = list(_grid(rows))
    used = {column for cells in grid if cells for column, text in enumerate(cells) if text}
    return {
        element: row(text for column, text in enumerate(cells) if column in used)
        for element, cells in zip(rows, grid, strict=True)
        if cells is not None
    }


def _rows(table: Any) -> Iterator[Any]:
    for child in table.iterchildren("tr", "thead", "tbody", "tfoot"):
        if child.tag == "tr":
            yield child
        else:
            yield from child.iterchildren("tr")


def _grid(rows: list[Any]) -> Iterator[list[str] | None]:
    """One text per column, or None for a row that lays out the page. A cell over several rows stands in each."""
    # Column → (its text, rows still to be covered).
    hanging: dict[int, tuple[str, int]] = {}
    for element in rows:
        found = _cells(element)
        if found is None:
            hanging = {}
            yield None
            continue
        cells: list[str] = []
        for text, columns, height in found:
            _hang(cells, hanging)
            if len(cells) > _MOST_COLUMNS:
                columns = height = 1
            for extra in range(columns):
                if height > 1:
                    hanging[len(cells)] = ("" if extra else text, height - 1)
                cells.append("" if extra else text)
        _hang(cells, hanging)
        yield cells


def _hang(cells: list[str], hanging: dict[int, tuple[str, int]]) -> None:
    """Adds the cells that hang down from rows above at this place."""
    while (cell := hanging.pop(len(cells), None)) is not None:
        if cell[1] > 1:
            hanging[len(cells)] = (cell[0], cell[1] - 1)
        cells.append(cell[0])


def _cells(line: Any) -> list[tuple[str, int, int]] | None:
    """(text, columns, rows) of each cell, or None when one is too long or too deep for a line."""
    cells: list[tuple[str, int, int]] = []
    for cell in line.iterchildren("td", "th"):
        if next(cell.iterdescendants("table", "h1", "h2", "h3", "h4", "h5", "h6"), None) is not None:
            return None
        text = words(cell)
        if len(text) > CELL_CHARACTERS:
            return None
        cells.append((text, min(_span(cell, "colspan"), MOST_CELLS), _span(cell, "rowspan")))
    return cells


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1").strip()
    return max(1, min(int(value), _MOST_SPAN)) if value.isascii() and value.isdigit() else 1


def words(element: Any) -> str:
    """All words in an element, on one line."""
    if not len(element):
        return " ".join((element.text or "").split())
    pieces: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if inner.tag == "br" or inner.tag in BLOCKS:
            pieces.append(" ")
        if event == "start" and is_raised(inner, pieces):
            pieces.append("^")
        text = inner.text if event == "start" else inner.tail
        pieces.append("" if event == "end" and inner is element else text or "")
    return " ".join("".join(pieces).split())


def is_raised(element: Any, before: list[str]) -> bool:
    """Whether it is a raised number after another: 10^6, or a note to 2019; together they would be a third."""
    if element.tag != "sup" or not _NUMBER.fullmatch("".join(element.itertext())):
        return False
    last = next((piece for piece in reversed(before) if piece), "")
    return last[-1:].isdigit()
