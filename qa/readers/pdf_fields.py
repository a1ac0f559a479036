"""What stands in the fields and text notes of a PDF page, as cells among those of its text."""

from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, c_ushort, cast, create_string_buffer
from typing import Any

import pypdfium2.raw as pdfium

from qa.readers.cell import Cell
from qa.readers.pdf_frame import Frame

_TICKED = "\N{BALLOT BOX WITH CHECK}"
_TICKS = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_WRITTEN = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
_UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW


def with_fields(page: Any, form: Any, cells: list[Cell]) -> list[Cell]:
    """The cells, and those of filled fields and typed notes where they stand. `form` is None without any.

    Their characters have no index in pdfium's text: their source is -2 - n for the annotation with index n.
    """
    found = [cell for n in range(pdfium.FPDFPage_GetAnnotCount(page)) for cell in _annotation(page, form, n)]
    for cell in found:
        cells.insert(_position(cells, cell), cell)
    return cells


def place(page: Any, index: int) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of an annotation, in points of the shown page."""
    with _annotations(page, index) as annotation:
        return _rectangle(page, annotation)


@contextmanager
def _annotations(page: Any, index: int) -> Iterator[Any]:
    annotation = pdfium.FPDFPage_GetAnnot(page, index)
    try:
        yield annotation
    finally:
        pdfium.FPDFPage_CloseAnnot(annotation)


def _annotation(page: Any, form: Any, index: int) -> Iterator[Cell]:
    with _annotations(page, index) as annotation:
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        if kind not in (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT):
            return
        if pdfium.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
            return
        text = _contents(annotation) if kind == pdfium.FPDF_ANNOT_FREETEXT else _value(form, annotation)
        left, top, right, bottom = _rectangle(page, annotation)
    height = bottom - top
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    for n, line in enumerate(lines):
        upper, lower = top + height * n / len(lines), top + height * (n + 1) / len(lines)
        size = min(height / len(lines), 14.0)
        middle = (upper + lower) / 2
        yield Cell(line, [-2 - index] * len(line), left, middle - size / 2, right, middle + size / 2, size, size)


def _rectangle(page: Any, annotation: Any) -> tuple[float, float, float, float]:
    box = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, box)
    (left, right), (bottom, top) = sorted((box.left, box.right)), sorted((box.bottom, box.top))
    return Frame(page).shown(left, top, right, bottom)


def _value(form: Any, annotation: Any) -> str:
    if form is None:
        return ""
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _TICKS:
        return _TICKED if pdfium.FPDFAnnot_IsChecked(form, annotation) else ""
    if kind in _WRITTEN and not pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD:
        return _string(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)
    return ""


_PASSWORD = 1 << 13
"""Bit 14 of the flags of a text field: what is typed into it is not shown."""


def _contents(annotation: Any) -> str:
    return _string(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents")


def _string(function: Any, *arguments: Any) -> str:
    size = function(*arguments, None, 0)
    buffer = create_string_buffer(size + 2)
    function(*arguments, cast(buffer, POINTER(c_ushort)), size)
    return buffer.raw[:size].decode("utf-16-le", "replace").split("\0")[0]


def _position(cells: list[Cell], cell: Cell) -> int:
    """After its neighbour on the left, else after what stands above it."""
    middle = (cell.top + cell.bottom) / 2
    beside = [n for n, c in enumerate(cells) if c.top < middle < c.bottom and c.left <= cell.left]
    if beside:
        return max(beside, key=lambda n: cells[n].left) + 1
    above = [n for n, c in enumerate(cells) if c.bottom <= middle]
    return max(above, key=lambda n: cells[n].bottom) + 1 if above else 0
