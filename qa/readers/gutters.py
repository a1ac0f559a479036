"""Columns of prose on a page, found by the gutters between them; the columns of a table are none."""

from itertools import pairwise
from statistics import median

from qa.readers.cell import Cell

# Fewest lines on each side of a gutter, and letters a line, that make two columns of prose; else it is a table.
_LINES = 3
_LETTERS_DRAWN_APART = 14
_LETTERS_INTERLEAVED = 20
# Width of a piece of a line, in heights of the line.
_PIECE = 3
# Share of the letters that stand in lines, not in pieces.
_MOST = 0.85
# Width of the steps in which gutters are looked for, in points.
_STEP = 3.0

Zones = list[tuple[list[Cell], list[Cell] | None]]


def columns(cells: list[Cell], places: dict[int, int]) -> Zones | None:
    """Zones of the region from top to bottom, by the gutter that parts most lines of prose.

    (left, right) are columns side by side, (cells, None) are none.
    """
    if len(cells) < 2 * _LINES:
        return None
    best: Zones | None = None
    most = 0
    by_height = sorted(cells, key=lambda cell: cell.top + cell.bottom)
    for gutter in _gutters(cells):
        zones = _zones(by_height, gutter, places)
        parted = sum(len(left) + len(right) for left, right in zones if right is not None)
        if parted > most:
            best, most = zones, parted
    return best


def _gutters(cells: list[Cell]) -> list[float]:
    """Places across the page that few cells cover, between places that more do: at most six."""
    first, last = min(cell.left for cell in cells), max(cell.right for cell in cells)
    steps = int((last - first) / _STEP) + 2
    if not 4 < steps < 5000:
        return []
    changes = [0] * (steps + 1)
    for cell in cells:
        changes[int((cell.left - first) / _STEP)] += 1
        changes[int((cell.right - first) / _STEP) + 1] -= 1
    cover, covered = [], 0
    for change in changes[:steps]:
        covered += change
        cover.append(covered)
    found: list[tuple[int, int, float]] = []
    start = 0
    for n in range(1, steps):
        if cover[n] != cover[start]:
            if start > 0 and cover[start - 1] > cover[start] < cover[n]:
                found.append((cover[start], start - n, first + (start + n) / 2 * _STEP))
            start = n
    return [place for _, _, place in sorted(found)[:6]]


def _zones(by_height: list[Cell], gutter: float, places: dict[int, int]) -> Zones:
    zones: Zones = []
    left: list[Cell] = []
    right: list[Cell] = []
    crossing: list[Cell] = []

    def close() -> None:
        nonlocal left, right, crossing
        if crossing:
            zones.append((crossing, None))
        if _are_columns(left, right, places):
            zones.append((_drawn(left, places), _drawn(right, places)))
        elif left or right:
            zones.append((left + right, None))
        left, right, crossing = [], [], []

    for cell in by_height:
        if cell.left < gutter - 1 and cell.right > gutter + 1:
            if left or right:
                close()
            crossing.append(cell)
        elif cell.right <= gutter + 1:
            left.append(cell)
        else:
            right.append(cell)
    close()
    return zones


def _are_columns(left: list[Cell], right: list[Cell], places: dict[int, int]) -> bool:
    """Whether both sides are prose that stands side by side, rather than columns of a table."""
    if len(left) < _LINES or len(right) < _LINES:
        return False
    shared = min(left[-1].bottom, right[-1].bottom) - max(left[0].top, right[0].top)
    if shared < 2 * median(cell.size for cell in left):
        return False
    order = sorted([(places[id(cell)], 0) for cell in left] + [(places[id(cell)], 1) for cell in right])
    drawn_apart = sum(one[1] != next_[1] for one, next_ in pairwise(order)) * 8 <= len(order)
    letters = _LETTERS_DRAWN_APART if drawn_apart else _LETTERS_INTERLEAVED
    return _is_prose(left, letters, drawn_apart) and _is_prose(right, letters, drawn_apart)


def _is_prose(cells: list[Cell], letters: int, drawn_apart: bool) -> bool:
    """Lines of many letters; where the sides were drawn by turns, they also fill the width of their column."""
    if drawn_apart:
        # Formulas are drawn in pieces, which are no lines.
        lines = [cell for cell in cells if cell.right - cell.left > _PIECE * cell.size]
        if len(lines) < _LINES or _alphabetic(lines) < _MOST * _alphabetic(cells):
            return False
        cells = lines
    texts = [cell.text for cell in cells]
    alphabetic = _alphabetic(cells)
    if alphabetic < letters * len(cells) * (0.5 if _is_wide(texts) else 1):
        return False
    if alphabetic < 2 * sum(map(str.isdigit, "".join(texts))):
        return False
    widths = [cell.right - cell.left for cell in cells]
    return drawn_apart or median(widths) > 0.6 * max(widths)


def _alphabetic(cells: list[Cell]) -> int:
    return sum(map(str.isalpha, "".join([cell.text for cell in cells])))


def _is_wide(texts: list[str]) -> bool:
    """Chinese, Japanese and Korean say as much with half the letters."""
    return sum("\u2e80" <= text[:1] <= "\ud7ff" for text in texts) * 2 > len(texts)


def _drawn(cells: list[Cell], places: dict[int, int]) -> list[Cell]:
    return sorted(cells, key=lambda cell: places[id(cell)])
