"""Tables in a passage: which row a claim is about, and whether what it says stands in that row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qa.facts.codes import codes, shape, squeezed
from qa.facts.folding import fold, stem
from qa.facts.lexicon import bare
from qa.facts.matching import missing_number, taken_by_dates
from qa.facts.spans import content, sentences
from qa.facts.tokens import tokens
from qa.facts.words import FUNCTION

_CODE = re.compile(r"\s*(?:\w{1,12}:\s*)?((?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*)(?=[\s|:]|$)")
_FIRST_NUMBER = re.compile(r"(?<!\w)[($€£¥-]{0,3}\d")
_VALUE = re.compile(r"(?<![\w.,])\d[\d.,]*")
_FEWEST_ROWS, _LONGEST_LABEL = 2, 8


@dataclass(frozen=True)
class Row:
    """A row of a table: its label (a code, or the words before its values) and the content words of the rest.

    `cells` counts the values, so that rows of one table are told from lines that only look like them.
    """

    text: str
    label: str
    code: str
    names: frozenset[str]
    values: frozenset[str]
    phrases: frozenset[tuple[str, str]]
    cells: int


@lru_cache(maxsize=64)
def rows(passage: str) -> tuple[Row, ...]:
    """The rows of the tables of a passage that have a label; none when there is but one."""
    spans = [span for span in sentences(passage) if span.row]
    found = [row for row in (_row(passage[span.start : span.end]) for span in spans) if row]
    return tuple(found) if len(found) >= _FEWEST_ROWS else ()


def mixed_rows(claim: str, passage: str, question: str = "") -> str | None:
    """Why a claim joins the label of one row with the value of another; None when it does not.

    The label may stand in the question: the answer about E15 must come from the row of E15.
    """
    table = rows(passage)
    if not table:
        return None
    coded = [row for row in table if row.code]
    if len(coded) >= _FEWEST_ROWS and (reason := _other_code(claim, question, coded, passage)):
        return reason
    return _other_row(claim, question, table, passage)


def _row(line: str) -> Row | None:
    if code := _CODE.match(line):
        label, rest = code[1], line[code.end() :]
    elif " | " in line:
        label, _, rest = line.partition(" | ")
    elif number := _FIRST_NUMBER.search(line):
        label, rest = line[: number.start()], line[number.start() :]
    else:
        return None
    names = content(label)
    if not names or len(names) > _LONGEST_LABEL or not rest.strip(" |"):
        return None
    plain = squeezed(code[1]) if code else ""
    cells = rest.count(" | ") + 1 if " | " in line else len(_VALUE.findall(rest))
    return Row(line, " ".join(label.strip(" |:").split()), plain, names, content(rest), _phrases(rest), cells)


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
    common = (_phrases(claim) & row.phrases) - frozenset().union(*(mine.phrases for mine in here))
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
    """Why a claim that names the label of one row has a number that stands in another row only."""
    said = content(claim) | content(question)
    named = [row for row in table if row.names <= said and not row.code]
    # "Total net sales" is also about "net sales": the longest label is meant.
    here = [row for row in named if not any(row.names < other.names for other in named)]
    others = [row for row in table if not row.names <= said and not any(mine.names < row.names for mine in here)]
    others = [row for row in others if any(mine.cells == row.cells for mine in here)]
    if not here or not others:
        return None
    taken = taken_by_dates(claim)
    number = missing_number(claim, _without(passage, others), taken)
    if number is None or missing_number(claim, passage, taken) is not None:
        return None
    return f"{here[0].label} and {number.text} stand in different rows"


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


@lru_cache(maxsize=256)
def _phrases(text: str) -> frozenset[tuple[str, str]]:
    """The pairs of neighbouring content words of a text."""
    words = [stem(bare(t.text)) for t in tokens(fold(text)) if t.kind == "word" and bare(t.text) not in FUNCTION]
    return frozenset(pairwise(words))
