"""Where a word or phrase stands in the documents: found through the full-text index, verified in the text."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Scripts without spaces between words: there a word needs no bounds.
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_QUOTED = re.compile("[\"“'‘«](?P<words>.+)[\"”'’»]")
_GAP = r"[\s\-‐‑–]+"


@dataclass(frozen=True)
class Term:
    """What is sought: `forms` are the phrases that count, `shown` says them on the screen."""

    forms: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The forms in quotation marks."""
        return " or ".join(f"“{form}”" for form in self.forms)


def term(subject: str) -> Term:
    """The term of a question: exactly what is quoted or has a capital; of other words the plural counts too."""
    quoted = _QUOTED.fullmatch(subject.strip())
    words = " ".join((quoted["words"] if quoted else subject).split())
    last = words.rpartition(" ")[2]
    if quoted or not re.fullmatch(r"[a-z]{3,}", last) or not words.isascii() or words != words.lower():
        return Term((words,))
    other = _other_number(last)
    return Term((words, words.removesuffix(last) + other)) if other else Term((words,))


def _other_number(word: str) -> str:
    """The plural of an English noun, or the singular of a plural."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:s|x|z|ch|sh)es$", word):
        return word[:-2]
    if re.search(r"(?:ss|us|is)$", word):
        return word + "es" if word.endswith("ss") else ""
    if word.endswith("s"):
        return word[:-1]
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(?:x|z|ch|sh)$", word) else "s")


def mentions(found: Term, text: str) -> list[tuple[int, int]]:
    """Offsets in `text` of each whole-word mention, in its order; case, accents and line ends do not matter."""
    plain, places = _plain(text)
    spans = [match.span() for match in _pattern(found).finditer(plain)]
    if places is None:
        return spans
    return [(places[start], places[end - 1] + 1) for start, end in spans]


@lru_cache(maxsize=64)
def _pattern(found: Term) -> re.Pattern[str]:
    forms = sorted((_plain(form)[0] for form in found.forms), key=len, reverse=True)
    return re.compile("|".join(_bounded(form) for form in forms))


def _bounded(form: str) -> str:
    words = [word for word in re.split(_GAP, form) if word]
    if not words:
        return r"(?!)"
    inner = _GAP.join(map(re.escape, words))
    before = "" if _SPACELESS.match(form[0]) or not _is_word(form[0]) else r"(?<!\w)"
    after = "" if _SPACELESS.match(form[-1]) or not _is_word(form[-1]) else r"(?!\w)"
    return f"{before}{inner}{after}"


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _plain(text: str) -> tuple[str, list[int] | None]:
    """Small letters without accents, and for each where it stands in `text`; None where that is the same."""
    if text.isascii():
        return text.lower(), None
    signs = [(_folded(sign), place) for place, sign in enumerate(text)]
    return "".join(sign for sign, _ in signs), [place for sign, place in signs for _ in sign]


@lru_cache(maxsize=20_000)
def _folded(sign: str) -> str:
    if sign in "\u00ad\u200b\u200c\u200d\u2060\ufeff":
        return ""
    if sign in "’‘ʼ":
        return "'"
    parts = unicodedata.normalize("NFKD", sign).lower()
    return "".join(part for part in parts if not unicodedata.combining(part))


def sentence_around(text: str, start: int, end: int, most: int = 160) -> tuple[int, int]:
    """The sentence or line that holds `[start:end]`, at most `most` characters around it, at whole words."""
    low, high = max(0, start - most), min(len(text), end + most)
    before = [match.end() for match in _STOP.finditer(text, low, start)]
    low = before[-1] if before else (text.find(" ", low, start) + 1 or low) if low else 0
    after = _STOP.search(text, end, high)
    if after:
        high = after.end()
    elif high < len(text):
        high = text.rfind(" ", end, high) if " " in text[end:high] else high
    return low, high


_STOP = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s+(?=[A-Z\"“])|\n\s*\n|\n(?=[-*•|#\d])")
