"""Does Chroma hold the store's vectors, and find them?"""

from collections.abc import Sequence

import numpy as np

from qa.config import Progress
from qa.index.chroma import Collection, Vectors
from qa.store import Store

# Vectors that are read at a time, and one of so many is asked for; what counts as the same, in cosine distance.
CHECKED = 2000
ASKED = 20
SAME = 1e-4


def difference(collection: Collection, store: Store, progress: Progress) -> str | None:
    """What the collection lacks, has too much or has otherwise; completes "the index …". None: nothing."""
    total, count = store.passage_count(), collection.count()
    if count != total:
        return f"holds {count:,} passages instead of {total:,}"
    for done, (ids, vectors) in enumerate(store.vectors(CHECKED)):
        progress("checking the index", done * CHECKED, total)
        held = collection.vectors(ids)
        if set(held) != set(ids):
            return f"lacks {len(set(ids) - set(held)):,} of the passages {ids[0]} to {ids[-1]}"
        theirs = np.stack([held[i] for i in ids])
        if theirs.shape != vectors.shape or not np.allclose(theirs, vectors, atol=SAME):
            return f"has other vectors than the store for some of the passages {ids[0]} to {ids[-1]}"
        if lost := _unfound(collection, ids[::ASKED], vectors[::ASKED]):
            return f"does not find {lost[0]} and {len(lost) - 1} other passages by their vectors"
    progress("checking the index", total, total)
    return None


def _unfound(collection: Collection, ids: Sequence[int], vectors: Vectors) -> list[int]:
    """Those of the passages to whose vectors nothing as near as themselves is found."""
    distances = zip(ids, collection.distances(vectors), strict=True)
    return [passage_id for passage_id, distance in distances if distance is None or distance >= SAME]
