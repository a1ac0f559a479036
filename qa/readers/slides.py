"""What presentations have in common: a page for each slide, read from the top left."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from qa.readers.blocks import Block, Section, section

# Shapes whose tops differ by less than this share of the slide's height stand side by side.
_SIDE_BY_SIDE = 0.04


@dataclass(frozen=True)
class Shape:
    """Something on a slide, with its place in units of the file."""

    element: Any
    left: float = 0
    top: float = 0
    is_title: bool = False


def in_reading_order(shapes: Iterable[Shape], height: float) -> list[Shape]:
    """The title, then from top to bottom; from left to right where shapes stand side by side."""
    lines: list[list[Shape]] = []
    for shape in sorted(shapes, key=lambda shape: (not shape.is_title, shape.top)):
        first = lines[-1][0] if lines else None
        if first and first.is_title is shape.is_title and shape.top - first.top < _SIDE_BY_SIDE * height:
            lines[-1].append(shape)
        else:
            lines.append([shape])
    return [shape for line in lines for shape in sorted(line, key=lambda shape: shape.left)]


def slide(blocks: Iterable[Block], hidden: bool, notes: str) -> Section:
    """The slide with its notes; the page is called by its title."""
    shown = list(_with_notes(blocks, hidden, notes))
    title = next((" ".join(block.text.split()) for block in shown if block.level == 1), "")
    return section(shown, title)


def _with_notes(blocks: Iterable[Block], hidden: bool, notes: str) -> Iterator[Block]:
    yield from blocks
    if hidden:
        yield Block("(This slide is hidden.)")
    if notes.strip():
        yield Block(f"Notes: {notes.strip()}")


def hidden_warnings(numbers: list[int]) -> tuple[str, ...]:
    """Which slides a presentation would not show."""
    if not numbers:
        return ()
    if len(numbers) == 1:
        return (f"Slide {numbers[0]} is hidden in the presentation; it was read too.",)
    return (f"Slides {', '.join(map(str, numbers))} are hidden in the presentation; they were read too.",)
