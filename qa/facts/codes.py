"""Codes: letters with digits, such as E15, QX-204, F-16 and 3M, compared whole."""

import re
from functools import lru_cache
from itertools import pairwise

from qa.facts.lexicon import bare
from qa.facts.numerals import ORDINALS
from qa.facts.tokens import Token, tokens
from qa.facts.units import named

_JOINTS = re.compile(r"[^0-9a-z]")
# "FY2018" is the year.
_FISCAL = re.compile(r"(?:fy|cy)'?(\d{2}|\d{4})")
_QUARTER = re.compile(r"(?:([1-4])q|q([1-4]))(?:(?:fy)?'?(\d{2}|\d{4}))?")


def squeezed(code: str) -> str:
    """A code in small letters without what joins its parts: "QX-204" is "qx204"; a plural's s goes."""
    plain = code[:-1] if re.search(r"[\dA-Z]s$", code) else code
    return _JOINTS.sub("", plain.lower())


def shape(code: str) -> str:
    """How a code is built: "E15" and "E07" are both "a00"."""
    return re.sub("[a-z]", "a", re.sub(r"\d", "0", squeezed(code)))


@lru_cache(maxsize=64)
def codes(text: str) -> tuple[Token, ...]:
    """The codes of a text in their order; units with digits (m2) are none."""
    return tuple(token for token in tokens(text) if token.kind == "code" and not _is_unit(token.text))


def _is_unit(code: str) -> bool:
    return bool(named((code,))) or ("/" in code and bool(named((code.partition("/")[0],))))


@lru_cache(maxsize=64)
def known_codes(text: str) -> frozenset[str]:
    """The codes of a text, squeezed, with what could be written as one: "Apollo 11", "fourth quarter" (q4)."""
    found = [token for token in tokens(text) if token.kind != "sign" or token.text == "%"]
    known = {squeezed(token.text) for token in found if token.kind == "code"}
    for one, other in pairwise(found):
        if "numeral" in (one.kind, other.kind):
            known.add(squeezed(one.text + other.text))
        if other.low == "quarter" and one.low in ORDINALS:
            known.add(f"q{ORDINALS[one.low]}")
    for one, _, other in zip(found, found[1:], found[2:], strict=False):
        if one.low in ORDINALS and other.low == "quarter":
            known.add(f"q{ORDINALS[one.low]}")
    return frozenset(known)


def apart(claim: str, passage: str) -> frozenset[int]:
    """The tokens of a claim that are a code of the passage in two: "E 15" is its E15."""
    whole = {squeezed(token.text) for token in codes(passage)}
    return frozenset(
        place
        for at, (one, other) in enumerate(pairwise(tokens(claim)))
        if other.kind == "numeral" and one.kind == "word" and squeezed(one.text + other.text) in whole
        for place in (at, at + 1)
    )


def missing_code(claim: str, passage: str, question: str) -> str | None:
    """The first code of the claim that the passage lacks.

    One of the question with a single digit counts as a name ("3M"), unless the passage has others like it.
    """
    known, asked = known_codes(passage), known_codes(question)
    shapes = {shape(token.text) for token in codes(passage)}
    words = {bare(token.text) for token in tokens(passage)}
    for token in codes(claim):
        plain = squeezed(token.text)
        named_before = plain in asked and sum(map(str.isdigit, plain)) == 1 and shape(plain) not in shapes
        if plain in known or named_before or _is_period(plain, known, words):
            continue
        if not _in_parts(token.text, words):
            return token.text
    return None


def _is_period(plain: str, known: frozenset[str], words: set[str]) -> bool:
    """Whether "FY2018" or "Q4 2018" stands in other words in the passage."""
    if fiscal := _FISCAL.fullmatch(plain):
        return fiscal[1] in words or f"20{fiscal[1]}" in words or any(code.endswith(fiscal[1]) for code in known)
    if quarter := _QUARTER.fullmatch(plain):
        year = quarter[3] or ""
        same = {f"q{quarter[1] or quarter[2]}", f"{quarter[1] or quarter[2]}q"} & {code[:2] for code in known}
        return bool(same) and (not year or any(word.endswith(year) for word in words))
    return False


def _in_parts(code: str, words: set[str]) -> bool:
    """Whether what a hyphen joins in a longer word stands apart in the passage: "post-1945-era"."""
    parts = [part.lower() for part in re.split(r"[^\w]", code) if part]
    long = all(len(part) > 3 or part.isdigit() for part in parts) and len(parts) > 1
    return long and all(part in words for part in parts)
