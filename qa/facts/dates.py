"""The dates of a text, as far as each says: a day, a month, a year, a decade, a century, a time of day."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from qa.facts.folding import fold
from qa.facts.months import MONTHS, is_month
from qa.facts.numerals import ORDINALS, in_words
from qa.facts.tokens import Token, tokens

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_SHORT = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::\d{2})?")
_DAYPARTS = MappingProxyType({"am": 0, "a.m": 0, "pm": 12, "p.m": 12})
_NAMED_TIMES = MappingProxyType({"noon": 720, "midday": 720, "midnight": 0})
_DECADES = MappingProxyType(
    {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80}
    | {"nineties": 90}
)
_DAY_ENDINGS = frozenset(("st", "nd", "rd", "th"))


@dataclass(frozen=True)
class Date:
    """What is said of a date; None for what is not.

    `decade` is its first year (below 100 when the century is not said), `century` counts from 1, `minutes` are
    those since midnight, each that the time may be. `at` and `length` say which tokens it takes. Several with
    one `anchor` are readings of the same signs.
    """

    text: str
    at: int
    length: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    decade: int | None = None
    century: int | None = None
    minutes: tuple[int, ...] = ()


@lru_cache(maxsize=64)
def dates(text: str) -> tuple[Date, ...]:
    """The dates of a text in their order; years alone are numbers, not dates."""
    found = tokens(text)
    folded = fold(text)
    listed: list[Date] = []
    position = 0
    while position < len(found):
        readings = []
        if found[position].kind == "numeral" or found[position].low in _STARTS:
            readings = next(filter(None, (reader(found, position) for reader in _READERS)), [])
        for date in readings:
            written = folded[found[date.at].start : found[date.at + date.length - 1].end]
            listed.append(replace(date, text=" ".join(written.split())))
        position += max((date.length for date in readings), default=1)
    return tuple(listed)


def _digits(found: Sequence[Token], at: int) -> list[Date]:
    """2021-04-09, 09.04.2021 and 04/09/2021: the last one in both orders."""
    token = found[at]
    if token.kind != "numeral":
        return []
    if iso := _ISO.fullmatch(token.text):
        return _valid(at, int(iso[1]), [(int(iso[2]), int(iso[3]))])
    if short := _SHORT.fullmatch(token.text):
        one, other = int(short[1]), int(short[3])
        years = [int(short[4])] if len(short[4]) == 4 else [1900 + int(short[4]), 2000 + int(short[4])]
        orders = [(other, one)] if short[2] == "." else [(one, other), (other, one)]
        return [date for year in years for date in _valid(at, year, orders)]
    return []


def _valid(at: int, year: int, orders: list[tuple[int, int]]) -> list[Date]:
    return [Date("", at, 1, year, month, day) for month, day in orders if 1 <= month <= 12 and 1 <= day <= 31]


def _with_month(found: Sequence[Token], at: int) -> list[Date]:
    """9 April 2021, April 9, 2021, the 9th of April, April 2021, 9–12 April, April."""
    month_at = at if found[at].kind == "word" else -1
    day, days = None, 0
    if month_at < 0 or found[at].low not in MONTHS:
        day, days = _day(found, at)
        month_at = at + days
        if day is None or month_at >= len(found):
            return []
        month_at += found[month_at].low in ("of", ".", "de")
    if month_at >= len(found) or not (month := MONTHS.get(found[month_at].low)):
        return []
    end = month_at + 1
    end += end < len(found) and found[end].text == "." and len(found[month_at].text) <= 4
    if day is None:
        day, days = _day_after(found, end)
        end += days
    year, years = _year_after(found, end)
    if not is_month(found, month_at, day is not None or year is not None):
        return []
    return [Date("", at, end + years - at, year, month, day)]


def _day(found: Sequence[Token], at: int) -> tuple[int | None, int]:
    """The day of a month that a token says, and how many tokens it takes."""
    token = found[at]
    if token.kind == "numeral" and len(token.text) <= 2 and token.text.isdigit() and 1 <= int(token.text) <= 31:
        ended = at + 1 < len(found) and found[at + 1].low in _DAY_ENDINGS
        return int(token.text), 1 + ended
    begins = token.low in ORDINALS or token.low in ("twenty", "thirty")
    if begins and (words := in_words(found, at)) and words.ordinal and words.value <= 31:
        return int(words.value), words.length
    return None, 0


def _day_after(found: Sequence[Token], at: int) -> tuple[int | None, int]:
    gap = at < len(found) and found[at].low == "the"
    if at + gap >= len(found):
        return None, 0
    day, days = _day(found, at + gap)
    return (day, days + gap) if day is not None else (None, 0)


def _year_after(found: Sequence[Token], at: int) -> tuple[int | None, int]:
    gap = at < len(found) and found[at].low in (",", "of", "de", "'")
    if at + gap >= len(found):
        return None, 0
    token = found[at + gap]
    decade = at + gap + 1 < len(found) and found[at + gap + 1].low == "s"
    if re.fullmatch(r"[12]\d{3}", token.text) and not decade:
        return int(token.text), 1 + gap
    return None, 0


def _decade(found: Sequence[Token], at: int) -> list[Date]:
    """1990s, '90s, the nineties; 1700s is a decade and a century."""
    token = found[at]
    if token.low in _DECADES:
        return [Date("", at, 1, decade=_DECADES[token.low])]
    ended = at + 1 < len(found) and found[at + 1].low in ("s", "'s") and found[at + 1].start == token.end
    if not ended or not re.fullmatch(r"[12]\d\d0|\d0", token.text):
        return []
    first = int(token.text)
    listed = [Date("", at, 2, decade=first)]
    if first >= 1000 and first % 100 == 0:
        listed.append(Date("", at, 2, century=first // 100 + 1))
    return listed


def _century(found: Sequence[Token], at: int) -> list[Date]:
    """The 18th century, the eighteenth century, "10th and 11th centuries"."""
    number, length = _ordinal(found, at)
    if number is None:
        return []
    end = at + length
    end += end < len(found) and found[end].text == "-"
    if end < len(found) and found[end].low in ("century", "centuries"):
        return [Date("", at, end + 1 - at, century=number)]
    others = [token.low for token in found[end : end + 7]]
    joined = others[:1] and others[0] in ("and", "to", "or", "-", "–", ",", "through")
    if joined and ("centuries" in others or "century" in others) and _ordinal(found, end + 1)[0] is not None:
        return [Date("", at, length, century=number)]
    return []


def _ordinal(found: Sequence[Token], at: int) -> tuple[int | None, int]:
    if at >= len(found):
        return None, 0
    token = found[at]
    if token.kind == "numeral" and token.text.isdigit() and len(token.text) <= 2:
        return (int(token.text), 2) if at + 1 < len(found) and found[at + 1].low in _DAY_ENDINGS else (None, 0)
    if (token.low in ORDINALS or token.low == "twenty") and (words := in_words(found, at)) and words.ordinal:
        return int(words.value), words.length
    return None, 0


def _time(found: Sequence[Token], at: int) -> list[Date]:
    """14:30, 2.30 pm, 8 am, noon. Without a part of the day an hour up to twelve may be in either."""
    token = found[at]
    if token.low in _NAMED_TIMES:
        return [Date("", at, 1, minutes=(_NAMED_TIMES[token.low],))]
    after = found[at + 1].low if at + 1 < len(found) else ""
    clock = _CLOCK.fullmatch(token.text)
    if token.kind != "numeral" or not (after in _DAYPARTS or (clock and ":" in token.text)):
        return []
    if not clock and not re.fullmatch(r"\d{1,2}", token.text):
        return []
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (int(token.text), 0)
    if hour > 24 or minute > 59:
        return []
    if after in _DAYPARTS:
        return [Date("", at, 2, minutes=((hour % 12 + _DAYPARTS[after]) * 60 + minute,))]
    later = ((hour + 12) * 60 + minute,) if 1 <= hour < 12 and not token.text.startswith("0") else ()
    return [Date("", at, 1, minutes=(hour % 24 * 60 + minute, *later))]


_Reader = Callable[[Sequence[Token], int], list[Date]]
_READERS: tuple[_Reader, ...] = (_digits, _with_month, _decade, _century, _time)
# A date begins with a numeral or with one of these.
_STARTS = frozenset((*MONTHS, *ORDINALS, *_DECADES, *_NAMED_TIMES, "twenty", "thirty"))


def covered(listed: Sequence[Date]) -> Iterator[int]:
    """The tokens that dates take, which are no numbers besides."""
    for date in listed:
        yield from range(date.at, date.at + date.length)
