"""The letters of a PDF page: how large typesetters call them, and whether they are bold."""

import re
from collections.abc import Sequence
from ctypes import addressof
from itertools import repeat
from math import hypot

import pypdfium2.raw as pdfium

from qa.readers.pdf_calls import buffer_of, char_matrix, font_name, font_of, font_size, text_object

_BOLD = re.compile("bold|black|heavy|demi|CMBX|SFBX|-Medi\\b", re.IGNORECASE)
_LONGEST_NAME = 256


class Fonts:
    """Those of a page; `address` is that of its loaded text."""

    def __init__(self, address: int) -> None:
        self._address = address
        self._matrix = pdfium.FS_MATRIX()
        # By the address of the font; none stands for characters that pdfium made up.
        self._styles: dict[int | None, tuple[float, bool]] = {None: (1.0, False)}

    def styles(
        self, firsts: Sequence[int], lasts: Sequence[int], heights: Sequence[float]
    ) -> tuple[list[float], list[bool]]:
        """Of lines with these first and last characters, which are so high: the size of the letters in points, and
        whether all are bold."""
        drawn = list(map(text_object, repeat(self._address), firsts))
        fonts = list(map(font_of, drawn))
        self._look_up(fonts, firsts, heights)
        found = [self._styles[font] for font in fonts]
        bold = [style[1] for style in found]
        if True in bold:
            bold = [
                one and self._is_bold(*last)
                for one, last in zip(bold, zip(lasts, heights, strict=True), strict=True)
            ]
        return [style[0] * height for style, height in zip(found, heights, strict=True)], bold

    def _is_bold(self, index: int, height: float) -> bool:
        font = font_of(text_object(self._address, index))
        self._look_up([font], [index], [height])
        return self._styles[font][1]

    def _look_up(self, fonts: Sequence[int | None], indexes: Sequence[int], heights: Sequence[float]) -> None:
        for font in set(fonts).difference(self._styles):
            n = fonts.index(font)
            self._styles[font] = self._style(font, indexes[n], heights[n])

    def _style(self, font: int | None, index: int, height: float) -> tuple[float, bool]:
        """(size of the letters as a share of the height of their line, whether they are bold)."""
        char_matrix(self._address, index, addressof(self._matrix))
        size = font_size(self._address, index) * hypot(self._matrix.c, self._matrix.d)
        name = buffer_of(_LONGEST_NAME)
        font_name(font, addressof(name), _LONGEST_NAME)
        bold = bool(_BOLD.search(name.value.decode("utf-8", "replace")))
        return (size / height if height > 0 and size > 0 else 1.0), bold
