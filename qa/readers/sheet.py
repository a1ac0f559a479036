"""A sheet of cells, as the readers of all kinds of spreadsheets hand it on."""

from dataclasses import dataclass, field


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
    unseen: dict[tuple[int, int], str] = field(default_factory=dict)
    """Row and column of cells that nobody sees, and why."""
    grounds: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row and column, last row and column of what may have colours beside those of its cells."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """First and last."""
    hidden: bool = False
    is_table: bool = False
    """Every row is one of the same table, also one that fills a single cell."""
