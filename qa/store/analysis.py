"""Words of any script in a form that FTS5 keeps apart, made alike of what is stored and of what is asked.

Scripts written without spaces become pairs of letters, inflected words of other alphabets their stems, and letters
that are written in several ways one. English is left to FTS5's Porter stemmer, accents and case to its folding.
"""

import re
import threading
import unicodedata
from functools import lru_cache, partial
from importlib.metadata import version
from itertools import pairwise
from typing import Any

_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
_EAST_ASIAN = (  # Japanese, Chinese, and Korean, whose words carry their particles
    "\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u17b4-\u17d3"
_LETTER = re.compile(f"[{_SPACELESS}{_EAST_ASIAN}][{_MARKS}]*")
_RUN = re.compile(f"[{_SPACELESS}{_EAST_ASIAN}]+")
# One script each, so that the language need not be guessed; others of the script are cut alike on both sides.
_STEMMED = {
    "arabic": re.compile("[\u0620-\u065f\u066e-\u06d3\u06fa-\u06ff]+"),
    "greek": re.compile("[\u0370-\u03ff]+"),
    "hindi": re.compile("[\u0900-\u0963\u0971-\u097f]+"),
    "russian": re.compile("[\u0400-\u04ff]+"),
}
# Parts of words for FTS5 that `\w` does not know: vowel signs of India's scripts, and accents.
_WORD = re.compile(f"[\\w\u0300-\u036f\u0900-\u0963\u0970-\u0df3{_MARKS}]+")
# Invisible: soft hyphens, joiners, directions; Arabic's stretching and vowels; Hebrew's points.
_DROPPED = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\u0640\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8"
    "\u06ea-\u06ed\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"
)
_ALIKE = str.maketrans("أإآٱىیکةھہ", "ااااييكههه")
# "And" and "then" are written together with a word and its article.
_AND_THE = re.compile("^[وف](?=ال)")
_lock = threading.Lock()


def edition() -> str:
    """What `searchable` depends on: words of another analysis are made anew."""
    return f"2, unicode {unicodedata.unidata_version}, snowball {version('snowballstemmer')}"


def searchable(text: str) -> str:
    """`text` with its words in the form that they are indexed in, separated by spaces."""
    if text.isascii():
        return text
    # The last letter of a run stands alone, so that each letter begins something.
    return _RUN.sub(lambda match: f" {' '.join([*_pairs(match[0]), _letters(match[0])[-1]])} ", _stemmed(text))


def words(question: str) -> list[str]:
    """The words of a question as they are indexed, each once, in their order.

    One letter of a script that is indexed in pairs ends with "*": it is found at the beginning of a pair.
    """
    text = _RUN.sub(lambda match: f" {' '.join(_pairs(match[0])) or match[0]} ", _stemmed(question))
    found = dict.fromkeys(_WORD.findall(text.lower()))
    return [f"{word}*" if _LETTER.fullmatch(word) else word for word in found]


def _stemmed(text: str) -> str:
    text = _DROPPED.sub("", unicodedata.normalize("NFKC", text))
    for language, word in _STEMMED.items():
        text = word.sub(partial(_stem_match, language), text)
    return text.translate(_ALIKE)


def _letters(run: str) -> list[str]:
    return _LETTER.findall(run)


def _pairs(run: str) -> list[str]:
    """Each letter with the next; none for one letter alone."""
    return [one + other for one, other in pairwise(_letters(run))]


def _stem_match(language: str, match: re.Match[str]) -> str:
    return _stem(language, match[0].lower())


@lru_cache(maxsize=50_000)
def _stem(language: str, word: str) -> str:
    if language == "arabic":
        word = _AND_THE.sub("", word)
    with _lock:  # a stemmer keeps the word that it works on
        return str(_stemmer(language).stemWord(word)) or word


@lru_cache
def _stemmer(language: str) -> Any:
    # Imported here: most libraries hold no word that needs it.
    import snowballstemmer

    return snowballstemmer.stemmer(language)
