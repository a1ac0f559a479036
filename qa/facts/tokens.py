"""Folded text to tokens: words, numerals, codes and signs, with where each stands."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from qa.facts.folding import fold
from qa.facts.words import word_set

# Signs join what they stand between; no more than these, so that taking a piece apart stays cheap.
_PIECE = re.compile(r"[^\W_]+(?:[-–.,'/:&][^\W_]+){0,12}|\n+|[^\s\w]|_")
_NUMERAL = re.compile(r"\d+(?:[-–.,'/:]\d+)*")
_LEADING = re.compile(r"\d+(?:[.,/:–-]\d+)*")
_HAS_DIGIT = re.compile(r"\d")
# "U.S", "e.g", "J.R.R": letters with full stops between them.
_DOTTED = re.compile(r"[^\W\d_]{1,2}(?:\.[^\W\d_]{1,2})+")
_PARTS = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[-–.,/:&]")
_SUFFIX = re.compile(
    r"(st|nd|rd|th|s|'s|k|m|mn|mm|bn|tn|b|x|[ap]m|h|min|sec|ms|us|ns|"
    r"[kcmdun]?m[23]?|[kmu]?g|[kmcd]?l|[kmgt]?i?b|[kmgt]?hz|[kmg]?[wvaj]|[kmg]?wh|kva|m?bar|k?pa|[kmgt]b(?:/s|ps)|"
    r"km/h|m/s|mph|ft|in|yd|mi|lbs?|oz|kcal|cal|db|ppm|rpm|dpi|px|c|f|usd|eur|gbp|chf)$",
    re.IGNORECASE,
)
# A single capital is a unit's only here: "3M", "5G" and "3D" are codes, "5M" is one unless money goes before.
_CAPITAL_UNITS = frozenset("WVAJCFK")
_MONEY = frozenset("$€£¥")
_AMOUNT = re.compile(r"(\d[\d.,]*)([KMBT])", re.IGNORECASE)


class Token(NamedTuple):
    """`kind` is "word", "numeral" (digits and what joins them), "code" (letters with digits) or "sign".

    `start` and `end` are offsets in the folded text; `low` is `text` in small letters. `first` tells whether a
    sentence, a line, a cell or a quotation begins with it.
    """

    text: str
    low: str
    kind: str
    start: int
    end: int
    first: bool = False


@lru_cache(maxsize=64)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text, folded before."""
    found: list[Token] = []
    first = True
    for match in _PIECE.finditer(fold(text)):
        piece, start = match[0], match.start()
        if piece.isalpha():
            found.append(Token(piece, piece.lower(), "word", start, match.end(), first))
            first = False
            continue
        for part, kind, at in _split(piece, start, bool(found) and found[-1].text in _MONEY):
            sign = kind == "sign"
            found.append(Token(part, part.lower(), kind, at, at + len(part), first and not sign))
            first = _begins(found, first) if sign else False
    return tuple(found)


# "Mr. Smith" and "J. Smith" go on.
_GOES_ON = word_set("mr mrs ms dr prof st no vs inc ltd co jr sr gen col lt sgt capt rev hon gov sen rep")


def _begins(found: list[Token], first: bool) -> bool:
    """Whether the next word is the first of a sentence, a line, a cell or a quotation."""
    sign = found[-1].text
    if sign == "." and len(found) > 1 and found[-2].kind == "word":
        before = found[-2].text
        return not (before.lower() in _GOES_ON or (len(before) == 1 and before.isupper()) or "." in before)
    return first or sign[0] in '\n.!?:;|•"*…。！？'


def _split(piece: str, start: int, paid: bool = False) -> Iterator[tuple[str, str, int]]:
    """The tokens of what stands together; `paid` when the sign of a currency goes before."""
    if paid and (amount := _AMOUNT.fullmatch(piece)):
        yield amount[1], "numeral", start
        yield amount[2], "word", start + amount.end(1)
    elif not piece[0].isalnum():
        yield piece, "sign", start
    elif not _HAS_DIGIT.search(piece):
        yield from _words(piece, start)
    elif _NUMERAL.fullmatch(piece):
        yield piece, "numeral", start
    else:
        yield from _mixed(piece, start)


def _words(piece: str, start: int) -> Iterator[tuple[str, str, int]]:
    if _DOTTED.fullmatch(piece):
        yield piece, "word", start
        return
    for part in _PARTS.finditer(piece):
        yield part[0], "word" if part[0][0].isalnum() else "sign", start + part.start()


def _mixed(piece: str, start: int) -> Iterator[tuple[str, str, int]]:
    """Letters and digits: "12km", "18-year-old", "mid-2010", "3rd", or a code."""
    digits = _LEADING.match(piece)
    rest = piece[digits.end() :] if digits else ""
    if digits and _is_suffix(rest):
        yield digits[0], "numeral", start
        yield rest, "word", start + digits.end()
    elif digits and (letters := re.match(r"([^\W\d_]+)[-–/]", rest)) and _is_suffix(letters[1]):
        yield digits[0], "numeral", start
        yield letters[1], "word", start + digits.end()
        yield rest[letters.end(1)], "sign", start + digits.end() + letters.end(1)
        yield from _split(rest[letters.end() :], start + digits.end() + letters.end())
    elif digits and re.match(r"[-–/.,:'][^\W\d_]+", rest) and not _is_code_part(rest[1:]):
        yield digits[0], "numeral", start
        yield rest[0], "sign", start + digits.end()
        yield from _split(rest[1:], start + digits.end() + 1)
    elif not digits and (before := re.match(r"([^\W\d_]+)([-–/,:'])(?=\d)", piece)) and _is_plain(before, piece):
        yield before[1], "word", start
        yield before[2], "sign", start + before.end(1)
        yield from _split(piece[before.end() :], start + before.end())
    elif parted := re.search(r"[,:'&]|(?<=[a-z])\.(?=[A-Z])", piece):
        yield from _split(piece[: parted.start()], start)
        yield parted[0], "sign", start + parted.start()
        yield from _split(piece[parted.end() :], start + parted.end())
    else:
        yield piece, "code", start


def _is_suffix(rest: str) -> bool:
    if len(rest) == 1 and rest.isupper():
        return rest in _CAPITAL_UNITS
    return bool(_SUFFIX.match(rest))


def _is_code_part(rest: str) -> bool:
    """Whether letters after a number and a hyphen make it a code, as in "10-K"; "10-year" is a number."""
    letters = re.match(r"[^\W\d_]+", rest)
    return letters is not None and len(letters[0]) <= 3 and letters[0].isupper()


def _is_plain(before: re.Match[str], piece: str) -> bool:
    """Whether a word before digits is a word of its own, as in "mid-2010"; "F-16" and "Covid-19" are codes."""
    return before[2] not in "-–/" or (before[1].islower() and len(before[1]) > 1 and piece[before.end()].isdigit())
