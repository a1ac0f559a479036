"""A PDF file opened by pdfium: passwords, pages, attachments. Nothing in it is ever run."""

from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_ulong
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from qa.readers.document import ReadLimits, UnreadableFile

_DAMAGED = "is damaged, or not a PDF. Open it in a PDF viewer and save it again."
# Never compressed or encrypted itself.
_LOCK = b"/Encrypt"
_REASONS = {
    pdfium.FPDF_ERR_SECURITY: "is locked in a way that cannot be opened here. Save a copy without protection.",
}


@contextmanager
def opened(path: Path, limits: ReadLimits) -> Iterator[Any]:
    """The file, also where a password of the settings opens it, with its forms ready to be read.

    Raises UnreadableFile when it is locked or damaged. (This pdfium is built without a JavaScript engine.)
    """
    file = _open(path, limits)
    try:
        if file.get_formtype() != pdfium.FORMTYPE_NONE:
            file.init_forms()
        yield file
    finally:
        file.close()


def _open(path: Path, limits: ReadLimits) -> Any:
    # The first opens what is locked against changes only.
    for password in ("", *limits.passwords):
        try:
            return pypdfium2.PdfDocument(_nameable(path), password=password)
        except pypdfium2.PdfiumError as error:
            if error.err_code == pdfium.FPDF_ERR_FILE:
                path.open("rb").close()  # raises OSError with the true reason
            # pdfium may leave the error of the file before.
            locked = _LOCK in path.read_bytes()
            if error.err_code != pdfium.FPDF_ERR_PASSWORD or not locked:
                reason = _REASONS.get(error.err_code, _DAMAGED) if locked else _DAMAGED
                raise UnreadableFile(path, reason) from error
    from qa.readers.locked import refusal  # its library takes a while to load

    raise UnreadableFile(path, refusal(limits))


def _nameable(path: Path) -> Path | bytes:
    """The path, or the content of a file whose name pdfium cannot be told."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return path.read_bytes()
    return path


@contextmanager
def loaded(file: Any, index: int) -> Iterator[Any]:
    """A page (raw handle), counted from 0. Raises ValueError when it is damaged."""
    page = pdfium.FPDF_LoadPage(file.raw, index)
    if not page:
        raise ValueError("the page cannot be loaded")
    if file.formenv:
        # Without it, no box is ever ticked.
        pdfium.FORM_OnAfterLoadPage(page, file.formenv)
    try:
        yield page
    finally:
        if file.formenv:
            pdfium.FORM_OnBeforeClosePage(page, file.formenv)
        pdfium.FPDF_ClosePage(page)


def metadata(file: Any) -> list[str]:
    """Title, subject, keywords and author: they are no text of the document."""
    found: dict[str, str] = file.get_metadata_dict(skip_empty=True)
    return [found[name] for name in ("Title", "Subject", "Keywords", "Author") if name in found]


def attachments(file: Any) -> Iterator[tuple[str, int, Any]]:
    """(name, size in bytes, handle) of the files embedded in this one."""
    for n in range(file.count_attachments()):
        attachment = file.get_attachment(n)
        size = c_ulong()
        pdfium.FPDFAttachment_GetFile(attachment, None, 0, size)
        yield attachment.get_name() or f"attachment {n + 1}", size.value, attachment
