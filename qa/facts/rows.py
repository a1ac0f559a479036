"""Whether what a claim says of a row of a table stands in that row, and in the column that it names."""

import re
from collections.abc import Sequence
from functools import lru_cache

from qa.facts.codes import codes, shape, squeezed
from qa.facts.folding import stem
from qa.facts.lexicon import bare
from qa.facts.matching import missing_number, taken_by_dates
from qa.facts.spans import content, sentences
from qa.facts.tables import Row, phrases, rows
from qa.facts.tokens import tokens

_YEAR = re.compile(r"(?:19|20)\d\d")
_FEWEST_CODES = 2
# Figures among the words after the label of a row: less is text with a number in it.
_PURE = 0.7


def mixed_rows(claim: str, passage: str, question: str = "") -> str | None:
    """Why a claim joins the label of one row with the value of another; None when it does not.

    The label may stand in the question: the answer about E15 must come from the row of E15.
    """
    table = rows(passage)
    if not table:
        return None
    coded = [row for row in table if row.code]
    if len(coded) >= _FEWEST_CODES and (reason := _other_code(claim, question, coded, passage)):
        return reason
    return _other_row(claim, question, table, passage)


def _other_code(claim: str, question: str, table: Sequence[Row], passage: str) -> str | None:
    """Why a claim about one code takes its words from the row of another."""
    shapes = {shape(row.code) for row in table}
    asked, said = (
        [squeezed(t.text) for t in codes(text) if shape(t.text) in shapes] for text in (question, claim)
    )
    # Another code by itself is no answer to what is asked.
    asked = asked if asked and not set(asked) & set(said) else [*said, *asked]
    here = [row for row in table if row.code in asked]
    if not asked:
        return None
    if not here:
        written = next(t.text for t in (*codes(claim), *codes(question)) if squeezed(t.text) in asked)
        return None if _stands(asked, passage) else f"{written} is not in the passage"
    others = [row for row in table if row.code not in asked]
    given = content(question) | _outside(passage)
    return next((reason for row in others if (reason := _taken(claim, row, here, given))), None)


def _stands(asked: Sequence[str], passage: str) -> bool:
    return any(squeezed(token.text) in asked for token in codes(passage))


def _taken(claim: str, row: Row, here: Sequence[Row], given: frozenset[str]) -> str | None:
    """Why a claim about the rows `here` is taken from `row`: a number, two words together, most of its words."""
    mentioned = content(claim)
    own = frozenset().union(*(mine.values | mine.names for mine in here))
    foreign = (mentioned & (row.values | row.names)) - own - given
    numbers = sorted(word for word in foreign if any(map(str.isdigit, word)))
    common = (phrases(claim) & phrases(row.text)) - frozenset().union(*(phrases(mine.text) for mine in here))
    pairs = {pair for pair in common if foreign & set(pair)}
    more = len(foreign) > max(len(mentioned & own - given), 1)
    if not (numbers or pairs or more):
        return None
    value = numbers[0] if numbers else _words_of(claim, {word for pair in pairs for word in pair} or set(foreign))
    return f"{here[0].label} and {value} stand in different rows"


def _words_of(claim: str, stems: set[str]) -> str:
    """The words of a claim that have these stems, as written."""
    return " ".join(dict.fromkeys(token.text for token in tokens(claim) if stem(bare(token.text)) in stems))


def _other_row(claim: str, question: str, table: Sequence[Row], passage: str) -> str | None:
    """Why a claim that names the label of one row has a number that stands in another row, or column, only."""
    said = content(claim) | content(question)
    named = [row for row in table if row.names <= said and not row.code]
    # "Total net sales" is also about "net sales": the longest label is meant.
    here = [row for row in named if not any(row.names < other.names for other in named)]
    taken = taken_by_dates(claim)
    if not here or missing_number(claim, passage, taken) is not None:
        return None
    others = [row for row in table if not row.names <= said and not any(mine.names < row.names for mine in here)]
    others = [row for row in others if any(_is_alike(mine, row) for mine in here)]
    if number := missing_number(claim, _without(passage, others), taken):
        return f"{here[0].label} and {number.text} stand in different rows"
    for row in here:
        head, text = _column(row, claim, question)
        if text and (number := missing_number(claim, _without(passage, others).replace(row.text, text), taken)):
            return f"{head} and {number.text} stand in different columns"
    return None


def _is_alike(one: Row, other: Row) -> bool:
    """Whether two rows may be of one table, and not lines of text with numbers in them."""
    if one.barred != other.barred:
        return False
    return len(one.cells) == len(other.cells) if one.barred else min(_purity(one), _purity(other)) >= _PURE


def _purity(row: Row) -> float:
    """The share of a row's values that are figures."""
    figures = sum(any(map(str.isdigit, value)) for value in row.values)
    return figures / len(row.values) if row.values else 0.0


def _column(row: Row, claim: str, question: str) -> tuple[str, str]:
    """The head of the one column of a row that the claim, or else the question, names; the row with its cell."""
    for text in (claim, question):
        said = content(text) | set(_YEAR.findall(text))
        places = [place for place, head in enumerate(row.heads) if content(head) and content(head) <= said]
        if places:
            head, cell = row.heads[places[0]], row.cells[places[0]]
            return (head, f"{row.label} {cell}") if len(places) == 1 else ("", "")
    return "", ""


def _without(passage: str, table: Sequence[Row]) -> str:
    """A passage without some of its rows."""
    left_out = {row.text for row in table}
    texts = (passage[span.start : span.end] for span in sentences(passage))
    return "\n".join(text for text in texts if text not in left_out)


@lru_cache(maxsize=64)
def _outside(passage: str) -> frozenset[str]:
    """The words of a passage that stand in no labelled row."""
    labelled = {row.text for row in rows(passage)}
    texts = (passage[span.start : span.end] for span in sentences(passage))
    return frozenset().union(*(content(text) for text in texts if text not in labelled))
