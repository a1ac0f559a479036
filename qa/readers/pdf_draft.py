"""A PDF half read: the cells of all pages, and what can only be judged from all of them together."""

from pathlib import Path
from typing import Any

import pypdfium2.raw as pdfium

from qa.readers import furniture, ocr, pdf_fields, pulse
from qa.readers.cell import Cell
from qa.readers.document import ReadLimits, too_long
from qa.readers.layout import in_reading_order
from qa.readers.lines import Laid, together, words_of
from qa.readers.outer_rows import Paper
from qa.readers.pdf_cells import Hidden, PageText, page_text
from qa.readers.pdf_file import loaded
from qa.readers.pdf_frame import Frame, pictured_share

# A picture over half of a page that has less text than this (a stamp, a page number) is a scan.
_FEW_CHARACTERS = 30
# Pixels a point: 144 dots an inch.
_SCALE = 2.0
_DRAWN = (
    pdfium.FPDF_PAGEOBJ_IMAGE,
    pdfium.FPDF_PAGEOBJ_PATH,
    pdfium.FPDF_PAGEOBJ_SHADING,
    pdfium.FPDF_PAGEOBJ_FORM,
)
_BLANK = PageText(0.0, 0.0, [], "", hidden=(), garbled=False)


class Draft:
    """The pages of a file, counted from 0 here."""

    def __init__(self, path: Path, file: Any, limits: ReadLimits) -> None:
        self.pages: list[PageText] = []
        self.damaged: list[int] = []
        self.garbled: list[int] = []
        self.blank: list[int] = []
        self.hidden: list[tuple[int, tuple[Hidden, ...]]] = []
        self._limits = limits
        self._recognised: dict[int, ocr.Recognised] = {}
        characters = 0
        for number in range(len(file)):
            self.pages.append(self._page(file, number))
            characters += len(self.pages[-1].raw)
            if characters > limits.text_characters:
                raise too_long(path, limits)
        papers = [Paper(page.cells, page.height) for page in self.pages]
        self.furniture = furniture.found_on(papers)
        self._words = words_of(page.raw for page in self.pages)
        self.scanned = [n for n in range(len(file)) if self._is_scanned(file, n)]
        if not self.scanned and not any(map(self._rest, range(len(file)))):
            # "Page 1", "Page 2": what looks like furniture is all there is.
            self.furniture = self.furniture._replace(dropped=[set() for _ in papers])

    def _page(self, file: Any, number: int) -> PageText:
        try:
            with loaded(file, number) as page:
                text = page_text(page)
                text = text._replace(cells=pdf_fields.with_fields(page, file.formenv, text.cells))
        except ValueError:
            self.damaged.append(number)
            return _BLANK
        if text.garbled:
            self.garbled.append(number)
            return text._replace(cells=[], raw="")
        if text.hidden:
            self.hidden.append((number, text.hidden))
        if not text.cells:
            self.blank.append(number)
        return text

    def _rest(self, number: int) -> list[Cell]:
        """The cells of a page without what is repeated around its text."""
        gone = self.furniture.dropped[number]
        cells = self.pages[number].cells
        return [cell for n, cell in enumerate(cells) if n not in gone] if gone else cells

    def _is_scanned(self, file: Any, number: int) -> bool:
        """Whether only its picture can tell what the page says."""
        if number in self.garbled:
            return True
        if number in self.damaged or sum(len(cell.text) for cell in self._rest(number)) >= _FEW_CHARACTERS:
            return False
        with loaded(file, number) as page:
            if self.pages[number].cells:
                return pictured_share(page, Frame(page)) > 0.5
            objects = range(pdfium.FPDFPage_CountObjects(page))
            return any(pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, n)) in _DRAWN for n in objects)

    def laid(self, file: Any, number: int) -> Laid:
        """The text of a page; recognised in its picture where it has none and the limits allow that."""
        cells = self._rest(number)
        if number in self.scanned and self._limits.ocr:
            result = self.recognised(file, number)
            if result.readable:
                cells = result.cells or cells
        return together(in_reading_order(cells), self._words)

    def recognised(self, file: Any, number: int) -> ocr.Recognised:
        """The text in the picture of a page, its lengths in points; kept for the next time."""
        if number not in self._recognised:
            self._recognised[number] = _recognised(file, number)
            pulse.beat(len(self._recognised), len(self.scanned))
        return self._recognised[number]

    def results(self) -> list[tuple[int, ocr.Recognised]]:
        """(page, what was recognised there) of each scanned page so far."""
        return sorted(self._recognised.items())

    def place(self, page: Any, number: int, source: int) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of what a character beyond pdfium's text stands for, in points."""
        if number in self._recognised:
            return self._recognised[number].places[-2 - source]
        return pdf_fields.place(page, -2 - source)


def _recognised(file: Any, number: int) -> ocr.Recognised:
    page = file[number]
    try:
        scale = min(_SCALE, ocr.LONGEST / max(page.get_size()))
        picture = page.render(scale=scale, rev_byteorder=False).to_numpy()[:, :, :3]
    finally:
        page.close()
    return ocr.recognise(picture).times(1 / scale)
