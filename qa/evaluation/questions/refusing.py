"""Refusals against a score of each question that is higher the surer one is of an answer."""

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np

from qa.evaluation.questions.bootstrap import Interval, Rows, resampled

# Share of the questions with an answer that may be refused where the curve is read.
WRONGLY_REFUSED = 0.1

Point = tuple[float, float]


def refusal_curve(answerable: Sequence[float], unanswerable: Sequence[float]) -> list[Point]:
    """(share of answerable questions refused, share of unanswerable ones) when all below a score are refused.

    From (0, 0) to (1, 1); given are the scores of both kinds. Questions of one score are refused together.
    """
    marked = sorted([*((score, 0) for score in answerable), *((score, 1) for score in unanswerable)])
    refused, points = [0, 0], [(0.0, 0.0)]
    for _, together in groupby(marked, key=lambda pair: pair[0]):
        for _, kind in together:
            refused[kind] += 1
        points.append((refused[0] / max(1, len(answerable)), refused[1] / max(1, len(unanswerable))))
    return points


def area(answerable: Sequence[float], unanswerable: Sequence[float], seed: int = 1) -> Interval | None:
    """Area under that curve: how often an answerable question has the higher score of two, ties counting half.

    None unless there are questions of both kinds.
    """
    return resampled(_rows(answerable, unanswerable), lambda samples: _each(samples, _area), seed)


def refused_at(
    answerable: Sequence[float],
    unanswerable: Sequence[float],
    wrongly: float = WRONGLY_REFUSED,
    seed: int = 1,
) -> Interval | None:
    """Share of the unanswerable questions refused where at most the share `wrongly` of the answerable ones is.

    None unless there are questions of both kinds.
    """
    rows = _rows(answerable, unanswerable)
    return resampled(rows, lambda samples: _each(samples, lambda one: _refused_at(one, wrongly)), seed)


def risk_coverage(scores: Sequence[float], wrong: Sequence[bool], of: int) -> list[Point]:
    """(share of all `of` questions answered, share of these answered wrongly) when only the surest are answered.

    Given are the questions that were answered at all; those of one score go together (El-Yaniv, Wiener 2010).
    """
    ranked = sorted(zip(scores, wrong, strict=True), key=lambda pair: -pair[0])
    answered = bad = 0
    points = []
    for _, together in groupby(ranked, key=lambda pair: pair[0]):
        for _, is_wrong in together:
            answered += 1
            bad += is_wrong
        points.append((answered / of, bad / answered))
    return points


def risk_area(points: Sequence[Point]) -> float | None:
    """The mean risk over the coverages that were reached: the area under the curve by its width."""
    if not points:
        return None
    before = (0.0, *(coverage for coverage, _ in points))
    area = sum((coverage - last) * risk for last, (coverage, risk) in zip(before, points, strict=False))
    return area / points[-1][0]


def _rows(answerable: Sequence[float], unanswerable: Sequence[float]) -> Rows:
    """Questions as (score, 1 where it is unanswerable)."""
    marked = [*((score, 0.0) for score in answerable), *((score, 1.0) for score in unanswerable)]
    return np.array(marked, dtype=np.float64).reshape(-1, 2)


def _each(samples: Rows, figure: Callable[[Rows], float]) -> Rows:
    return np.array([figure(rows) for rows in samples])


def _area(rows: Rows) -> float:
    answerable, unanswerable = (np.sort(rows[rows[:, 1] == kind, 0]) for kind in (0, 1))
    if not len(answerable) or not len(unanswerable):
        return float("nan")
    below = np.searchsorted(unanswerable, answerable, "left") + np.searchsorted(unanswerable, answerable, "right")
    return float(below.mean() / 2 / len(unanswerable))


def _refused_at(rows: Rows, wrongly: float) -> float:
    answerable, unanswerable = (np.sort(rows[rows[:, 1] == kind, 0]) for kind in (0, 1))
    if not len(answerable) or not len(unanswerable):
        return float("nan")
    # Everything below the first answerable question that may no longer be refused.
    allowed = int(wrongly * len(answerable) + 1e-9)
    return float(np.mean(unanswerable < answerable[allowed])) if allowed < len(answerable) else 1.0
