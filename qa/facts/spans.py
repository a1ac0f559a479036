"""Where in a passage a claim stands: its sentences, clauses and rows with offsets, and the narrowest that fits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qa.facts.codes import codes, known_codes, squeezed
from qa.facts.folding import stem
from qa.facts.lexicon import bare
from qa.facts.matching import missing_date, missing_number
from qa.facts.names import names
from qa.facts.tokens import tokens
from qa.facts.words import FUNCTION
from qa.scripts import SURE_SENTENCE

# A sentence ends where the passages' own sentences do, and at an empty line.
_END = re.compile(rf"{SURE_SENTENCE}|(?<=[.!?…])[\"'”’)]*\s+(?=[A-Z\"“])|\n\s*\n")
_ROW = re.compile(r"[^\n]+")
_ITEM = re.compile(r"\s*(?:[-*•‣▪]|\(?\w{1,3}[.)])\s")
_CELL = re.compile(r"(?<![\w.,])[($€£¥-]{0,3}\d[\d.,]*[%)]{0,2}(?![\w])")
_CODE_LABEL = re.compile(r"\s*(?=\w*\d)(?=\w*[A-Z])[A-Z\d]{2,12}(?:-[A-Z\d]{1,8})?(?=\s+\S)")
_PARTS = re.compile(
    r"[,;:–—(]\s+|[()]|\s+(?=(?:but|although|though|while|whereas|because|which|who|unless|if|when|and)\s)"
)
_LONGEST_HEADING = 60
_ABBREVIATED = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|Inc|Ltd|Co|Jr|Sr|vs|approx|ca|cf|Nos|Fig|Sec|Art|Gen|Col|Lt"
    r"|(?<![°\d])(?<!\d )[A-Z])|\.[A-Za-z])\.\s*$"
)


@dataclass(frozen=True)
class Span:
    """A stretch of a passage: `start` and `end` are offsets in it, without the space around; `row` of a table."""

    start: int
    end: int
    row: bool = False


@lru_cache(maxsize=64)
def sentences(passage: str) -> tuple[Span, ...]:
    """The sentences and rows of a passage in their order; a sentence may go over lines, a row may not."""
    listed: list[Span] = []
    for start, end, row in _blocks(passage):
        if row:
            listed += filter(None, [_trimmed(passage, start, end, True)])
            continue
        for begin, stop in pairwise([start, *_ends(passage, start, end), end]):
            listed += filter(None, [_trimmed(passage, begin, stop)])
    return tuple(listed)


def clauses(sentence: str) -> list[str]:
    """The parts of a sentence between commas, dashes and such words as "but" and "which"."""
    return [part for part in _PARTS.split(sentence) if part.strip()]


@lru_cache(maxsize=1024)
def content(text: str) -> frozenset[str]:
    """The stems of the words of a text that carry its meaning, its numerals and codes among them."""
    return frozenset(
        squeezed(token.text)
        if token.kind == "code"
        else token.text
        if token.kind == "numeral"
        else stem(bare(token.text))
        for token in tokens(text)
        if token.kind != "sign"
        and bare(token.text) not in FUNCTION
        and (len(token.text) > 1 or token.kind == "numeral")
    )


def stems(text: str) -> list[str]:
    """The stems of all words of a text in their order; numerals and codes as they are, in small letters."""
    return [
        stem(bare(token.text)) if token.kind == "word" else token.low
        for token in tokens(text)
        if token.kind != "sign"
    ]


def is_row(line: str) -> bool:
    """Whether a line is a row of a table: cells between bars, several numeric cells, or a code and its meaning."""
    if " | " in line or line.count("\t") > 1 or _CODE_LABEL.match(line):
        return True
    cells = [cell for cell in _CELL.findall(line) if not re.fullmatch(r"[12]\d{3}[.,]?", cell)]
    return (
        len(cells) >= 2
        and len(re.findall(r"[^\W\d_]+", line)) <= 3 * len(cells) + 4
        and line.rstrip()[-1:] not in ".;"
    )


def best_span(claim: str, passage: str) -> tuple[int, int]:
    """Offsets in the passage of the narrowest sentence, row or pair of neighbours that carries the claim.

    It has most of the claim's words, and all of its numbers, codes and names where any one has. (0, 0) when no
    word of the claim stands in the passage.
    """
    singles = sentences(passage)
    words = content(claim)
    best, best_rank = (0, 0), (0.0, 0.0, 0)
    pairs = [Span(one.start, two.end) for one, two in pairwise(singles) if not (one.row and two.row)]
    for spans, price in ((singles, 0), (pairs, 1)):
        for span in spans:
            text = passage[span.start : span.end]
            shared = len(words & content(text))
            if shared <= price or shared + 2 < best_rank[1]:
                continue
            rank = (float(_facts_in(claim, text)), float(shared - price), span.start - span.end)
            if (rank[0] + rank[1], rank[2]) > (best_rank[0] + best_rank[1], best_rank[2]):
                best, best_rank = (span.start, span.end), rank
    return best


def _facts_in(claim: str, text: str) -> int:
    """How much of what must be found is in a stretch of text: its numbers, its dates, its codes, its names."""
    has = content(text)
    known = known_codes(text)
    parts = [stem(bare(part.text)) in has for name in names(claim) for part in name.parts]
    parts += [squeezed(code.text) in known for code in codes(claim)]
    parts += [missing_date(claim, text) is None, missing_number(claim, text, frozenset()) is None]
    return sum(parts)


def _blocks(passage: str) -> Iterator[tuple[int, int, bool]]:
    """Rows and headings, each alone; items, and what stands between them all, together."""
    start = end = 0
    for line in _ROW.finditer(passage):
        row = is_row(line[0])
        alone = row or (_begins_paragraph(passage, line.start()) and _is_heading(line[0]))
        if (alone or _ITEM.match(line[0])) and end > start:
            yield start, end, False
            start = end
        if alone:
            yield line.start(), line.end(), row
            start = line.end()
        end = line.end()
    if end > start:
        yield start, end, False


def _begins_paragraph(passage: str, start: int) -> bool:
    return not start or passage[max(start - 2, 0) : start] in ("\n", "\n\n")


def _is_heading(line: str) -> bool:
    """Whether a line is short and no sentence, so that the next begins one."""
    return len(line) < _LONGEST_HEADING and line.rstrip()[-1:] not in ".!?:,;-–" and not line.islower()


def _ends(passage: str, start: int, end: int) -> Iterator[int]:
    for match in _END.finditer(passage, start, end):
        before = passage[max(start, match.start() - 8) : match.end()]
        if not _ABBREVIATED.search(before) or "\n\n" in match[0]:
            yield match.end()


def _trimmed(passage: str, start: int, end: int, row: bool = False) -> Span | None:
    text = passage[start:end]
    start += len(text) - len(text.lstrip())
    end = start + len(text.strip())
    return Span(start, end, row) if end > start else None
