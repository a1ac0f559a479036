"""What an order to a language model looks like: patterns for one sentence, in small letters without accents.

A rule is tried where a word of each of its `needs` stands in the sentence. `sure` rules fit nothing that is
written for people; the others may, and so may a sure one that is conditional or has a topic of its own.
"""

import re
from collections.abc import Set
from typing import NamedTuple


class Need(NamedTuple):
    """One of these words, or one of these signs, stands in whatever a pattern matches."""

    words: frozenset[bytes]
    signs: tuple[bytes, ...]

    def met(self, words: Set[bytes], text: bytes) -> bool:
        """Whether a text with these words may match."""
        return not self.words.isdisjoint(words) or any(sign in text for sign in self.signs)


class Rule(NamedTuple):
    """One way to give an order."""

    needs: tuple["Need", ...]
    pattern: re.Pattern[str]
    sure: bool


def rule(needs: str, pattern: str, sure: bool = True) -> Rule:
    """`needs`: words, any one of which will do; several such lists with & between them."""
    return Rule(tuple(map(_need, needs.split(" & "))), re.compile(pattern), sure)


def _need(listed: str) -> Need:
    parts = listed.split()
    words = frozenset(part for part in parts if part.isascii() and part.isalnum())
    return Need(
        frozenset(word.encode() for word in words),
        tuple(part.encode("utf-8") for part in parts if part not in words),
    )


def rules(sure: bool, *rules: tuple[str, str]) -> list[Rule]:
    return [rule(needs, pattern, sure) for needs, pattern in rules]
