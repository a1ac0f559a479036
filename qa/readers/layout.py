"""Pieces of text on a page → lines in reading order: columns one after the other, the cells of a row on one line.

PDF pages and recognised pictures share this. The order in which a file draws its text is right for most pages
and is kept, unless the places of the pieces contradict it.
"""

import re
from itertools import pairwise
from statistics import median

from qa.readers.cell import Cell, is_right_to_left, joined

# Fewest lines on each side of a gutter, and letters a line, that make two columns of prose; else it is a table.
_LINES = 3
_LETTERS_DRAWN_APART = 14
_LETTERS_INTERLEAVED = 20
# Width of a piece of a line, in heights of the line.
_PIECE = 3
# Width of the steps in which gutters are looked for, in points.
_STEP = 3.0
_EAST_ASIAN = re.compile("[\u3040-\u9fff]")
_WORDS_OF_A_CELL = 3
_LETTERS_OF_A_CELL = 25


def in_reading_order(cells: list[Cell]) -> list[Cell]:
    """The lines of a page, from its cells in the order in which they were drawn."""
    return _with_numbers_below(_ordered(cells))


def _ordered(cells: list[Cell]) -> list[Cell]:
    if _runs_down(cells):
        return cells
    level = [cell for cell in cells if cell.size]
    turned = [cell for cell in cells if not cell.size]
    places = {id(cell): place for place, cell in enumerate(cells)}
    rightmost_first = sum(map(is_right_to_left, level)) * 2 > len(level)
    return [*_region(level, places, rightmost_first), *_columns_from_the_right(turned)]


def _columns_from_the_right(turned: list[Cell]) -> list[Cell]:
    """Japanese and Chinese lines that run down begin at the right, whatever was drawn first."""
    down = [cell for cell in turned if cell.bottom - cell.top > cell.right - cell.left]
    if sum(bool(_EAST_ASIAN.search(cell.text)) for cell in down) * 2 <= len(turned):
        return turned
    tiers: list[list[Cell]] = []
    reached = -1e9
    for cell in sorted(turned, key=lambda cell: cell.top):
        if cell.top >= reached:
            tiers.append([])
        tiers[-1].append(cell)
        reached = max(reached, cell.bottom)
    return [cell for tier in tiers for cell in sorted(tier, key=lambda cell: -cell.right)]


def _runs_down(cells: list[Cell]) -> bool:
    reached = -1e9
    for cell in cells:
        if cell.top < reached or not cell.size:
            return False
        reached = cell.bottom - cell.size * 0.4
    return True


def _region(cells: list[Cell], places: dict[int, int], rightmost_first: bool) -> list[Cell]:
    """Columns are read one by one, between the lines that cross their gutter."""
    zones = _columns(cells, places) if len(cells) >= 2 * _LINES else None
    if zones is None:
        return _rows(cells, places, rightmost_first)
    lines: list[Cell] = []
    loose: list[Cell] = []
    for left, right in zones:
        if right is None:
            loose += left
            continue
        lines += _rows(loose, places, rightmost_first)
        loose = []
        sides = (right, left) if rightmost_first else (left, right)
        for side in sides:
            lines += _region(side, places, rightmost_first)
    return lines + _rows(loose, places, rightmost_first)


_Zones = list[tuple[list[Cell], list[Cell] | None]]


def _columns(cells: list[Cell], places: dict[int, int]) -> _Zones | None:
    """Zones of the region from top to bottom, by the gutter that parts most lines of prose.

    (left, right) are columns side by side, (cells, None) are none.
    """
    best: _Zones | None = None
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


def _zones(by_height: list[Cell], gutter: float, places: dict[int, int]) -> _Zones:
    zones: _Zones = []
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
        cells = [cell for cell in cells if cell.right - cell.left > _PIECE * cell.size]
        if len(cells) < _LINES:
            return False
    texts = [cell.text for cell in cells]
    whole = "".join(texts)
    alphabetic = sum(map(str.isalpha, whole))
    if alphabetic < letters * len(cells) * (0.5 if _is_wide(texts) else 1):
        return False
    if alphabetic < 2 * sum(map(str.isdigit, whole)):
        return False
    widths = [cell.right - cell.left for cell in cells]
    return drawn_apart or median(widths) > 0.6 * max(widths)


def _is_wide(texts: list[str]) -> bool:
    """Chinese, Japanese and Korean say as much with half the letters."""
    return sum("\u2e80" <= text[:1] <= "\ud7ff" for text in texts) * 2 > len(texts)


def _drawn(cells: list[Cell], places: dict[int, int]) -> list[Cell]:
    return sorted(cells, key=lambda cell: places[id(cell)])


def _grouped(cells: list[Cell]) -> list[list[Cell]]:
    """Rows from top to bottom: cells whose heights overlap by more than half of the lower one's."""
    rows: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda cell: cell.top + cell.bottom):
        if rows:
            beside = rows[-1][0]
            shared = min(cell.bottom, beside.bottom) - max(cell.top, beside.top)
            if shared > 0.5 * min(cell.bottom - cell.top, beside.bottom - beside.top):
                rows[-1].append(cell)
                continue
        rows.append([cell])
    return rows


def _rows(cells: list[Cell], places: dict[int, int], rightmost_first: bool) -> list[Cell]:
    """Lines in the order drawn, or from top to bottom where that leaps about; cells of a table row joined."""
    lines: list[tuple[int, Cell]] = []
    for row in _grouped(cells):
        row.sort(key=lambda cell: cell.left, reverse=rightmost_first)
        for part in _parts(row, places):
            lines.append((min(places[id(cell)] for cell in part), joined(part)))
    drawn = sorted(lines, key=lambda line: line[0])
    leaps = sum(next_[1].top < one[1].top - one[1].size for one, next_ in pairwise(drawn))
    return [line for _, line in (lines if leaps * 5 > len(lines) else drawn)]


def _parts(row: list[Cell], places: dict[int, int]) -> list[list[Cell]]:
    """What of a row belongs together: neighbours drawn one after the other, and cells of a table."""
    parts = [row[:1]]
    for cell in row[1:]:
        beside = parts[-1][-1]
        overlap = min(cell.right, beside.right) - max(cell.left, beside.left)
        adjacent = abs(places[id(cell)] - places[id(beside)]) == 1
        if overlap < cell.size and (adjacent or _is_short(cell) or _is_short(beside)):
            parts[-1].append(cell)
        else:
            parts.append([cell])
    return parts


def _is_short(cell: Cell) -> bool:
    """A number or a few words, as in the cells of a table."""
    text = cell.text
    few_words = len(text) <= _LETTERS_OF_A_CELL and text.count(" ") < _WORDS_OF_A_CELL
    return few_words or sum(map(str.isdigit, text)) * 2 > len(text)


def _with_numbers_below(lines: list[Cell]) -> list[Cell]:
    """Some tables set the numbers half a row below their label: where that goes on, they belong on one line."""
    pairs = {n for n, (label, numbers) in enumerate(pairwise(lines)) if _are_pair(label, numbers)}
    pairs = {n for n in pairs if n - 2 in pairs or n + 2 in pairs}
    if not pairs:
        return lines
    return [
        joined([line, lines[n + 1]]) if n in pairs else line for n, line in enumerate(lines) if n - 1 not in pairs
    ]


def _are_pair(label: Cell, numbers: Cell) -> bool:
    if numbers.left < label.right or not 0 < numbers.top - label.top < 1.7 * label.size:
        return False
    return not any(map(str.isalpha, numbers.text)) and any(map(str.isalpha, label.text))
