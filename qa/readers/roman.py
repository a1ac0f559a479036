"""Roman numbers, read and written."""

import re

ROMAN = re.compile(r"(?=[ivxlcdm])m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})", re.IGNORECASE)
_NUMERALS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_SIGNS = {
    "m": 1000,
    "cm": 900,
    "d": 500,
    "cd": 400,
    "c": 100,
    "xc": 90,
    "l": 50,
    "xl": 40,
    "x": 10,
    "ix": 9,
    "v": 5,
    "iv": 4,
    "i": 1,
}


def value_of(roman: str) -> int:
    """The number that a match of ROMAN says."""
    values = [_NUMERALS[letter] for letter in roman.lower()]
    return sum(-v if v < max(values[n:]) else v for n, v in enumerate(values))


def as_roman(value: int) -> str:
    """In small letters; in digits where there is no Roman number: below 1, and from 4000."""
    written = ""
    left = value
    for sign, size in _SIGNS.items() if 0 < value < 4000 else ():
        written += sign * (left // size)
        left %= size
    return written or str(value)
