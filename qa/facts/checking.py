"""What a claim says that its passage does not: the deterministic half of checking a claim."""

import re

from qa.facts.codes import apart, missing_code
from qa.facts.dates import dates
from qa.facts.folding import fold
from qa.facts.matching import missing_date, missing_number, taken_by_dates
from qa.facts.measures import is_money
from qa.facts.names import missing_name
from qa.facts.negation import is_contrary
from qa.facts.quantities import Number, numbers
from qa.facts.rows import mixed_rows
from qa.facts.spans import sentences
from qa.facts.tokens import tokens

# Footnotes, and the number or bullet that an item of a list begins with.
_MARKER = re.compile(r"\s*\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]")
_ITEM = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+(?=[^\W\d_]))")
_EDGES = " \t\n.!?…*_\"'“”‘’"
_LONGEST = 4000


def mismatch(claim: str, passage: str, question: str = "") -> str | None:
    """The first name, number, date, unit or denial of a claim that its passage does not carry, for the screen.

    None when all are found. `passage` is with its title and headings. A name of the question counts as given: the
    passage may say "she". A number or a date of the question does not. Where `question` names the row of a table,
    the claim must come from that row.
    """
    claim = _MARKER.sub("", _ITEM.sub("", claim))[:_LONGEST].strip()
    if reason := mixed_rows(claim, passage, question):
        return reason
    if not claim or _is_verbatim(claim, passage):
        return None
    return _missing(claim, passage, question)


def _missing(claim: str, passage: str, question: str) -> str | None:
    if (code := missing_code(claim, passage, question)) is not None:
        return f"{code} is not in the passage"
    if (date := missing_date(claim, passage)) is not None:
        return f"the date {date.text} is not in the passage"
    joined = apart(claim, passage)
    if (number := missing_number(claim, passage, taken_by_dates(claim) | joined)) is not None:
        return f"the number {_written(number, claim)} is not in the passage"
    if (name := missing_name(claim, passage, question, _taken(claim, joined))) is not None:
        return f"the name {name} is not in the passage"
    return "the passage says that it is not so" if is_contrary(claim, passage) else None


def _is_verbatim(claim: str, passage: str) -> bool:
    """Whether the claim is a whole sentence, or several, of the passage, word for word."""
    wanted = _plain(claim)
    if not wanted or len(wanted.split()) < 3:
        return False
    spans = sentences(passage)
    starts = {_plain(passage[span.start : span.end]) for span in spans}
    return wanted in starts


def _plain(text: str) -> str:
    return " ".join(fold(text).split()).strip(_EDGES)


def _written(number: Number, claim: str) -> str:
    """The number with its unit, as the claim writes it."""
    found = tokens(claim)
    end = max(number.end, number.at + number.length)
    whole = found[number.at].text
    if number.length == 1 and not number.text.startswith(whole):
        return number.text
    return " ".join(fold(claim)[found[number.at].start : found[end - 1].end].split())


def _taken(claim: str, joined: frozenset[int]) -> frozenset[int]:
    """Where the words begin that are part of a number, a unit, a date or a code, and so of no name."""
    found = tokens(claim)
    money = {
        place for n in numbers(claim) for place in (n.at - 1, n.at - 2) if place >= 0 and is_money(found[place])
    }
    places = {place for number in numbers(claim) for place in range(number.at, max(number.end, number.at + 1))}
    places |= {place for date in dates(claim) for place in range(date.at, date.at + date.length)}
    return frozenset(found[place].start for place in places | money | joined if place < len(found))
