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
# What parts the cells of rows stands between words of a sentence with a space behind it.
_INSIDE = re.compile(r"[,;|](?!$)[ ]?", re.MULTILINE)
_SENTENCE = re.compile(r"\w\w[.!?…][\"”’')]*\s*$|[。！？]\s*$|\w\w[.!?] +[A-Z]\w")
_QUOTED = re.compile(r"([\"'])[,;|]")
_LOOSE_SHARE, _EVEN_SHARE = 0.95, 0.6
_PROSE_WORDS = 4
# A text whose name does not say so is a table only where it is plainly one.
_TABLE_ROWS, _TABLE_CELLS = 4, 3


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


def is_prose(text: str) -> bool:
    """Whether a text, of which `text` is the beginning, is sentences rather than rows."""
    lines = [line for line in text.splitlines()[:_SAMPLE_ROWS] if line.strip()]
    words = sum(len(line.split()) for line in lines)
    between = _INSIDE.findall("\n".join(lines))
    loose = sum(found.endswith(" ") for found in between)
    if words < _PROSE_WORDS * len(lines) or loose < _LOOSE_SHARE * len(between) or "\t" in text:
        return False
    if any(line.lstrip().startswith(('"', "'")) and _QUOTED.search(line) for line in lines):
        return False
    said = sum(bool(_SENTENCE.search(line)) for line in lines)
    share, _ = _evenness(text, max(_DELIMITERS, key=lambda delimiter: _evenness(text, delimiter)))
    return said * 2 > len(lines) or (said > 0 and share < _EVEN_SHARE)


def is_table(text: str) -> bool:
    """Whether a text, of which `text` is the beginning, is rows of as many cells each, below their names."""
    delimiter = _delimiter(text, False)
    records = [record for record in _parsed(_start(text), delimiter, csv.QUOTE_MINIMAL) if any(record)]
    least = _TABLE_CELLS - (delimiter == "\t")
    if len(records) < _TABLE_ROWS or any(len(record) != len(records[0]) for record in records[:-1]):
        return False
    names = [cell.strip() for cell in records[0]]
    told_apart = all(names) and len(set(names)) == len(names) and not any(map(_VALUE.fullmatch, names))
    return told_apart and len(names) >= least and max(map(len, names)) <= _VALUE_CHARACTERS and not is_prose(text)


def _start(text: str) -> str:
    return "".join(text[:100_000].splitlines(keepends=True)[:_SAMPLE_ROWS])


def _delimiter(text: str, tabs: bool) -> str:
    """The one that cuts the first rows most evenly into several cells."""

    def score(delimiter: str) -> tuple[float, bool, int]:
        share, cells = _evenness(text, delimiter)
        return round(share, 1), (delimiter == "\t") is tabs, cells

    return max(_DELIMITERS, key=score)


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    """(share of the first rows that have the commonest number of cells above one, 0 to 1; that number)."""
    counts = Counter(len(record) for record in _parsed(_start(text), delimiter, csv.QUOTE_MINIMAL) if record)
    cells, rows = max(counts.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
    return (rows / max(1, counts.total()) if cells > 1 else 0.0), cells


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
