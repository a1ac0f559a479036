"""CSV and TSV: a line for each row that carries its column names; no row is lost, however ragged."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from qa.readers.blocks import assemble
from qa.readers.document import Document, ReadLimits, finished
from qa.readers.grid import blocks
from qa.readers.sheet import Sheet, Value
from qa.readers.text import read_text

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 200
# What Excel writes above the rows to say what stands between the cells.
_DECLARED = re.compile(r"\ufeff?\"?sep=(.)\"?\n", re.IGNORECASE)
_VALUE = re.compile(
    r"[-+(]?[$€£¥]?\s?[-+]?(\d{1,3}([,.' ]\d{3})+|\d+)?([.,]\d+)?([eE][-+]?\d+)?\s?[%$€£¥)]?"
    r"|\d{4}-\d\d?-\d\d?([T ]\d\d?:\d\d.*)?|\d\d?[./-]\d\d?[./-]\d{2,4}( \d\d?:\d\d.*)?|\d\d?:\d\d(:\d\d)?"
)
_VALUE_CHARACTERS = 40
# A cell of more lines is one whose quotation mark was never closed.
_CELL_LINES = 100


def read(path: Path, limits: ReadLimits) -> Document:
    """All rows. Raises UnreadableFile when the file is empty or not text."""
    text, warnings = read_text(path, path.read_bytes())
    declared = _DECLARED.match(text)
    if declared is not None:
        text = text[declared.end() :]
    delimiter = declared[1] if declared is not None else _delimiter(text, path.suffix.lower() == ".tsv")
    sheet = Sheet(rows=dict(_numbered(_records(text, delimiter))), is_table=True)
    first = next(iter(sheet.rows.values()), {})
    if len(first) > 1:
        sheet.named.add(next(iter(sheet.rows)))
    shown, headings = assemble(blocks(sheet))
    return finished(path, limits, "csv", shown, headings, warnings=warnings)


def _delimiter(text: str, tabs: bool) -> str:
    """The one that cuts the first rows most evenly into several cells."""
    start = "".join(text[:100_000].splitlines(keepends=True)[:_SAMPLE_ROWS])

    def score(delimiter: str) -> tuple[float, bool, int]:
        counts = Counter(len(record) for record in _parsed(start, delimiter, csv.QUOTE_MINIMAL) if record)
        cells, rows = max(counts.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        share = rows / max(1, counts.total()) if cells > 1 else 0.0
        return round(share, 1), (delimiter == "\t") is tabs, cells

    return max(_DELIMITERS, key=score)


def _records(text: str, delimiter: str) -> list[list[str]]:
    records = list(_parsed(text, delimiter, csv.QUOTE_MINIMAL))
    if any(cell.count("\n") > _CELL_LINES for record in records for cell in record):
        return list(_parsed(text, delimiter, csv.QUOTE_NONE))
    return records


def _parsed(text: str, delimiter: str, quoting: Literal[0, 3]) -> Iterator[list[str]]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    lines = text.splitlines(keepends=True) if "\x0b" not in text and "\x0c" not in text else text.split("\n")
    yield from csv.reader(lines, delimiter=delimiter, quoting=quoting, skipinitialspace=delimiter != "\t")


def _numbered(records: list[list[str]]) -> Iterator[tuple[int, dict[int, str]]]:
    """Row number → cells. Only above the first row of several cells do blank rows part one thing from another."""
    number = 0
    above = True
    for record in records:
        cells = {column: _typed(cell) for column, one in enumerate(record) if (cell := one.strip())}
        if cells:
            yield number, cells
        above = above and len(cells) < 2
        number += bool(cells) or above


def _typed(cell: str) -> str:
    return Value(cell) if len(cell) <= _VALUE_CHARACTERS and _VALUE.fullmatch(cell) else cell
