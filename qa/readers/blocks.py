"""Paragraphs, headings, list items and table rows, put together into one text (HTML and Word share this)."""

from collections.abc import Iterable
from dataclasses import dataclass

from qa.readers.document import Heading, canonical


@dataclass(frozen=True)
class Block:
    """A piece of text that stands on lines of its own."""

    text: str
    level: int = 0
    """Of a heading, from 1; 0 for all else."""
    run: str = ""
    """What it is one of several of (item, row, ...): those of one run follow on the next line."""


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
        if block.level:
            headings.append(Heading(block.level, " ".join(text.split()), offset, offset + len(text)))
        pieces.append(text)
        offset += len(text)
        run = block.run
    return "".join(pieces), tuple(headings)


def row(cells: Iterable[str]) -> str:
    """One line for one table row; empty cells keep their place, so that columns can be told apart."""
    return " | ".join(" ".join(cell.split()) for cell in cells).rstrip("| ").lstrip(" ")
