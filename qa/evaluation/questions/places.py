"""Which gold places a passage reaches."""

from collections.abc import Sequence

from qa.evaluation.questions.metrics import Span, contains, overlap
from qa.evaluation.questions.shape import Gold, Question
from qa.evidence import Source
from qa.retrieval import wording


def span(place: Source | Gold) -> Span:
    """Its characters."""
    return place.document, place.start or 0, place.end or 0


def reaches(source: Source, gold: Gold) -> bool:
    """Whether the passage is the gold one: of its document or page, or with half of the shorter one in common."""
    if source.document != gold.document:
        return False
    if gold.start is not None:
        shorter = min(source.end - source.start, (gold.end or 0) - gold.start)
        return 2 * overlap(span(source), span(gold)) >= shorter
    return gold.page in (None, source.page)


def different(ranking: Sequence[Source], question: Question) -> tuple[Source, ...]:
    """The ranking with copies of one text as one passage, as an answer is given them: of these the one that stands
    at a gold place, if any does."""
    kept: dict[str, Source] = {}
    golds = [span(gold) for gold in (*question.exact, *question.gold)]
    for source in ranking:
        words = wording(source.text)
        if words not in kept or (not _touches(kept[words], golds) and _touches(source, golds)):
            # A key keeps the place that it was first given.
            kept[words] = source
    return tuple(kept.values())


def _touches(source: Source, golds: Sequence[Span]) -> bool:
    return any(overlap(span(source), gold) for gold in golds)


def reached(ranking: Sequence[Source], golds: Sequence[Gold]) -> list[set[int]]:
    """For each rank the numbers of the gold places there.

    A rank is a passage; a page where gold places are pages and a document where they are documents, each as high
    as its best passage.
    """
    ranks: dict[tuple[object, ...], set[int]] = {}
    for source in ranking:
        unit = _unit(source, golds[0])
        ranks.setdefault(unit, set()).update(n for n, gold in enumerate(golds) if reaches(source, gold))
    return list(ranks.values())


def _unit(source: Source, gold: Gold) -> tuple[object, ...]:
    if gold.start is not None:
        return source.document, source.start
    return (source.document,) if gold.page is None else (source.document, source.page)


def holds(source: Source, question: Question) -> bool:
    """Whether a cited passage bears the gold answer: the place where it stands, or the answer itself."""
    if question.unanswerable:
        return False
    places = question.exact or question.gold
    if any(reaches(source, gold) for gold in places):
        return True
    return bool(question.exact or not question.gold) and contains(source.text, question.answers)
