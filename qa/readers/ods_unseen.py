"""Cells of an OpenDocument sheet that nobody sees, and rows and columns that are hidden or filtered away."""

from typing import Any

from qa.readers.opendocument_styles import TABLE
from qa.readers.opendocument_unseen import Looks
from qa.readers.package import whole
from qa.readers.sheet import Row, Sheet

_HIDING = ("collapse", "filter")
_FAMILY = "table-cell"

Columns = list[tuple[int, int, str]]
"""First, behind the last, and the style of cells that name none."""


def columns_of(row: Any, sheet: Sheet) -> Columns:
    """The columns of the table whose first row this is; tells the sheet which are hidden."""
    table = next(row.iterancestors(TABLE + "table"))
    columns: Columns = []
    start = 0
    for column in table.iter(TABLE + "table-column"):
        end = start + max(1, whole(column.get(TABLE + "number-columns-repeated"), 1))
        columns.append((start, end, column.get(TABLE + "default-cell-style-name", "")))
        if column.get(TABLE + "visibility") in _HIDING:
            sheet.hidden_columns.append((start, end - 1))
        start = end
    return columns


def note(row: Any, lines: range, cells: Row, columns: Columns, looks: Looks, sheet: Sheet) -> None:
    """Tells the sheet which of the cells of these lines nobody sees, and whether the lines are hidden."""
    if row.get(TABLE + "visibility") in _HIDING:
        sheet.hidden_rows.update(lines)
    if not any(family == _FAMILY for family, _ in looks.suspected):
        return
    start = 0
    of_row = row.get(TABLE + "default-cell-style-name", "")
    for cell in row.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell"):
        end = start + whole(cell.get(TABLE + "number-columns-repeated"), 1)
        own = cell.get(TABLE + "style-name", of_row)
        for column in (n for n in cells if start <= n < end):
            usual = next((style for first, behind, style in columns if first <= column < behind), "")
            if reason := looks.of(_FAMILY, own or usual).why_unseen(on_ground=False):
                sheet.unseen.update(((line, column), reason) for line in lines)
        start = end
