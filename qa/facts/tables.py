"""The tables of a passage: their rows, with the label and the values of each and the heads of its columns."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qa.facts.codes import squeezed
from qa.facts.folding import stem
from qa.facts.lexicon import bare
from qa.facts.spans import content, is_row
from qa.facts.tokens import tokens
from qa.facts.words import FUNCTION

_CODE = re.compile(r"(?:\w{1,12}:\s*)?((?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*)(?=[\s|:]|$)")
_FIRST_NUMBER = re.compile(r"(?<!\w)[($€£¥-]{0,3}\d")
# A value, or the dash that stands for none.
_VALUE = re.compile(r"(?<![\w.,])[($-]{0,2}\s?\d[\d.,]*\)?\s?%?|(?<=\s)[—–-](?=\s|$)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# "Name: Ann": a cell with the head of its column.
_KEYED = re.compile(r"([^:|]{1,40}): (.*)")
_FEWEST_ROWS, _LONGEST_LABEL, _LONGEST_HEAD = 2, 8, 10


@dataclass(frozen=True)
class Row:
    """A row of a table: its label (a code, or the words before its values), its cells, and the words in these.

    `heads` are the heads of the columns of `cells`, one for each, or none where they cannot be told.
    """

    text: str
    label: str
    code: str
    names: frozenset[str]
    values: frozenset[str]
    cells: tuple[str, ...]
    heads: tuple[str, ...]
    barred: bool


@lru_cache(maxsize=64)
def rows(passage: str) -> tuple[Row, ...]:
    """The rows of the tables of a passage that have a label; none when there is but one."""
    found: list[Row] = []
    heads: tuple[str, ...] = ()
    for line in map(str.strip, passage.split("\n")):
        if new := _heads(line):
            heads = new
        if is_row(line) and (row := _row(line, heads)):
            found.append(row)
        elif line.endswith("."):
            heads = ()
    return tuple(found) if len(found) >= _FEWEST_ROWS else ()


def phrases(text: str) -> frozenset[tuple[str, str]]:
    """The pairs of neighbouring content words of a text."""
    words = (bare(token.text) for token in tokens(text) if token.kind == "word")
    return frozenset(pairwise(stem(word) for word in words if word not in FUNCTION))


def _heads(line: str) -> tuple[str, ...]:
    """The heads of columns that a line gives: the first cells between bars, or several years and few words."""
    if " | " in line:
        cells = tuple(map(str.strip, line.strip("| ").split(" | ")))
        plain = not any(_KEYED.fullmatch(cell) for cell in cells)
        return cells[1:] if plain and not any(re.search(r"\d", _YEAR.sub("", cell)) for cell in cells) else ()
    years = tuple(_YEAR.findall(line))
    few = len(re.findall(r"[^\W\d_]+", line)) <= _LONGEST_HEAD and not line.endswith(".")
    return years if few and len(years) > 1 and not re.search(r"\d{3}", _YEAR.sub("", line)) else ()


def _row(line: str, heads: tuple[str, ...]) -> Row | None:
    barred = " | " in line
    if code := _CODE.match(line):
        label, rest = code[1], line[code.end() :]
    elif barred:
        label, _, rest = line.strip("| ").partition(" | ")
    elif number := _FIRST_NUMBER.search(line):
        label, rest = line[: number.start()], line[number.start() :]
    else:
        return None
    cells = tuple(map(str.strip, rest.strip("| ").split(" | "))) if barred else tuple(_VALUE.findall(rest))
    keyed = [_KEYED.fullmatch(cell) for cell in cells] if barred else [None]
    if all(keyed):
        heads, cells = tuple(key[1] for key in keyed if key), tuple(key[2] for key in keyed if key)
        label = _KEYED.sub(r"\2", label)
    names = content(label)
    if not names or len(names) > _LONGEST_LABEL or not rest.strip(" |"):
        return None
    plain = squeezed(code[1]) if code else ""
    label = " ".join(label.strip(" |:$(").split())
    return Row(line, label, plain, names, content(rest), cells, heads if len(heads) == len(cells) else (), barred)
