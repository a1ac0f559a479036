"""Whether a passage has a number or a date of a claim: the same one, or a more precise one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from qa.facts.dates import Date, covered, dates
from qa.facts.folding import fold
from qa.facts.items import is_count_of_items, item_marks
from qa.facts.lexicon import lexicon
from qa.facts.numerals import Amount
from qa.facts.quantities import Number, numbers, stated_scales
from qa.facts.tokens import tokens
from qa.facts.units import UNITS, Unit, named
from qa.facts.words import word_set

# A rounded number may be off by this share of itself: "5" is no rounding of "4.6" unless it says "about".
_ROUNDED, _ABOUT = Decimal("0.05"), Decimal("0.12")
_MONEY = frozenset(
    unit.family for name in ("dollar", "euro", "£", "¥", "chf", "inr", "rub", "sek") for unit in UNITS[name]
)
_EQUAL = Decimal("1e-12")
_FALLING = word_set(
    "fell fall falls falling fallen loss losses lost decrease decreased decreases decline declined declines drop "
    "dropped drops down below minus negative deficit reduction reduced lower shrank less outflow used cost charge "
    "expense expenses decreasing declining"
)


@dataclass(frozen=True)
class Amounts:
    """The numbers of a passage and what it says of all of them: scales ("in millions"), units, falling."""

    numbers: tuple[Number, ...]
    by_value: dict[Decimal, tuple[Number, ...]]
    scales: tuple[int, ...]
    units: frozenset[Unit]
    falls: bool
    denies: bool


@lru_cache(maxsize=64)
def amounts(text: str) -> Amounts:
    """The numbers of a text, with those of its dates."""
    found = tokens(text)
    listed = [*numbers(text), *_of_dates(dates(text))]
    by_value: dict[Decimal, list[Number]] = {}
    for number in listed:
        for amount in number.amounts:
            by_value.setdefault(abs(amount.value), []).append(number)
    units = {unit for number in listed for unit in number.units}
    for token in found:
        if (len(token.text) > 1 or not token.text.isalnum()) and token.kind != "numeral" and token.low != "in":
            units.update(named((token.text,)))
    known = lexicon(text).words
    return Amounts(
        tuple(listed),
        {value: tuple(group) for value, group in by_value.items()},
        stated_scales(fold(text)),
        frozenset(units),
        bool(_FALLING & known),
        bool({"no", "none", "not", "nobody", "without", "never"} & known),
    )


def missing_number(claim: str, passage: str, taken: frozenset[int]) -> Number | None:
    """The first number of the claim that the passage lacks; `taken` are tokens of the claim that dates have."""
    stated = amounts(claim)
    known = amounts(passage)
    marks = item_marks(claim)
    mine = [n for n in numbers(claim) if n.at not in taken | marks and not _is_no_fact(n)]
    for _, group in groupby(mine, key=lambda number: number.anchor):
        ways = [list(way) for _, way in groupby(group, key=lambda number: number.way)]
        lacks = [[n for n in way if not _has(n, stated, known)] for way in ways]
        if all(lacks) and not is_count_of_items(claim, lacks[0][0]):
            return lacks[0][0]
    return None


def missing_date(claim: str, passage: str) -> Date | None:
    """The first date of the claim that the passage lacks, or has less precisely."""
    known = dates(passage)
    years = {int(v) for v in amounts(passage).by_value if 0 < v < 2200 and v == int(v)}
    for _, group in groupby(dates(claim), key=lambda date: date.at):
        readings = list(group)
        if not any(_has_date(reading, known, years) for reading in readings):
            return readings[0]
    return None


def taken_by_dates(text: str) -> frozenset[int]:
    """The tokens of a text that its dates take."""
    return frozenset(covered(dates(text)))


def _is_no_fact(number: Number) -> bool:
    """Whether a word claims no amount, as in "one of them", "the first" and "a year"."""
    return number.implied or (number.word and not number.units and number.amounts[0].value == 1)


def _has(mine: Number, stated: Amounts, known: Amounts) -> bool:
    equal = (theirs for amount in mine.amounts for theirs in known.by_value.get(abs(amount.value), ()))
    if any(_is_same(mine, theirs, stated, known) for theirs in equal):
        return True
    if any(a.value == 0 for a in mine.amounts) and known.denies:
        return True
    return any(_is_same(mine, theirs, stated, known) for theirs in known.numbers)


def _is_same(mine: Number, theirs: Number, stated: Amounts, known: Amounts) -> bool:
    if not set(mine.signs) & set(theirs.signs) and not (stated.falls or known.falls):
        return False
    pairs = [(a, b) for a in mine.amounts for b in theirs.amounts]
    if not mine.units or _is_headed(mine, theirs, known):
        if mine.ordinal and theirs.units and not theirs.ordinal:
            return False
        return any(_is_close(a, b, mine, stated, known) for a, b in pairs) or _is_share(mine, theirs, pairs)
    return any(
        _is_close(_times(a, unit.factor), _times(b, other.factor), mine, stated, known)
        for unit in mine.units
        for other in theirs.units
        if unit.family == other.family
        for a, b in pairs
    ) or _is_share(mine, theirs, pairs)


def _is_headed(mine: Number, theirs: Number, known: Amounts) -> bool:
    """Whether the unit of a bare number may stand elsewhere in the passage, as over a column."""
    if not theirs.open:
        return False
    # "(in millions)" is said of money.
    return any(unit in known.units or (known.scales and unit.family in _MONEY) for unit in mine.units)


def _is_share(mine: Number, theirs: Number, pairs: list[tuple[Amount, Amount]]) -> bool:
    """Half is 50 %."""
    one, other = (any(unit.family == "share" for unit in number.units) for number in (mine, theirs))
    if one == other:
        return False
    whole = Decimal("0.01")
    values = [(a.value * whole, b.value) if one else (a.value, b.value * whole) for a, b in pairs]
    return any(a == b < 1 for a, b in values)


def _times(amount: Amount, factor: Decimal) -> Amount:
    return Amount(amount.value * factor, amount.step * factor)


def _is_close(mine: Amount, theirs: Amount, number: Number, stated: Amounts, known: Amounts) -> bool:
    """Whether two amounts are equal, or mine a rounding of theirs, in any scale that claim or passage states."""
    for one in (0, *stated.scales):
        for other in (0, *known.scales):
            if _is_rounding(_scaled(mine, one), _scaled(theirs, other), number.about):
                return True
    return False


def _scaled(amount: Amount, power: int) -> Amount:
    return Amount(amount.value.scaleb(power), amount.step.scaleb(power)) if power else amount


def _is_rounding(mine: Amount, theirs: Amount, about: bool) -> bool:
    gap = abs(mine.value - theirs.value)
    if gap <= _EQUAL * abs(theirs.value):
        return True
    step = _zeros(mine) if about else mine.step
    if theirs.step >= step or not step:
        return False
    return gap <= step / 2 and gap <= (_ABOUT if about else _ROUNDED) * abs(theirs.value)


def _zeros(amount: Amount) -> Decimal:
    """The place of the last digit that is not zero: "about 2,000" is rounded to thousands."""
    step = amount.step
    while step and amount.value and amount.value % (step * 10) == 0:
        step *= 10
    return step


def _of_dates(listed: Sequence[Date]) -> list[Number]:
    """The days and years of dates, and the numbers of centuries, as bare numbers."""
    said = [(date, (date.year, date.day, date.century, date.decade)) for date in listed]
    values = [(date, value) for date, parts in said for value in parts if value is not None]
    return [
        Number(date.text, (Amount(Decimal(value), Decimal(1)),), (), date.at, ordinal=value != date.year)
        for date, value in values
    ]


def _has_date(mine: Date, known: Sequence[Date], years: set[int]) -> bool:
    if mine.minutes:
        return any(set(mine.minutes) & set(theirs.minutes) for theirs in known)
    if mine.decade is not None:
        return any(_in_decade(mine.decade, year) for year in years) or any(
            theirs.decade is not None and _is_decade(mine.decade, theirs.decade) for theirs in known
        )
    if mine.century is not None:
        return any(theirs.century == mine.century for theirs in known) or any(
            _in_century(mine.century, year) for year in years if year > 100
        )
    if mine.year is not None and mine.year not in years:
        return False
    return any(_is_day(mine, theirs) for theirs in known)


def _is_day(mine: Date, theirs: Date) -> bool:
    """Whether their date is mine or lies in mine; a year that theirs leaves out stands elsewhere."""
    return (
        theirs.month == mine.month
        and mine.day in (None, theirs.day)
        and (mine.year is None or theirs.year is None or mine.year == theirs.year)
    )


def _in_decade(decade: int, year: int) -> bool:
    if decade < 1000:
        year = year % 100 if year >= 1000 else -1
    return decade <= year < decade + 10


def _is_decade(mine: int, theirs: int) -> bool:
    return mine == theirs or (mine % 100 == theirs % 100 and min(mine, theirs) < 100)


def _in_century(century: int, year: int) -> bool:
    return 100 * (century - 1) <= year <= 100 * century
