"""What is printed around the text of every page: running headers and footers, and page numbers."""

import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from qa.readers.cell import Cell

# With fewer pages nothing can be said to be on all of them.
_FEWEST_PAGES = 3
# A run of so many page numbers is none by chance.
_FEWEST_RUNNING = 5
# Rows from the upper and from the lower edge that are looked at, and the share of the page they may stand in.
_ROWS = 4
_MARGIN = 0.22
_LEVEL = 5.0
"""Points that a header may move up or down between pages."""
_APART = 1.8
"""Heights of a line that part a header from the text, as the lines of a table are not."""
_LARGER = 1.15
"""Times the size of the text that a heading has at least."""
_LONGEST_SECTION = 40
_LONGEST_RUNNING_TITLE = 90
_FEWEST_LINE_NUMBERS = 10
_LINE_NUMBER = re.compile(r"[A-Z]?[0-9]{1,2}[A-Z]?")
_DIGITS = re.compile("[0-9]+")
_WORDS = re.compile(r"\w+")
_ROMAN = re.compile(r"(?=[ivxlcdm])m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})", re.IGNORECASE)
_NUMERALS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


class Sheet(NamedTuple):
    """A page as furniture is looked for on it: its cells, and its height in points."""

    cells: list[Cell]
    height: float


class Furniture(NamedTuple):
    """What was found on all pages together."""

    dropped: list[set[int]]
    """Of each page, the places of the cells that are no text of it."""
    labels: list[str]
    """The number printed on each page; "" where none is, or none that runs on."""


class _Row(NamedTuple):
    edge: str
    """"top" or "bottom"."""
    rank: int
    """Counted from the edge of the page."""
    away: float
    """Points from that edge."""
    places: list[int]
    """Of its cells on the page, from left to right."""
    text: str
    numbers: list[tuple[str, int, bool]]
    """(as written, value, whether Roman) of what could be the number of the page."""
    apart: bool
    """Whether it is further from the next row than the lines of a text or table are from one another."""


def found_on(sheets: Sequence[Sheet]) -> Furniture:
    """Headers, footers and page numbers. Nothing on documents of one or two pages."""
    dropped: list[set[int]] = [set() for _ in sheets]
    labels = [""] * len(sheets)
    if sum(bool(sheet.cells) for sheet in sheets) < _FEWEST_PAGES:
        return Furniture(dropped, labels)
    _drop_line_numbers(sheets, dropped)
    rows = [list(_outer_rows(sheet, gone)) for sheet, gone in zip(sheets, dropped, strict=True)]
    rows = _without_numbers_of_headings(sheets, rows)
    _write_labels(rows, labels)
    numbered = _numbered(rows, labels)
    repeated = _repeated(sheets, rows, labels)
    for page, (sheet, outer) in enumerate(zip(sheets, rows, strict=True)):
        for edge in ("top", "bottom"):
            for row in (row for row in outer if row.edge == edge):
                known = (edge, row.rank) in numbered[page]
                gone = row.places if known else _same(sheet, row, repeated[page])
                dropped[page].update(gone)
                if len(gone) < len(row.places):
                    break  # text of the page: what is further in is too
    return Furniture(dropped, labels)


def _outer_rows(sheet: Sheet, gone: set[int]) -> Iterator[_Row]:
    """The rows nearest to the upper and to the lower edge, from the edge inwards."""
    cells, height = sheet
    level = [(cell.top + cell.bottom, n) for n, cell in enumerate(cells) if cell.size and n not in gone]
    top = sorted((twice / 2, n) for twice, n in level)
    bottom = [(height - middle, n) for middle, n in reversed(top)]
    for edge, inwards in (("top", top), ("bottom", bottom)):
        rank = start = 0
        while start < len(inwards) and rank < _ROWS and inwards[start][0] < _MARGIN * height:
            away, first = inwards[start]
            end = start + 1
            while end < len(inwards) and inwards[end][0] - away < 0.5 * cells[first].size:
                end += 1
            places = sorted((n for _, n in inwards[start:end]), key=lambda n: cells[n].left)
            text = " ".join(cells[n].text for n in places)
            apart = end == len(inwards) or inwards[end][0] - away > _APART * cells[first].size
            yield _Row(edge, rank, away, places, text, list(_numbers(text)), apart)
            rank, start = rank + 1, end


def _without_numbers_of_headings(sheets: Sequence[Sheet], rows: list[list[_Row]]) -> list[list[_Row]]:
    """Where each chapter begins a page, "5 Faults" follows "4 Use" as page numbers do: larger than the text, and
    with words that no other page has there."""
    letters: Counter[float] = Counter()
    for sheet in sheets:
        for cell in sheet.cells:
            letters[round(cell.size, 1)] += len(cell.text)
    usual = letters.most_common(1)[0][0]
    pages = Counter(words for outer in rows for words in {_DIGITS.sub("", row.text) for row in outer})

    def heads(sheet: Sheet, row: _Row) -> bool:
        words = _DIGITS.sub("", row.text)
        larger = min(sheet.cells[n].size for n in row.places) > _LARGER * usual
        return larger and pages[words] == 1 and any(map(str.isalpha, words))

    return [
        [row._replace(numbers=[]) if row.numbers and heads(sheet, row) else row for row in outer]
        for sheet, outer in zip(sheets, rows, strict=True)
    ]


def _same(sheet: Sheet, row: _Row, repeated: set[str]) -> list[int]:
    """The places of a row's cells that stand on most pages.

    The name of a section beside them goes with them where the row stands apart; beside other numbers nothing
    does, as the row may be one of a table.
    """
    same = [n for n in row.places if sheet.cells[n].text in repeated]
    other = "".join(sheet.cells[n].text for n in row.places if n not in same)
    if same and row.apart and len(other) < _LONGEST_SECTION:
        return row.places
    return [] if any(map(str.isdigit, other)) else same


def _repeated(sheets: Sequence[Sheet], rows: list[list[_Row]], labels: list[str]) -> list[set[str]]:
    """Of each page, the texts that stand at one height on most pages, or on most left or right ones.

    They may differ in the number of the page, and where they stand apart from the text in any number.
    """
    seen: dict[tuple[str, str], dict[int, tuple[float, str]]] = defaultdict(dict)
    for page, (sheet, outer) in enumerate(zip(sheets, rows, strict=True)):
        own = (labels[page] or str(page + 1), str(page + 1))
        for row in outer:
            for text in (sheet.cells[n].text for n in row.places):
                key = text
                if row.apart and row.rank == 0:
                    key = _DIGITS.sub("#", text)
                elif any(map(str.isdigit, text)) or _ROMAN.fullmatch(text):
                    key = _WORDS.sub(lambda word: "#" if word[0] in own else word[0], text)  # noqa: B023
                seen[row.edge, key].setdefault(page, (row.away, text))
    repeated: list[set[str]] = [set() for _ in sheets]
    pages = [n for n, sheet in enumerate(sheets) if sheet.cells]
    for places in seen.values():
        if len(places) < _FEWEST_PAGES:
            continue
        usual = median(away for away, _ in places.values())
        on = [page for page, (away, _) in places.items() if abs(away - usual) < _LEVEL]
        if _on_most(on, pages):
            for page in on:
                repeated[page].add(places[page][1])
    return repeated


def _on_most(on: list[int], pages: list[int]) -> bool:
    if len(on) < _FEWEST_PAGES:
        return False
    if len(on) * 2 > len(pages):
        return True
    for side in (0, 1):
        facing = [page for page in pages if page % 2 == side]
        if sum(page % 2 == side for page in on) * 3 > len(facing) * 2:
            return True
    return False


def _write_labels(rows: list[list[_Row]], labels: list[str]) -> None:
    """The numbers that run on with the pages, at one height: on most pages, or on a run of several."""
    found: dict[tuple[str, bool, int], dict[int, tuple[float, str]]] = defaultdict(dict)
    for page, outer in enumerate(rows):
        for row in outer:
            for text, value, roman in row.numbers:
                found[row.edge, roman, value - page].setdefault(page, (row.away, text))
    for (_, roman, offset), places in sorted(found.items(), key=lambda run: -len(run[1])):
        usual = median(away for away, _ in places.values())
        on = [page for page, (away, _) in places.items() if abs(away - usual) < _LEVEL]
        if len(on) < min(_FEWEST_RUNNING, max(_FEWEST_PAGES, len(rows) // 2)):
            continue
        first, last = min(on), max(on)
        if len(on) < 0.6 * (last - first + 1) or any(labels[first : last + 1]):
            continue
        for page in range(first, last + 1):
            labels[page] = _roman(page + offset, places[on[0]][1]) if roman else str(page + offset)


def _numbered(rows: list[list[_Row]], labels: list[str]) -> list[set[tuple[str, int]]]:
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
        level = bisect(near, row.away + _LEVEL) - bisect(near, row.away - _LEVEL)
        enough = _FEWEST_PAGES if row.text == labels[page] else max(_FEWEST_PAGES, 0.25 * sum(map(bool, labels)))
        if level >= enough:
            numbered[page].add((row.edge, row.rank))
    return numbered


def _numbers(text: str) -> Iterator[tuple[str, int, bool]]:
    """Those at the ends of a row, where page numbers stand: also the 3 of "Page 3 of 12" and "3/12"."""
    if len(text) > _LONGEST_RUNNING_TITLE:
        return
    words = _WORDS.findall(text)
    for word in dict.fromkeys((*words[:2], *words[-3:])):
        if word.isdigit():
            if word.isascii() and len(word) < 5:
                yield word, int(word), False
        elif word[0] in "ivxlcdmIVXLCDM" and len(word) < 9 and _ROMAN.fullmatch(word):
            yield word, _value(word), True


def _value(roman: str) -> int:
    values = [_NUMERALS[letter] for letter in roman.lower()]
    return sum(-v if v < max(values[n:]) else v for n, v in enumerate(values))


def _roman(value: int, like: str) -> str:
    digits = []
    for size, numeral in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    ):
        while value >= size:
            digits.append(numeral)
            value -= size
    return "".join(digits).upper() if like.isupper() else "".join(digits)


def _drop_line_numbers(sheets: Sequence[Sheet], dropped: list[set[int]]) -> None:
    """Numbers that count the lines down the margin of most pages (drafts, pleadings)."""
    counted = [_line_numbers(sheet.cells) for sheet in sheets]
    if sum(map(bool, counted)) * 2 > len(sheets):
        for numbers, gone in zip(counted, dropped, strict=True):
            gone.update(numbers)


def _line_numbers(cells: list[Cell]) -> list[int]:
    """The places of numbers beside all text that grow by one from line to line; none where they are few."""
    numbers = [n for n, cell in enumerate(cells) if len(cell.text) < 5 and _LINE_NUMBER.fullmatch(cell.text)]
    if len(numbers) < _FEWEST_LINE_NUMBERS:
        return []
    texts = [cell for cell in cells if not _LINE_NUMBER.fullmatch(cell.text) and len(cell.text) > 20]
    left = min((cell.left for cell in texts), default=0.0)
    right = max((cell.right for cell in texts), default=0.0)
    beside = [n for n in numbers if cells[n].right <= left or cells[n].left >= right]
    beside.sort(key=lambda n: cells[n].top)
    values = [int("".join(filter(str.isdigit, cells[n].text))) for n in beside]
    steps = sum(next_ == value + 1 for value, next_ in pairwise(values))
    return beside if steps >= max(_FEWEST_LINE_NUMBERS - 1, 0.8 * len(beside)) else []
