"""How much a text looks like one of the languages that documents are written in: to tell encodings apart.

The same bytes make words in one encoding and a jumble in another. A language is known by how often it uses its
letters beyond ASCII, in this order, and by its commonest words. Text is never changed or judged here.
"""

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from qa.readers.languages import FREQUENT_HAN, FREQUENT_HANGUL, LATIN, OTHER

# Beyond these, a letter of the same script is a borrowed word; anything else speaks against the encoding.
_COMMON = "éèáàäöüñçóíúßåøæêâôîûëïãõšžčćśł"
_MARKS = "‘’“”–—…•„‚«»°§©®€£·\xa0\xad№±²³½×¦¿¡ºª™´`¨،؟؛״׳・「」『』（）［］〈〉《》【】、。，．！？：；ー〜～"
_FULL_WIDTH = frozenset(map(chr, (0x3000, *range(0xFF01, 0xFF5F))))
_BETWEEN_LETTERS = "’‘·\xad–—'\xa0ªº-ー・"
_BEYOND = re.compile(r"[^\x00-\x7f]")
_CONTROL = re.compile(r"[\x00-\x07\x0e-\x1a\x1c-\x1f]")
_WORDS = re.compile(r"[^\W\d_]+[\u0300-\u0323]?")
_EAST = re.compile("[\u3040-\u9fff\uac00-\ud7a3]")
_KANA = re.compile("[\u3040-\u30ff]")
_LEVELS = {"gb2312": (0xB0, 0xD7), "big5": (0xA4, 0xC6), "shift_jis": (0x88, 0x97)}

_FREQUENT_MARKS = "’“”–…€©°®•"
# Latin letters that are words.
_WORD_LETTERS = "àèéóøåÀÈÉÓØÅ"
_FINAL_HEBREW = "ךםןףץ"
_FREQUENT_MARK = math.log(0.02)
_MARK, _BORROWED, _STRANGE = math.log(0.004), math.log(0.0008), math.log(1e-5)
_CAPITAL = math.log(0.2)
_CAPITAL_INSIDE = -6.0
_SYMBOL_INSIDE = -5.0
_ALONE = -3.0
_WORD = 2.0
_HAN_OFTEN, _HAN, _HAN_RARE, _KANA_LETTER = math.log(1 / 300), math.log(1 / 4000), math.log(1e-6), math.log(1 / 90)
_HANGUL_OFTEN, _HANGUL, _HANGUL_RARE = math.log(1 / 130), math.log(1 / 2500), math.log(1e-6)


@dataclass(frozen=True)
class _Language:
    letters: dict[str, float]
    """Letter → logarithm of its share among the characters beyond ASCII."""
    words: frozenset[str]
    latin: bool


@lru_cache(maxsize=1)
def _languages() -> dict[str, _Language]:
    known = {}
    for latin, table in ((True, LATIN), (False, OTHER)):
        for name, (letters, words) in table.items():
            # By Zipf's law, which is close enough to tell a frequent letter from a rare one.
            weights = [1 / (rank + 2.7) for rank in range(len(letters))]
            total = sum(weights) / 0.95
            shares = {letter: math.log(weight / total) for letter, weight in zip(letters, weights, strict=True)}
            known[name] = _Language(shares, frozenset(words.split()), latin)
    return known


def likelihood(text: str) -> float:
    """How likely the characters beyond ASCII are in the language that fits them best (a sum of logarithms).

    0 for text without such characters, and where the words of the language outweigh them it is positive.
    """
    beyond = Counter(_BEYOND.findall(text))
    if not beyond:
        return _shape(text)
    east = Counter({c: n for c, n in beyond.items() if _EAST.match(c)})
    best = -math.inf
    if east.total() * 2 < beyond.total():
        words = Counter(_WORDS.findall(text.lower()))
        lower = {c.lower() for c in beyond}
        known = [language for language in _languages().values() if not language.letters.keys().isdisjoint(lower)]
        best = max(_fit(language, beyond, words) for language in known or _languages().values())
    if east:
        best = max(best, _east_fit(beyond))
    return best + _shape(text)


def _fit(language: _Language, beyond: Counter[str], words: Counter[str]) -> float:
    score = sum(_letter(language, c) * n for c, n in beyond.items())
    hits = sum(n for word, n in words.items() if word in language.words)
    return score + _WORD * min(hits, beyond.total() * 3 + 3)


def _letter(language: _Language, c: str) -> float:
    share = language.letters.get(c)
    if share is not None:
        return share
    lower = c.lower()
    if lower != c and lower in language.letters:
        return language.letters[lower] + _CAPITAL
    if c in _FREQUENT_MARKS:
        return _FREQUENT_MARK
    if c in _MARKS:
        return _MARK
    if language.latin and lower in _COMMON:
        return _BORROWED + (_CAPITAL if lower != c else 0)
    return _STRANGE


def _shape(text: str) -> float:
    """Against capitals within words, symbols between letters and letters alone: signs of a wrong encoding."""
    score = _STRANGE * len(_CONTROL.findall(text))
    for found in _BEYOND.finditer(text):
        c, place = found[0], found.start()
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if c.isupper() and before.islower():
            score += _CAPITAL_INSIDE
        elif c.islower() and before.isupper() and text[place - 2 : place - 1].isupper():
            score += _CAPITAL_INSIDE / 2
        elif not c.isalpha() and before.isalpha() and after.isalpha() and not _joins(c):
            score += _SYMBOL_INSIDE
        if c.islower() and after.isupper() and after.isascii():
            score += _CAPITAL_INSIDE
        if c.isupper() and (before.isupper() or after.isupper()):
            score -= _CAPITAL * 0.7
        if (
            c.isalpha()
            and not before.isalpha()
            and not after.isalpha()
            and c not in _WORD_LETTERS
            and not _EAST.match(c)
        ):
            score += _ALONE
        if c in _FINAL_HEBREW and after.isalpha():
            score += _SYMBOL_INSIDE
    return score


def _joins(c: str) -> bool:
    return (
        c in _BETWEEN_LETTERS
        or unicodedata.category(c) in ("Mn", "Mc", "Lm")
        or c in "、。，・「」『』（）！？：；《》"
    )


def _east_fit(beyond: Counter[str]) -> float:
    # Kanji of Japanese text are those of Japanese; without kana it is Chinese.
    kana = sum(n for c, n in beyond.items() if _KANA.match(c))
    return sum(_east_letter(c, kana > 0) * n for c, n in beyond.items())


def _east_letter(c: str, japanese: bool) -> float:
    if _KANA.match(c):
        return _KANA_LETTER
    if "\u4e00" <= c <= "\u9fff":
        if c in FREQUENT_HAN:
            return _HAN_OFTEN
        return (
            _HAN
            if any(_is_common(c, name) for name in (["shift_jis"] if japanese else ["gb2312", "big5"]))
            else _HAN_RARE
        )
    if "\uac00" <= c <= "\ud7a3":
        if c in FREQUENT_HANGUL:
            return _HANGUL_OFTEN
        return _HANGUL if _encodes(c, "euc_kr") else _HANGUL_RARE
    return _MARK if c in _MARKS or c in _FULL_WIDTH else _STRANGE


@lru_cache(maxsize=20_000)
def _is_common(c: str, charset: str) -> bool:
    """Whether it is in the first, frequent part of that national standard."""
    low, high = _LEVELS[charset]
    data = c.encode(charset, "ignore")
    return len(data) == 2 and low <= data[0] <= high


def _encodes(c: str, charset: str) -> bool:
    data = c.encode(charset, "ignore")
    return len(data) == 2
