"""Text made alike before it is compared: accents, dashes, quotes, spaces and digits of all scripts."""

import re
import unicodedata
from functools import lru_cache

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t\r\f\v", " "),
        **dict.fromkeys("‘’‛′´`ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑\u2012﹣－", "-"),
        **dict.fromkeys("–—―", "–"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
        "\u2212": "-",
        "\u2044": "/",
        "×": "x",
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
        "ı": "i",
        "µ": "u",
        "μ": "u",
        "º": "°",
        "˚": "°",
        "№": "No ",
    }
)
# A fraction in one sign is told from the number before it: "2½" is "2 1/2".
_FRACTION = re.compile("[¼½¾⅐-⅞]")
# A raised digit belongs to a unit (m²) or is a mark of a note.
_SQUARE, _RAISED = re.compile("(?<=[^\\W\\d_])[²³]"), re.compile("[¹²³⁰-⁹]+")
_FOREIGN_DIGIT = re.compile("[^\\W\\D0-9]")
# Scripts without spaces, in which a number stands beside letters.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_BESIDE = re.compile(rf"(?<=\d)(?=[{_SPACELESS}])|(?<=[{_SPACELESS}])(?=\d)")
_ENDINGS = ("ings", "ing", "ies", "ied", "edly", "ed", "es", "s", "ly", "'s", "e")
_SHORTEST_STEM = 3


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """`text` with one sign for what is written in several ways, and Latin, Greek and Cyrillic letters bare.

    Lengths may change: offsets in what comes back are not those of `text`.
    """
    if text.isascii() and "\t" not in text and "`" not in text:
        return text
    text = _FRACTION.sub(lambda sign: " " + unicodedata.normalize("NFKC", sign[0]), text)
    text = _SQUARE.sub(lambda sign: "2" if sign[0] == "²" else "3", text)
    text = unicodedata.normalize("NFKC", _RAISED.sub("", text.translate(_ALIKE))).translate(_ALIKE)
    text = _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
    text = _BESIDE.sub(" ", text)
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not _is_accent(sign))
    return unicodedata.normalize("NFC", bare)


def _is_accent(sign: str) -> bool:
    return "\u0300" <= sign <= "\u036f"


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A folded word in small letters without the ending that English gives it: "refuses" and "refused" are one."""
    word = word.lower()
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    # "Stopped" and "stops", "carries" and "carry".
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeiouls":
        return word[:-1]
    return word.removesuffix("y").removesuffix("i") if len(word) > _SHORTEST_STEM else word
