"""Each claim of an answer against its sources: the exact words that support it, or why nothing does.

Pure: the model that judges is passed in.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from qa.citations import Claim, Quotation
from qa.evidence import Source
from qa.facts import best_span, content, is_row, mismatch
from qa.library import with_headings
from qa.orders import blanked, repeats_order

# (question, claim, texts) to logits, one for each text: how well it supports the claim.
Scorer = Callable[[str, str, Sequence[str]], Sequence[float] | npt.NDArray[np.float32]]
NOT_FOUND = "not found in the documents"
ORDER = "an order that stands in a document, and is shown there only"
# What of a claim's words, and how many at least, a row must have to say the same.
SAME, FEWEST_SAME = 0.75, 3
_CELL_END = re.compile(r"\s*\|\s*|\t")
# Characters on each side of the words that carry a claim; together about what the reader was trained on.
_AROUND = 220


@dataclass(frozen=True)
class _Support:
    """One source's say on a claim; `reason` is empty when it supports it."""

    quotation: Quotation
    logit: float
    reason: str


def check(
    claim: Claim,
    question: str,
    sources: Sequence[Source],
    scorer: Scorer | None,
    least: float,
    likely: Quotation | None = None,
) -> tuple[Claim, float]:
    """The claim with its verdict, and the best logit that it was given (0 where nothing could judge).

    `least` is the logit from which a claim counts as supported. A footnote that points to a source which does not
    support the claim is dropped; when none is left, the claim gets the best other source that does. Without a
    `scorer` names, numbers and negations alone decide, and a claim that passes stays as it is. Where the words
    most like the claim do not support it, those that the reader takes for the answer, `likely`, may.
    """
    read, sources = sources, [_without_orders(source, question) for source in sources]
    cited = [sources[n - 1] for n in claim.footnotes]
    supports = _supports(claim, question, cited, scorer, least, likely)
    good = [support for support in supports if not support.reason]
    if scorer is None and not cited:
        return claim, 0.0
    if not good and scorer:
        rest = [source for source in sources if source.n not in claim.footnotes]
        others = _supports(claim, question, rest, scorer, least, likely)
        good = sorted((o for o in others if not o.reason), key=lambda o: -o.logit)[:1]
        supports += others
    if not good and len(cited) > 1:
        good = _together(claim, question, cited, scorer, least)
    best = max((support.logit for support in good or supports), default=0.0)
    if any(_is_order(claim, support.quotation, read, question) for support in good):
        return replace(claim, footnotes=(), verdict="unsupported", reason=ORDER), best
    if not good:
        # What is missing from the cited source may stand in another that does not support the claim either.
        doubted = not supports or any(support.reason == NOT_FOUND for support in supports)
        reason = NOT_FOUND if doubted else supports[0].reason
        return replace(claim, footnotes=(), verdict="unsupported", reason=reason), best
    quotations = tuple(support.quotation for support in good)
    verdict = claim.verdict if scorer is None else "supported"
    footnotes = tuple(quotation.n for quotation in quotations)
    return replace(claim, footnotes=footnotes, verdict=verdict, quotations=quotations), best


def _supports(
    claim: Claim,
    question: str,
    sources: Sequence[Source],
    scorer: Scorer | None,
    least: float,
    likely: Quotation | None,
) -> list[_Support]:
    if not sources:
        return []
    spans = [best_span(claim.text, source.text) for source in sources]
    windows = [_window(source, *span) for source, span in zip(sources, spans, strict=True)]
    logits = list(scorer(question, claim.text, windows)) if scorer else [0.0] * len(sources)
    for at, source in enumerate(sources):
        if scorer and likely and likely.n == source.n and logits[at] < least:
            own = likely.start - source.start, likely.end - source.start
            logit = scorer(question, claim.text, [_window(source, *own)])[0]
            if logit > logits[at]:
                spans[at], logits[at] = own, logit
    supports = []
    for source, (start, end), logit in zip(sources, spans, logits, strict=True):
        reason = mismatch(claim.text, _stated(source), question)
        if not reason and scorer and logit < least and not _is_said(claim.text, source, start, end):
            reason = NOT_FOUND
        quotation = Quotation(source.n, source.start + start, source.start + end)
        supports.append(_Support(quotation, float(logit), reason or ""))
    return supports


def _is_said(claim: str, source: Source, start: int, end: int) -> bool:
    """Whether a row of a table has the claim nearly word for word: the reader knows prose, and doubts rows.

    What the row lacks must be no number, and in no other row; and it must be called what the claim calls it.
    """
    row = source.text[start:end]
    words = content(claim)
    lacking = words - content(row)
    near = len(words) - len(lacking) >= max(FEWEST_SAME, SAME * len(words))
    numbers = any(any(map(str.isdigit, word)) for word in lacking)
    # "Outside London" differs from "in London" by its small words alone.
    called, said = (set(re.findall(r"\w+", part.casefold())) for part in (_label(row), claim))
    return is_row(row) and near and called <= said and not numbers and not lacking & content(source.text)


def _label(row: str) -> str:
    """The first cell of a row."""
    return _CELL_END.split(row.strip(" |"))[0]


def _together(
    claim: Claim, question: str, cited: Sequence[Source], scorer: Scorer | None, least: float
) -> list[_Support]:
    """The cited sources when they support the claim as one: a sentence may need a passage for each half."""
    spans = [best_span(claim.text, source.text) for source in cited]
    joined = "\n".join(source.text[start:end] for source, (start, end) in zip(cited, spans, strict=True))
    if mismatch(claim.text, "\n".join(map(_stated, cited)), question):
        return []
    logit = float(scorer(question, claim.text, [joined])[0]) if scorer else 0.0
    if scorer and logit < least:
        return []
    return [
        _Support(Quotation(source.n, source.start + start, source.start + end), logit, "")
        for source, (start, end) in zip(cited, spans, strict=True)
    ]


def _without_orders(source: Source, question: str) -> Source:
    """The source with spaces for its orders to a language model, so that all else stands where it stood."""
    headings = tuple(blanked(heading, question) for heading in source.headings)
    text, document = blanked(source.text, question), blanked(source.document, question)
    return replace(source, text=text, document=document, headings=headings)


def _is_order(claim: Claim, quotation: Quotation, sources: Sequence[Source], question: str) -> bool:
    """Whether a claim repeats an order as if it were its own words."""
    source = sources[quotation.n - 1]
    start, end = quotation.start - source.start, quotation.end - source.start
    return repeats_order(claim.text, source.text, start, end, question)


def _window(source: Source, start: int, end: int) -> str:
    """The words that carry a claim, with what stands around them, under their headings."""
    low, high = max(0, start - _AROUND), min(len(source.text), end + _AROUND)
    low = source.text.find(" ", low, start) + 1 or low if low else 0
    high = source.text.rfind(" ", end, high) if high < len(source.text) and " " in source.text[end:high] else high
    return with_headings(source.headings, source.text[low:high])


def _stated(source: Source) -> str:
    """All that a source says of itself: the name of its document, its headings, its words. Not its page number."""
    return "\n".join((source.document, *source.headings, source.text))
