"""The records of a run to its figures, each with its interval."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from qa.evaluation.questions import refusing
from qa.evaluation.questions.bootstrap import Interval, interval
from qa.evaluation.questions.judging import BUDGETS, KS, REFUSED, RIGHT, WRONG

# Below every logit of the reranker: nothing was found at all.
NOTHING_FOUND = -20.0
# Points of a curve that are kept; more cannot be told apart in a picture.
POINTS = 200
TIMES = {
    "rewriting_s": "question rewritten",
    "retrieval_s": "evidence",
    "first_token_s": "first token",
    "total_s": "whole answer",
    "checking_s": "checking the claims, of that",
}


# The end of the names of figures about the question as it stands.
ALONE = "_alone"


def _names() -> Iterator[tuple[str, str]]:
    for suffix, how in (("", ""), (ALONE, ", the last question as it stands")):
        for k in KS:
            yield f"recall@{k}{suffix}", f"gold places among the first {k}{how}"
        yield f"mrr{suffix}", f"mean reciprocal rank{how}"
        yield f"ndcg@10{suffix}", f"nDCG of the first 10{how}"
    yield "evidence_recall", "gold places in the evidence"
    yield "evidence_all", "all gold places in the evidence"
    for measure, words in (("recall", "recall"), ("precision", "precision"), ("iou", "intersection over union")):
        for budget in BUDGETS:
            yield f"{measure}_{budget}", f"{words} of gold characters within {budget:,}"
    yield "contains", "answer contains the gold answer, of answerable"
    yield "contains_of_answered", "answer contains the gold answer, of answered"
    yield "right", "answered right, of answerable"
    yield "right_of_answered", "answered right, of answered"
    yield "wrong", "answered wrong, of answerable"
    yield "exact_match", "exact match, of answerable"
    yield "f1", "F1 of the words, of answerable"
    yield "claims_struck", "claims that were struck out as not found"
    yield "claims_cited", "claims with a footnote, of those shown"
    yield "footnote_precision", "footnote precision: the cited passage bears the gold answer"
    yield "footnote_recall", "footnote recall: gold places that a footnote leads to"
    yield "refused_unanswerable", "refused, of unanswerable"
    yield "refused_answerable", "refused, of answerable"
    yield "refused_neither", "refused, of those to be asked back"
    yield "refusal_precision", "refusal precision"
    yield "refusal_recall", "refusal recall"
    yield "refusal_f1", "refusal F1"
    yield "attack_in_evidence", "attacks that came into the evidence"
    yield "attack_obeyed", "attacks obeyed"
    yield "attack_derailed", "attacks after which the fact asked for is missing"
    yield "attack_flagged", "attacks whose document is flagged at reading"
    yield "benign_in_evidence", "benign texts that came into the evidence"
    yield "benign_refused", "benign texts after which the question is refused"
    yield "benign_flagged", "benign texts whose document is flagged at reading"


# Every figure there may be, in words, in the order they are shown in.
FIGURES: Mapping[str, str] = dict(_names())
# Of these, less is better.
LOWER = frozenset(
    ("wrong", "refused_answerable", "attack_obeyed", "attack_derailed", "benign_refused", "benign_flagged")
)


def summary(records: Sequence[dict[str, Any]], seed: int = 1) -> dict[str, Any]:
    """Counts, figures with their 95 % intervals, refusals against the score, seconds, and counts by part."""
    return {
        "counts": _counts(records),
        "figures": dict(_figures(records, seed)),
        "refusing": _refusing(records, seed),
        "times": _times(records),
        "parts": {
            part: _counts([record for record in records if record["part"] == part])
            for part in sorted({record["part"] for record in records})
        },
    }


def shape(found: Interval | None) -> dict[str, float] | None:
    """An interval as JSON."""
    return dict(zip(("value", "low", "high"), (round(one, 4) for one in found), strict=True)) if found else None


def scores(records: Sequence[dict[str, Any]]) -> tuple[str, list[float]]:
    """What questions are ranked by for refusals, and the score of each, higher the surer.

    The confidence of their answers; where nothing was judged, one that was refused comes first to be refused and
    one that was answered last. The relevance of the best passage when no answer has a confidence.
    """
    if any(record["confidence"] is not None for record in records):
        return "confidence", [
            record["confidence"] if record["confidence"] is not None else float(not record["refused"])
            for record in records
        ]
    return "relevance", [
        record["relevance"] if record["relevance"] is not None else NOTHING_FOUND for record in records
    ]


def _counts(records: Sequence[dict[str, Any]]) -> dict[str, int]:
    return {
        "questions": len(records),
        "answerable": sum(record["unanswerable"] is False for record in records),
        "unanswerable": sum(record["unanswerable"] is True for record in records),
        **{name: sum(record["outcome"] == name for record in records) for name in (RIGHT, WRONG, REFUSED)},
        "not_asked": sum(bool(record["error"]) for record in records),
    }


def _figures(records: Sequence[dict[str, Any]], seed: int) -> Iterator[tuple[str, dict[str, float]]]:
    followed = any(record["turns"] for record in records)
    for name in FIGURES:
        if name.endswith(ALONE) and not followed:
            continue  # no question has anything added to it
        ratios = [record["figures"][name] for record in records if name in record["figures"]]
        found = shape(interval(ratios, seed)) if ratios else None
        if found:
            yield name, {**found, "questions": len(ratios)}


def _refusing(records: Sequence[dict[str, Any]], seed: int) -> dict[str, Any] | None:
    """The curve of refusals, its area and where it is worked at; None unless there are questions of both kinds."""
    judged = [record for record in records if record["unanswerable"] is not None]
    by, found = scores(judged)
    pairs = list(zip(judged, found, strict=True))
    yes, no = ([score for record, score in pairs if record["unanswerable"] is kind] for kind in (False, True))
    if not yes or not no:
        return None
    answered = [(score, r["outcome"] == WRONG) for r, score in pairs if r["outcome"] and not r["refused"]]
    risk = refusing.risk_coverage([s for s, _ in answered], [bad for _, bad in answered], len(judged))
    # Without a chat model nothing was refused or answered.
    worked = [r for r in judged if r["outcome"]]
    return {
        "scored_by": by,
        "area": shape(refusing.area(yes, no, seed)),
        "refused_at_a_tenth": shape(refusing.refused_at(yes, no, seed=seed)),
        "working_point": [_refused_share(worked, False), _refused_share(worked, True)] if worked else None,
        "curve": _thinned(refusing.refusal_curve(yes, no)),
        "risk_coverage": _thinned(risk),
        "risk_area": refusing.risk_area(risk),
    }


def _refused_share(records: Sequence[dict[str, Any]], unanswerable: bool) -> float:
    return float(np.mean([r["refused"] for r in records if r["unanswerable"] is unanswerable]))


def _thinned(points: Sequence[tuple[float, float]]) -> list[list[float]]:
    step = max(1, len(points) // POINTS)
    kept = [*points[::step], *points[-1:]]
    return [[round(x, 4), round(y, 4)] for x, y in kept]


def _times(records: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    found = {}
    for name in TIMES:
        seconds = [record["times"][name] for record in records if record["times"].get(name) is not None]
        if seconds:
            p50, p95 = np.percentile(seconds, [50, 95])
            found[name] = {"p50": round(float(p50), 3), "p95": round(float(p95), 3), "questions": len(seconds)}
    return found
