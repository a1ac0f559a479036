"""PDF by pdfium: the text of each page, in the order that pdfium gives it."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from qa.readers.document import (
    Document,
    Heading,
    Page,
    ReadLimits,
    UnreadableFile,
    canonical,
    finished,
    too_long,
)
from qa.readers.encoding import junk_share

# pdfium writes U+FFFE for a hyphen at the end of a line, and leaves the line break out.
_BREAK = re.compile("(\\w{0,40})\ufffe(?:\r\n)?(\\w{0,40})")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TRAILING = re.compile("[ \t]+(?=\n)")
_BETWEEN_PAGES = "\n\n"
# Written together in one text.
_EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "FULLWIDTH", "LATIN"}


def read(path: Path, limits: ReadLimits) -> Document:
    """Text and pages, and headings where bookmarks can be found on their page.

    Raises UnreadableFile when it is locked or damaged, or when no page has readable text.
    """
    with _open(path) as file:
        raw, warnings = _pages(path, file, limits)
        texts = [_clean(page) for page in _joined(raw)]
        if not any(texts):
            raise UnreadableFile(path, _why_empty(file, warnings))
        text, pages = _together(texts)
        headings = tuple(_headings(file, text, pages))
    return finished(path, limits, "pdf", text, headings, pages, warnings)


def _open(path: Path) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            reason = "is locked with a password. Save a copy without one."
        else:
            reason = "is damaged, or not a PDF. Open it in a PDF viewer and save it again."
        raise UnreadableFile(path, reason) from error


def _pages(path: Path, file: Any, limits: ReadLimits) -> tuple[list[str], tuple[str, ...]]:
    """The text of each page as pdfium gives it ("" for a page without readable text), and warnings."""
    texts: list[str] = []
    damaged: list[int] = []
    empty: list[int] = []
    garbled: list[int] = []
    characters = 0
    for number in range(1, len(file) + 1):
        text = _page(file, number - 1)
        if text is None:
            damaged.append(number)
        elif not text.strip():
            empty.append(number)
        elif garbled_text(text):
            garbled.append(number)
            text = ""
        texts.append(text or "")
        characters += len(texts[-1])
        if characters > limits.text_characters:
            raise too_long(path, limits)
    problems = (
        (damaged, "cannot be read: the file is damaged there"),
        (empty, "without text (blank, or a picture)"),
        (garbled, "left out: the text stored for them is not what they show"),
    )
    return texts, tuple(f"{_numbers(numbers)} {what}." for numbers, what in problems if numbers)


def _page(file: Any, index: int) -> str | None:
    try:
        page = file[index]
        try:
            textpage = page.get_textpage()
            text: str = textpage.get_text_range()
            textpage.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return None
    return text


def _numbers(numbers: list[int]) -> str:
    """`Page 3`, or `Pages 1-3, 7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    listed = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"{'Page' if len(numbers) == 1 else 'Pages'} {listed}"


def garbled_text(text: str) -> bool:
    """Whether a text layer is junk: fonts without a true mapping give control characters, or letters of
    many scripts mixed within words."""
    scripts = [_script(c) for c in text if c.isalpha()]
    changes = sum(one != next_ for one, next_ in pairwise(scripts))
    mixed = len(scripts) > 50 and changes > len(scripts) * 0.3
    private = sum("\ue000" <= c <= "\uf8ff" for c in text)
    return mixed or private > len(text) * 0.2 or junk_share(text.replace("\ufffe", "")) > 0.1


@lru_cache(maxsize=10_000)
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").split()[0]
    return "CJK" if name in _EAST_ASIAN else name


def _joined(texts: list[str]) -> list[str]:
    """Words that were broken at a line end, whole again.

    Whether the hyphen belongs to the word (self-publishing) or to the line (docu-ment), the rest of the
    document says: it stays when both halves occur as words and the joined word does not.
    """
    if not any("\ufffe" in text for text in texts):
        return texts
    words = {word.lower() for text in texts for word in re.findall(r"\w+", _BREAK.sub(" ", text))}

    def join(found: re.Match[str]) -> str:
        left, right = found[1], found[2]
        if (left + right).lower() in words:
            return left + right
        compound = left.lower() in words and right.lower() in words
        return f"{left}-{right}" if compound or left[-1:].isdigit() or right[:1].isupper() else left + right

    return [_BREAK.sub(join, text) for text in texts]


def _clean(text: str) -> str:
    return _TRAILING.sub("", _CONTROL.sub("", canonical(text))).strip()


def _together(texts: list[str]) -> tuple[str, tuple[Page, ...]]:
    """The whole text, and pages that tile it: the gap before a page belongs to the page it follows."""
    last = max(n for n, text in enumerate(texts) if text)
    pieces = [text + _BETWEEN_PAGES if text and n < last else text for n, text in enumerate(texts)]
    pages = []
    offset = 0
    for number, piece in enumerate(pieces, 1):
        pages.append(Page(number, offset, offset + len(piece)))
        offset += len(piece)
    return "".join(pieces), tuple(pages)


def _headings(file: Any, text: str, pages: tuple[Page, ...]) -> Iterator[Heading]:
    """Bookmarks whose title stands on the page they point to, at the start of a line, in order."""
    reached = 0
    for bookmark in file.get_toc():
        words = canonical(bookmark.get_title()).split()
        destination = bookmark.get_dest()
        index = destination.get_index() if destination else None
        if not words or index is None or not 0 <= index < len(pages):
            continue
        pattern = re.compile("^" + r"\s+".join(map(re.escape, words)), re.IGNORECASE | re.MULTILINE)
        found = pattern.search(text, max(reached, pages[index].start), pages[index].end)
        if found:
            reached = found.end()
            yield Heading(bookmark.level + 1, " ".join(words), found.start(), found.end())


def _why_empty(file: Any, warnings: tuple[str, ...]) -> str:
    if any("left out" in warning for warning in warnings):
        return (
            "has a text layer that is not what its pages show (a font without a character map). "
            "Recognising text in pictures is not available yet."
        )
    if any(_has_picture(page) for page in file):
        return (
            "looks like a scan: its pages are pictures without a text layer. "
            "Recognising text in pictures (OCR) is not available yet."
        )
    return "is empty: no page holds text. Nothing needs to be done."


def _has_picture(page: Any) -> bool:
    kinds = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING)
    return any(True for _ in page.get_objects(filter=kinds))
