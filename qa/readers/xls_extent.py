"""How large a grid the sheets of an .xls make: the library needs memory for every cell between two filled ones.

Only the headers of records are read ([MS-XLS] 2.1.4), and the cells only where a sheet declares itself large.
"""

import io
import struct
from collections.abc import Iterator

import olefile

# Of 32 bytes each; the reading process has 1.5 GB.
MOST_CELLS = 30_000_000
_SHEET, _DIMENSIONS, _END, _SEVERAL = 0x85, 0x200, 0x0A, 0xBD
_CELLS = {0x06, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x27E, _SEVERAL}


def cells_of_grids(data: bytes) -> int:
    """The number of cells, empty ones included, of the grids of all sheets; 0 when the file cannot be parsed."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            name = next((name for name in ("Workbook", "Book") if container.exists(name)), "")
            book = container.openstream(name).read() if name else b""
        starts = [struct.unpack_from("<I", body)[0] for kind, body in _records(book, 0) if kind == _SHEET]
        declared = sum(_declared(book, start) for start in starts)
        return declared if declared <= MOST_CELLS else sum(_filled(book, start) for start in starts)
    except (OSError, ValueError, IndexError, TypeError, AttributeError, struct.error):
        return 0  # the library will say what is wrong with it


def _records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """(kind, content) of the records up to the end of the sheet that begins at `start`."""
    place = start
    while place + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, place)
        if kind == _END:
            return
        yield kind, book[place + 4 : place + 4 + length]
        place += 4 + length


def _declared(book: bytes, start: int) -> int:
    for kind, body in _records(book, start):
        if kind == _DIMENSIONS:
            top, bottom, left, right = struct.unpack_from("<IIHH" if len(body) >= 14 else "<HHHH", body)
            return int(max(0, bottom - top) * max(0, right - left))
    return MOST_CELLS + 1


def _filled(book: bytes, start: int) -> int:
    rows: list[int] = []
    columns: list[int] = []
    for kind, body in _records(book, start):
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", body)
            rows = [min([row, *rows]), max([row, *rows])]
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _SEVERAL else column
            columns = [min([column, *columns]), max([last, *columns])]
    return (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1) if rows else 0
