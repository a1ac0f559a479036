"""The text of a PDF page as pdfium gives it, as cells: pieces of lines with their place and size."""

import re
from collections.abc import Sequence
from ctypes import addressof, c_void_p, cast
from functools import partial
from heapq import nlargest
from itertools import pairwise
from math import hypot, pi
from struct import Struct
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from qa.readers.garbled import garbled_text, odd_characters
from qa.readers.layout import Cell
from qa.readers.pdf_calls import (
    buffer_of,
    char_box,
    char_matrix,
    characters,
    font_name,
    font_of,
    font_size,
    render_mode,
    text_object,
)
from qa.readers.pdf_frame import Frame, pictured_share

# pdfium writes U+FFFE for a hyphen at the end of a line, and leaves the line break out.
_LINE_END = "\r\n"
# FS_RECTF (left, top, right, bottom) as a whole: its fields one by one take four times as long.
_BOX = Struct("4f")
_BREAK = re.compile("(?<=\ufffe)")
_DROPPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\uffff]")
_ALEF_LAM = re.compile("[\u0622\u0623\u0625\u0627\u0671]\u0644")
_BOLD = re.compile("bold|black|heavy|demi|CMBX|SFBX|-Medi\\b", re.IGNORECASE)
# A gap of as many heights of a line parts columns; no justified line has it between words.
_GAP = 0.8
_SAMPLED_LINES = 2
_BETWEEN_WORDS = re.compile(r"[^\W\d_] [^\W\d_]")
_LONGEST_NAME = 256
_INVISIBLE = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)


class PageText(NamedTuple):
    """What stands on a page. Sizes are in points as the page is shown, turned and cropped."""

    width: float
    height: float
    cells: list[Cell]
    raw: str
    """As pdfium gives it."""
    hidden: bool
    """Whether text that nobody sees was left out."""
    garbled: bool
    """Whether what is stored as its text is not what it shows."""


def page_text(page: Any) -> PageText:
    """The cells of a loaded page (raw handle) in the order drawn. Their sources are pdfium's character indexes.

    Raises ValueError when pdfium cannot make out its text.
    """
    textpage = pdfium.FPDFText_LoadPage(page)
    if not textpage:
        raise ValueError("the text of the page cannot be loaded")
    try:
        return _Page(page, textpage).read()
    finally:
        pdfium.FPDFText_ClosePage(textpage)


class _Page:
    def __init__(self, page: Any, textpage: Any) -> None:
        self.page = page
        self.textpage = textpage
        self.address = cast(textpage, c_void_p).value
        self.frame = Frame(page)
        rectangle = pdfium.FS_RECTF()
        self._reference = addressof(rectangle)
        self._box = partial(_BOX.unpack_from, rectangle)
        self._scale = pdfium.FS_MATRIX()
        self._turned = self.frame.turns != 0
        self._corner = self.frame.left, self.frame.top
        # By the address of the font; 0 stands for characters that pdfium made up.
        self._styles: dict[int, tuple[float, bool]] = {0: (1.0, False)}
        self._unseen: list[Cell] = []

    def read(self) -> PageText:
        text, indexes = characters(self.textpage)
        if _ALEF_LAM.search(text):
            text = self._with_lam_before_alef(text, indexes)
        odd = odd_characters(text)
        cells = self._cells(text, indexes, odd > 0)
        hidden = bool(self._unseen) and not self._is_scan()
        if hidden:
            unseen = {id(cell) for cell in self._unseen}
            cells = [cell for cell in cells if id(cell) not in unseen]
        cells = self._on_the_page(cells)
        if any(not cell.size for cell in cells):
            cells = [part for cell in cells for part in (self._level_parts(cell) if not cell.size else [cell])]
        if self._has_gaps(cells):
            cells = [part for cell in cells for part in self._parts(cell)]
        return PageText(self.frame.width, self.frame.height, cells, text, hidden, garbled_text(text, odd))

    def _on_the_page(self, cells: list[Cell]) -> list[Cell]:
        """Without what stands beside the page (marks for the printer); all, where that is most of the text."""
        width, height = self.frame.width, self.frame.height
        inside = [
            cell
            for cell in cells
            if cell.right > 0 and cell.left < width and cell.bottom > 0 and cell.top < height
        ]
        if len(inside) == len(cells):
            return cells
        letters = sum(len(cell.text) for cell in cells)
        return inside if sum(len(cell.text) for cell in inside) * 2 > letters else cells

    def _with_lam_before_alef(self, text: str, indexes: Sequence[int]) -> str:
        """A ligature of the two has one box; written from right to left, some fonts name its letters the other
        way round."""
        letters = list(text)
        for found in _ALEF_LAM.finditer(text):
            n = found.start()
            if self._place(indexes[n]) == self._place(indexes[n + 1]):
                letters[n : n + 2] = letters[n + 1], letters[n]
        return "".join(letters)

    def _cells(self, text: str, indexes: Sequence[int], odd: bool) -> list[Cell]:
        """A cell for each line. Its size is 0 where its first and its last character are not on one level."""
        cells = []
        end = -len(_LINE_END)
        broken = "\ufffe" in text
        for line in text.split(_LINE_END):
            end += len(_LINE_END)
            for part in _BREAK.split(line) if broken and "\ufffe" in line else (line,):
                end += len(part)
                piece = part.lstrip()
                start = end - len(piece)
                piece = piece.rstrip()
                sources = indexes[start : start + len(piece)]
                if odd and _DROPPED.search(piece):
                    piece, sources = _without_dropped(piece, sources)
                if piece and piece != "\ufffe":
                    cells.append(self._cell(piece, sources))
        return cells

    def _cell(self, text: str, sources: Sequence[int]) -> Cell:
        first = sources[0]
        left, top, right, bottom = self._place(first)
        size = height = bottom - top
        drawn = text_object(self.address, first)
        letters, bold = self._style(first, drawn, height) if drawn else (height, False)
        if len(text) > 1:
            # The mark of a break has no place of its own.
            last = sources[-2 if text[-1] == "\ufffe" else -1]
            left2, top2, right2, bottom2 = self._place(last)
            left = left2 if left2 < left else left
            right = right2 if right2 > right else right
            size2 = bottom2 - top2
            if not -0.8 * size < bottom2 - bottom < 0.8 * size and abs(bottom2 - bottom) > 0.8 * size2:
                size = 0.0
                top, bottom = min(top, top2), max(bottom, bottom2)
            elif size2 > 0.7 * size:
                top, bottom = top2, bottom2
                size = size2 if size2 < size else size
            if bold:
                bold = self._style(last, text_object(self.address, last), height)[1]
        cell = Cell(text, sources, left, top, right, bottom, size, letters, bold)
        if drawn and render_mode(drawn) in _INVISIBLE:
            self._unseen.append(cell)
        return cell

    def _place(self, index: int) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of a character, in points of the shown page."""
        char_box(self.address, index, self._reference)
        left, top, right, bottom = self._box()
        if self._turned:
            return self.frame.shown(left, top, right, bottom)
        edge, upper = self._corner
        return left - edge, upper - top, right - edge, upper - bottom

    def _style(self, index: int, drawn: int | None, height: float) -> tuple[float, bool]:
        """(size of its letters in points, whether they are bold). Looked up once for each font of the page."""
        font = font_of(drawn) if drawn else 0
        style = self._styles.get(font)
        if style is None:
            style = self._styles[font] = self._font_style(index, font, height)
        return height * style[0], style[1]

    def _font_style(self, index: int, font: int, height: float) -> tuple[float, bool]:
        char_matrix(self.address, index, addressof(self._scale))
        size = font_size(self.address, index) * hypot(self._scale.c, self._scale.d)
        name = buffer_of(_LONGEST_NAME)
        font_name(font, addressof(name), _LONGEST_NAME)
        bold = bool(_BOLD.search(name.value.decode("utf-8", "replace")))
        return (size / height if height > 0 and size > 0 else 1.0), bold

    def _level_parts(self, cell: Cell) -> list[Cell]:
        """A cell that leaves its level, cut where it does; or itself, where it is turned text."""
        angle = pdfium.FPDFText_GetCharAngle(self.textpage, cell.sources[0])
        turned = (angle - self.frame.turns * pi / 2) % (2 * pi)
        if 0.02 < turned < 2 * pi - 0.02:
            return [cell]
        places = [self._place(index) for index in cell.sources]
        cuts = [0]
        for n, (one, next_) in enumerate(pairwise(places), 1):
            size = max(one[3] - one[1], next_[3] - next_[1])
            if not cell.text[n].isspace() and next_[3] > one[3] + 0.8 * size and next_[0] < one[2]:
                cuts.append(n)
        return self._cut(cell, places, cuts) if len(cuts) > 1 else [cell]

    def _has_gaps(self, cells: list[Cell]) -> bool:
        """Whether lines of prose go on beyond a gutter, judged by the longest few."""
        for cell in nlargest(_SAMPLED_LINES, cells, key=_length):
            text = cell.text
            if len(text) < 50 or pdfium.FPDFText_CountRects(self.textpage, cell.sources[0], len(text)) < 2:
                continue
            wide = _GAP * cell.size
            for blank in _BETWEEN_WORDS.finditer(text, 15, len(text) - 15):
                n = blank.start()
                if self._place(cell.sources[n + 2])[0] - self._place(cell.sources[n])[2] > wide:
                    return True
        return False

    def _parts(self, cell: Cell) -> list[Cell]:
        """A cell cut at its wide gaps."""
        if not cell.size or " " not in cell.text:
            return [cell]
        places = [self._place(index) for index in cell.sources]
        cuts = [0]
        reached = places[0][2]
        for n, c in enumerate(cell.text):
            if c.isspace():
                continue
            if places[n][0] - reached > _GAP * cell.size:
                cuts.append(n)
            reached = places[n][2]
        return self._cut(cell, places, cuts) if len(cuts) > 1 else [cell]

    def _cut(self, cell: Cell, places: list[tuple[float, float, float, float]], cuts: list[int]) -> list[Cell]:
        parts = []
        for start, end in pairwise([*cuts, len(cell.text)]):
            text = cell.text[start:end].rstrip()
            seen = [place for place, c in zip(places[start:end], text, strict=False) if not c.isspace()]
            top, bottom = min(place[1] for place in seen), max(place[3] for place in seen)
            size = min(bottom - top, *(place[3] - place[1] for place in seen))
            left, right = min(place[0] for place in seen), max(place[2] for place in seen)
            sources = cell.sources[start : start + len(text)]
            parts.append(Cell(text, sources, left, top, right, bottom, size, cell.letters, cell.bold))
        return parts

    def _is_scan(self) -> bool:
        return pictured_share(self.page, self.frame) > 0.5


def _length(cell: Cell) -> int:
    return len(cell.text)


def _without_dropped(text: str, sources: Sequence[int]) -> tuple[str, Sequence[int]]:
    kept = [n for n, c in enumerate(text) if not _DROPPED.match(c)]
    while kept and text[kept[0]].isspace():
        del kept[0]
    while kept and text[kept[-1]].isspace():
        del kept[-1]
    return "".join(text[n] for n in kept), [sources[n] for n in kept]
