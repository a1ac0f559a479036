"""Which rows of a table name its columns."""

import re
from dataclasses import dataclass

from qa.readers.sheet import Row, Sheet, Value

_NAME_CHARACTERS = 80
# Where all that follows are rows of one table, and numbers stand below the words.
_LONG_NAME_CHARACTERS = 200
_HEADER_ROWS = 3
# A name that stands among the values of its own column is a value.
_LOOKED_AT = 100
# Addresses, and "Unit: EUR".
_REMARK = re.compile(r"@|://|\w: \w|：\w")
# What numbers may name a column: a year, or a day or month.
_PERIOD = re.compile(r"(1[89]|20|21)\d\d(-\d\d-\d\d)?|[A-Z][a-z]{2} \d{4}")

# A number, date or time that was written as a text.
_FIGURE = re.compile(r"[\W\d_]*\d[\W\d_]*")


@dataclass(frozen=True)
class Header:
    """The names of columns."""

    names: Row
    rows: int
    """How many rows it takes up."""
    columns: frozenset[int]
    """Of the table, those without a name included."""


def columns_of(rows: list[tuple[int, Row]]) -> list[int]:
    """The columns that any of the rows fills, in order."""
    return sorted({column for _, cells in rows for column in cells})


def header_of(sheet: Sheet, rows: list[tuple[int, Row]]) -> Header | None:
    """The names of the columns, when the first rows say them."""
    evident = sheet.is_table and _has_numbers([cells for _, cells in rows])
    if len(rows) < 2 or not _is_names(rows[0][1], _LONG_NAME_CHARACTERS if evident else _NAME_CHARACTERS):
        return None
    names, used = rows[0][1], 1
    while used < min(_HEADER_ROWS, len(rows) - 1) and _goes_on(names, rows, used):
        names, used = _joined(names, rows[used][1]), used + 1
    below = (cells for _, cells in rows[used : used + _LOOKED_AT] if cells != names)
    # A column of a table may well be called Retouched and say "Retouched" here and there.
    if not evident and any(cells.get(column) == name for cells in below for column, name in names.items()):
        return None
    number = rows[0][0]
    declared = number in sheet.named or (number in sheet.bold and rows[used][0] not in sheet.bold)
    body = [cells for _, cells in rows[used:]]
    columns = columns_of(rows)
    if not declared and not _is_evident(names, body, columns):
        return None
    if len(names) * 2 < len(columns):
        return None
    clean = {column: " ".join(text.split()).rstrip(":") for column, text in names.items()}
    return Header(clean, used, frozenset(columns))


def _has_numbers(rows: list[Row]) -> bool:
    """Whether a column that begins with words goes on with numbers."""
    words = [column for column, text in rows[0].items() if not isinstance(text, Value)] if rows else []
    return any(_is_numeric(column, rows[1:]) for column in words if any(column in cells for cells in rows[1:]))


def _is_names(cells: Row, longest: int = _NAME_CHARACTERS) -> bool:
    texts = list(cells.values())
    short = all(len(text) <= longest and not text.rstrip().endswith((":", "：")) for text in texts)
    words = [text for text in texts if not isinstance(text, Value)]
    if any(_REMARK.search(text) for text in words):
        return False
    others = [text for text in texts if isinstance(text, Value)]
    return short and bool(words or len(others) > 1) and all(_PERIOD.fullmatch(text) for text in others)


def _goes_on(names: Row, rows: list[tuple[int, Row]], used: int) -> bool:
    """Whether the next row names the columns more closely: groups above, their members below."""
    below, body = rows[used][1], [cells for _, cells in rows[used + 1 :]]
    if not _is_names(below) or not body or len(below) < 2:
        return False
    figures = [text for text in below.values() if _FIGURE.fullmatch(text) and not _PERIOD.fullmatch(text)]
    if len(figures) * 3 > len(below):
        return False
    # A group stands above neighbours, a pattern of names above one of their second halves ("Profit", "& loss").
    grouped = any(name == names.get(column + 1) for column, name in names.items())
    repeated = grouped or (len(set(names.values())) < len(names) and len(set(below.values())) * 2 <= len(below))
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
