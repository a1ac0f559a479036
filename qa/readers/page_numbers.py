"""The numbers printed on pages: they run on with the pages, at one height."""

from bisect import bisect
from collections import defaultdict
from statistics import median

from qa.readers.outer_rows import Row
from qa.readers.roman import as_roman

# With fewer pages nothing can be said to be on all of them.
FEWEST_PAGES = 3
# A run of so many page numbers is none by chance.
_FEWEST_RUNNING = 5
LEVEL = 5.0
"""Points that a header may move up or down between pages."""


def write_labels(rows: list[list[Row]], labels: list[str]) -> None:
    """The numbers that run on with the pages, at one height: on most pages, or on a run of several."""
    found: dict[tuple[str, bool, int], dict[int, tuple[float, str]]] = defaultdict(dict)
    for page, outer in enumerate(rows):
        for row in outer:
            for text, value, roman in row.numbers:
                found[row.edge, roman, value - page].setdefault(page, (row.away, text))
    for (_, roman, offset), places in sorted(found.items(), key=lambda run: -len(run[1])):
        usual = median(away for away, _ in places.values())
        on = [page for page, (away, _) in places.items() if abs(away - usual) < LEVEL]
        if len(on) < min(_FEWEST_RUNNING, max(FEWEST_PAGES, len(rows) // 2)):
            continue
        first, last = min(on), max(on)
        if len(on) < 0.6 * (last - first + 1) or any(labels[first : last + 1]):
            continue
        for page in range(first, last + 1):
            label = as_roman(page + offset) if roman else str(page + offset)
            labels[page] = label.upper() if places[on[0]][1].isupper() else label


def numbered_rows(rows: list[list[Row]], labels: list[str]) -> list[set[tuple[str, int]]]:
    """Of each page, (edge, rank) of the rows that hold its printed number, where other pages have it too."""
    holding = [
        (page, row)
        for page, outer in enumerate(rows)
        for row in outer
        if labels[page] and any(text == labels[page] for text, _, _ in row.numbers)
    ]
    heights = {edge: sorted(row.away for _, row in holding if row.edge == edge) for edge in ("top", "bottom")}
    numbered: list[set[tuple[str, int]]] = [set() for _ in rows]
    for page, row in holding:
        near = heights[row.edge]
        level = bisect(near, row.away + LEVEL) - bisect(near, row.away - LEVEL)
        enough = FEWEST_PAGES if row.text == labels[page] else max(FEWEST_PAGES, 0.25 * sum(map(bool, labels)))
        if level >= enough:
            numbered[page].add((row.edge, row.rank))
    return numbered
