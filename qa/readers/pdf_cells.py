"""The text of a PDF page as pdfium gives it, as cells: pieces of lines with their place and size."""

import re
from collections.abc import Sequence
from ctypes import (
    POINTER,
    PYFUNCTYPE,
    addressof,
    c_double,
    c_float,
    c_int,
    c_ushort,
    c_void_p,
    cast,
    create_string_buffer,
    string_at,
)
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise
from math import hypot, pi
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from qa.readers.garbled import garbled_text, odd_characters
from qa.readers.layout import Cell

# pdfium writes U+FFFE for a hyphen at the end of a line, and leaves the line break out.
_LINE_END = "\r\n"
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


def _quick(function: Any, *types: Any) -> Any:
    """A function of pdfium that takes under a microsecond, bound without the type checks and the thread switch
    that cost as much again: there are five calls for every line."""
    return PYFUNCTYPE(*types)(cast(function, c_void_p).value or 0)


_box = _quick(pdfium.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
_object = _quick(pdfium.FPDFText_GetTextObject, c_void_p, c_void_p, c_int)
_mode = _quick(pdfium.FPDFTextObj_GetTextRenderMode, c_int, c_void_p)
_font = _quick(pdfium.FPDFTextObj_GetFont, c_void_p, c_void_p)
_matrix = _quick(pdfium.FPDFText_GetMatrix, c_int, c_void_p, c_int, c_void_p)
_size = _quick(pdfium.FPDFText_GetFontSize, c_double, c_void_p, c_int)
_name = _quick(pdfium.FPDFFont_GetBaseFontName, c_int, c_void_p, c_void_p, c_int)


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


class Frame:
    """From the coordinates of a page, upwards from its lower left corner, to points from its shown upper left."""

    def __init__(self, page: Any) -> None:
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, box)
        self.left, self.right = sorted((box.left, box.right))
        self.bottom, self.top = sorted((box.bottom, box.top))
        self.turns = pdfium.FPDFPage_GetRotation(page)
        size = self.right - self.left, self.top - self.bottom
        self.width, self.height = size[::-1] if self.turns % 2 else size

    def shown(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of a rectangle of the page."""
        if self.turns == 0:
            return left - self.left, self.top - top, right - self.left, self.top - bottom
        if self.turns == 1:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.turns == 2:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        return self.top - top, self.right - right, self.top - bottom, self.right - left


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


def characters(textpage: Any) -> tuple[str, Sequence[int]]:
    """The text, and the index that pdfium gives each of its characters."""
    count = max(0, pdfium.FPDFText_CountChars(textpage))
    buffer = _buffer(1 << (2 * count + 2).bit_length())
    written = pdfium.FPDFText_GetText(textpage, 0, count, cast(buffer, POINTER(c_ushort)))
    text = string_at(buffer, 2 * max(0, written - 1)).decode("utf-16-le", "surrogatepass")
    if len(text) == count:
        return text, range(count)
    # Some characters count in the one and not in the other, or twice (beyond the first 65,536).
    codes = [pdfium.FPDFText_GetUnicode(textpage, n) for n in range(count)]
    indexes = [n for n, code in enumerate(codes) if code > 3 and code < 0x110000]
    return "".join(chr(codes[n]) for n in indexes), indexes


@lru_cache(maxsize=30)
def _buffer(size: int) -> Any:
    """Shared by all pages: the type of an array of another length takes longer to make than a page to read."""
    return create_string_buffer(size)


class _Page:
    def __init__(self, page: Any, textpage: Any) -> None:
        self.page = page
        self.textpage = textpage
        self.address = cast(textpage, c_void_p).value
        self.frame = Frame(page)
        self._rectangle = pdfium.FS_RECTF()
        self._reference = addressof(self._rectangle)
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
            for part in _BREAK.split(line) if broken else (line,):
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
        drawn = _object(self.address, first)
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
                bold = self._style(last, _object(self.address, last), height)[1]
        cell = Cell(text, sources, left, top, right, bottom, size, letters, bold)
        if drawn and _mode(drawn) in _INVISIBLE:
            self._unseen.append(cell)
        return cell

    def _place(self, index: int) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of a character, in points of the shown page."""
        _box(self.address, index, self._reference)
        box = self._rectangle
        if self._turned:
            return self.frame.shown(box.left, box.top, box.right, box.bottom)
        left, top = self._corner
        return box.left - left, top - box.top, box.right - left, top - box.bottom

    def _style(self, index: int, drawn: int | None, height: float) -> tuple[float, bool]:
        """(size of its letters in points, whether they are bold). Looked up once for each font of the page."""
        font = _font(drawn) if drawn else 0
        style = self._styles.get(font)
        if style is None:
            style = self._styles[font] = self._font_style(index, font, height)
        return height * style[0], style[1]

    def _font_style(self, index: int, font: int, height: float) -> tuple[float, bool]:
        _matrix(self.address, index, addressof(self._scale))
        size = _size(self.address, index) * hypot(self._scale.c, self._scale.d)
        name = _buffer(_LONGEST_NAME)
        _name(font, addressof(name), _LONGEST_NAME)
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


def pictured_share(page: Any, frame: Frame) -> float:
    """Share (0 to 1) of the page that its largest picture covers."""
    box = [c_float() for _ in range(4)]
    largest = 0.0
    frame_area: float = frame.width * frame.height
    for n in range(pdfium.FPDFPage_CountObjects(page)):
        drawn = pdfium.FPDFPage_GetObject(page, n)
        if _is_picture(drawn):
            pdfium.FPDFPageObj_GetBounds(drawn, *box)
            left, bottom, right, top = (number.value for number in box)
            largest = max(largest, (right - left) * (top - bottom))
    return min(1.0, largest / max(1.0, frame_area))


def _is_picture(drawn: Any, depth: int = 3) -> bool:
    kind = pdfium.FPDFPageObj_GetType(drawn)
    if kind != pdfium.FPDF_PAGEOBJ_FORM or not depth:
        return bool(kind == pdfium.FPDF_PAGEOBJ_IMAGE)
    parts = range(min(50, pdfium.FPDFFormObj_CountObjects(drawn)))
    return any(_is_picture(pdfium.FPDFFormObj_GetObject(drawn, n), depth - 1) for n in parts)
