"""An answer to claims with footnotes. Pure: no model, no library, and the same however the text arrives.

The claims of an answer tile it: their intervals follow one another from its first character to its last.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

# Inside a marker there is no line end and no full stop, so no sentence begins in one that is still arriving.
MARKER = re.compile(r"\[(?:sources?[ \t]*)?(\d{1,3}(?:[ \t]*(?:,|;|-|–|and)[ \t]*\d{1,3})*)\]", re.IGNORECASE)
# What may still become a marker when more text arrives.
OPEN_MARKER = re.compile(r"\[(?:s(?:o(?:u(?:r(?:c(?:e(?:s)?)?)?)?)?)?)?[ \t\d,;–and-]*$", re.IGNORECASE)
TERMINATOR = re.compile(r"[.!?…。！？]+[\"'”’)*_]*")
# Titles and initials in capitals only: "30 ms.", "55 °C." and "12 V." end sentences.
ABBREVIATION = re.compile(
    r"(?:\b(?:(?i:e\.g|i\.e|cf|vs|approx|ca)|Dr|Mr|Mrs|Ms|Prof|St|Inc|Ltd|Co|Jr|Sr)|"
    r"(?<![\d°])(?<!\d )\b[A-Z]|^\s*(?:[-*•]\s*)?\d{1,3})\.$",
    re.MULTILINE,
)
# Ends no sentence before a number: "No. 5", "Sec. 2".
NUMBERED = re.compile(r"\b(?:nos?|fig|sec|art|pp?|vol|ch)\.$", re.IGNORECASE)
LONGEST_RANGE = 20


@dataclass(frozen=True)
class Quotation:
    """The exact words of source `n` that carry a claim: `[start:end]` of its document's canonical text."""

    n: int
    start: int
    end: int


@dataclass(frozen=True)
class Claim:
    """One sentence of an answer.

    `text` is without markers; `footnotes` are numbers of sources; `start` and `end` are offsets in the answer as
    written, markers included; `verdict` is "cited" or "uncited" until it was checked, then "supported" or
    "unsupported": see `qa.checking`, which also fills the rest.
    """

    text: str
    footnotes: tuple[int, ...]
    verdict: str
    start: int
    end: int
    quotations: tuple[Quotation, ...] = ()
    """In the order of the footnotes, one for each, where they are known."""
    reason: str = ""
    """Why it is unsupported, in words for the screen."""


def claims(answer: str, sources: int) -> list[Claim]:
    """The claims of `answer`, whose markers may name sources 1 to `sources`; together they tile it."""
    bounds = [0, *_boundaries(answer), len(answer)]
    pairs = pairwise(bounds)
    return [_claim(answer, start, end, sources) for start, end in pairs if end > start]


def settled(answer: str, sources: int) -> list[Claim]:
    """The claims of an unfinished answer that no further text can change."""
    return claims(answer, sources)[:-1]


def segments(text: str, sources: int) -> Iterator[str | int]:
    """Text and footnote numbers in their order; a marker that names no source is left out."""
    position = 0
    for match in MARKER.finditer(text):
        numbers = [n for n in _numbers(match.group(1)) if 1 <= n <= sources]
        before = text[position : match.start()]
        # With the marker goes the space before it, unless a word follows at once.
        yield before if text[match.end() : match.end() + 1].isalnum() else before.rstrip(" ")
        yield from numbers
        position = match.end()
    yield text[position:]


def tidy(text: str, sources: int) -> str:
    """The answer with each valid marker as [n] and the others gone."""
    parts = [f" [{part}]" if isinstance(part, int) else part for part in segments(text, sources)]
    return re.sub(r"(?<=\]) (?=\[)|(?<=\n) | (?= \[)", "", "".join(parts)).strip()


def shown(written: str, found: Sequence[Claim], sources: int) -> str:
    """The answer as it is read: the supported claims, each with its footnotes as [n], the others left out."""
    kept = []
    for claim in found:
        if claim.verdict != "unsupported":
            kept.append(tidy(marked(written, claim, sources), sources))
            kept.append("\n" if "\n" in written[claim.start : claim.end].lstrip("\n") else " ")
    return "".join(kept).strip()


def marked(written: str, claim: Claim, sources: int) -> str:
    """A claim as it was written, with the footnotes that it has now in the place of those that it had."""
    piece = written[claim.start : claim.end]
    parts = list(segments(piece, sources))
    had = tuple(dict.fromkeys(part for part in parts if isinstance(part, int)))
    if had == claim.footnotes:
        return piece
    bare = "".join(part for part in parts if isinstance(part, str))
    core = bare.rstrip()
    return core + "".join(f" [{n}]" for n in claim.footnotes) + bare[len(core) :]


def _claim(answer: str, start: int, end: int, sources: int) -> Claim:
    parts = list(segments(answer[start:end], sources))
    text = re.sub(r"\s+", " ", "".join(part for part in parts if isinstance(part, str))).strip()
    footnotes = tuple(dict.fromkeys(part for part in parts if isinstance(part, int)))
    return Claim(text, footnotes, "cited" if footnotes else "uncited", start, end)


def _boundaries(answer: str) -> Iterator[int]:
    """Offsets where a new sentence begins: after a terminator or line end, with the markers that follow it.

    Each is decided by the first character of the next sentence, so text that arrives later moves none.
    """
    last = 0
    for match in re.finditer(rf"{TERMINATOR.pattern}|\n+", answer):
        if match.start() < last or not _ends(answer, last, match):
            continue
        begin = _skip_markers(answer, match.end())
        if begin < len(answer) and not OPEN_MARKER.match(answer, begin) and _begins(answer, match, begin):
            yield begin
            last = begin


def _ends(answer: str, last: int, match: re.Match[str]) -> bool:
    before = answer[last : match.start()]
    if not re.search(r"\w", before):
        return False
    if match.group().startswith("\n"):
        return not before.rstrip().endswith(":")
    return not ABBREVIATION.search(answer[last : match.start() + 1])


def _begins(answer: str, match: re.Match[str], begin: int) -> bool:
    """Whether a sentence begins here: after white space or a marker, and not in lower case."""
    if "\n" in answer[match.start() : begin]:
        return True
    if begin == match.end() and match.group()[0] not in "。！？":
        return False
    if answer[begin].isdigit() and NUMBERED.search(answer[: match.start() + 1]):
        return False
    return not answer[begin].islower()


def _skip_markers(answer: str, position: int) -> int:
    while True:
        gap = re.compile(r"\s*").match(answer, position)
        position = gap.end() if gap else position
        marker = MARKER.match(answer, position)
        if not marker:
            return position
        position = marker.end()
        # Punctuation that was written after its marker belongs to the same sentence.
        while position < len(answer) and answer[position] in ".!?,;":
            position += 1


def _numbers(inside: str) -> list[int]:
    """The numbers of "1, 2" and "3-5"."""
    numbers: list[int] = []
    for part in re.split(r"\s*(?:,|;|and)\s*", inside):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        if len(ends) == 2 and ends[0] <= ends[1] <= ends[0] + LONGEST_RANGE:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return numbers
