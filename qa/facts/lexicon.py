"""What words a text has, and how its names stand in it; made once a text."""

import re
from dataclasses import dataclass
from functools import lru_cache

from qa.facts.quantities import numbers
from qa.facts.tokens import Token, tokens
from qa.facts.words import CONNECTORS

_LONG_RUN = 12
_POSSESSIVE = re.compile(r"'s?$")


def bare(word: str) -> str:
    """A word in small letters without possessive and full stops: "U.S.'s" is "us"."""
    return _POSSESSIVE.sub("", word.lower()).replace(".", "")


def single(word: str) -> str:
    """A name without the ending of its plural: "normans" is "norman"."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@dataclass(frozen=True)
class Lexicon:
    """The words of a text in small letters: all of them, those written with a capital, those in capitals alone.

    `beside` gives each capital word those of its runs; `last` and `first` are those that end and begin one.
    `initials` are the first letters of all words in their order, `capital_initials` those of each run.
    """

    words: frozenset[str]
    singles: frozenset[str]
    capitals: frozenset[str]
    shouted: frozenset[str]
    ordinals: frozenset[int]
    beside: dict[str, frozenset[str]]
    last: frozenset[str]
    first: frozenset[str]
    initials: str
    capital_initials: tuple[str, ...]
    line: str
    squeezed: str

    def has(self, word: str) -> bool:
        """Whether the text has a word (as `bare` gives it), in singular or plural."""
        return word in self.words or single(word) in self.singles

    def has_phrase(self, phrase: str) -> bool:
        """Whether words stand in the text one after the other."""
        return f" {phrase} " in self.line

    def has_compound(self, word: str) -> bool:
        """Whether the text writes a longer word in two, as "Mac Donald"."""
        return len(word) > 5 and word in self.squeezed


@lru_cache(maxsize=64)
def lexicon(text: str) -> Lexicon:
    """The words of `text`."""
    found = [token for token in tokens(text) if token.kind == "word" or token.kind == "code"]
    words = [bare(token.text) for token in found]
    runs = _runs(tokens(text))
    beside, last, first = _neighbours(runs)
    return Lexicon(
        words=frozenset(words),
        singles=frozenset(map(single, words)),
        capitals=frozenset(word for token, word in zip(found, words, strict=True) if token.text[0].isupper()),
        shouted=frozenset(token.text.replace(".", "") for token in found if token.text.replace(".", "").isupper()),
        ordinals=frozenset(
            int(a.value) for n in numbers(text) for a in n.amounts if a.value == int(a.value) and a.value < 10_000
        ),
        beside=beside,
        last=last,
        first=first,
        initials="".join(word[:1] for word in words),
        capital_initials=tuple("".join(_initial(part) for part in run) for run in runs)
        + tuple("".join(_initial(part) for part in run if bare(part.text) not in CONNECTORS) for run in runs),
        line=f" {' '.join(words)} ",
        squeezed="".join(words),
    )


def _initial(token: Token) -> str:
    return token.low[:1]


def _runs(found: tuple[Token, ...]) -> list[list[Token]]:
    """Runs of capital words, with the connectors between them."""
    runs: list[list[Token]] = []
    run: list[Token] = []
    for token in found:
        capital = token.kind == "word" and token.text[0].isupper()
        if capital or (run and token.kind == "word" and token.low in CONNECTORS):
            run.append(token)
        elif not (run and token.text in (".", "-") and len(run[-1].text) < 3) and token.text != "-":
            runs.append(run)
            run = []
    runs.append(run)
    return [run for run in runs if run]


def _neighbours(runs: list[list[Token]]) -> tuple[dict[str, frozenset[str]], frozenset[str], frozenset[str]]:
    """The other names in the runs of each name; the names that some time end one, and that begin one."""
    beside: dict[str, set[str]] = {}
    last, first = set(), set()
    for run in runs:
        words = [bare(part.text) if part.text[0].isupper() else "" for part in run]
        for place, word in enumerate(words):
            # A run of many words is a list or a heading: its ends say nothing.
            beside.setdefault(word, set()).update(words if len(words) < _LONG_RUN else ())
            if not "".join(words[place + 1 : place + 2]) or len(words) >= _LONG_RUN:
                last.add(word)
            if not "".join(words[max(place - 1, 0) : place]) or len(words) >= _LONG_RUN:
                first.add(word)
    return {word: frozenset(others) for word, others in beside.items()}, frozenset(last), frozenset(first)
