"""What nobody sees of a sheet: cells that do not show are left out; rows and columns that are hidden are named."""

from collections.abc import Iterator, Sequence
from itertools import islice

from qa.readers.sheet import Sheet
from qa.readers.unseen import SAME, WHITE, told

EVERYWHERE = (0, 0, 2**31, 2**31)
# Runs of rows or columns that a warning names.
_MOST = 5
_COLUMNS = 100_000


def leave_out(sheet: Sheet) -> list[str]:
    """Takes away the cells that nobody sees; returns warnings of them and of hidden rows and columns."""
    where = f"The sheet {sheet.name}" if sheet.name else "It"
    return [*told(where, _taken(sheet)), *_hidden_parts(sheet)]


def _taken(sheet: Sheet) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for (line, column), reason in sheet.unseen.items():
        if reason in (WHITE, SAME) and _has_ground(sheet, line, column):
            continue
        cells = sheet.rows[line]
        found.setdefault(reason, []).append(cells.pop(column))
        if not cells:
            del sheet.rows[line]
    return found


def _has_ground(sheet: Sheet, line: int, column: int) -> bool:
    areas = sheet.grounds
    return any(top <= line <= bottom and left <= column <= right for top, left, bottom, right in areas)


def _hidden_parts(sheet: Sheet) -> Iterator[str]:
    """Of a sheet that is not hidden as a whole."""
    if sheet.hidden or not (sheet.hidden_rows or sheet.hidden_columns):
        return
    lines = sorted(line for line in sheet.hidden_rows if line in sheet.rows)
    yield from _said(sheet, "Row", [f"{line + 1}" for line in lines], lines)
    hidden = {n for first, last in sheet.hidden_columns for n in range(first, min(last + 1, _COLUMNS))}
    columns = sorted(hidden.intersection(n for cells in sheet.rows.values() for n in cells) if hidden else ())
    yield from _said(sheet, "Column", [letters(column) for column in columns], columns)


def _said(sheet: Sheet, what: str, names: Sequence[str], places: Sequence[int]) -> Iterator[str]:
    if not names:
        return
    runs: list[list[int]] = []
    for n, place in enumerate(places):
        if runs and place == places[runs[-1][1]] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    shown = [names[a] if a == b else f"{names[a]}-{names[b]}" for a, b in islice(runs, _MOST)]
    rest = len(names) - sum(b - a + 1 for a, b in runs[:_MOST])
    listed = ", ".join(shown) + (f" and {rest:,} more" if rest else "")
    of = f" of the sheet {sheet.name}" if sheet.name else ""
    one = len(names) == 1
    verb, they = ("is", "it was") if one else ("are", "they were")
    yield f"{what}{'' if one else 's'} {listed}{of} {verb} hidden in the workbook; {they} read too."


def letters(column: int) -> str:
    """The name of a column, counted from 0."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
