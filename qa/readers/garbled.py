"""Whether what is stored as text is text: fonts without a true mapping give letters that nobody sees."""

import re
import unicodedata
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
