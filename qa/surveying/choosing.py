"""Of many passages or sentences those that say most of the whole, and nothing twice."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

# How much of a sentence's weight it loses for what was chosen before it.
_REPETITION = 0.5


def strongest(vectors: Vectors, many: int) -> list[int]:
    """Of each of `many` even stretches, the row nearest to its mean, in their order; all of fewer rows.

    `vectors`: unit vectors of the passages of a document in the order of its text, shape (n, dimensions).
    """
    if len(vectors) <= many:
        return list(range(len(vectors)))
    bounds = np.linspace(0, len(vectors), many + 1).astype(int)
    chosen = []
    for low, high in pairwise(bounds.tolist()):
        some = vectors[low:high]
        chosen.append(low + int(np.argmax(some @ some.mean(axis=0))))
    return chosen


def telling(vectors: Vectors, many: int) -> list[int]:
    """The `many` rows that are nearest to the mean of all and least alike, in their order.

    Maximal marginal relevance, Carbonell and Goldstein (SIGIR 1998).
    """
    if len(vectors) <= many:
        return list(range(len(vectors)))
    weights = vectors @ vectors.mean(axis=0)
    chosen: list[int] = []
    nearest = np.zeros(len(vectors), dtype=np.float32)
    while len(chosen) < many:
        gains: Sequence[float] = weights - _REPETITION * nearest
        best = max((row for row in range(len(vectors)) if row not in chosen), key=lambda row: float(gains[row]))
        chosen.append(best)
        nearest = np.maximum(nearest, vectors @ vectors[best])
    return sorted(chosen)
