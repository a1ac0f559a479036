"""Numbers that may be those of a page, also Roman ones."""

import re
from collections.abc import Iterator

_LONGEST_RUNNING_TITLE = 90
WORDS = re.compile(r"\w+")
ROMAN = re.compile(r"(?=[ivxlcdm])m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})", re.IGNORECASE)
_NUMERALS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


def numbers_of(text: str) -> Iterator[tuple[str, int, bool]]:
    """Those at the ends of a row, where page numbers stand: also the 3 of "Page 3 of 12" and "3/12"."""
    if len(text) > _LONGEST_RUNNING_TITLE:
        return
    words = WORDS.findall(text)
    for word in dict.fromkeys((*words[:2], *words[-3:])):
        if word.isdigit():
            if word.isascii() and len(word) < 5:
                yield word, int(word), False
        elif word[0] in "ivxlcdmIVXLCDM" and len(word) < 9 and ROMAN.fullmatch(word):
            yield word, _value(word), True


def _value(roman: str) -> int:
    values = [_NUMERALS[letter] for letter in roman.lower()]
    return sum(-v if v < max(values[n:]) else v for n, v in enumerate(values))


def as_roman(value: int, like: str) -> str:
    """In letters as large or small as those of another Roman number."""
    digits = []
    for size, numeral in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    ):
        while value >= size:
            digits.append(numeral)
            value -= size
    return "".join(digits).upper() if like.isupper() else "".join(digits)
