"""The numbers of a text with their units, in every way that they may be read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from qa.facts.grouping import grouped, mixed, pieces
from qa.facts.measures import MONEY, money_before, scale_after, unit_after, unit_at
from qa.facts.numerals import Amount, in_words, part, readings, scale
from qa.facts.tokens import Token, tokens
from qa.facts.units import Unit
from qa.facts.words import word_set

_SCALED = re.compile(
    r"(?:\b(?:in|of)|\(|[$€£¥]|\busd|\beur|\bdollars)[ ]?(?:us[ ]?)?[$€£¥]?[ ]?(?:of[ ])?"
    r"(thousand|million|billion|mn|bn)s?\b",
    re.IGNORECASE,
)
_DECIMAL_COMMA = re.compile(r"\d,(?:\d{1,2}|\d{4,})(?![\d,])")
_ORDINAL_ENDINGS = frozenset(("st", "nd", "rd", "th"))
_ABOUT = word_set(
    "about around approximately approx circa ca roughly nearly some over more than under less almost "
    "estimated up ~ c"
)
_ARTICLES = frozenset(("a", "an", "per", "each", "every"))
_ONE = Amount(Decimal(1), Decimal(1))


@dataclass(frozen=True)
class Number:
    """A number as written (`text`, at token `at`), what it may amount to, and in which units (none: a bare one).

    `signs` are those that it may have: (-1, 1) for "(1,234)". `open` tells whether a unit may stand elsewhere,
    in the heading of its column for instance. `about` tells that it is said to be rounded. Numbers with one
    `anchor` were read from the same digits, those with one `way` together: "1 234" is one number, or two.
    `end` is the token after it and its unit. `implied` is the one of "a year".
    """

    text: str
    amounts: tuple[Amount, ...]
    units: tuple[Unit, ...]
    at: int
    signs: tuple[int, ...] = (1,)
    ordinal: bool = False
    open: bool = True
    about: bool = False
    word: bool = False
    implied: bool = False
    length: int = 1
    end: int = 0
    anchor: int = -1
    way: int = 0


@lru_cache(maxsize=64)
def numbers(text: str) -> tuple[Number, ...]:
    """The numbers of a text in their order; a range and a list of digits give each of theirs."""
    found = tokens(text)
    return tuple(_shared(list(_numbers(found, bool(_DECIMAL_COMMA.search(text)))), found))


def stated_scales(text: str) -> tuple[int, ...]:
    """The powers of ten that a text says its bare numbers are in, as "(in millions)" does."""
    return tuple({scale(match[1], True) for match in _SCALED.finditer(text)})


def _numbers(found: Sequence[Token], comma: bool) -> Iterator[Number]:
    position = 0
    while position < len(found):
        token = found[position]
        if token.kind == "numeral":
            yield from (group := list(_digits(found, position, comma)))
            position += max(number.length for number in group) if group else 1
        elif token.kind == "word" and (number := _worded(found, position)):
            yield number
            position += number.length
        else:
            position += 1


def _digits(found: Sequence[Token], at: int, comma: bool) -> Iterator[Number]:
    """The ways to read a numeral: as one amount, with spaces between thousands, as a range, as a list."""
    token = found[at]
    amounts = readings(token.text, comma)
    end = at + 1
    whole: list[list[Number]] = []
    if spaced := grouped(found, at):
        text, length = spaced
        end = at + length
        whole.append([_number(found, at, text, readings(text.replace(" ", ""), comma), length)])
    elif (amount := mixed(found, at)) is not None:
        end = at + 2
        whole.append([_number(found, at, f"{token.text} {found[at + 1].text}", (amount,), 2)])
    elif amounts and "/" in token.text:
        whole.append([_number(found, at, token.text, amounts)])
        amounts = ()
    if amounts:
        apart = [
            _number(found, place, found[place].text, readings(found[place].text, comma))
            for place in range(at, end)
        ]
        whole.append(apart)
    else:
        whole += [[_number(found, at, text, readings(text, comma)) for text in way] for way in pieces(token.text)]
    for way, group in enumerate(whole):
        yield from (replace(number, anchor=at, way=way) for number in group if number.amounts)


def _half(found: Sequence[Token], at: int) -> Number | None:
    """The number of "half an hour"."""
    article = found[at + 1].low if at + 1 < len(found) else ""
    units, length = unit_at(found, at + 2, False) if article in ("a", "an") else ((), 0)
    if not units:
        return None
    amounts = (Amount(Decimal("0.5"), Decimal(0)),)
    return Number("half", amounts, units, at, open=False, word=True, length=2, end=at + 2 + length, anchor=at)


def _worded(found: Sequence[Token], at: int) -> Number | None:
    if found[at].low == "half" and (half := _half(found, at)):
        return half
    if found[at].low in _ARTICLES and (implied := _one(found, at)):
        return implied
    words = in_words(found, at) or part(found, at)
    if words is None:
        return None
    text = " ".join(token.text for token in found[at : at + words.length]).replace(" - ", "-")
    step = Decimal(0) if words.value != int(words.value) else Decimal(1)
    number = _number(found, at, text, (Amount(words.value, step),), words.length)
    if words.ordinal:
        number = replace(number, ordinal=True, units=(), open=False)
    return replace(number, word=True, anchor=at)


def _one(found: Sequence[Token], at: int) -> Number | None:
    """The one of "a year" and "per kilometre"."""
    if at + 1 >= len(found) or found[at + 1].kind != "word" or len(found[at + 1].text) < 3:
        return None
    units, _ = unit_at(found, at + 1, False)
    return (
        Number(found[at].text, (_ONE,), units, at, open=False, word=True, implied=True, anchor=at)
        if units
        else None
    )


def _number(found: Sequence[Token], at: int, text: str, amounts: tuple[Amount, ...], length: int = 1) -> Number:
    end = at + length
    paid = money_before(found, at)
    power, end = scale_after(found, end, bool(paid))
    if power:
        amounts = tuple(Amount(a.value.scaleb(power), a.step.scaleb(power)) for a in amounts)
        text = " ".join([text, *(token.text for token in found[at + length : end])])
    ordinal = end < len(found) and found[end].low in _ORDINAL_ENDINGS and found[end].start == found[end - 1].end
    if ordinal:
        text, end = text + found[end].text, end + 1
    after, end = ((), end) if ordinal else unit_after(found, end)
    units = paid or after
    units = tuple(dict.fromkeys((*paid, *after))) if paid and after and _same_money(paid, after) else units
    return Number(
        text,
        amounts,
        units,
        at,
        _signs(found, at, end),
        ordinal,
        not units and not ordinal and _is_open(found, end),
        at > 0 and found[at - 1].low in _ABOUT,
        length=length,
        end=end,
    )


def _same_money(paid: tuple[Unit, ...], after: tuple[Unit, ...]) -> bool:
    return bool({unit.family for unit in paid} & {unit.family for unit in after})


def _is_open(found: Sequence[Token], end: int) -> bool:
    """Whether nothing after the number says what it counts, as in a cell, a list or before a full stop."""
    return end >= len(found) or found[end].kind != "word" or found[end].low in _LOOSE


_JOINING = frozenset(("to", "and", "or", "-", "–", ",", "x", *MONEY))
_LOOSE = word_set("to and or in of by at on for from with as than versus vs was were is are per a the")


def _signs(found: Sequence[Token], at: int, end: int) -> tuple[int, ...]:
    before = found[at - 1] if at else None
    if before is None:
        return (1,)
    if before.text in MONEY and at > 1:
        before = found[at - 2]
        at -= 1
    if before.text == "(" and end < len(found) and found[end].text == ")":
        return (-1, 1)
    if before.low in ("minus", "negative"):
        return (-1,)
    if before.text in ("-", "–") and before.end == found[at].start:
        outer = found[at - 2] if at > 1 else None
        if outer is None or outer.text.startswith("\n"):
            return (-1, 1)
        if (outer.end < before.start and before.text == "-") or outer.text in ("(", "|"):
            return (-1,)
    return (1,)


def _shared(listed: list[Number], found: Sequence[Token]) -> Iterator[Number]:
    """The numbers, those of a range or a list with the unit of the last of them: "18–20 °C", "5 to 10 km"."""
    following: Number | None = None
    shared: list[Number] = []
    for number in reversed(listed):
        if following and not number.units and following.units and _is_joined(number, following, found):
            number = replace(number, units=following.units, open=False)
        following = number
        shared.append(number)
    return reversed(shared)


def _is_joined(number: Number, following: Number, found: Sequence[Token]) -> bool:
    if number.at == following.at:
        return True
    between = [token.low for token in found[number.at + number.length : following.at]]
    return 0 < len(between) <= 2 and _JOINING.issuperset(between)
