"""Where the characters of a PDF page stand, for many of them at once."""

from collections import deque
from collections.abc import Sequence
from ctypes import addressof, c_void_p, cast
from itertools import repeat
from typing import Any

import numpy as np

from qa.readers.pdf_calls import buffer_of, char_box
from qa.readers.pdf_frame import Frame

Numbers = np.ndarray[Any, np.dtype[np.float64]]
# Bytes of an FS_RECTF: left, top, right, bottom.
_BOX = 16


class Places:
    """Of a page whose text is loaded; in points of the page as it is shown."""

    def __init__(self, page: Any, textpage: Any) -> None:
        self.frame = Frame(page)
        self.address = cast(textpage, c_void_p).value or 0

    def of(self, indexes: Sequence[int]) -> Numbers:
        """Left, top, right and bottom edges, of shape (4, number of characters). Indexes are those of pdfium.

        They are as high as the line, whatever the letter.
        """
        size = _BOX * len(indexes)
        buffer = buffer_of(1 << (size + _BOX).bit_length())
        start = addressof(buffer)
        # Without a loop in Python: it would take longer than pdfium.
        deque(map(char_box, repeat(self.address), indexes, range(start, start + size, _BOX)), maxlen=0)
        boxes = np.frombuffer(buffer, np.float32, 4 * len(indexes)).reshape(-1, 4).T.astype(np.float64)
        return np.array(self.frame.shown(*boxes))


def lines_of(first: Numbers, last: Numbers) -> Numbers:
    """Left, top, right and bottom edges and sizes of lines, of shape (5, lines), from the edges of their first
    and of their last characters.

    The size is 0 where these two are not on one level.
    """
    left, top, right, bottom = first
    left2, top2, right2, bottom2 = last
    size, size2 = bottom - top, bottom2 - top2
    shift = np.abs(bottom2 - bottom)
    ends = np.minimum(left, left2), np.maximum(right, right2)
    if ((shift < 0.8 * size) & (size2 > 0.7 * size)).all():  # nearly every page; each step takes its time
        return np.array([ends[0], top2, ends[1], bottom2, np.minimum(size, size2)])
    turned = (shift >= 0.8 * size) & (shift > 0.8 * size2) & (shift > 0)
    # A first character may be higher than its line (an initial), or lower (a mark).
    like = ~turned & (size2 > 0.7 * size)
    return np.array(
        [
            ends[0],
            np.where(turned, np.minimum(top, top2), np.where(like, top2, top)),
            ends[1],
            np.where(turned, np.maximum(bottom, bottom2), np.where(like, bottom2, bottom)),
            np.where(turned, 0.0, np.where(like, np.minimum(size, size2), size)),
        ]
    )
