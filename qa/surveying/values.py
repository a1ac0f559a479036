"""What can be listed with certainty, since its form gives it away: dates, amounts, addresses, measures."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from qa.facts.dates import dates
from qa.facts.folding import fold
from qa.facts.quantities import Number, numbers
from qa.facts.spans import content
from qa.facts.tokens import tokens
from qa.facts.units import UNITS

# An address or a number is listed by itself, the others in the sentence or row that holds them.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?<![.-])")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'“”)\]]+(?<![.,;:!?])", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w./-])(?:\+\d{1,3}[ .\-/]?)?(?:\(0?\d{1,5}\)[ .\-/]?)?\d{1,5}(?:[ .\-/]\d{2,8}){1,5}(?![\w/-])"
)
_PHONE_CUE = re.compile(r"\b(?:phone|tel|telephone|mobile|cell|fax|call|dial|ring|hotline)\b", re.IGNORECASE)
# What makes a date a deadline: said anywhere in its sentence or in the head of its column, or right before it.
_DEADLINE = re.compile(
    r"\b(?:deadlines?|due|no later than|not later than|at the latest|expir(?:y|es?|ed|ing|ation)|closing date"
    r"|cut-?off|last (?:day|date)|end date|valid (?:through|until))\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:by|until|till|before|ends? on|expires? on|lapses? on)\s+"
    r"(?:the |end of |noon on |midnight on |\w+day,? ){0,3}$",
    re.IGNORECASE,
)
# The same of a time that is allowed.
_WITHIN = re.compile(r"\b(?:within|no later than|not later than|at the latest|late|notice)\b", re.IGNORECASE)

_MONEY = frozenset(
    unit.family for name in ("dollar", "euro", "£", "¥", "chf", "inr", "rub", "sek", "cny") for unit in UNITS[name]
) | {"us dollar", "canadian dollar", "australian dollar"}
_FAMILIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "price": _MONEY,
        "percentage": frozenset(("share",)),
        "temperature": frozenset(("celsius", "fahrenheit", "kelvin")),
        "weight": frozenset(("mass",)),
        "length": frozenset(("length",)),
        "area": frozenset(("area",)),
        "volume": frozenset(("volume",)),
        "duration": frozenset(("time", "months")),
        "power": frozenset(("power",)),
        "voltage": frozenset(("voltage",)),
        "pressure": frozenset(("pressure",)),
    }
)
_NOUNS = {
    "deadline": r"deadlines|due dates|expiry dates|closing dates|cut-?off dates|time limits",
    "date": r"dates|days and dates|dates and times",
    "price": r"prices|costs|fees|charges|payments|rents|amounts(?: of money)?|sums(?: of money)?|money amounts",
    "percentage": r"percentages|per ?cent values|rates in per ?cent",
    "e-mail address": r"e-?mail addresses|e-?mails|mail addresses",
    "phone number": r"(?:tele)?phone numbers|phones|fax numbers|mobile numbers",
    "link": r"links|urls|web ?sites|web addresses|web ?pages|internet addresses",
    "temperature": r"temperatures",
    "weight": r"weights|masses",
    "length": r"lengths|distances|heights|depths|widths",
    "area": r"areas|floor areas",
    "volume": r"volumes",
    "duration": r"durations|periods(?: of time)?|time spans",
    "power": r"power ratings|wattages",
    "voltage": r"voltages",
    "pressure": r"pressures",
}
_SUBJECTS = {
    kind: re.compile(
        rf"(?:(?P<before>.+?)\s+)?(?:{nouns})(?:\s+(?:of|for|on|about|by|to|with|when|at)\s+(?P<after>.+))?", re.I
    )
    for kind, nouns in _NOUNS.items()
}
_IDLE = frozenset(
    "important different relevant given mentioned named stated listed exact precise main key various contact"
    " upcoming possible existing known".split()
)


@dataclass(frozen=True)
class Wanted:
    """A kind of value, and the words that narrow it: "costs of the bypass" are prices, with "bypass"."""

    kind: str
    narrowed: frozenset[str]
    """Stems."""


@dataclass(frozen=True)
class Value:
    """A value found in a text: `[start:end]` of it, and what makes two of them the same."""

    start: int
    end: int
    same: str


@lru_cache(maxsize=64)
def value_kind(subject: str) -> Wanted | None:
    """The kind of value that the subject of a listing names; None for any other subject."""
    for kind, pattern in _SUBJECTS.items():
        if match := pattern.fullmatch(subject):
            said = " ".join(filter(None, (match["before"], match["after"])))
            return Wanted(kind, content(said) - frozenset().union(*(content(word) for word in _IDLE)))
    return None


def values(kind: str, text: str, around: str) -> list[Value]:
    """The values of a kind in a sentence or row; `around` is the row with the heads of its columns, or it."""
    return list(_FINDERS[kind](text, around))


def _addresses(pattern: re.Pattern[str]) -> Callable[[str, str], Iterator[Value]]:
    def find(text: str, around: str) -> Iterator[Value]:
        for match in pattern.finditer(text):
            yield Value(match.start(), match.end(), match[0].casefold().rstrip("/"))

    return find


def _phones(text: str, around: str) -> Iterator[Value]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        sure = match[0].startswith("+") or _PHONE_CUE.search(around)
        if (
            7 <= len(digits) <= 15
            and sure
            and not re.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4}", match[0])
        ):
            yield Value(match.start(), match.end(), digits)


def _dates(text: str, around: str) -> Iterator[Value]:
    whole = [date for date in dates(text) if date.month and (date.day or date.year)]
    if whole:
        said = sorted({f"{date.year}-{date.month}-{date.day}" for date in whole})
        yield Value(0, len(text), "date " + " ".join(said))


def _deadlines(text: str, around: str) -> Iterator[Value]:
    folded, found = fold(text), tokens(text)
    whole = [date for date in dates(text) if date.month and (date.day or date.year)]
    said = whole and _DEADLINE.search(around)
    if said or any(_BEFORE.search(folded[: found[date.at].start]) for date in whole):
        yield from _dates(text, around)
    elif _WITHIN.search(text):
        lasting = [n for n in numbers(text) if _family(n) & {"time", "months"} and not n.implied]
        if lasting:
            yield Value(0, len(text), "within " + " ".join(sorted(_same(number) for number in lasting)))


def _measured(families: frozenset[str]) -> Callable[[str, str], Iterator[Value]]:
    def find(text: str, around: str) -> Iterator[Value]:
        found = [n for n in numbers(text) if _family(n) & families and not n.implied]
        if found:
            yield Value(0, len(text), " ".join(sorted({_same(number) for number in found})))

    return find


def _family(number: Number) -> frozenset[str]:
    return frozenset(unit.family for unit in number.units)


def _same(number: Number) -> str:
    """A number in the first unit of its family, so that "2 km" and "2,000 m" are one."""
    unit = number.units[0]
    return f"{(number.amounts[0].value * unit.factor).normalize()} {unit.family}"


_FINDERS: Mapping[str, Callable[[str, str], Iterator[Value]]] = MappingProxyType(
    {
        "e-mail address": _addresses(_EMAIL),
        "link": _addresses(_URL),
        "phone number": _phones,
        "date": _dates,
        "deadline": _deadlines,
        **{kind: _measured(families) for kind, families in _FAMILIES.items()},
    }
)
ALONE = frozenset(("e-mail address", "link", "phone number"))
