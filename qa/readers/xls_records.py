"""What the library that reads .xls does not tell: number formats, and how large a grid the sheets make.

It needs memory for every cell between two filled ones. Only headers of records are read ([MS-XLS] 2.1.4), and
the beginning of cells; damage here is left to the library to find.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import olefile

from qa.readers.numerals import BUILT_IN, Format, parse_format

# Of 70 bytes each with what is made of them; the reading process has 1.5 GB.
MOST_CELLS = 16_000_000
_BEGIN, _END, _SHEET, _DIMENSIONS, _FORMAT, _STYLE, _SEVERAL = 0x809, 0x0A, 0x85, 0x200, 0x41E, 0xE0, 0xBD
_NUMBERS = {0x06, 0x203, 0x27E, _SEVERAL}
_CELLS = _NUMBERS | {0xD6, 0xFD, 0x204, 0x205}
_NEW, _LOCKED = 0x600, 0x2F
_TEXT_BOX, _GOING_ON, _TRUTH, _FORMULA = 0x1B6, 0x3C, 0x205, 0x06
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_DAMAGE = (OSError, ValueError, IndexError, TypeError, AttributeError, struct.error)


@dataclass(frozen=True)
class Book:
    """The stream of a workbook: its bytes, where each sheet begins, and the format of each cell style."""

    data: bytes = b""
    sheets: tuple[int, ...] = ()
    formats: tuple[Format, ...] = ()
    is_locked: bool = False
    """Still, after every password was tried: the records are noise."""


def open_book(file: bytes) -> Book:
    """The book in the bytes of an .xls; an empty one when it cannot be parsed."""
    try:
        with olefile.OleFileIO(io.BytesIO(file)) as container:
            name = next((name for name in ("Workbook", "Book") if container.exists(name)), "")
            data = container.openstream(name).read() if name else b""
        records = list(_records(data, 0))
        if any(kind == _LOCKED for kind, _ in records):
            return Book(is_locked=True)
        codes = dict(BUILT_IN)
        is_new = any(kind == _BEGIN and struct.unpack_from("<H", body)[0] == _NEW for kind, body in records[:1])
        codes.update(_format(body, is_new) for kind, body in records if kind == _FORMAT)
        styles = [struct.unpack_from("<HH", body)[1] for kind, body in records if kind == _STYLE]
        formats = tuple(parse_format(codes.get(number, "")) for number in styles)
        return Book(data, tuple(struct.unpack_from("<I", b)[0] for kind, b in records if kind == _SHEET), formats)
    except _DAMAGE:
        return Book()


def _format(body: bytes, is_new: bool) -> tuple[int, str]:
    number = struct.unpack_from("<H", body)[0]
    if not is_new:
        return number, body[3:].decode("cp1252", "replace")
    return number, body[5:].decode("utf-16-le" if body[4] & 1 else "latin-1", "replace")


def _records(data: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """(kind, content) of the records up to the end of the sheet that begins at `start`."""
    place = start
    while place + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, place)
        if kind == _END:
            return
        yield kind, data[place + 4 : place + 4 + length]
        place += 4 + length


def number_formats(book: Book, sheet: int) -> dict[tuple[int, int], Format]:
    """(row, column) → format of the cells that have one of their own; dates the library knows."""
    found: dict[tuple[int, int], Format] = {}
    try:
        for kind, body in _sheet_records(book, sheet):
            if kind in _NUMBERS:
                row, column, style = struct.unpack_from("<HHH", body)
                styles = [style]
                if kind == _SEVERAL:
                    styles = [struct.unpack_from("<H", body, 4 + 6 * n)[0] for n in range((len(body) - 6) // 6)]
                for n, one in enumerate(styles):
                    if one < len(book.formats) and book.formats[one] != Format():
                        found[row, column + n] = book.formats[one]
    except _DAMAGE:
        return found
    return found


def errors(book: Book, sheet: int) -> dict[tuple[int, int], str]:
    """(row, column) → "#REF!" and the like, which the library leaves out."""
    found: dict[tuple[int, int], str] = {}
    for kind, body in _sheet_records(book, sheet):
        if len(body) >= 8 and kind == _TRUTH and body[7]:
            found[struct.unpack_from("<HH", body)] = _ERRORS.get(body[6], "#ERROR!")
        elif len(body) >= 14 and kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
            found[struct.unpack_from("<HH", body)] = _ERRORS.get(body[8], "#ERROR!")
    return found


def texts(book: Book, sheet: int) -> Iterator[str]:
    """What stands in the text boxes and comments of a sheet (of Excel 97 and later)."""
    awaited = 0
    for kind, body in _sheet_records(book, sheet):
        if kind == _TEXT_BOX and len(body) >= 12:
            awaited = struct.unpack_from("<H", body, 10)[0]
        elif kind == _GOING_ON and awaited and body:
            text = body[1:].decode("utf-16-le" if body[0] & 1 else "cp1252", "replace")[:awaited]
            awaited = 0
            if text.strip():
                yield " ".join(text.split())


def _sheet_records(book: Book, sheet: int) -> Iterator[tuple[int, bytes]]:
    return _records(book.data, book.sheets[sheet]) if sheet < len(book.sheets) else iter(())


def cells_of_grids(book: Book) -> int:
    """The number of cells, empty ones included, of the grids of all sheets."""
    try:
        declared = sum(_declared(book.data, start) for start in book.sheets)
        return declared if declared <= MOST_CELLS else sum(_filled(book.data, start) for start in book.sheets)
    except _DAMAGE:
        return 0


def _declared(data: bytes, start: int) -> int:
    for kind, body in _records(data, start):
        if kind == _DIMENSIONS:
            top, bottom, left, right = struct.unpack_from("<IIHH" if len(body) >= 14 else "<HHHH", body)
            return int(max(0, bottom - top) * max(0, right - left))
    return MOST_CELLS + 1


def _filled(data: bytes, start: int) -> int:
    rows: list[int] = []
    columns: list[int] = []
    for kind, body in _records(data, start):
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", body)
            rows = [min([row, *rows]), max([row, *rows])]
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _SEVERAL else column
            columns = [min([column, *columns]), max([last, *columns])]
    return (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1) if rows else 0
