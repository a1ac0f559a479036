"""How a PDF page is shown: turned, cropped, and how much of it is a picture."""

from ctypes import c_float
from typing import Any

import pypdfium2.raw as pdfium


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
