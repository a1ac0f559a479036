"""The sheets of .xlsx: cells as Excel shows them, however far apart, read from a stream.

A library that hands out a grid needs memory for every empty cell between two filled ones, which may be 17
thousand million; and none tells the formats that make 0.125 a percentage.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from qa.readers import drawing
from qa.readers.document import ReadLimits, too_long
from qa.readers.numerals import BUILT_IN, Format, number, parse_format, serial_date
from qa.readers.package import SAFE, Package, whole
from qa.readers.sheet import Sheet, Value
from qa.readers.sheet_unseen import EVERYWHERE
from qa.readers.xlsx_unseen import hidden_columns, is_hidden, unseen_styles

# Of any version: that of 2006 begins with a namespace that was given up.
_S = "{*}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)")
_COLUMNS = 16_384
_PARTS = ("row", "mergeCell", "autoFilter", "col", "conditionalFormatting", "picture")
_PLAIN = (parse_format(""), False)


@dataclass(frozen=True)
class _Book:
    strings: list[str]
    styles: dict[str, tuple[Format, bool]]
    """The s of a cell → its format, and whether it is bold."""
    from_1904: bool
    unseen: dict[str, tuple[str, str]]
    """The s of a cell → why nobody sees a number in it, and a text; only of those that are not seen."""


def sheets(package: Package, limits: ReadLimits) -> Iterator[Sheet]:
    """Each sheet in the order of the workbook, charts on sheets of their own included."""
    main = package.main("xl/workbook.xml")
    root = package.part(main).root
    relations = package.relations(main)
    strings = next(iter(package.related(main, "sharedStrings")), "xl/sharedstrings.xml")
    styles = next(iter(package.related(main, "styles")), "xl/styles.xml")
    properties = None if root is None else root.find(f"{_S}workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    looks = package.part(styles).root
    book = _Book(_strings(package, strings, limits), _styles(looks), from_1904, unseen_styles(looks))
    for entry in () if root is None else root.iter(f"{_S}sheet"):
        relation = relations.get(entry.get(_R + "id", ""))
        if relation is not None and relation.target in package:
            sheet = Sheet(entry.get("name", ""), hidden=entry.get("state", "visible") != "visible")
            if relation.type == "worksheet":
                _read_cells(package, relation.target, sheet, book, limits)
            _read_related(package, relation.target, sheet)
            yield sheet


def _strings(package: Package, name: str, limits: ReadLimits) -> list[str]:
    strings: list[str] = []
    length = 0
    for item in _elements(package, name, "si"):
        strings.append(_text(item))
        length += len(strings[-1])
        if length > limits.text_characters:
            raise too_long(package.path, limits)
    return strings


def _elements(package: Package, name: str, *tags: str) -> Iterator[Any]:
    """The elements of a long part, each dropped when the next one is asked for."""
    if name not in package:
        return
    with package.stream(name) as file:
        elements = etree.iterparse(
            file, events=("end",), tag=tuple("{*}" + tag for tag in tags), recover=True, **SAFE
        )
        for _, element in elements:
            yield element
            element.clear(keep_tail=False)
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]


def _text(item: Any) -> str:
    """The text of a string item or inline string, without how it is pronounced."""
    pieces = []
    for child in item.iterchildren("{*}t", "{*}r"):
        pieces.append(child.text if child.text and etree.QName(child).localname == "t" else "")
        pieces += [node.text or "" for node in child.iterchildren("{*}t")]
    return "".join(pieces)


def _styles(root: Any) -> dict[str, tuple[Format, bool]]:
    if root is None:
        return {}
    codes = {whole(e.get("numFmtId")): e.get("formatCode", "") for e in root.iter(f"{_S}numFmt")}
    fonts = [font.find(f"{_S}b") for font in root.iterfind(f"{_S}fonts/{_S}font")]
    bold = {n for n, mark in enumerate(fonts) if mark is not None and mark.get("val", "1") not in ("0", "false")}
    cells = list(root.iterfind(f"{_S}cellXfs/{_S}xf"))
    ids = [whole(cell.get("numFmtId")) for cell in cells]
    formats = [parse_format(codes.get(one, BUILT_IN.get(one, ""))) for one in ids]
    are_bold = (whole(cell.get("fontId")) in bold for cell in cells)
    return {str(n): style for n, style in enumerate(zip(formats, are_bold, strict=True))}


def _read_cells(package: Package, name: str, sheet: Sheet, book: _Book, limits: ReadLimits) -> None:
    length, line = 0, -1
    for element in _elements(package, name, *_PARTS):
        kind = etree.QName(element).localname
        if kind == "row":
            line = whole(element.get("r"), line + 2) - 1
            length += _read_row(element, line, sheet, book)
            if length > limits.text_characters:
                raise too_long(package.path, limits)
        elif kind == "mergeCell":
            sheet.merged += _area(element.get("ref", ""))
        elif kind == "col":
            sheet.hidden_columns += hidden_columns(element)
        elif kind == "conditionalFormatting":
            for reference in element.get("sqref", "").split():
                sheet.grounds += _area(reference)
        elif kind == "picture":
            sheet.grounds.append(EVERYWHERE)
        else:
            sheet.named.update(area[0] for area in _area(element.get("ref", "")))
    sheet.rows = dict(sorted(sheet.rows.items()))


def _read_row(element: Any, line: int, sheet: Sheet, book: _Book) -> int:
    """Adds the cells of a row; returns how many characters they have."""
    cells: dict[int, str] = {}
    bold = True
    column = -1
    for entry in element.iterchildren("{*}c"):
        column = _column(entry.get("r", "")) if entry.get("r") else column + 1
        style = entry.get("s", "0")
        form, is_bold = book.styles.get(style, _PLAIN)
        text = _shown(entry, book, form)
        if text and 0 <= column < _COLUMNS:
            cells[column] = text
            bold = bold and is_bold
            if style in book.unseen and (reason := book.unseen[style][entry.get("t", "n") not in "nd"]):
                sheet.unseen[line, column] = reason
    if cells:
        sheet.rows[line] = cells
        if is_hidden(element):
            sheet.hidden_rows.add(line)
        if bold:
            sheet.bold.add(line)
    return sum(map(len, cells.values()))


def _shown(entry: Any, book: _Book, form: Format) -> str:
    kind = entry.get("t", "n")
    if kind == "inlineStr":
        return "".join(_text(item) for item in entry.iterchildren("{*}is")).strip()
    value = (entry.findtext("{*}v") if len(entry) else "") or ""
    if kind == "s":
        return book.strings[int(value)].strip() if value.isdecimal() and int(value) < len(book.strings) else ""
    if kind in ("str", "e", "b", "d"):
        return _other(kind, value)
    try:
        amount = float(value) if value else None
    except ValueError:
        return value.strip()
    if amount is None:
        return ""
    return serial_date(amount, form, book.from_1904) if form.date else number(amount, form)


def _other(kind: str, value: str) -> str:
    if kind == "b":
        return Value("TRUE" if value in ("1", "true") else "FALSE") if value else ""
    if kind == "d":
        return Value(value.removesuffix("T00:00:00").replace("T", " "))
    return Value(value) if kind == "e" else value.strip()


@lru_cache(maxsize=20_000)
def _letters(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _column(reference: str) -> int:
    return _letters(reference.rstrip("0123456789").lstrip("$").rstrip("$"))


def _area(reference: str) -> list[tuple[int, int, int, int]]:
    found = _REFERENCE.findall(reference)
    if not found:
        return []
    (left, top), (right, bottom) = found[0], found[-1]
    return [(int(top) - 1, _letters(left), int(bottom) - 1, _letters(right))]


def _read_related(package: Package, name: str, sheet: Sheet) -> None:
    """Comments, and the words of drawings; the cells below the header of a declared table."""
    for part in package.related(name, "table"):
        root = package.part(part).root
        sheet.grounds += [] if root is None else _area(root.get("ref", ""))
        if root is not None and root.get("headerRowCount", "1") != "0":
            sheet.named.update(area[0] for area in _area(root.get("ref", "")))
    threads = package.related(name, "threadedComment")
    for part in threads or package.related(name, "comments"):
        root = package.part(part).root
        for entry in () if root is None else root.iter("{*}comment", "{*}threadedComment"):
            words = " ".join("".join(node.text or "" for node in entry.iter("{*}t", "{*}text")).split())
            if words:
                sheet.remarks.append(f"Comment on {entry.get('ref', '')}: {words}")
    for part in package.related(name, "drawing"):
        sheet.remarks += drawing.remarks(package, part)
