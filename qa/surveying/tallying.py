"""How many rows of a table there are, or of those that a question means: counted in the table itself.

Only where one table fits and every word of the question has its place in it: else it is an ordinary question.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.facts.spans import content
from qa.facts.words import word_set
from qa.store import Filed
from qa.surveying.grids import Grid, GridRow, grids
from qa.surveying.reach import Reach
from qa.surveying.records import Line, Outcome, Plan, Words

_ASKED = re.compile(
    r"how many (?P<what>[\w' -]{3,60}?) (?:(?:is|are|was|were|do|does|did|has|have|had|belong|start|ends?)\b"
    r"(?P<rest>.*)|(?P<that>(?:with|from|of|for|in|on|under)\b.*))",
    re.IGNORECASE,
)
# What a question says besides what it counts.
_IDLE = frozenset().union(
    *map(
        content,
        word_set(
            "list listed table total belong belonging assigned given named have own owned there row entry entries"
            " document file library record recorded start work live whose altogether overall contain"
        ),
    )
)
_NUMERIC = re.compile(r"[\s$€£¥(-]*\d[\d.,\s]*[\w%°)/ ]{0,12}")
# Documents and characters that are looked through for one question.
_MOST_DOCUMENTS, _MOST_CHARACTERS, _MOST_PASSAGES = 40, 4_000_000, 50_000


@dataclass(frozen=True)
class _Tally:
    """The rows of a table that a question means; `said` says which, column by column."""

    document: Filed
    grid: Grid
    rows: tuple[GridRow, ...]
    said: str


def counted_things(question: str) -> str:
    """What a question asks the number of, in its own words; empty when it is no such question."""
    match = _ASKED.match(question.strip())
    return match["what"] if match else ""


def tallied(plan: Plan, within: Reach) -> Iterator[Outcome]:
    """The rows that the question means, and their number; nothing where that is not certain."""
    things = counted_things(plan.subject)
    if within.passages > _MOST_PASSAGES:
        return
    found = [
        tally
        for document, grid in _grids(things, within)
        if (tally := _tally(plan.subject, things, document, grid))
    ]
    if len(found) == 1:
        yield Outcome(tuple(_lines(things, found[0])), within.coverage())


def _grids(things: str, within: Reach) -> Iterator[tuple[Filed, Grid]]:
    if not things:
        return
    known = within.store.holding(things, {document.id for document in within.documents})
    left = _MOST_CHARACTERS
    for document in [document for document in within.documents if document.id in known][:_MOST_DOCUMENTS]:
        text = within.text(document) or ""
        left -= len(text)
        if left > 0 and " | " in text:
            yield from ((document, grid) for grid in grids(within.store.document(document.id)))


def _tally(question: str, things: str, document: Filed, grid: Grid) -> _Tally | None:
    wanted = content(things)
    labels = frozenset().union(*(content(head) for head, numeric in _columns(grid) if not numeric))
    figures = frozenset().union(*(content(head) for head, numeric in _columns(grid) if numeric))
    first = content(_label(grid))
    # What is a figure in the table is not counted by its rows: "Planet | Moons".
    if not wanted or wanted & figures or not wanted <= first | content(grid.caption) | labels:
        return None
    if not (wanted & first) and figures:
        return None
    rest = content(question) - wanted - _IDLE - content("how many")
    named = _named(question, grid)
    explained = frozenset().union(labels, *(content(value) for _, value in named))
    if named is None or not rest <= explained | figures:
        return None
    rows = tuple(row for row in grid.rows if all(row.cells[column] == value for column, value in named))
    if rest and not named:
        return None
    said = ", ".join(f"{grid.heads[column]}: {value}" for column, value in named)
    return _Tally(document, grid, rows, said) if rows else None


def _columns(grid: Grid) -> Iterator[tuple[str, bool]]:
    """The head of each column, and whether most of its cells are figures."""
    for column, head in enumerate(grid.heads):
        cells = [row.cells[column] for row in grid.rows]
        yield head, 2 * sum(bool(_NUMERIC.fullmatch(cell)) for cell in cells) > len(cells)


def _label(grid: Grid) -> str:
    """The head of the first column that names things, not codes or numbers."""
    for column, (head, numeric) in enumerate(_columns(grid)):
        codes = all(re.fullmatch(r"\W*\w{0,4}\d+\W*", row.cells[column]) for row in grid.rows)
        if not numeric and not codes:
            return head
    return ""


def _named(question: str, grid: Grid) -> list[tuple[int, str]]:
    """Values of the table that the question says, with their columns; none of a column where several fit."""
    said = content(question)
    named: list[tuple[int, str]] = []
    for column in range(len(grid.heads)):
        values = {row.cells[column] for row in grid.rows}
        fitting = [value for value in values if content(value) and content(value) <= said]
        longest = [value for value in fitting if not any(content(value) < content(other) for other in fitting)]
        if len(longest) == 1:
            named.append((column, longest[0]))
    return named


def _lines(things: str, tally: _Tally) -> Iterator[Line]:
    count = len(tally.rows)
    which = f" with {tally.said}" if tally.said else ""
    under = f" under “{tally.grid.caption}”" if tally.grid.caption else ""
    rows = "1 row" if count == 1 else f"{count:,} rows"
    yield Line(f"{count:,} {things}: the table{under} in {tally.document.name} has {rows}{which}.")
    for row in tally.rows:
        shown = " · ".join(cell for cell in row.cells if cell)
        yield Line(f"- {shown}", (Words(tally.document.id, row.start, row.end),))
