"""PDF by pdfium: text in reading order, without what is repeated around it, and pages as printed.

Text that nobody can see is left out and told of: drawn invisibly (unless it lies over a picture of the page: then
it is the text of a scan), in the colour of what lies behind it, too small, or beside the page. Scripts never run.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa.readers import ocr, pdf_file
from qa.readers.attachments import Attachment, Opened, attached
from qa.readers.blocks import Section, join
from qa.readers.document import Document, Heading, Page, ReadLimits, UnreadableFile, finished
from qa.readers.flagging import metadata_warnings, unseen_warnings
from qa.readers.pages import joined, numbers
from qa.readers.pdf_draft import Draft
from qa.readers.pdf_headings import PlacedLine, headings

_SCAN = "looks like a scan: its pages are pictures without a text layer. "
_JUNK = "has a text layer that is not what its pages show (a font without a character map). "


def read(path: Path, limits: ReadLimits) -> Document:
    """Text and pages, and headings from bookmarks or else from the size of the letters.

    Raises UnreadableFile when it is locked or damaged, or when no page has readable text.
    """
    with pdf_file.opened(path, limits) as file:
        draft = Draft(path, file, limits)
        laid = [draft.laid(file, number) for number in range(len(draft.pages))]
        parts, told = _attached(path, file, limits)
        if not any(page.text for page in laid) and not parts:
            raise UnreadableFile(path, _why_empty(draft, limits))
        text, pages = joined([page.text for page in laid], _labels(file, draft))
        lines = [
            [PlacedLine(page.start + start, page.start + end, line) for start, end, line in one.lines]
            for page, one in zip(pages, laid, strict=True)
        ]
        found = headings(file, text, pages, lines)
        metadata = pdf_file.metadata(file)
        warnings = (*_warnings(draft), *metadata_warnings(metadata), *told)
    text, found, pages = _with_attachments(text, found, pages, parts)
    return finished(path, limits, "pdf", text, found, pages, warnings)


def _attached(path: Path, file: Any, limits: ReadLimits) -> tuple[list[Section], list[str]]:
    """What can be read of the files that this one carries, and what is to be said about them."""
    opened = Opened(path, limits)
    parts: list[Section] = []
    names = []
    for name, size, handle in pdf_file.attachments(file):
        names.append(f"{name} ({_size(size)})")
        if size > limits.member_bytes:
            opened.warn(f"Attachment {name} was not opened: it is too large. Save it beside this file.")
            continue
        data = bytes(handle.get_data()) if size else b""
        parts += attached(opened, Attachment(name, data), 2)
    shown = names[:20] + ([f"and {len(names) - 20} more"] if len(names) > 20 else [])
    told = (
        [f"Files are attached to it: {', '.join(shown)}. What can be read of them follows its text."]
        if names
        else []
    )
    return parts, told + opened.warnings


def _with_attachments(
    text: str, found: tuple[Heading, ...], pages: tuple[Page, ...], parts: list[Section]
) -> tuple[str, tuple[Heading, ...], tuple[Page, ...]]:
    """Attachments stand on the last page, below headings with their names: a PDF has no other place for them."""
    if not parts:
        return text, found, pages
    added, below, _ = join(parts)
    start = len(text) + 2 if text else 0
    moved = (replace(heading, start=heading.start + start, end=heading.end + start) for heading in below)
    whole = f"{text}\n\n{added}" if text else added
    return whole, (*found, *moved), (*pages[:-1], replace(pages[-1], end=len(whole)))


def _labels(file: Any, draft: Draft) -> list[str]:
    """What the file calls its pages where it names them itself, else the numbers found printed on them."""
    own = [file.get_page_label(n) or "" for n in range(len(draft.pages))]
    counted = all(label in ("", str(n)) for n, label in enumerate(own, 1))
    return draft.furniture.labels if counted else own


def _warnings(draft: Draft) -> Iterator[str]:
    unread = [n for n, result in draft.results() if not result.readable]
    guessed = [n for n, result in draft.results() if result.readable and result.cells]
    blank = [n for n in draft.scanned if n not in draft.garbled and n not in guessed and n not in unread]
    empty = sorted({*blank, *(n for n in draft.blank if n not in draft.scanned)})
    junk = [n for n in draft.garbled if n not in guessed and n not in unread]
    some, most = ("was recognised from a picture", "were recognised from pictures")
    if draft.damaged:
        yield f"{numbers(draft.damaged)} cannot be read: the file is damaged there."
    if empty:
        yield f"{numbers(empty)} without text (blank, or a picture)."
    if junk:
        yield f"{numbers(junk)} left out: the text stored for them is not what they show."
    if guessed:
        yield f"{numbers(guessed)} {some if len(guessed) == 1 else most}; letters may be wrong."
    if unread:
        yield f"{numbers(unread)} left out: their letters could not be made out in the picture ({ocr.LANGUAGES})."
    yield from unseen_warnings(draft.hidden)


def _size(size: int) -> str:
    return f"{size} bytes" if size < 1000 else f"{size / 1000:,.0f} kB" if size < 1e6 else f"{size / 1e6:,.1f} MB"


def _why_empty(draft: Draft, limits: ReadLimits) -> str:
    if draft.garbled or draft.scanned:
        what = _JUNK if draft.garbled else _SCAN
        if not limits.ocr:
            return f"{what}Recognising text in pictures is switched off: set QA_OCR=true."
        if any(not result.readable for _, result in draft.results()):
            return f"{what}Its letters could not be made out in the pictures: {ocr.LANGUAGES}."
        if draft.garbled:
            return f"{what}No letters could be made out in the pictures either. Look at it in a viewer."
        return "holds pictures without text. Nothing needs to be done."
    if draft.damaged:
        return "is damaged: none of its pages with text can be read. Open it in a PDF viewer and save it again."
    return "is empty: no page holds text. Nothing needs to be done."
