"""Whether an answer gives the numbers of a gold answer: what can be judged of figures without a reader.

Right is an answer that
- gives at least half of the gold answer's numbers that the question does not hold, where it has any: within 1 % of
  them, or a thousand, million or thousand million times them, as tables leave the unit to their heading. Years,
  days of a month, quarters and numbers of items in a list do not count, nor do sentences that state an assumption;
- and where the gold answer has no such number, holds at least half of its words that the question does not hold;
- and does not say the opposite: yes for no, an increase for a decrease.
"""

import re
from collections.abc import Iterator

NEAR = 0.01
SCALES = {"thousand": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9}
# Tables leave these to their heading.
UNSAID = (1.0, 1e3, 1e6, 1e9)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NOT_VALUES = re.compile(
    rf"{_MONTH}\s+\d{{1,2}}(?:\s*,\s*\d{{4}})?|\b\d{{1,2}}\s+{_MONTH}(?:\s+\d{{4}})?|"
    r"\b(?:FY|Q|H)\s?\d+\b|\((?:\d|[ivx]+)\)|\[[\d, ]+\]",
    re.IGNORECASE,
)
# "3M" is a name; "3m" and "3 million" are values.
_NUMBER = re.compile(
    r"(?<![\w.])(?P<figures>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<scale>(?i:thousand|million|billion|mn|bn)|m|b)\b|(?!\w|[.,]\d))"
)
_ASSUMPTION = re.compile(r"[^.]*\bassum(?:e|es|ing|ption)\b.*", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[a-z]{3,}")
_SMALL = re.compile(r"the|and|for|are|was|were|has|have|had|will|with|from|that|this|these|those|its|not|their")
_OPPOSITES = (
    (r"\byes\b", r"\bno\b"),
    (
        r"\bincreas|\bgrew\b|\bgrowth\b|\brose\b|\bhigher\b",
        r"\bdecreas|\bdeclin|\bfell\b|\bdrop|\bshr[aiu]nk|\blower\b",
    ),
)


def agrees(question: str, gold: str, answer: str) -> bool:
    """Whether `answer` is right by the rule above."""
    gold = _ASSUMPTION.sub("", gold) or gold
    if contradicts(question, gold, answer):
        return False
    asked = list(values(question))
    wanted = [value for value in values(gold) if not any(_near(value, other) for other in asked)]
    if wanted:
        given = list(values(answer))
        return 2 * sum(any(_near(value, one) for one in given) for value in wanted) >= len(wanted)
    words = _words(gold) - _words(question)
    return 2 * len(words & _words(answer)) >= len(words) if words else True


def contradicts(question: str, gold: str, answer: str) -> bool:
    """Whether the answer takes the other side of an opposite of which the gold answer takes one."""
    for pair in _OPPOSITES:
        said, answered = ([bool(re.search(side, text, re.IGNORECASE)) for side in pair] for text in (gold, answer))
        if sum(said) == 1 and answered == [not side for side in said]:
            return True
        # Where the question asks which of the two it is, the answer must say it.
        both = all(re.search(side, question, re.IGNORECASE) for side in pair)
        if both and sum(said) == 1 and answered != said:
            return True
    return False


def values(text: str) -> Iterator[float]:
    """The numbers of a text that are values, in their unit: "$2,018mn" gives 2018000000."""
    for match in _NUMBER.finditer(_NOT_VALUES.sub(" ", text)):
        figures, scale = match["figures"], match["scale"]
        if (
            not scale
            and re.fullmatch(r"(?:19|20)\d\d", figures)
            and "%" not in text[match.end() : match.end() + 2]
        ):
            continue
        yield float(figures.replace(",", "")) * SCALES.get((scale or "").lower(), 1.0)


def _near(one: float, other: float) -> bool:
    return any(
        abs(one - other * scale) <= NEAR * abs(one) or abs(one * scale - other) <= NEAR * abs(other)
        for scale in UNSAID
    )


def _words(text: str) -> set[str]:
    """Its words by their first six letters, so that "increase" and "increased" are one."""
    return {word[:6] for word in _WORD.findall(text.lower()) if not _SMALL.fullmatch(word)}
