"""Document → passages that tile its text exactly.

Each passage is an interval, and the intervals follow one another without gap or overlap, so that everything
later (highlighting, pages, citations) is arithmetic on offsets.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from qa.readers import Document, Heading
from qa.scripts import (
    BROKEN_LINE,
    CLAUSE,
    LINE,
    PARAGRAPH,
    SENTENCE,
    SURE_SENTENCE,
    WORD,
    seen_characters,
    whole_cut,
)

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

_SEPARATORS = (PARAGRAPH, LINE, SURE_SENTENCE, SENTENCE, CLAUSE, WORD)
# Where lines were broken to fit a page, their ends are no place to cut within a paragraph.
_WRAPPED_SEPARATORS = (PARAGRAPH, SURE_SENTENCE, LINE, SENTENCE, CLAUSE, WORD)
# Passages are sought in a stretch of this many lengths, so that beginning anew costs the same in every text.
_WINDOW = 16


@dataclass(frozen=True)
class Passage:
    """`document.text[start:end]`, and where it stands."""

    start: int
    end: int
    page: int | None
    """Number of the page that holds `start`; None where the format has no pages."""
    headings: tuple[str, ...]
    """Titles of the sections that its text begins in, outermost first, headings that open it among them."""


@dataclass(frozen=True)
class _Region:
    """A stretch between two bounds, cut on its own; its headings stand at its start or in its first lines."""

    text: str
    """Of the whole document."""
    wrapped: bool
    start: int
    end: int
    headings: tuple[Heading, ...]


def split(document: Document, characters: int = 500) -> list[Passage]:
    """Passages of at most `characters`, in order, that together are the whole text ([] for no text).

    They end at a page, a heading, a paragraph, a line, a sentence, a clause or a word, in this order of
    preference (sentence before line where lines are broken to fit a page); a heading stays with what follows it.
    Where there is none of these, they end between two character clusters; only a cluster longer than a passage is
    cut. They are shorter in scripts of which the embedding model would not see `characters` (Korean, Chinese).
    """
    page_starts = [page.start for page in document.pages]
    heading_starts = [heading.start for heading in document.headings]
    paths = list(_paths(document.headings))
    passages = []
    for region in _regions(document, characters):
        for start, end in pairwise(_without_blanks(document.text, list(_cuts(region, characters)), characters)):
            page = bisect_right(page_starts, start) - 1
            body = min(_after_headings(region, start), end - 1)
            section = bisect_right(heading_starts, body) - 1
            number = document.pages[page].number if page >= 0 else None
            passages.append(Passage(start, end, number, paths[section] if section >= 0 else ()))
    return passages


def _regions(document: Document, characters: int) -> Iterator[_Region]:
    """Cut whatever its length: at pages, and at headings unless the section before is tiny."""
    pages = {page.start for page in document.pages}
    tiny = characters * 2 // 5
    length = len(document.text)
    wrapped = document.kind == "pdf" or _is_wrapped(document.text)
    bounds = [0] if length else []
    for place in sorted(pages | {heading.start for heading in document.headings}):
        if bounds and bounds[-1] < place < length and (place in pages or place - bounds[-1] >= tiny):
            bounds.append(place)
    for start, end in pairwise([*bounds, length]):
        first = bisect_left(document.headings, start, key=lambda heading: heading.start)
        last = bisect_left(document.headings, end, key=lambda heading: heading.start)
        yield _Region(document.text, wrapped, start, end, document.headings[first:last])


def _is_wrapped(text: str) -> bool:
    """Whether lines go on in mid-sentence: 0.71 of the line ends of a licence text, 0.2-0.6 in PDF files, at
    most 0.05 in text whose lines are paragraphs, items or rows."""
    start = text[:200_000]
    ends = sum(1 for one, two in pairwise(start.split("\n")) if one and two)
    return len(BROKEN_LINE.findall(start)) > 0.15 * ends


def _cuts(region: _Region, characters: int) -> Iterator[int]:
    """The region's start, then the end of each of its passages."""
    start = region.start
    yield start
    while start < region.end:
        for cut in _pieces(region, start, characters):
            # Headings that would close a passage open the next one, and the rest is cut anew from there.
            end = _before_headings(region, start, cut) if cut < region.end else cut
            yield end
            start = end
            if end != cut:
                break


def _pieces(region: _Region, start: int, characters: int) -> Iterator[int]:
    """Ends of the next pieces from `start` on; the first begins with its headings, whatever follows."""
    text, stop = region.text, min(region.end, start + _WINDOW * characters)
    aimed = min(characters, seen_characters(text[start:stop]))
    body = _after_headings(region, start)
    room = aimed - (body - start)
    ends: list[int] = []
    if start < body < region.end and room >= aimed // 4:
        # Four times the length is enough to find where the first piece ends.
        ends += _ends(region, body, min(region.end, body + 4 * aimed), room)[:1]
    if not ends or ends[0] < stop:
        ends += _ends(region, ends[0] if ends else start, stop, aimed)
    if stop < region.end and len(ends) > 1:
        ends.pop()  # it may go on behind the window
    for cut in ends:
        if cut - start > aimed:  # because the cut before it was moved back
            return
        start = cut if cut == region.end else whole_cut(text, start, cut, start + aimed)
        yield start


def _ends(region: _Region, start: int, stop: int, characters: int) -> list[int]:
    """Ends of the splitter's pieces of `text[start:stop]`; what it cannot cut is cut between clusters."""
    ends = []
    for piece in _splitter(region.wrapped, characters).split_text(region.text[start:stop]):
        end = start + len(piece)
        while end - start > characters:
            start = whole_cut(region.text, start, start + characters, start + characters)
            ends.append(start)
        ends.append(end)
        start = end
    return ends


def _after_headings(region: _Region, start: int) -> int:
    """Where text begins that is neither heading nor blank; `start` itself when no heading comes first."""
    text, place = region.text, start
    for heading in region.headings:
        if heading.start >= start and heading.end <= region.end and not text[place : heading.start].strip():
            place = heading.end
    if place == start:
        return start
    rest = text[place : region.end]
    return place + len(rest) - len(rest.lstrip())


def _before_headings(region: _Region, start: int, cut: int) -> int:
    """`cut`, or the start of the headings right before it when other text of the passage precedes them."""
    text, place = region.text, cut
    for heading in reversed(region.headings):
        if start < heading.start < heading.end <= place and not text[heading.end : place].strip():
            place = heading.start
    return place if text[start:place].strip() else cut


def _without_blanks(text: str, bounds: list[int], characters: int) -> list[int]:
    """`bounds` of passages without those between which there is only white space, where there is room."""
    kept = bounds[:2]
    for end in bounds[2:]:
        blank = text[kept[-2] : kept[-1]].isspace() or text[kept[-1] : end].isspace()
        if blank and end - kept[-2] <= characters:
            kept[-1] = end
        else:
            kept.append(end)
    return kept


def prepare(characters: int) -> None:
    """Load what `split` needs, 0.4 s the first time, while something else is being waited for."""
    _splitter(False, characters)


def _paths(headings: Sequence[Heading]) -> Iterator[tuple[str, ...]]:
    """For each heading, the titles of the headings that enclose it, outermost first, and its own."""
    open_: list[Heading] = []
    for heading in headings:
        while open_ and open_[-1].level >= heading.level:
            open_.pop()
        open_.append(heading)
        yield tuple(one.title for one in open_)


@lru_cache(maxsize=64)
def _splitter(wrapped: bool, characters: int) -> "RecursiveCharacterTextSplitter":
    # Imported here: it loads langchain-core, 0.4 s that a start without changed documents need not wait.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=list(_WRAPPED_SEPARATORS if wrapped else _SEPARATORS),
        is_separator_regex=True,
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=characters,
        chunk_overlap=0,
    )
