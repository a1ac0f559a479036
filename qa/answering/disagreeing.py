"""Another document that gives another value for what was asked: said beside the answer, never averaged.

Only where the reader is sure of both, the sentences speak of the same thing, and the values are of one kind and
differ in every way that they may be read.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from qa.citations import Claim, Quotation
from qa.evidence import Source, found
from qa.facts import content, sentences
from qa.facts.dates import dates
from qa.facts.matching import missing_date, missing_number, taken_by_dates
from qa.facts.quantities import Number, numbers
from qa.retrieval import Candidate

# The reader's logits: how sure it is that a passage answers, and by how much its words beat "it is not here".
_SURE, _MARGIN = 1.0, 1.0
# Of the words of the two sentences, besides the values, this share is common.
_ALIKE = 0.6
_LONGEST = 240
# Where a document says its own date.
_START = 400
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_.]?(0[1-9]|1[0-2])(?:[-_.]?([0-3]\d))?)?(?!\d)")


@dataclass(frozen=True)
class _Stated:
    """A sentence of a document, and the one value in it that answers, with its kind."""

    candidate: Candidate
    start: int
    end: int
    text: str
    value: str
    kind: str


def disagreement(
    done: Sequence[Claim],
    written: str,
    sources: Sequence[Source],
    candidates: Sequence[Candidate],
    dated: Callable[[Source], str],
) -> tuple[str, Claim, tuple[Source, ...]] | None:
    """What to add to an answer as `written`, its claim, and all sources; None where the documents agree.

    `dated` gives a document's date in words, empty where it is not known.
    """
    main = next((claim for claim in done if claim.verdict == "supported" and claim.quotations), None)
    if main is None:
        return None
    stated = [one for candidate in candidates if (one := _stated(candidate))]
    mine = next((one for one in stated if _is_in(one, main, sources)), None)
    other = mine and next((one for one in stated if mine and _differs(mine, one)), None)
    # The model may have said both.
    if mine is None or other is None or any(content(other.value) <= content(claim.text) for claim in done):
        return None
    first, second = _source(mine, sources), _source(other, sources)
    text = (
        f"The documents differ: {_named(first, dated)} says “{_line(mine.text)}” [{first.n}], "
        f"but {_named(second, dated)} says “{_line(other.text)}” [{second.n}]."
    )
    added = f"{' ' if written and not written[-1].isspace() else ''}{text}"
    places = (_quotation(first, mine), _quotation(second, other))
    bare = re.sub(rf" \[(?:{first.n}|{second.n})\]", "", text)
    claim = Claim(bare, (first.n, second.n), "supported", len(written), len(written) + len(added), places)
    return added, claim, (*sources, second) if second.n > len(sources) else tuple(sources)


def date_of(source: Source, text: str, modified_ns: int) -> str:
    """The date of a document: in its name, at its beginning, else that of its file, which it says."""
    name = source.document.rpartition("/")[2]
    if match := _YEAR.search(name):
        return "-".join(part for part in match.groups() if part)
    whole = next((date for date in dates(text[:_START]) if date.year and date.month), None)
    if whole:
        return whole.text
    if modified_ns <= 0:
        return ""
    return f"file of {datetime.fromtimestamp(modified_ns / 1e9, timezone.utc):%Y-%m-%d}"


def _stated(candidate: Candidate) -> _Stated | None:
    reading, text = candidate.reading, candidate.passage.text
    if reading is None or reading.answerable < _SURE or reading.margin < _MARGIN or reading.end <= reading.start:
        return None
    around = [span for span in sentences(text) if span.start < reading.end and span.end > reading.start]
    words = text[reading.start : reading.end]
    kind = _kind(words)
    if len(around) != 1 or not kind or around[0].end - around[0].start > _LONGEST:
        return None
    start, end = around[0].start, around[0].end
    return _Stated(candidate, start, end, text[start:end], words, kind)


def _kind(words: str) -> str:
    """What the one value of these words is: a date to the day, or a number of some unit; else empty."""
    known = [date for date in dates(words) if date.day and date.month]
    if len({date.at for date in known}) == 1:
        return "date with year" if known[0].year else "date"
    listed = [number for number in numbers(words) if number.at not in taken_by_dates(words)]
    if len({number.anchor for number in listed}) != 1 or dates(words):
        return ""
    families = sorted({unit.family for number in listed for unit in number.units})
    return "number " + " ".join(families) if families and not _is_vague(listed) else ""


def _is_vague(listed: Sequence[Number]) -> bool:
    return any(number.about or number.implied or number.ordinal for number in listed)


def _differs(mine: _Stated, other: _Stated) -> bool:
    """Whether two documents say different values of the same thing."""
    one, two = mine.candidate.passage, other.candidate.passage
    if one.document_id == two.document_id or mine.kind != other.kind:
        return False
    if mine.kind.startswith("date"):
        apart = missing_date(mine.value, other.text) and missing_date(other.value, mine.text)
    else:
        none: frozenset[int] = frozenset()
        apart_numbers = missing_number(mine.value, other.text, none), missing_number(other.value, mine.text, none)
        return all(apart_numbers) and _is_alike(mine, other)
    return bool(apart) and _is_alike(mine, other)


def _is_alike(mine: _Stated, other: _Stated) -> bool:
    """Whether the two sentences have their words in common, but for the values."""
    one = content(mine.text) - content(mine.value)
    two = content(other.text) - content(other.value)
    return len(one & two) >= 2 and len(one & two) >= _ALIKE * len(one | two)


def _is_in(stated: _Stated, claim: Claim, sources: Sequence[Source]) -> bool:
    """Whether the claim rests on this sentence and gives its value."""
    passage = stated.candidate.passage
    at = _at(stated)
    cited = any(
        sources[q.n - 1].document_id == passage.document_id and q.start < at + len(stated.text) and q.end > at
        for q in claim.quotations
    )
    return cited and content(stated.value) <= content(claim.text)


def _at(stated: _Stated) -> int:
    return stated.candidate.passage.start + stated.start


def _source(stated: _Stated, sources: Sequence[Source]) -> Source:
    """The source that holds a sentence, or a new one behind the others."""
    passage, at = stated.candidate.passage, _at(stated)
    for source in sources:
        if source.document_id == passage.document_id and source.start <= at < source.end:
            return source
    return replace(found([stated.candidate])[0], n=len(sources) + 1)


def _quotation(source: Source, stated: _Stated) -> Quotation:
    return Quotation(source.n, _at(stated), _at(stated) + len(stated.text))


def _named(source: Source, dated: Callable[[Source], str]) -> str:
    date = dated(source)
    return f"{source.document} ({date})" if date else source.document


def _line(text: str) -> str:
    return re.sub(r"\[(\d+)\]", r"(\1)", " ".join(text.split())).rstrip(".")
