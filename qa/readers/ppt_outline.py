"""The outline of an old PowerPoint file ([MS-PPT] 2.4.14.3): the titles and body texts of its slides.

The library that reads these files loses them where a slide only refers to the outline: in one of fifteen
presentations of other projects, up to half of the words.
"""

import struct
from collections.abc import Iterator, Sequence

from qa.readers.blocks import Block

_RECORD = struct.Struct("<HHI")
_DOCUMENT, _LIST, _SLIDE = 0x03E8, 0x0FF0, 0x03F3
_HEADER, _WIDE, _NARROW = 0x0F9F, 0x0FA0, 0x0FA8
_TITLES = (0, 6)
_LINES = str.maketrans("\x0b", "\n")


def outline(data: bytes) -> list[list[Block]]:
    """For each slide the paragraphs that the stream `data` ("PowerPoint Document") lists, titles as headings."""
    # What was saved again is appended: the last document is the present one.
    documents = [body for kind, _, body in _records(data) if kind == _DOCUMENT]
    slides: list[list[Block]] = []
    for kind, instance, body in _records(documents[-1]) if documents else ():
        if kind == _LIST and instance == 0:
            slides += _slides(body)
    return slides


def _slides(data: memoryview) -> list[list[Block]]:
    slides: list[list[Block]] = []
    level = 0
    for kind, _, body in _records(data):
        if kind == _SLIDE:
            slides.append([])
        elif kind == _HEADER:
            level = int(int.from_bytes(body[:4], "little") in _TITLES)
        elif kind in (_WIDE, _NARROW) and slides:
            text = bytes(body).decode("utf-16-le" if kind == _WIDE else "latin-1", "replace").translate(_LINES)
            texts = [" ".join(text.split())] if level else text.split("\r")
            slides[-1] += (Block(one, level) for one in texts)
    return slides


def _records(data: bytes | memoryview) -> Iterator[tuple[int, int, memoryview]]:
    """Type, instance and content of the records that stand one after another."""
    view = memoryview(data)
    place = 0
    while place + _RECORD.size <= len(view):
        version, kind, length = _RECORD.unpack_from(view, place)
        place += _RECORD.size
        yield kind, version >> 4, view[place : place + length]
        place += length


def completed(shown: Sequence[Block], listed: Sequence[Block]) -> list[Block]:
    """A slide as it was read, with what its outline says besides: behind the title, where there is one."""
    known = {word for block in shown for word in block.text.split()}
    missing = [block for block in listed if not known.issuperset(block.text.split())]
    titles = [block for block in missing if block.level]
    rest = [block for block in missing if not block.level]
    place = 0 if titles else next((n for n, block in enumerate(shown, 1) if block.level == 1), 0)
    return [*titles, *shown[:place], *rest, *shown[place:]]
