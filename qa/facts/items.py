"""Items that a claim lists by itself: their marks are no facts, and their count needs no passage."""

import re
from functools import lru_cache

from qa.facts.folding import fold
from qa.facts.quantities import Number
from qa.facts.tokens import tokens

_BETWEEN = re.compile(r",\s*(?:and\s|or\s|as well as\s)?|;\s*(?:and\s|or\s)?|\s(?:and|or|as well as)\s")
_FEWEST, _MOST = 2, 12


@lru_cache(maxsize=64)
def item_marks(claim: str) -> frozenset[int]:
    """The tokens that only number the items of a list: those of "1) the lid, 2) the base" and "(1) … (2) …"."""
    found = tokens(claim)
    marks: dict[str, int] = {}
    for place, token in enumerate(found[:-1]):
        if token.kind == "numeral" and len(token.text) <= 2 and found[place + 1].text == ")":
            marks.setdefault(token.text, place)
    return frozenset(marks.values()) if "1" in marks and "2" in marks else frozenset()


def is_count_of_items(claim: str, number: Number) -> bool:
    """Whether a number of the claim counts what the claim goes on to list: "two parts: the lid and the base"."""
    value = number.amounts[0].value
    if number.units or number.ordinal or not _FEWEST <= value <= _MOST:
        return False
    found = tokens(claim)
    rest = fold(claim)[found[number.at].end :]
    marks = len(item_marks(claim))
    listed = rest.partition(":")[2] or rest
    return value in (marks, len(_BETWEEN.findall(listed.rstrip(" ,;."))) + 1)
