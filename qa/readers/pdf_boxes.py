"""Where the characters of a page stand on its picture, and that picture. For PDF files and for pictures."""

import io
from collections.abc import Iterable, Iterator
from ctypes import byref, c_double
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from qa.readers import formats, pdf_file
from qa.readers import picture as pictures
from qa.readers.cell import NOWHERE
from qa.readers.document import Box, ReadLimits, UnreadableFile
from qa.readers.lines import Laid
from qa.readers.pdf_draft import Draft
from qa.readers.pdf_frame import Frame

_MOST_PIXELS = 40_000_000
# Of the file asked about last: a click on the next source should not read a book again.
_last: dict[tuple[object, ...], Draft] = {}

Place = tuple[float, float, float, float]


def boxes(path: Path, page_number: int, start: int, end: int, limits: ReadLimits) -> list[Box]:
    """One rectangle for each line of the characters `start:end` of a page's text, in the order of the text.

    `page_number` counts from 1; `start` and `end` count from the page's own start (`Page.start`). The rectangles
    hold these characters and no others. Raises UnreadableFile when there is no such page.
    """
    if _kind(path, limits) == "picture":
        frame, result = pictures.page(path, page_number)
        sources = _seen(pictures.laid(result), start, end)
        places = (result.places[-2 - source] for source in sources)
        return _fractions(_merged(places), *frame.size)
    with pdf_file.opened(path, limits) as file:
        draft = _draft(path, file, limits)
        number = _index(path, page_number, file)
        sources = _seen(draft.laid(file, number), start, end)
        with pdf_file.loaded(file, number) as page:
            shown = Frame(page)
            found = _merged(_places(page, shown, draft, number, sources))
    return _fractions(found, shown.width, shown.height)


def picture(path: Path, page_number: int, pixels_wide: int, limits: ReadLimits) -> bytes:
    """A page as a PNG. `page_number` counts from 1. Raises UnreadableFile when there is no such page."""
    out = io.BytesIO()
    _drawn(path, page_number, pixels_wide, limits).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _drawn(path: Path, page_number: int, pixels_wide: int, limits: ReadLimits) -> Image.Image:
    if _kind(path, limits) == "picture":
        frame = pictures.frame(path, page_number)
        scale = _scale(frame.width, frame.height, pixels_wide)
        return frame.resize((max(1, round(frame.width * scale)), max(1, round(frame.height * scale))))
    with pdf_file.opened(path, limits) as file:
        try:
            page = file[_index(path, page_number, file)]
        except pypdfium2.PdfiumError as error:
            raise UnreadableFile(path, f"is damaged at page {page_number}.") from error
        try:
            width, height = page.get_size()
            drawn: Image.Image = page.render(scale=_scale(width, height, pixels_wide)).to_pil()
            return drawn.convert("RGB")
        finally:
            page.close()


def _scale(width: float, height: float, pixels_wide: int) -> float:
    scale = max(1, pixels_wide) / max(1.0, width)
    most: float = (_MOST_PIXELS / max(1.0, width * height)) ** 0.5
    return min(scale, most)


def _kind(path: Path, limits: ReadLimits) -> str:
    kind = formats.kind_of(path, limits)
    if kind not in ("pdf", "picture"):
        raise UnreadableFile(path, "has no pages that could be shown as a picture.")
    return kind


def _draft(path: Path, file: Any, limits: ReadLimits) -> Draft:
    status = path.stat()
    key = (path, status.st_mtime_ns, status.st_size, limits.ocr, tuple(limits.passwords))
    if key not in _last:
        draft = Draft(path, file, limits)
        _last.clear()
        _last[key] = draft
    return _last[key]


def _index(path: Path, page_number: int, file: Any) -> int:
    if not 1 <= page_number <= len(file):
        raise UnreadableFile(path, f"has no page {page_number}: it has {len(file)}.")
    return page_number - 1


def _seen(laid: Laid, start: int, end: int) -> list[int]:
    """The sources of the characters `start:end` that stand somewhere and are no blanks, each once."""
    shown = zip(laid.text[start:end], laid.sources[start:end], strict=True)
    return list(dict.fromkeys(source for c, source in shown if source != NOWHERE and not c.isspace()))


def _places(page: Any, shown: Frame, draft: Draft, number: int, sources: Iterable[int]) -> Iterator[Place]:
    """Of each character that stands somewhere, in points of the shown page."""
    textpage = pdfium.FPDFText_LoadPage(page)
    edges = [c_double() for _ in range(4)]
    try:
        for source in sources:
            if source < 0:
                yield draft.place(page, number, source)
            elif not pdfium.FPDFText_IsGenerated(textpage, source):
                pdfium.FPDFText_GetCharBox(textpage, source, *map(byref, edges))
                left, right, bottom, top = (edge.value for edge in edges)
                if right > left and top > bottom:
                    yield shown.shown(left, top, right, bottom)
    finally:
        pdfium.FPDFText_ClosePage(textpage)


def _merged(places: Iterable[Place]) -> list[Place]:
    """Neighbours on one level as one rectangle."""
    merged: list[Place] = []
    for place in places:
        if merged and _goes_on(merged[-1], place):
            left, top, right, bottom = merged[-1]
            merged[-1] = (min(left, place[0]), min(top, place[1]), max(right, place[2]), max(bottom, place[3]))
        else:
            merged.append(place)
    return merged


def _goes_on(one: Place, next_: Place) -> bool:
    lower = min(one[3] - one[1], next_[3] - next_[1])
    height = max(one[3] - one[1], next_[3] - next_[1])
    level = min(one[3], next_[3]) - max(one[1], next_[1]) > 0.2 * lower
    return level and max(one[0], next_[0]) - min(one[2], next_[2]) < 1.2 * height


def _fractions(places: list[Place], width: float, height: float) -> list[Box]:
    return [
        Box(
            left=min(1.0, max(0.0, left / width)),
            top=min(1.0, max(0.0, top / height)),
            right=min(1.0, max(0.0, right / width)),
            bottom=min(1.0, max(0.0, bottom / height)),
        )
        for left, top, right, bottom in places
    ]
