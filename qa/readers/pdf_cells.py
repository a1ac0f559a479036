"""The text of a PDF page as pdfium gives it, as cells: pieces of lines with their place and size."""

import re
from collections.abc import Sequence
from itertools import compress, groupby, repeat
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from qa.readers.cell import Cell
from qa.readers.garbled import garbled_text, odd_characters, with_ligatures
from qa.readers.pdf_calls import characters
from qa.readers.pdf_fonts import Fonts
from qa.readers.pdf_frame import Frame
from qa.readers.pdf_gaps import cut_at_gaps, cut_at_levels
from qa.readers.pdf_places import Numbers, Places, lines_of
from qa.readers.pdf_unseen import OUTSIDE, TINY, Unseen, is_tiny

# pdfium writes U+FFFE for a hyphen at the end of a line, and leaves the line break out.
_LINE_END = "\r\n"
_BREAK = re.compile("(?<=\ufffe)")
_DROPPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\uffff]")
_LAM = "\u0644"
_ALEF_LAM = re.compile(f"[\u0622\u0623\u0625\u0627\u0671]{_LAM}")


Hidden = tuple[str, str]
"""Why nobody sees it, and what it says."""


class PageText(NamedTuple):
    """What stands on a page. Sizes are in points as the page is shown, turned and cropped."""

    width: float
    height: float
    cells: list[Cell]
    raw: str
    """As pdfium gives it."""
    hidden: tuple[Hidden, ...]
    """What was left out, in its order."""
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
        return _read(page, textpage)
    finally:
        pdfium.FPDFText_ClosePage(textpage)


def _read(page: Any, textpage: Any) -> PageText:
    places = Places(page, textpage)
    frame = places.frame
    text, indexes = characters(textpage)
    if _LAM in text:
        text = _with_lam_before_alef(places, text, indexes)
    odd = odd_characters(text)
    garbled = garbled_text(text, odd)
    if odd:
        text, indexes = with_ligatures(text, indexes)
    texts, sources = _lines(text, indexes, odd > 0)
    cells, hidden = _cells(page, places, texts, sources) if texts else ([], ())
    if not all(cell.size for cell in cells):
        cells = cut_at_levels(textpage, places, cells)
    cells = cut_at_gaps(textpage, places, cells)
    return PageText(frame.width, frame.height, cells, text, hidden, garbled)


def _with_lam_before_alef(places: Places, text: str, indexes: Sequence[int]) -> str:
    """A ligature of the two has one box; written from right to left, some fonts name its letters the other
    way round."""
    letters = list(text)
    for found in _ALEF_LAM.finditer(text):
        n = found.start()
        one, next_ = places.of(indexes[n : n + 2]).T.tolist()
        if one == next_:
            letters[n : n + 2] = letters[n + 1], letters[n]
    return "".join(letters)


def _lines(text: str, indexes: Sequence[int], odd: bool) -> tuple[list[str], list[Sequence[int]]]:
    """The lines of a page that say something, and the index of each of their characters."""
    texts: list[str] = []
    sources: list[Sequence[int]] = []
    end = -len(_LINE_END)
    broken = "\ufffe" in text
    for line in text.split(_LINE_END):
        end += len(_LINE_END)
        for part in _BREAK.split(line) if broken and "\ufffe" in line else (line,):
            end += len(part)
            piece = part.lstrip()
            start = end - len(piece)
            piece = piece.rstrip()
            own = indexes[start : start + len(piece)]
            if odd and _DROPPED.search(piece):
                piece, own = _without_dropped(piece, own)
            if piece and piece != "\ufffe":
                texts.append(piece)
                sources.append(own)
    return texts, sources


def _without_dropped(text: str, sources: Sequence[int]) -> tuple[str, Sequence[int]]:
    kept = [n for n, c in enumerate(text) if not _DROPPED.match(c)]
    while kept and text[kept[0]].isspace():
        del kept[0]
    while kept and text[kept[-1]].isspace():
        del kept[-1]
    return "".join(text[n] for n in kept), [sources[n] for n in kept]


def _cells(
    page: Any, places: Places, texts: list[str], sources: list[Sequence[int]]
) -> tuple[list[Cell], tuple[Hidden, ...]]:
    """A cell for each line that is seen on the page, and what was left out."""
    hidden: list[Hidden] = []
    unseen = Unseen(page, places, sources[-1][-1] + 1)
    if unseen.suspected:
        texts, sources = _seen(unseen, texts, sources, hidden)
        if not texts:
            return [], tuple(hidden)
    firsts = [own[0] for own in sources]
    # The mark of a break has no place of its own.
    lasts = [own[-2 if text[-1] == "\ufffe" else -1] for text, own in zip(texts, sources, strict=True)]
    edges = places.of(firsts + lasts)
    first, last = edges[:, : len(texts)], edges[:, len(texts) :]
    letters, bold = Fonts(places.address).styles(firsts, lasts, (first[3] - first[1]).tolist())
    lines = lines_of(first, last)
    kept = _kept(lines, places.frame, texts, is_tiny(letters, texts), hidden)
    rows = zip(texts, sources, *lines.tolist(), letters, bold, repeat(1))
    return list(map(Cell._make, compress(rows, kept) if kept else rows)), tuple(hidden)


def _seen(
    unseen: Unseen, texts: Sequence[str], sources: Sequence[Sequence[int]], hidden: list[Hidden]
) -> tuple[list[str], list[Sequence[int]]]:
    """The lines without the characters that nobody sees, which are told of in `hidden`."""
    seen_texts: list[str] = []
    seen_sources: list[Sequence[int]] = []
    for text, own, reasons in zip(texts, sources, unseen.reasons(sources), strict=True):
        for reason in dict.fromkeys(filter(None, reasons)):
            words = "".join(c for c, why in zip(text, reasons, strict=True) if why == reason or c == " ")
            hidden.append((reason, words.strip()))
        if not any(reasons):
            seen_texts.append(text)
            seen_sources.append(own)
            continue
        for _, run in groupby(range(len(text)), key=lambda n: bool(reasons[n])):
            part = list(run)
            while part and text[part[0]].isspace():
                del part[0]
            while part and text[part[-1]].isspace():
                del part[-1]
            if part and not reasons[part[0]]:
                seen_texts.append("".join(text[n] for n in part))
                seen_sources.append([own[n] for n in part])
    return seen_texts, seen_sources


def _kept(
    lines: Numbers, frame: Frame, texts: Sequence[str], tiny: Sequence[bool], hidden: list[Hidden]
) -> list[bool]:
    """Of each line, whether it is seen on the page; nothing where all are.

    What stands beside the page are marks for the printer, unless it is most of the text.
    """
    left, top, right, bottom, _ = lines
    within = right.min() > 0 and left.max() < frame.width and bottom.min() > 0 and top.max() < frame.height
    if within and not tiny:
        return []
    seen = ~np.array(tiny) if tiny else np.ones(len(texts), bool)
    inside = seen & (right > 0) & (left < frame.width) & (bottom > 0) & (top < frame.height)
    lengths = np.array(list(map(len, texts)))
    hidden += ((TINY, text) for text, one in zip(texts, seen, strict=True) if not one)
    if lengths[inside].sum() * 2 <= lengths[seen].sum():
        inside = seen
    hidden += ((OUTSIDE, text) for text, own, one in zip(texts, seen, inside, strict=True) if own and not one)
    kept: list[bool] = inside.tolist()
    return kept
