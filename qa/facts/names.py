"""The names of a claim: which capitals make one, and whether a passage has it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qa.facts.folding import fold
from qa.facts.lexicon import Lexicon, bare, lexicon
from qa.facts.tokens import Token, tokens
from qa.facts.words import (
    ACRONYMS,
    COMMON,
    CONNECTORS,
    ENDINGS,
    FUNCTION,
    HONORIFICS,
    LOOKALIKES,
    WEEKDAYS,
    word_set,
)
from qa.language import language_of
from qa.readers.roman import ROMAN, value_of

_CASED = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u052f\u0531-\u0587\u1e00-\u1fff]")
_SCRIPTS = (re.compile(r"[A-Za-z]"), re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), re.compile(r"[\u0400-\u052f]"))
# Languages that write every noun with a capital.
_CAPITAL_NOUNS = frozenset(("de", "lb"))
# An inflected name keeps this much of itself: "Москва" and "Москвы".
_WITHIN = CONNECTORS - {"and", "in", "on", "at", "for"}
_ALSO_NAMES = frozenset(("will", "may"))
_AFTER_ORDER = word_set(
    "to the a an your my our his her its their this that these those all any each every it them if whether "
    "sure up down off out"
)
_SHORTEST_ROOT, _LONGEST_ENDING = 3, 3


@dataclass(frozen=True)
class Name:
    """A name as written, and its parts that a passage must have."""

    text: str
    parts: tuple[Token, ...]


@lru_cache(maxsize=64)
def names(claim: str) -> tuple[Name, ...]:
    """What a claim writes like names: runs of words with capitals, those that begin a sentence among them."""
    found, folded = tokens(claim), fold(claim)
    letters = [letter for letter in folded if _CASED.match(letter)]
    # In capitals throughout, nothing stands out; one short word may be an acronym.
    shouted = len(letters) > 12 and sum(map(str.isupper, letters)) > 0.8 * len(letters)
    listed = []
    for run in [] if shouted else _runs(found):
        text = folded[run[0].start : run[-1].end].removesuffix("'s")
        listed.append(Name(" ".join(text.split()), tuple(run)))
    return tuple(listed)


def missing_name(claim: str, passage: str, question: str, taken: frozenset[int]) -> str | None:
    """The first name of the claim that neither the passage nor the question has; None when all are there.

    `taken` are tokens of the claim (by offset) that are part of a number or a date. Where the two are written in
    different scripts, or the passage in one without capitals, names cannot be told.
    """
    if not _comparable(claim, passage):
        return None
    language = language_of(passage) or "en"
    known, asked = lexicon(passage), lexicon(question)
    for name in names(claim):
        parts = [part for part in name.parts if part.start not in taken]
        if language in _CAPITAL_NOUNS and len(parts) < 2:
            continue
        if language in _CAPITAL_NOUNS:
            parts = [part for part in parts if not part.first]
        if any(not _has(known, asked, part, name, language) for part in parts):
            return name.text
        if _is_crossed(parts, known, asked):
            return name.text
    return None


def _comparable(claim: str, passage: str) -> bool:
    """Whether claim and passage share a script with capitals."""
    letters = sum(map(str.isalpha, passage))
    return any(
        script.search(fold(claim)) and 4 * len(script.findall(fold(passage))) > letters for script in _SCRIPTS
    )


def _runs(found: Sequence[Token]) -> Iterator[list[Token]]:
    """The words with capitals that stand together, with "of" and "de" between them, and initials."""
    run: list[Token] = []
    last = -1
    for position, token in enumerate(found):
        if not _is_capital(token):
            continue
        joined = bool(run) and _joins(found[last + 1 : position], found[last])
        if run and not joined:
            yield from _named(run, found)
            run = []
        run.append(token)
        last = position
    yield from _named(run, found)


def _is_capital(token: Token) -> bool:
    return token.kind == "word" and token.text[0].isupper() and not re.match(r"I('|$)", token.text)


def _joins(between: Sequence[Token], before: Token) -> bool:
    if not between:
        return True
    if len(between) > 3 or any(token.text.startswith("\n") for token in between):
        return False
    if between[0].text == ".":
        return (len(before.text) == 1 and len(between) == 1) or before.low in HONORIFICS or "." in before.text
    return all(token.low in _WITHIN or token.text in "-'&" for token in between)


def _named(run: list[Token], found: Sequence[Token]) -> Iterator[list[Token]]:
    """The run without the word that only begins the sentence; nothing when no name is left."""
    while run and (run[0].low in FUNCTION or bare(run[0].text) in FUNCTION) and (run[0].first or len(run) > 1):
        run = run[1:]
    if run and run[0].first and _is_ordinary(run[0], _after(run[0], found), alone=len(run) == 1):
        run = run[1:]
    run = [part for part in run if bare(part.text) not in HONORIFICS]
    if run:
        yield run


def _after(token: Token, found: Sequence[Token]) -> str:
    position = found.index(token) + 1
    return found[position].low if position < len(found) else ""


def _is_ordinary(token: Token, after: str, alone: bool) -> bool:
    """Whether a word that begins a sentence would be written small elsewhere, as far as its form tells."""
    low = bare(token.text)
    if low in FUNCTION or (alone and (low in COMMON or low.removesuffix("s") in COMMON)):
        return True
    # "Navigate to", "Press the": an order.
    if alone and after in _AFTER_ORDER and not token.text.isupper():
        return True
    return alone and len(low) > 5 and low.endswith(ENDINGS) and low not in LOOKALIKES and not token.text.isupper()


def _has(known: Lexicon, asked: Lexicon, part: Token, name: Name, language: str) -> bool:
    low = bare(part.text)
    if low in FUNCTION and low not in _ALSO_NAMES and (len(low) == 1 or not part.text.isupper()):
        return True
    if known.has(low) or asked.has(low):
        return True
    if len(low) == 1:
        return any(word.startswith(low) for word in known.capitals) and part is not name.parts[-1]
    return (
        _is_weekday(low, known)
        or _is_acronym(part, known)
        or _is_expansion(name, known)
        or _is_roman(part, name, known)
        or known.has_compound(low)
        or (language != "en" and _is_inflected(low, known))
    )


def _is_weekday(low: str, known: Lexicon) -> bool:
    if low not in WEEKDAYS:
        return False
    return any(WEEKDAYS.get(word) == WEEKDAYS[low] for word in known.capitals)


def _is_acronym(part: Token, known: Lexicon) -> bool:
    """Whether the words that the letters stand for are in the passage: "UN" for "United Nations"."""
    low = bare(part.text)
    if any(known.has_phrase(expansion) for expansion in ACRONYMS.get(low, ())):
        return True
    if not part.text.replace(".", "").rstrip("s").isupper() or not 2 <= len(low) <= 7:
        return False
    letters = low.removesuffix("s") if part.text.endswith("s") else low
    return any(letters in initials for initials in known.capital_initials) or (
        len(letters) > 2 and letters in known.initials
    )


def _is_expansion(name: Name, known: Lexicon) -> bool:
    """Whether the passage has the well-known letters for a name that the claim writes in full."""
    full = " ".join(bare(part.text) for part in name.parts)
    spelled = name.text.lower().removeprefix("the ")
    return any(
        letters.upper() in known.shouted and (full in expansions or spelled in expansions)
        for letters, expansions in ACRONYMS.items()
    )


def _is_roman(part: Token, name: Name, known: Lexicon) -> bool:
    """Whether a Roman numeral after a name stands in the passage as a number: "Louis XIV", "Louis the 14th"."""
    if part is name.parts[0] or not part.text.isupper() or not ROMAN.fullmatch(part.text):
        return False
    return value_of(part.text) in known.ordinals


def _is_inflected(low: str, known: Lexicon) -> bool:
    """Whether a word of the passage begins alike, in languages that decline names."""
    root = max(_SHORTEST_ROOT, len(low) - _LONGEST_ENDING)
    alike = (word for word in known.capitals if word.startswith(low[:root]))
    return len(low) > _SHORTEST_ROOT and any(len(word) - root <= _LONGEST_ENDING for word in alike)


def _is_crossed(parts: Sequence[Token], known: Lexicon, asked: Lexicon) -> bool:
    """Whether two neighbours of the name stand in the passage only beside others, as "Anna Brown" does in
    "Anna Smith met John Brown"."""
    for one, other in pairwise(parts):
        first, second = bare(one.text), bare(other.text)
        if len(first) < 2 or len(second) < 2 or asked.has(first) or asked.has(second):
            continue
        free = first in known.last or second in known.first
        if first in known.beside and second in known.beside and second not in known.beside[first] and not free:
            return True
    return False
