"""Lines of a PDF page cut into cells: where they go on beyond a gutter, and where they leave their level."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from math import pi
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from qa.readers.cell import Cell
from qa.readers.pdf_places import Numbers, Places

# A gap of as many heights of a line parts columns; no justified line has it between words.
_GAP = 0.8
_SAMPLED_LINES = 2
# Letters at each end of a line that are no part of the sample, and of a line long enough for one.
_END, _LONG = 15, 50
# Two characters one below the other may be anything.
_FEWEST_DOWN = 3
_BETWEEN_WORDS = re.compile(r"[^\W\d_] [^\W\d_]")


def cut_at_levels(textpage: Any, places: Places, cells: list[Cell]) -> list[Cell]:
    """The cells, those without a level cut where they leave it; turned text stays whole."""
    return [part for cell in cells for part in ([cell] if cell.size else _level_parts(textpage, places, cell))]


def _level_parts(textpage: Any, places: Places, cell: Cell) -> list[Cell]:
    angle = pdfium.FPDFText_GetCharAngle(textpage, cell.sources[0])
    turned = (angle - places.frame.turns * pi / 2) % (2 * pi)
    if 0.02 < turned < 2 * pi - 0.02:
        return [cell]
    edges = places.of(cell.sources)
    if _runs_down(edges[:, [n for n, c in enumerate(cell.text) if not c.isspace()]]):
        return [cell]
    left, top, right, bottom = edges.tolist()
    cuts = [0]
    for n in range(1, len(cell.text)):
        size = max(bottom[n - 1] - top[n - 1], bottom[n] - top[n])
        lower = bottom[n] > bottom[n - 1] + 0.8 * size
        if not cell.text[n].isspace() and lower and left[n] < right[n - 1]:
            cuts.append(n)
    return _cut(cell, edges, cuts)


def _runs_down(edges: Numbers) -> bool:
    """Whether characters stand one below the other, as in Japanese that is written from top to bottom."""
    left, top, right, bottom = edges
    middle, size = (left + right) / 2, np.maximum(right - left, bottom - top)[1:]
    below = top[1:] - top[:-1] > 0.3 * size
    return len(left) >= _FEWEST_DOWN and bool(below.all() and (np.abs(np.diff(middle)) < 0.5 * size).all())


def cut_at_gaps(textpage: Any, places: Places, cells: list[Cell]) -> list[Cell]:
    """The cells, cut at their wide gaps, if lines of prose have such."""
    if not cells or not _has_gaps(textpage, places, cells):
        return cells
    edges = places.of(list(chain.from_iterable(cell.sources for cell in cells)))
    ends = np.cumsum([len(cell.text) for cell in cells])[:-1]
    own = np.split(edges, ends, axis=1)
    return [part for cell, its in zip(cells, own, strict=True) for part in _parts(cell, its)]


def _has_gaps(textpage: Any, places: Places, cells: list[Cell]) -> bool:
    """Whether lines of prose go on beyond a gutter, judged by the longest few."""
    for cell in sorted(cells, key=_length, reverse=True)[:_SAMPLED_LINES]:
        length = len(cell.text)
        if length < _LONG or pdfium.FPDFText_CountRects(textpage, cell.sources[0], length) < 2:
            continue
        blanks = [found.start() for found in _BETWEEN_WORDS.finditer(cell.text, _END, length - _END)]
        left = places.of([cell.sources[n + 2] for n in blanks])[0]
        right = places.of([cell.sources[n] for n in blanks])[2]
        if (left - right > _GAP * cell.size).any():
            return True
    return False


def _parts(cell: Cell, edges: Numbers) -> list[Cell]:
    if not cell.size or " " not in cell.text:
        return [cell]
    shown = np.array([n for n, c in enumerate(cell.text) if not c.isspace()])
    left, right = edges[0][shown[1:]], edges[2][shown[:-1]]
    return _cut(cell, edges, [0, *shown[1:][left - right > _GAP * cell.size].tolist()])


def _cut(cell: Cell, edges: Numbers, cuts: Sequence[int]) -> list[Cell]:
    return list(_pieces(cell, edges, cuts)) if len(cuts) > 1 else [cell]


def _pieces(cell: Cell, edges: Numbers, cuts: Sequence[int]) -> Iterable[Cell]:
    for start, end in pairwise([*cuts, len(cell.text)]):
        text = cell.text[start:end].rstrip()
        left, top, right, bottom = edges[:, [start + n for n, c in enumerate(text) if not c.isspace()]]
        size = min(bottom.max() - top.min(), (bottom - top).min())
        sources = cell.sources[start : start + len(text)]
        yield cell._replace(
            text=text,
            sources=sources,
            left=float(left.min()),
            top=float(top.min()),
            right=float(right.max()),
            bottom=float(bottom.max()),
            size=float(size),
        )


def _length(cell: Cell) -> int:
    return len(cell.text)
