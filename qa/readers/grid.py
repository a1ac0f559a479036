"""The cells of a sheet → lines that carry their column names, so that each can be understood alone.

A sheet holds tables, forms and notes in any order. Rows between blank rows are taken together; where their first
row names the columns, each later one becomes "Name: Ann | City: Graz"; else the cells are written as they stand.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from qa.readers.blocks import Block, row

# A line is about a passage; what is longer goes on in a line that repeats the first cell.
_LINE_CHARACTERS = 400
_KEY_CHARACTERS = 80
_NAME_CHARACTERS = 80
_CAPTION_CHARACTERS = 150
_HEADER_ROWS = 3
_MERGED_ROWS = 1000
_YEAR = re.compile(r"(1[89]|20|21)\d\d[AEFP]?")


class Value(str):
    """A number, date, truth value or error as people write it; every other cell is a plain `str`."""

    __slots__ = ()


Row = dict[int, str]
"""Column (from 0) → what the cell says; empty cells are not there."""


@dataclass
class Sheet:
    """One sheet while it is read."""

    name: str = ""
    rows: dict[int, Row] = field(default_factory=dict)
    """By their number, counted from 0, in rising order."""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row and column, last row and column."""
    bold: set[int] = field(default_factory=set)
    """Rows whose cells are all bold."""
    named: set[int] = field(default_factory=set)
    """Rows that are known to name columns (of a filter or a declared table)."""
    remarks: list[str] = field(default_factory=list)
    """Comments, charts and text boxes: what stands beside the cells."""
    hidden: bool = False
    is_table: bool = False
    """Every row is one of the same table, also one that fills a single cell."""


@dataclass(frozen=True)
class _Header:
    names: Row
    rows: int
    """How many rows it takes up."""
    columns: frozenset[int]
    """Of the table, those without a name included."""


def blocks(sheet: Sheet) -> Iterator[Block]:
    """The sheet's name as a heading, its lines, and its remarks; nothing where it is blank."""
    if (sheet.rows or sheet.remarks) and sheet.name:
        yield Block(sheet.name, level=1)
    _fill_merged(sheet)
    tables = 0
    for part in _parts(sheet, list(sheet.rows.items())):
        header: _Header | None = None
        for band in _bands(part):
            tables += 1
            header = yield from _band_blocks(sheet, band, header, f"row {tables}")
    yield from (Block(remark, run="remark") for remark in sheet.remarks)


def _fill_merged(sheet: Sheet) -> None:
    """Each row of a cell that reaches over several says the same, and so does each column that a name covers."""
    for top, left, bottom, right in sheet.merged:
        text = sheet.rows.get(top, {}).get(left, "")
        if not text:
            continue
        for number in range(top, min(bottom, top + _MERGED_ROWS) + 1):
            cells = sheet.rows.get(number)
            if cells is not None and cells:
                cells[left] = text
        if top == bottom and len(sheet.rows[top]) > 1:
            for column in range(left, min(right, left + 100) + 1):
                sheet.rows[top].setdefault(column, text)


def _bands(rows: list[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    """The runs of rows without a blank one between them."""
    band: list[tuple[int, Row]] = []
    for number, cells in rows:
        if not cells:
            continue
        if band and number > band[-1][0] + 1:
            yield band
            band = []
        band.append((number, cells))
    if band:
        yield band


def _parts(sheet: Sheet, rows: list[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    """Tables that stand side by side, one after the other, where their names are not on the same line."""
    whole: list[tuple[int, Row]] = []
    for band in _bands(rows):
        left, right = _split(sheet, band)
        whole += left
        if right:
            yield whole
            yield from _parts(sheet, right)
            whole = []
    if whole:
        yield whole


def _split(sheet: Sheet, band: list[tuple[int, Row]]) -> tuple[list[tuple[int, Row]], list[tuple[int, Row]]]:
    columns = _columns(band)
    for before, column in pairwise(columns):
        if column == before + 1:
            continue
        left = [(number, kept) for number, cells in band if (kept := _between(cells, 0, before))]
        right = [(number, kept) for number, cells in band if (kept := _between(cells, column, columns[-1]))]
        if left[0][0] != right[0][0] and all(_header(sheet, part) for part in (left, right)):
            return left, right
    return band, []


def _between(cells: Row, first: int, last: int) -> Row:
    return {column: text for column, text in cells.items() if first <= column <= last}


def _columns(rows: list[tuple[int, Row]]) -> list[int]:
    return sorted({column for _, cells in rows for column in cells})


def _band_blocks(
    sheet: Sheet, band: list[tuple[int, Row]], before: _Header | None, run: str
) -> Generator[Block, None, _Header | None]:
    """The lines of a band. Returns the header that the next band goes by when it has none of its own."""
    columns = _columns(band)
    captions = 0
    while captions < len(band) - 1 and len(band[captions][1]) == 1 and len(columns) > 1:
        captions += 1
    header = _header(sheet, band[captions:])
    if header is not None:
        yield from _caption_blocks([cells for _, cells in band[:captions]])
        body = band[captions + header.rows :]
    else:
        header, body = _continued(band, before), band
    for _, cells in body:
        if header is None or (len(cells) == 1 and len(columns) > 2 and not sheet.is_table):
            lines = [_plain(cells, columns)]
        else:
            lines = _named(cells, header.names) if cells != header.names else []
        yield from (Block(line, run=run) for line in lines)
    return header or before


def _caption_blocks(captions: list[Row]) -> Iterator[Block]:
    """What stands alone above a table is its title."""
    texts = [" ".join(text.split()) for cells in captions for text in cells.values()]
    title = " – ".join(texts)
    if len(title) <= _CAPTION_CHARACTERS:
        yield Block(title, level=2)
    else:
        yield from (Block(text) for text in texts)


def _continued(band: list[tuple[int, Row]], before: _Header | None) -> _Header | None:
    """The header of the band above, where this one goes on with numbers in the same columns."""
    if before is None or not before.columns.issuperset(_columns(band)):
        return None
    numbers = any(
        isinstance(text, Value) and column in before.names for _, c in band for column, text in c.items()
    )
    return replace(before, rows=0) if numbers and len(_columns(band)) > 1 else None


def _header(sheet: Sheet, rows: list[tuple[int, Row]]) -> _Header | None:
    """The names of the columns, when the first rows say them."""
    if len(rows) < 2 or not _is_names(rows[0][1]):
        return None
    names, used = rows[0][1], 1
    while used < min(_HEADER_ROWS, len(rows) - 1) and _goes_on(names, rows, used):
        names, used = _joined(names, rows[used][1]), used + 1
    number = rows[0][0]
    declared = number in sheet.named or (number in sheet.bold and rows[used][0] not in sheet.bold)
    body = [cells for _, cells in rows[used:]]
    columns = _columns(rows)
    if not declared and not _is_evident(names, body, columns):
        return None
    if len(names) * 2 < len(columns):
        return None
    clean = {column: " ".join(text.split()).rstrip(":") for column, text in names.items()}
    return _Header(clean, used, frozenset(columns))


def _is_names(cells: Row) -> bool:
    texts = list(cells.values())
    short = all(len(text) <= _NAME_CHARACTERS and not text.rstrip().endswith(":") for text in texts)
    words = [text for text in texts if not isinstance(text, Value)]
    others = [text for text in texts if isinstance(text, Value)]
    return (
        short
        and bool(words or len(others) > 1)
        and all(_YEAR.fullmatch(t) or "-" in t[1:] or t[:3].isalpha() for t in others)
    )


def _goes_on(names: Row, rows: list[tuple[int, Row]], used: int) -> bool:
    """Whether the next row names the columns more closely: groups above, their members below."""
    below, body = rows[used][1], [cells for _, cells in rows[used + 1 :]]
    if not _is_names(below) or not body or len(below) < 2:
        return False
    repeated = len(set(names.values())) < len(names)
    sparse = len(names) < len(below)
    return (repeated or sparse) and _is_evident(_joined(names, below), body, sorted(set(names) | set(below)))


def _joined(above: Row, below: Row) -> Row:
    names: Row = {}
    group = ""
    for column in sorted(set(above) | set(below)):
        group = above.get(column, group if column in below else "")
        own = below.get(column, "")
        names[column] = own if own == group or not group else f"{group} {own}".strip()
    return names


def _is_evident(names: Row, body: list[Row], columns: list[int]) -> bool:
    """Whether what stands below differs from the names in kind, or is plainly a list of several columns."""
    if len(names) != len(set(names.values())) and len(columns) < 3:
        return False
    numeric = sum(_is_numeric(column, body) for column in names)
    if len(columns) > 2:
        texts = sum(len(cells) for cells in body)
        return numeric > 0 or (len(names) >= len(columns) - 1 and len(body) > 1 and texts > len(body) * 1.5)
    # "Name | Ann" above "Born | 1990" is a form, not a table whose columns are called Name and Ann.
    return numeric > 0 and (len(body) > 3 or len(columns) == 1)


def _is_numeric(column: int, body: list[Row]) -> bool:
    cells = [cells[column] for cells in body if column in cells]
    return sum(isinstance(text, Value) for text in cells) * 2 > len(cells)


def _plain(cells: Row, columns: list[int]) -> str:
    if len(cells) * 2 < len(columns):
        return row(cells[column] for column in sorted(cells))
    return row(cells.get(column, "") for column in columns)


def _named(cells: Row, names: Row) -> list[str]:
    """The line of a row: "Name: Ann | City: Graz"; several for a long one, each with its first cell."""
    entries = []
    for column in sorted(cells):
        name, text = names.get(column, ""), " ".join(cells[column].split())
        entries.append(f"{name}: {text}" if name and name != text else text)
    line = " | ".join(entries)
    if len(line) <= _LINE_CHARACTERS:
        return [line]
    key = entries[0] + " | " if len(entries[0]) <= _KEY_CHARACTERS else ""
    lines = [entries[0]]
    for entry in entries[1:]:
        if len(lines[-1]) + len(entry) > _LINE_CHARACTERS and lines[-1] != entries[0]:
            lines.append(key + entry)
        else:
            lines[-1] += " | " + entry
    return lines
