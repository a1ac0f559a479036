"""What digits and number words say: "1.234,5" is 1234.5, "two and a half million" is 2500000."""

import re
from collections.abc import Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from qa.facts.tokens import Token

# More digits are a code, not an amount.
MOST_DIGITS = 24
# Tokens of the longest number in words.
_LONGEST = 16
_COMMAS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_POINTS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_APOSTROPHES = re.compile(r"\d{1,3}(?:'\d{3})+(?:[.,]\d+)?")
_POINT, _COMMA = re.compile(r"\d+\.\d+"), re.compile(r"\d+,\d+")

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_ONES += " seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = MappingProxyType({word: n for n, word in enumerate(_ONES.split())})
TENS = MappingProxyType({word: 10 * n for n, word in enumerate(_TENS.split(), start=2)})
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "lakh": 5, "crore": 7}
_SCALES |= {"万": 4, "萬": 4, "億": 8, "亿": 8, "兆": 12}
_SHORT_SCALES = {"k": 3, "m": 6, "mn": 6, "mm": 6, "mio": 6, "bn": 9, "b": 9, "mrd": 9, "t": 12, "tn": 12}
_IRREGULAR = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
ORDINALS = MappingProxyType(
    {f"{word}th": n for word, n in ONES.items() if n > 3}
    | {word.removesuffix("y") + "ieth": n for word, n in TENS.items()}
    | {f"{word}th": 10**power for word, power in _SCALES.items()}
    | _IRREGULAR
)
_DENOMINATORS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    form: n for word, n in ORDINALS.items() for form in (word, f"{word}s") if word not in ("first", "second")
}
_GROUPS = MappingProxyType({"dozen": 12, "dozens": 12, "score": 20})


class Amount(NamedTuple):
    """What a numeral may say: `value`, and the `step` of its last place ("34.2 billion": 100 million)."""

    value: Decimal
    step: Decimal


class Words(NamedTuple):
    """A number in words: how many tokens it takes, its value, whether it is an ordinal, or a part of a whole."""

    length: int
    value: Decimal
    ordinal: bool = False


def readings(numeral: str, decimal_comma: bool = False) -> tuple[Amount, ...]:
    """The amounts that one numeral may be: "1.234" is 1234 and 1.234. None for what is a list, a date, a code.

    `decimal_comma` tells whether the text around it writes decimals with a comma, so that "3,500" may be 3.5.
    """
    if sum(map(str.isdigit, numeral)) > MOST_DIGITS:
        return ()
    if numeral.isdigit():
        return (_amount(numeral),)
    if _COMMAS.fullmatch(numeral):
        decimal = decimal_comma and numeral.count(",") == 1 and "." not in numeral
        return (_amount(numeral.replace(",", "")), *((_amount(numeral.replace(",", ".")),) if decimal else ()))
    if _POINTS.fullmatch(numeral):
        plain = (_amount(numeral),) if numeral.count(".") == 1 and "," not in numeral else ()
        return (*plain, _amount(numeral.replace(".", "").replace(",", ".")))
    if _APOSTROPHES.fullmatch(numeral):
        return (_amount(numeral.replace("'", "").replace(",", ".")),)
    if _POINT.fullmatch(numeral) or _COMMA.fullmatch(numeral):
        return (_amount(numeral.replace(",", ".")),)
    if (parts := numeral.split("/")) and len(parts) == 2 and all(map(str.isdigit, parts)) and int(parts[1]):
        return (Amount(Decimal(parts[0]) / Decimal(parts[1]), Decimal(0)),)
    return ()


def scale(word: str, after_money: bool = False) -> int:
    """The power of ten that a word after a number stands for, 0 for none; "m" is a million after money."""
    low = word.lower().rstrip(".")
    power = _SCALES.get(low.removesuffix("s"), 0)
    if not power and low in _SHORT_SCALES and (after_money or low in ("bn", "mn", "tn", "mio", "mrd")):
        power = _SHORT_SCALES[low]
    return power


def _amount(plain: str) -> Amount:
    value = Decimal(plain)
    places = len(plain.partition(".")[2])
    return Amount(value, Decimal(1).scaleb(-places))


def in_words(tokens: Sequence[Token], at: int) -> Words | None:
    """The number in words that begins at `tokens[at]`, the longest one; None where there is none."""
    total, group, position, ordinal, seen = Decimal(0), Decimal(0), at, False, False
    while position < min(len(tokens), at + _LONGEST) and not ordinal:
        word = tokens[position].low
        power = _SCALES.get(word, 0) if seen or (word in _SCALES and _article(tokens, at)) else 0
        if word in ONES and (not seen or group % 100 == 0 or _tens_before(tokens, position)):
            group += ONES[word]
        elif word in TENS and (not seen or group % 100 == 0):
            group += TENS[word]
        elif power == 2:
            group = max(group, Decimal(1)) * 100
        elif power:
            total, group = total + max(group, Decimal(1)).scaleb(power), Decimal(0)
        elif word in ORDINALS and _fits(word, group, seen):
            group, ordinal = _with_ordinal(word, group), True
        elif seen and _joins(tokens, position):
            position += 1
            continue
        else:
            break
        seen, position = True, position + 1
    if not seen:
        return None
    return _closed(tokens, at, position, Words(position - at, total + group, ordinal))


def _article(tokens: Sequence[Token], at: int) -> bool:
    """Whether a scale begins the number: "a hundred", but not "5 million", whose number is the digits."""
    return not (at and tokens[at - 1].kind == "numeral")


def _tens_before(tokens: Sequence[Token], position: int) -> bool:
    before = tokens[position - 1]
    before = tokens[position - 2] if before.text == "-" and position > 1 else before
    return before.low in TENS and tokens[position].low != "zero" and ONES[tokens[position].low] < 10


def _fits(word: str, group: Decimal, seen: bool) -> bool:
    """Whether an ordinal goes on with a number: "twenty-first" is one, "two thirds" are parts of a whole."""
    value = ORDINALS[word]
    return not seen or (group % 100 == 0 and value < 100) or (value < 10 and group % 10 == 0) or value >= 100


def _with_ordinal(word: str, group: Decimal) -> Decimal:
    value = ORDINALS[word]
    return group + value if value < 100 else max(group, Decimal(1)) * Decimal(value)


def _joins(tokens: Sequence[Token], position: int) -> bool:
    """Whether "and" or a hyphen stands inside a number: "one hundred and five", "twenty-one"."""
    if position + 1 >= len(tokens) or tokens[position].text not in ("and", "-"):
        return False
    after, before = tokens[position + 1].low, tokens[position - 1].low
    if tokens[position].text == "-":
        return after in ONES or after in ORDINALS or after in _SCALES
    return before in _SCALES and (after in ONES or after in TENS or after in ORDINALS)


def _closed(tokens: Sequence[Token], at: int, end: int, words: Words) -> Words:
    """The number with what follows it: "and a half", "dozen", "thirds"."""
    rest = [token.low for token in tokens[end : end + 5]]
    if rest[:3] == ["and", "a", "half"]:
        words = Words(words.length + 3, words.value + Decimal("0.5"))
        if len(rest) > 3 and (power := _SCALES.get(rest[3], 0)):
            words = Words(words.length + 1, words.value.scaleb(power))
    elif rest[:1] and rest[0] in _GROUPS and not words.ordinal:
        words = Words(words.length + 1, words.value * _GROUPS[rest[0]])
    else:
        gap = 1 if rest[:1] == ["-"] else 0
        below = _DENOMINATORS.get(rest[gap], 0) if len(rest) > gap and not words.ordinal else 0
        if 0 < words.value < below and (rest[gap] != "quarter" or words.value == 1):
            words = Words(words.length + gap + 1, words.value / below)
    return words


def part(tokens: Sequence[Token], at: int) -> Words | None:
    """Amounts that no counting word begins: "half", "a quarter of", "half a million", "a dozen"."""
    word, before = tokens[at].low, tokens[at - 1].low if at else ""
    rest = [token.low for token in tokens[at + 1 : at + 3]]
    if word == "dozen":
        return Words(1, Decimal(12))
    if word == "half" and rest[:1] == ["a"] and rest[1:] and (rest[1] in _SCALES or rest[1] == "dozen"):
        return Words(3, Decimal(6) if rest[1] == "dozen" else Decimal("0.5").scaleb(_SCALES[rest[1]]))
    # Not "the second half", "the third quarter", "the French Quarter".
    if (word == "half" and before not in ORDINALS) or (word == "quarter" and before == "a" and rest[:1] == ["of"]):
        return Words(1, Decimal(1) / _DENOMINATORS[word])
    return None
