"""The unit of a number: the currency before it, the magnitude and the unit after it."""

from collections.abc import Sequence

from qa.facts.numerals import scale
from qa.facts.tokens import Token
from qa.facts.units import Unit, named, per
from qa.facts.words import word_set

MONEY = frozenset("$€£¥₹₽¢")
_CODES = word_set("usd eur gbp chf jpy cny cad aud rmb inr us a c hk nz")
# One letter is a unit only right after a number.
_ONE_LETTER = frozenset("mglthsJWVANKCFL")
# Other words too: a unit only when written together with the number.
_NEVER_APART = frozenset(("in", "a", "mo", "mt", "s", "n", "v", "second"))
# Between a number and its unit: "10 consecutive days", "five more years".
_BETWEEN = word_set(
    "full whole consecutive calendar working business more further additional long short average extra "
    "successive straight fiscal u.s us"
)


def is_money(token: Token) -> bool:
    """Whether a token is the sign or the letters of a currency: "$", "US" of "US$", "EUR"."""
    return token.text in MONEY or (token.low in _CODES and token.text.isupper())


def money_before(found: Sequence[Token], at: int) -> tuple[Unit, ...]:
    """The currency that goes before: "$5", "US$ 5", "EUR 5"."""
    before = at - 1
    while before >= 0 and found[before].text in ("(", "-", "~") and before > at - 3:
        before -= 1
    if before < 0:
        return ()
    sign = found[before]
    if sign.text in MONEY:
        letters = found[before - 1] if before else None
        if letters and letters.end == sign.start and letters.low in _CODES:
            return named((letters.low + sign.text,)) or named((sign.text,))
        return named((sign.text,))
    return named((sign.text,)) if sign.low in _CODES and sign.text.isupper() and len(sign.text) == 3 else ()


def scale_after(found: Sequence[Token], end: int, paid: bool) -> tuple[int, int]:
    """The power of ten of "million" and the like after a number, and where it ends."""
    power = 0
    while end < len(found) and found[end].kind == "word":
        more = scale(found[end].text, paid)
        if not more:
            break
        power, end = power + more, end + 1
    return power, end


def unit_after(found: Sequence[Token], end: int) -> tuple[tuple[Unit, ...], int]:
    """The unit after a number, with a hyphen or one of a few words between, and the token after it."""
    start = end
    while start < len(found) and start - end < 2 and (found[start].text == "-" or found[start].low in _BETWEEN):
        start += 1
    units, length = unit_at(found, start, start == end)
    if not units and start > end:
        start = end
        units, length = unit_at(found, end, True)
    return _rate(found, start + length, units) if units else ((), end)


def unit_at(found: Sequence[Token], at: int, close: bool) -> tuple[tuple[Unit, ...], int]:
    """The longest unit that begins at a token, and how many tokens it takes."""
    if at >= len(found):
        return (), 0
    first, second = found[at], found[at + 1] if at + 1 < len(found) else None
    joined = second and (first.text == "°" or second.text in MONEY)
    if second and joined and (units := named((first.low + second.low,))):
        return units, 2
    third = found[at + 2] if second and second.text == "-" and at + 2 < len(found) else None
    if third and (units := named((first.text, third.text))):
        return units, 3
    if second and first.kind == second.kind == "word" and (units := named((first.text, second.text))):
        return units, 2
    if "/" in first.text:
        above, _, below = first.text.partition("/")
        return named((first.text,)) or per(named((above,)), named((below,))), 1
    return (named((first.text,)) if _is_written(found, at, close) else ()), 1


def _is_written(found: Sequence[Token], at: int, close: bool) -> bool:
    """Whether a short word is a unit here: "5 m" is, "5 in" and "5 a" are not."""
    word = found[at].text
    if word in _NEVER_APART:
        return at > 0 and found[at - 1].end == found[at].start
    return len(word) > 1 or not word.isalpha() or (close and word in _ONE_LETTER)


def _rate(found: Sequence[Token], at: int, units: tuple[Unit, ...]) -> tuple[tuple[Unit, ...], int]:
    """The unit with what follows "per" or a slash. "24 hours per day" stays as it is."""
    divided = at + 1 < len(found) and found[at].low in ("per", "/")
    if divided and units[0].family not in ("share", "time", "months"):
        below, length = unit_at(found, at + 1, True)
        if not below and found[at + 1].low in ("h", "s"):
            below = named((found[at + 1].low,))
        if below:
            return per(units, below), at + 1 + length
    return units, at
