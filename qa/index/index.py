"""Nearest passages, by an index that repeats every change of the store or is made anew from it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from qa.config import Progress, silent
from qa.index import chroma
from qa.index.checking import difference
from qa.index.chroma import BATCH, ERRORS, Collection, Vectors
from qa.index.leftovers import blank_unused, last_written
from qa.index.marker import Clean, Marker
from qa.state import INDEX_FOLDER, sync_tree
from qa.store import Change, DamagedError, Store

# Up to so many passages in scope, each is compared (4 µs); above, the index is asked for more than is needed: for
# so many times what would lie out of scope if that were everywhere. It takes twice as long for each.
COMPARED = 5000
MARGIN = 4
FETCHING = 2


class PassageIndex:
    """Nearest passages by cosine. Made in `folder` (the state folder) from `store`.

    Raises StoreError when Chroma cannot write; what the store holds is not touched by that.
    """

    def __init__(self, folder: Path, store: Store, progress: Progress = silent) -> None:
        self._marker = Marker(folder)
        self._store = store
        self._chroma = Collection(folder / INDEX_FOLDER)
        # Held while the collection is exchanged, so that no question meets the gap.
        self._lock = threading.RLock()
        # The store's revision that the index is known to agree with; None while it is being changed.
        self._revision: int | None = None
        self.made_anew = self._open_clean()
        """Why it was made anew at its opening, completing "the index …"; None when it was opened as it was."""
        if self.made_anew is not None:
            try:
                self.rebuild(progress)
            except BaseException:
                self._chroma.close()
                raise

    def nearest(self, vector: Vectors, limit: int, allowed: frozenset[int] | None = None) -> list[int]:
        """Ids of the `limit` nearest passages, nearest first, of the documents `allowed` only; fewer when there
        are fewer.

        Chroma's own filters are slow (0.4 s when 90 % of 100,000 match). So where much is allowed more is asked
        for and the rest dropped; where little is, or the question lies far from it, its vectors are compared one
        by one.
        """
        if allowed is None:
            return self._query(vector, limit)
        size, total = self._store.sizes(allowed)
        depth = limit + MARGIN * limit * (total - size) // max(size, 1)
        while size > COMPARED and depth * FETCHING < size:
            found = self._store.among(self._query(vector, depth), allowed)
            if len(found) >= limit:
                return found[:limit]
            depth *= 4
        return self._compared(vector, limit, allowed)

    def _query(self, vector: Vectors, limit: int) -> list[int]:
        with self._using():
            return self._chroma.nearest(vector, limit)

    def _compared(self, vector: Vectors, limit: int, allowed: frozenset[int]) -> list[int]:
        """The exact nearest among the documents `allowed`, without the index."""
        ids: list[int] = []
        near: list[Vectors] = [np.empty(0, dtype=np.float32)]
        for batch, vectors in self._store.vectors_of(allowed, BATCH, vector.nbytes):
            ids += batch
            near.append(vectors @ vector)
        order = np.argsort(-np.concatenate(near), kind="stable")[:limit]
        return [ids[row] for row in order]

    def follow(self, change: Change, vectors: Vectors | None = None) -> None:
        """Repeat a committed change of the store; `vectors` has a row for each added passage, in order.

        When a change before it was missed (interrupted, or no room to write), everything is made anew.
        """
        if change.since == change.revision:
            return
        if self._revision != change.since:
            self.rebuild()
            return
        self._revision = None
        with self._chroma.explaining():
            self._marker.take()
            self._chroma.delete(change.removed)
            if vectors is not None:
                self._chroma.add(change.added, vectors)
        self._revision = change.revision

    def rebuild(self, progress: Progress = silent) -> None:
        """Throw the index away and make it from the vectors in the store."""
        with self._using():
            self._revision = None
            self._marker.take()
            self._chroma.close()
            self._chroma.delete_folder()
            self._chroma.open()
            revision = self._store.revision()
            total = self._store.passage_count()
            done = 0
            for ids, vectors in self._store.vectors(BATCH):
                self._chroma.add(ids, vectors)
                done += len(ids)
                progress("rebuilding the index", done, total)
            self._revision = revision

    def count(self) -> int:
        """Number of passages in the index."""
        with self._using():
            return self._chroma.count()

    def problem(self, progress: Progress = silent) -> str | None:
        """What is wrong with the index; None when it holds the store's vectors and finds them."""
        with self._lock:
            try:
                return difference(self._chroma, self._store, progress)
            except DamagedError:
                return "cannot be compared with vectors that are damaged"
            except ERRORS as error:
                return f"cannot be read ({error})"

    def wipe(self) -> None:
        """Overwrite what Chroma wrote of the memory of this process into its files, while they stay open."""
        if not self._marker.exists():
            with self._using():
                blank_unused(self._chroma.folder)

    def close(self) -> None:
        """Write everything and, if the index agrees with the store, put the marker back."""
        with self._lock:
            agrees = self._revision is not None and self._revision == self._store.revision()
            self._chroma.close()
            # At times Chroma writes its graph anew, unasked.
            if agrees and last_written(self._chroma.folder) > self._marker.written():
                self._settle()

    def _settle(self) -> None:
        try:
            blank_unused(self._chroma.folder)
            # Chroma flushes its database, but not its graph, of which a power cut could leave a half.
            sync_tree(self._chroma.folder)
        except OSError:
            self._marker.drop()
        else:
            self._marker.put(Clean(self._revision or 0, chroma.DEPTH))

    def _open_clean(self) -> str | None:
        """Open what a clean close left behind; else why it cannot be trusted."""
        if not self._chroma.folder.is_dir():
            return "was not there"
        clean = self._marker.read()
        if clean is None:
            return "was not closed cleanly"
        if clean != Clean(self._store.revision(), chroma.DEPTH):
            return "was made by another version, or from an earlier state of the library"
        try:
            self._chroma.open()
            if self._chroma.count() != self._store.passage_count():
                return "did not hold as many passages as the library"
        except ERRORS:
            return "could not be read"
        self._revision = clean.revision
        return None

    @contextmanager
    def _using(self) -> Iterator[None]:
        with self._lock, self._chroma.explaining():
            yield
