"""Paragraphs, headings, list items and table rows, put together into one text; and such texts into pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qa.readers.document import Heading, Page, ReadLimits, canonical, too_long

# What is longer is a paragraph, whatever style its writer gave it.
_HEADING_CHARACTERS = 300
# A table with a longer cell is a page laid out with it.
CELL_CHARACTERS = 500
# Of a row, that one cell may span: a damaged file says anything.
MOST_CELLS = 100


@dataclass(frozen=True)
class Block:
    """A piece of text that stands on lines of its own."""

    text: str
    level: int = 0
    """Of a heading, from 1; 0 for all else."""
    run: str = ""
    """What it is one of several of (item, row, ...): those of one run follow on the next line."""
    anchor: str = ""
    """The name of a place that a table of contents points to; such a block has no text."""


def bounded(path: Path, limits: ReadLimits, blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, as long as they are no longer than a text may be (UnreadableFile)."""
    length = 0
    for block in blocks:
        length += len(block.text)
        if length > limits.text_characters:
            raise too_long(path, limits)
        yield block


def assemble(blocks: Iterable[Block]) -> tuple[str, tuple[Heading, ...]]:
    """The text of all blocks that are not blank, with an empty line between them, and its headings."""
    pieces: list[str] = []
    headings: list[Heading] = []
    offset = 0
    run = ""
    for block in blocks:
        text = canonical(block.text).strip("\n").rstrip()
        if not text or text.isspace():
            continue
        if pieces:
            gap = "\n" if run and run == block.run else "\n\n"
            pieces.append(gap)
            offset += len(gap)
        if block.level and len(text) <= _HEADING_CHARACTERS:
            headings.append(Heading(block.level, " ".join(text.split()), offset, offset + len(text)))
        pieces.append(text)
        offset += len(text)
        run = block.run
    return "".join(pieces), tuple(headings)


@dataclass(frozen=True)
class Section:
    """A text with its headings that stands among others: a chapter, a message, a slide, an attachment."""

    text: str
    headings: tuple[Heading, ...] = ()
    label: str = ""
    """Of the page that it becomes, where it becomes one."""


def section(blocks: Iterable[Block], label: str = "") -> Section:
    """What `assemble` makes of the blocks, to be joined with others."""
    text, headings = assemble(blocks)
    return Section(text, headings, label)


def join(sections: Iterable[Section]) -> tuple[str, tuple[Heading, ...], tuple[Page, ...]]:
    """The texts one after another with an empty line between them, their headings, and a page for each.

    The pages tile the text; that of a section without text is empty.
    """
    parts = list(sections)
    last = max((number for number, one in enumerate(parts) if one.text), default=-1)
    headings: list[Heading] = []
    pages: list[Page] = []
    pieces: list[str] = []
    offset = 0
    for number, one in enumerate(parts):
        piece = one.text + "\n\n" if one.text and number < last else one.text
        headings += (replace(h, start=h.start + offset, end=h.end + offset) for h in one.headings)
        pages.append(Page(number + 1, offset, offset + len(piece), one.label))
        pieces.append(piece)
        offset += len(piece)
    return "".join(pieces), tuple(headings), tuple(pages)


def row(cells: Iterable[str]) -> str:
    """One line for one table row; empty cells keep their place, so that columns can be told apart."""
    return " | ".join(" ".join(cell.split()) for cell in cells).rstrip("| ").lstrip(" ")
