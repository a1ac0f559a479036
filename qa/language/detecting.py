"""The language of a text: by its script where that tells it, else by its commonest words."""

import re
from collections import Counter
from collections.abc import Sequence

from qa.language.words import WORDS

# Languages whose script tells them from all others that Footnote knows, by ranges of it.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")),
    ("el", re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("pa", re.compile(r"[\u0a00-\u0a7f]")),
    ("gu", re.compile(r"[\u0a80-\u0aff]")),
    ("or", re.compile(r"[\u0b00-\u0b7f]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("te", re.compile(r"[\u0c00-\u0c7f]")),
    ("kn", re.compile(r"[\u0c80-\u0cff]")),
    ("ml", re.compile(r"[\u0d00-\u0d7f]")),
    ("si", re.compile(r"[\u0d80-\u0dff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("lo", re.compile(r"[\u0e80-\u0eff]")),
    ("bo", re.compile(r"[\u0f00-\u0fff]")),
    ("my", re.compile(r"[\u1000-\u109f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("am", re.compile(r"[\u1200-\u137f]")),
    ("km", re.compile(r"[\u1780-\u17ff]")),
)
# Scripts of several languages: the one whose words are not found counts as the first.
_SHARED = (
    ("ru", re.compile(r"[\u0400-\u052f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_SHARED_SCRIPT = {"ru": "ru uk bg sr mk be", "ar": "ar fa ur", "hi": "hi mr ne"}
_OTHERS = {code for codes in _SHARED_SCRIPT.values() for code in codes.split()}
_LATIN = [code for code in WORDS if code not in _OTHERS]
_SHARED_BY = Counter(word for words in WORDS.values() for word in words)
# Words with the marks that belong to them, which `\w` leaves out.
_WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f\u064b-\u0652\u0900-\u0963'’]*")
# Letters of a text that is read before it is judged.
_ENOUGH = 4000


def language_of(text: str) -> str | None:
    """Code of the language that most of a text is in; None when it has too few words to tell, or numbers alone."""
    text = text[:_ENOUGH]
    letters = sum(map(str.isalpha, text))
    if not letters:
        return None
    for code, script in () if text.isascii() else (*_SCRIPTS, *_SHARED):
        found = len(script.findall(text))
        # Japanese mixes its own signs with Chinese ones.
        if found > letters * (0.1 if code == "ja" else 0.4):
            return code if code not in _SHARED_SCRIPT else _by_words(text, _SHARED_SCRIPT[code].split()) or code
    return _by_words(text, _LATIN)


def _by_words(text: str, codes: Sequence[str]) -> str | None:
    """The language whose common words are most frequent: at least two of them, and a tenth of all words.

    A word that several of the languages have counts for each of them the less.
    """
    words = Counter(_WORD.findall(text.lower()))
    score = {code: sum(words[word] / _SHARED_BY[word] for word in WORDS[code] & words.keys()) for code in codes}
    best = max(score, key=score.__getitem__)
    known = WORDS[best] & words.keys()
    enough = len(known) >= 2 and sum(words[word] for word in known) >= 0.1 * words.total()
    return best if enough else None
