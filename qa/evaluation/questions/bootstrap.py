"""Intervals by the bootstrap (Efron 1979): how much a figure would move with other questions of the same kind.

A figure is a ratio of sums over questions, each of which gives a numerator and a denominator: for a plain mean the
denominators are 1; for claims they are the claims of an answer, so that questions are drawn and not claims.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

SAMPLES = 2000
# 95 % of the samples lie between these percentiles.
ENDS = (2.5, 97.5)
# Questions that are drawn at once, over all samples.
AT_ONCE = 400_000

Rows = NDArray[np.float64]
Ratio = tuple[float, float]
"""What one question adds to the numerator and to the denominator of a figure."""
Interval = tuple[float, float, float]
"""A figure, and the lower and upper end of its 95 % interval."""


def interval(ratios: Sequence[Ratio], seed: int = 1) -> Interval | None:
    """The figure of `ratios`; None when the denominators are all 0."""
    return resampled(_rows(ratios), _figure, seed)


def paired(one: Sequence[Ratio], other: Sequence[Ratio], seed: int = 1) -> Interval | None:
    """The figure of `one` minus that of `other`, of the same questions in the same order, drawn together."""
    both = np.hstack([_rows(one), _rows(other)])
    return resampled(both, lambda samples: _figure(samples[..., :2]) - _figure(samples[..., 2:]), seed)


def resampled(rows: Rows, figure: Callable[[Rows], Rows], seed: int = 1) -> Interval | None:
    """A figure of the rows, one a question, and its interval; None where it has no value (nan).

    `figure` is given samples of rows, (samples, questions, columns), and gives a value for each sample.
    """
    value = figure(rows[None])[0] if len(rows) else np.nan
    if np.isnan(value):
        return None
    figures = np.concatenate([figure(rows[drawn]) for drawn in _draws(len(rows), seed)])
    # A sample without anything to count says nothing.
    low, high = np.percentile(figures[~np.isnan(figures)], ENDS)
    return float(value), float(low), float(high)


def _draws(count: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Numbers of the questions in each sample, so many samples at a time that they stay small."""
    draw = np.random.default_rng(seed)
    size = max(1, AT_ONCE // count)
    for first in range(0, SAMPLES, size):
        yield draw.integers(0, count, (min(size, SAMPLES - first), count))


def _rows(ratios: Sequence[Ratio]) -> Rows:
    return np.array(ratios, dtype=np.float64).reshape(-1, 2)


def _figure(samples: Rows) -> Rows:
    sums = samples.sum(axis=1)
    figures: Rows = np.divide(sums[:, 0], sums[:, 1], out=np.full(len(sums), np.nan), where=sums[:, 1] > 0)
    return figures
