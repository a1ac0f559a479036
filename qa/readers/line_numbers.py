"""Numbers that count the lines down the margin of a page, as in drafts and pleadings."""

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.readers.cell import Cell
from qa.readers.outer_rows import Paper

_FEWEST = 10
_NUMBER = re.compile(r"[A-Z]?[0-9]{1,2}[A-Z]?")


def drop_line_numbers(papers: Sequence[Paper], dropped: list[set[int]]) -> None:
    """Add their places to `dropped`, where most pages have them."""
    counted = [_line_numbers(paper.cells) for paper in papers]
    if sum(map(bool, counted)) * 2 > len(papers):
        for numbers, gone in zip(counted, dropped, strict=True):
            gone.update(numbers)


def _line_numbers(cells: list[Cell]) -> list[int]:
    """The places of numbers beside all text that grow by one from line to line; none where they are few."""
    numbers = [n for n, cell in enumerate(cells) if len(cell.text) < 5 and _NUMBER.fullmatch(cell.text)]
    if len(numbers) < _FEWEST:
        return []
    texts = [cell for cell in cells if not _NUMBER.fullmatch(cell.text) and len(cell.text) > 20]
    left = min((cell.left for cell in texts), default=0.0)
    right = max((cell.right for cell in texts), default=0.0)
    beside = [n for n in numbers if cells[n].right <= left or cells[n].left >= right]
    beside.sort(key=lambda n: cells[n].top)
    values = [int("".join(filter(str.isdigit, cells[n].text))) for n in beside]
    steps = sum(next_ == value + 1 for value, next_ in pairwise(values))
    return beside if steps >= max(_FEWEST - 1, 0.8 * len(beside)) else []
