"""Calls to pdfium that run for every line of a PDF, bound so that they cost little."""

import re
from collections.abc import Sequence
from ctypes import (
    POINTER,
    PYFUNCTYPE,
    c_double,
    c_int,
    c_uint,
    c_ushort,
    c_void_p,
    cast,
    create_string_buffer,
    string_at,
)
from functools import lru_cache
from itertools import repeat
from typing import Any

import pypdfium2.raw as pdfium

# What a letter beyond the first 65,536 is to pdfium: two characters.
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def _bound(function: Any, *types: Any) -> Any:
    """A function of pdfium that takes under a microsecond, bound without the type checks and the thread switch
    that cost as much again: there are five calls for every line."""
    return PYFUNCTYPE(*types)(cast(function, c_void_p).value or 0)


char_box = _bound(pdfium.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
text_object = _bound(pdfium.FPDFText_GetTextObject, c_void_p, c_void_p, c_int)
render_mode = _bound(pdfium.FPDFTextObj_GetTextRenderMode, c_int, c_void_p)
fill_color = _bound(pdfium.FPDFPageObj_GetFillColor, c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
font_of = _bound(pdfium.FPDFTextObj_GetFont, c_void_p, c_void_p)
char_matrix = _bound(pdfium.FPDFText_GetMatrix, c_int, c_void_p, c_int, c_void_p)
font_size = _bound(pdfium.FPDFText_GetFontSize, c_double, c_void_p, c_int)
font_name = _bound(pdfium.FPDFFont_GetBaseFontName, c_int, c_void_p, c_void_p, c_int)
_unicode_of = _bound(pdfium.FPDFText_GetUnicode, c_uint, c_void_p, c_int)


def characters(textpage: Any) -> tuple[str, Sequence[int]]:
    """The text, and the index that pdfium gives each of its characters."""
    count = max(0, pdfium.FPDFText_CountChars(textpage))
    buffer = buffer_of(1 << (2 * count + 2).bit_length())
    written = pdfium.FPDFText_GetText(textpage, 0, count, cast(buffer, POINTER(c_ushort)))
    text = string_at(buffer, 2 * max(0, written - 1)).decode("utf-16-le", "surrogatepass")
    if len(text) == count:
        return text, range(count)
    # Some characters count in the one and not in the other, or twice (beyond the first 65,536).
    codes = list(map(_unicode_of, repeat(cast(textpage, c_void_p).value), range(count)))
    indexes = [n for n, code in enumerate(codes) if code > 3 and code < 0x110000]
    text = "".join(chr(codes[n]) for n in indexes)
    for pair in reversed(list(_PAIR.finditer(text))):
        del indexes[pair.end() - 1]
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass"), indexes


@lru_cache(maxsize=30)
def buffer_of(size: int) -> Any:
    """Shared by all pages: the type of an array of another length takes longer to make than a page to read."""
    return create_string_buffer(size)
