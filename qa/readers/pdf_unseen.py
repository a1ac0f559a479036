"""Which characters of a PDF page nobody can see: drawn invisibly, in the colour of what lies behind, or too small.

A page is looked at closely only where a few of its letters give a reason; then its picture decides.
"""

from collections.abc import Iterable, Sequence, Set
from ctypes import POINTER, addressof, c_uint8, cast
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from qa.readers.pdf_calls import buffer_of, fill_color, render_mode, text_object
from qa.readers.pdf_frame import pictured_share
from qa.readers.pdf_places import Numbers, Places

_INVISIBLE = {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
# Every so manieth letter is asked for its object: what hides a sentence hides more.
_STRIDE = 32
# Of 255: as light as paper, and as clear as glass.
_PALE, _CLEAR = 235, 25
_CONTRAST = 12
# Bytes of a colour: four numbers.
_COLOUR_BYTES = 16
_BLACK = np.array([0, 0, 0, 255], np.uint32)
_SCALE, _LARGEST = 1.5, 3000
# Letters that are lower (points) are dots on any screen.
_TINY = 1.0

INVISIBLE, PALE, TINY, OUTSIDE = (
    "drawn invisibly",
    "in the colour of the page",
    "too small to read",
    "beside the page",
)


class Unseen:
    """What is wrong with the text objects of a page, by a sample of its letters."""

    def __init__(self, page: Any, places: Places, characters: int) -> None:
        self._page = page
        self._places = places
        self._reasons: dict[int | None, str] = {None: ""}
        self.suspected: set[str] = set()
        sample = {*map(text_object, repeat(places.address), range(0, characters, _STRIDE))} - {None}
        if not _has_reason(sample):
            return
        reasons = set(map(self._reason, sample))
        # The text of a scan is drawn invisibly over its picture.
        scan = INVISIBLE in reasons and pictured_share(page, places.frame) > 0.5
        self.suspected = reasons - {"", INVISIBLE} if scan else reasons - {""}

    def _reason(self, drawn: int | None) -> str:
        if drawn not in self._reasons:
            self._reasons[drawn] = _reason_of(drawn)
        return self._reasons[drawn]

    def reasons(self, sources: Sequence[Sequence[int]]) -> list[list[str]]:
        """Of each character of each line, why nobody sees it; empty where it is seen."""
        found = [[self._of(index) for index in own] for own in sources]
        if any(PALE in line for line in found):
            picture = self._picture()
            for own, line in zip(sources, found, strict=True):
                for start, end in _runs(line, PALE):
                    if self._shows(picture, own[start:end]):
                        line[start:end] = [""] * (end - start)
        return found

    def _of(self, index: int) -> str:
        reason = self._reason(text_object(self._places.address, index))
        return reason if reason in self.suspected else ""

    def _shows(self, picture: "np.ndarray[Any, np.dtype[np.uint8]]", indexes: Sequence[int]) -> bool:
        """Whether anything is to be seen where these characters stand."""
        edges: Numbers = self._places.of(indexes)
        scale = picture.shape[1] / max(1.0, self._places.frame.width)
        left, top = np.floor(edges[:2].min(axis=1) * scale).astype(int)
        right, bottom = np.ceil(edges[2:].max(axis=1) * scale).astype(int)
        part = picture[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
        return part.size == 0 or int(part.max()) - int(part.min()) > _CONTRAST

    def _picture(self) -> "np.ndarray[Any, np.dtype[np.uint8]]":
        """The page in shades of grey, as it is shown."""
        frame = self._places.frame
        scale = min(_SCALE, _LARGEST / max(1.0, frame.width, frame.height))
        width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, None, 0)
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
            pdfium.FPDF_RenderPageBitmap(bitmap, self._page, 0, 0, width, height, 0, 0)
            stride = pdfium.FPDFBitmap_GetStride(bitmap)
            buffer = cast(pdfium.FPDFBitmap_GetBuffer(bitmap), POINTER(c_uint8 * (stride * height)))
            return np.frombuffer(buffer.contents, np.uint8).reshape(height, stride)[:, :width].copy()
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)


def _has_reason(sample: Set[int | None]) -> bool:
    """Whether any text object may be unseen. All at once: asked one by one, each would take as long as a line."""
    if not _INVISIBLE.isdisjoint(map(render_mode, sample)):
        return True
    colours = _colours(sample)
    return bool(len(colours) and ((colours[:, :3].min(axis=1) >= _PALE) | (colours[:, 3] <= _CLEAR)).any())


def _colours(sample: Set[int | None]) -> "np.ndarray[Any, np.dtype[np.uint32]]":
    """Red, green, blue and how opaque (0 to 255), of shape (objects, 4); black for one without a colour."""
    size = _COLOUR_BYTES * len(sample)
    buffer = buffer_of(1 << (size + _COLOUR_BYTES).bit_length())
    start = addressof(buffer)
    parts = [range(start + 4 * n, start + size, _COLOUR_BYTES) for n in range(4)]
    found = np.fromiter(map(fill_color, sample, *parts), np.int32, len(sample))
    colours = np.frombuffer(buffer, np.uint32, 4 * len(sample)).reshape(-1, 4)
    return colours if found.all() else np.where(found[:, None] != 0, colours, _BLACK)


def _reason_of(drawn: int | None) -> str:
    if render_mode(drawn) in _INVISIBLE:
        return INVISIBLE
    red, green, blue, opaque = _colours({drawn})[0].tolist()
    return PALE if min(red, green, blue) >= _PALE or opaque <= _CLEAR else ""


def _runs(line: Sequence[str], reason: str) -> Iterable[tuple[int, int]]:
    """The intervals of a line with this reason."""
    start = -1
    for n, one in enumerate([*line, ""]):
        if one == reason and start < 0:
            start = n
        if one != reason and start >= 0:
            yield start, n
            start = -1


def is_tiny(letters: Sequence[float], texts: Sequence[str]) -> list[bool]:
    """Of each line, whether its letters are too small; none where most of the page seems so: then it is a plan."""
    tiny = [0 < size < _TINY for size in letters]
    if not any(tiny):
        return []
    small = sum(len(text) for text, one in zip(texts, tiny, strict=True) if one)
    return tiny if small * 2 < sum(map(len, texts)) else []
