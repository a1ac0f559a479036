"""A piece of text within one line of a page: what readers of pages make, and layout puts in order."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

NOWHERE = -1
"""The source of a character that stands nowhere on the page: a blank between cells, the end of a line."""

_RIGHT_TO_LEFT = ("\u0590", "\u08ff", "\ufb1d", "\ufefc")


class Cell(NamedTuple):
    """A piece of text within one line of a page. Lengths are in points, counted from the top left corner."""

    text: str
    sources: Sequence[int]
    """Of each character of `text`: where it comes from, for the reader that made the cell."""
    left: float
    top: float
    right: float
    bottom: float
    size: float
    """Height of its line; 0 where it does not run across the page (turned text)."""
    letters: float = 0.0
    """Size of its letters as typesetters count it."""
    bold: bool = False
    joined: int = 1
    """How many cells it was put together from."""


def is_right_to_left(cell: Cell) -> bool:
    """Whether its first letter is Hebrew, Arabic or of another script that runs from right to left."""
    if cell.text.isascii():
        return False
    letter = next((c for c in cell.text if c.isalpha()), "")
    return bisect_left(_RIGHT_TO_LEFT, letter) % 2 == 1 if letter else False


def joined(cells: list[Cell]) -> Cell:
    """Cells of one row as one, with a blank between them."""
    if len(cells) == 1:
        return cells[0]
    text: list[str] = []
    sources: list[int] = []
    for cell in cells:
        if text:
            text.append(" ")
            sources.append(NOWHERE)
        # A break within the row is none of the line's end.
        text.append(cell.text.replace("\ufffe", "-") if cell is not cells[-1] else cell.text)
        sources.extend(cell.sources)
    return Cell(
        "".join(text),
        sources,
        min(cell.left for cell in cells),
        min(cell.top for cell in cells),
        max(cell.right for cell in cells),
        max(cell.bottom for cell in cells),
        max(cell.size for cell in cells),
        max(cell.letters for cell in cells),
        all(cell.bold for cell in cells),
        sum(cell.joined for cell in cells),
    )
