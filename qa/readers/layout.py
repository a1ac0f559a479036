"""Pieces of text on a page → lines in reading order: columns one after the other, the cells of a row on one line.

PDF pages and recognised pictures share this. The order in which a file draws its text is right for most pages
and is kept, unless the places of the pieces contradict it.
"""

import re
from itertools import pairwise

from qa.readers.cell import Cell, is_right_to_left, joined
from qa.readers.gutters import columns

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
    zones = columns(cells, places)
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
