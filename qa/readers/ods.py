"""The sheets of .ods, read from a stream: rows and columns that repeat may be declared by the million."""

import datetime
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from qa.readers.document import ReadLimits, too_long
from qa.readers.numerals import date, elapsed, number
from qa.readers.ods_unseen import Columns, columns_of, note
from qa.readers.opendocument import paragraph, plain
from qa.readers.opendocument_styles import DRAW, OFFICE, STYLE, TABLE, TEXT
from qa.readers.opendocument_unseen import Looks
from qa.readers.package import SAFE, Package, whole
from qa.readers.sheet import Row, Sheet, Value

# What is repeated more often than that only fills up the sheet.
_REPEATS = 1000
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(\d+)H(\d+)M(\d+)")


def sheets(package: Package, limits: ReadLimits) -> Iterator[Sheet]:
    """Each sheet with its filled cells, in the order of the file."""
    hidden: set[str] = set()
    sheet = Sheet()
    columns: Columns | None = None
    looks: Looks | None = None
    line = length = 0
    for event, element in _events(package):
        if event == "start":
            if element.tag == TABLE + "table" and not _is_inner(element):
                sheet = Sheet(element.get(TABLE + "name", ""))
                sheet.hidden = element.get(TABLE + "style-name", "") in hidden
                line, columns = 0, None
                looks = looks or _looks(package, element)
        elif element.tag == STYLE + "style":
            if any(e.get(TABLE + "display") == "false" for e in element.iterchildren(STYLE + "table-properties")):
                hidden.add(element.get(STYLE + "name", ""))
        elif element.tag == TABLE + "table-row" and not _is_inner(element.getparent()):
            repeats = whole(element.get(TABLE + "number-rows-repeated"), 1)
            columns = columns_of(element, sheet) if columns is None else columns
            cells = _cells(element, line, sheet)
            if cells and looks is not None:
                note(element, range(line, line + min(repeats, _REPEATS)), cells, columns, looks, sheet)
            if cells:
                sheet.rows.update((line + n, dict(cells)) for n in range(min(repeats, _REPEATS)))
                length += sum(map(len, cells.values())) * min(repeats, _REPEATS)
            line += repeats
            element.clear(keep_tail=False)
        elif element.tag == TABLE + "table" and not _is_inner(element):
            for shapes in element.iterchildren(TABLE + "shapes"):
                sheet.remarks += filter(None, (plain(shape) for shape in shapes.iterchildren()))
            yield sheet
            element.clear(keep_tail=False)
        if length > limits.text_characters:
            raise too_long(package.path, limits)


def _looks(package: Package, table: Any) -> Looks:
    """Those of the styles, which stand before the first table."""
    return Looks(package.part("styles.xml").root, table.getroottree().getroot())


def _events(package: Package) -> Iterator[tuple[str, Any]]:
    tags = (TABLE + "table", TABLE + "table-row", STYLE + "style")
    with package.stream("content.xml") as file:
        yield from etree.iterparse(file, events=("start", "end"), tag=tags, recover=True, **SAFE)


def _is_inner(element: Any) -> bool:
    """Whether a table stands in a cell or a shape, or keeps what another file said (DDE, external references)."""
    parent = element.getparent()
    while parent is not None and parent.tag != OFFICE + "spreadsheet":
        if parent.tag in (TABLE + "table-cell", TABLE + "shapes", OFFICE + "dde-links", TABLE + "dde-links"):
            return True
        parent = parent.getparent()
    return str(element.get(TABLE + "name", "")).startswith("'file:")


def _cells(element: Any, line: int, sheet: Sheet) -> Row:
    cells: Row = {}
    column = 0
    for cell in element.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell"):
        repeats = whole(cell.get(TABLE + "number-columns-repeated"), 1)
        text = _shown(cell).strip()
        if text:
            cells.update((column + n, text) for n in range(min(repeats, _REPEATS)))
        if len(cell):
            _remember(cell, sheet)
        down = whole(cell.get(TABLE + "number-rows-spanned"), 1)
        across = whole(cell.get(TABLE + "number-columns-spanned"), 1)
        if down > 1 or across > 1:
            sheet.merged.append((line, column, line + down - 1, column + across - 1))
        column += repeats
    return cells


def _remember(cell: Any, sheet: Sheet) -> None:
    """Annotations and shapes of a cell."""
    for annotation in cell.iter(OFFICE + "annotation"):
        if text := " ".join(plain(annotation).split()):
            sheet.remarks.append(f"Comment: {text}")
    for child in cell.iterchildren():
        if str(child.tag).startswith(DRAW) and (text := plain(child)):
            sheet.remarks.append(text)


def _shown(cell: Any) -> str:
    """What the cell says; a percentage, an amount of money and a number with its unit as they are displayed."""
    kind = cell.get(OFFICE + "value-type", "")
    text = "\n".join(paragraph(one).text for one in cell.iterchildren(TEXT + "p"))
    if kind == "date":
        return _moment(cell.get(OFFICE + "date-value", ""), text)
    if kind == "time":
        return _duration(cell.get(OFFICE + "time-value", ""), text)
    if kind == "boolean":
        return Value(cell.get(OFFICE + "boolean-value", text).upper())
    if kind == "float" and not any(sign.isalpha() for sign in text):
        try:
            return number(float(cell.get(OFFICE + "value", "")))
        except ValueError:
            return Value(text)
    return Value(text) if kind in ("float", "percentage", "currency") else text


def _moment(given: str, text: str) -> Value:
    try:
        return date(datetime.datetime.fromisoformat(given[:19]))
    except ValueError:
        return Value(given or text)


def _duration(given: str, text: str) -> Value:
    found = _DURATION.match(given)
    if not found:
        return Value(text)
    sign, days, hours, minutes, seconds = (found[n] or "0" for n in range(1, 6))
    amount = datetime.timedelta(days=int(days), hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return elapsed(-amount if sign == "-" else amount)
