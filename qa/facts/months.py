"""The names of months, and which words are months where they stand."""

from collections.abc import Sequence
from types import MappingProxyType

from qa.facts.tokens import Token
from qa.facts.words import word_set

_NAMES = "january february march april may june july august september october november december"
MONTHS = MappingProxyType(
    {
        **{name: n for n, name in enumerate(_NAMES.split(), start=1)},
        **{name[:3]: n for n, name in enumerate(_NAMES.split(), start=1)},
        "sept": 9,
        "januar": 1,
        "februar": 2,
        "marz": 3,
        "mai": 5,
        "juni": 6,
        "juli": 7,
        "oktober": 10,
        "dezember": 12,
        "dez": 12,
        "okt": 10,
        "janvier": 1,
        "fevrier": 2,
        "mars": 3,
        "avril": 4,
        "juin": 6,
        "juillet": 7,
        "aout": 8,
        "septembre": 9,
        "octobre": 10,
        "novembre": 11,
        "decembre": 12,
        "enero": 1,
        "febrero": 2,
        "marzo": 3,
        "abril": 4,
        "mayo": 5,
        "junio": 6,
        "julio": 7,
        "agosto": 8,
        "septiembre": 9,
        "octubre": 10,
        "noviembre": 11,
        "diciembre": 12,
    }
)
# Words that are months only with a capital and with a number or "in" beside them.
_DOUBTFUL = word_set("may march mar dec sun sat jun mai mars jan")
_BEFORE_MONTH = word_set(
    "in of since until till by during early late mid from to through and before after between last next this each "
    "every"
)


def is_month(found: Sequence[Token], at: int, dated: bool) -> bool:
    """Whether a word is a month: "may", "march" and short forms need a number or a preposition beside them."""
    word = found[at]
    if not word.text[0].isupper() and not (dated and word.low not in ("may", "march", "mars")):
        return False
    if word.low not in _DOUBTFUL and len(word.text) > 3:
        return True
    return dated or ((len(word.text) > 3 or word.low == "may") and at > 0 and found[at - 1].low in _BEFORE_MONTH)
