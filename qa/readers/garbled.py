"""Whether what is stored as text is text: fonts without a true mapping give letters that nobody sees.

The ligatures of TeX are mended: its fonts keep them at the codes of control characters.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from operator import ne

from qa.readers.encoding import junk_share

# Written together in one text.
_EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "FULLWIDTH", "LATIN"}
# Only these can make a text suspicious: control characters, and letters of other scripts than the Latin one.
_ODD = re.compile("[\x01-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u0250-\u1fff\u2c00-\ufffd\uffff\U00010000-\U0010ffff]")


def odd_characters(text: str) -> int:
    """How many characters there are that plain Latin text does not have."""
    return len(_ODD.findall(text))


def garbled_text(text: str, odd: int) -> bool:
    """Whether a text layer is junk: control characters, or letters of many scripts mixed within words.

    `odd` of its characters are odd.
    """
    if odd < 0.02 * len(text) or not odd:
        return False
    private = sum("\ue000" <= c <= "\uf8ff" for c in text)
    return _is_mixed(text) or private > len(text) * 0.2 or junk_share(text.replace("\ufffe", "")) > 0.1


def _is_mixed(text: str) -> bool:
    scripts = list(map(_script, filter(str.isalpha, text)))
    changes = sum(map(ne, scripts, islice(scripts, 1, None)))
    return len(scripts) > 50 and changes > len(scripts) * 0.3


@lru_cache(maxsize=10_000)
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").split()[0]
    return "CJK" if name in _EAST_ASIAN else name


# Both encodings of TeX (OT1, and T1 with its quotation marks and dashes).
_TEX = {
    "\x0b": "ff",
    "\x0c": "fi",
    "\x0e": "ffi",
    "\x0f": "ffl",
    "\x10": "\u201c",
    "\x11": "\u201d",
    "\x15": "\u2013",
    "\x16": "\u2014",
    "\x1b": "ff",
    "\x1c": "fi",
    "\x1d": "fl",
    "\x1e": "ffi",
    "\x1f": "ffl",
}
# Beside a letter, or a sign that stands beside one.
_LIGATURE = re.compile(r"(?<=[^\W\d_,.;:!?])[{0}]|[{0}](?=[^\W\d_])|(?<=[,.;:!?])\x11".format("".join(_TEX)))

_WITHIN_WORD = re.compile("[a-zA-Z][\x0b\x0c\x0e\x0f\x1b-\x1f][a-z]")


def with_ligatures(text: str, indexes: Sequence[int]) -> tuple[str, Sequence[int]]:
    """The text of a page and the index of each character: signi\\x0ccant becomes significant."""
    if not _WITHIN_WORD.search(text):
        return text, indexes
    pieces: list[str] = []
    own: list[int] = []
    reached = 0
    for found in _LIGATURE.finditer(text):
        letters = _TEX[found[0]]
        pieces += (text[reached : found.start()], letters)
        own += (*indexes[reached : found.start()], *[indexes[found.start()]] * len(letters))
        reached = found.end()
    pieces.append(text[reached:])
    return "".join(pieces), [*own, *indexes[reached:]]
