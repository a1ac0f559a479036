"""The vectors in Chroma: derived from the store, and made again from it whenever in doubt.

Chroma rewrites its files in place, so a process killed near a write can break them for good, and opening broken
files can crash. Hence a marker beside them: it is taken away before the first write and put back, with the
store's revision, after a clean close. Without it the folder is not even opened.
"""

import json
import shutil
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chromadb
import chromadb.config
import chromadb.errors
import numpy as np
import numpy.typing as npt
from chromadb.api.shared_system_client import SharedSystemClient

from qa.config import Progress, silent
from qa.state import ASIDE, INDEX_FOLDER, INDEX_MARKER, sync_folder, sync_tree, write_aside
from qa.store import Change, Store, StoreError, disk_is_full, full_disk

COLLECTION = "passages"
BATCH = 2000
# Nodes that a search of the graph keeps in view. Of the true 20 nearest among 8,000, at 100 (Chroma's own) and
# at 200: 0.999 and 1.000 near passages, 0.88 and 0.97 for questions far from all; some ms more. Among 10,024 of
# which 2,006 differ, copies crowd the view: 0.92 at 200, 0.96 at 400, 0.98 at 1000, for the questions of `scale`.
DEPTH = 1000
# Up to so many passages in scope, each is compared (4 µs); above, so many times what is needed is asked of the
# index, which takes twice as long for each, and finds more of the true nearest the more it is asked for.
COMPARED = 5000
MARGIN = 4
FETCHING = 2
HEADER = "header.bin"
# Of hnswlib: version of the layout, an offset, elements there is room for, elements there are, bytes of each.
_HEADER = struct.Struct("<i4Q")
# Vectors that a check reads at a time, and asks for one of so many; what counts as the same, in cosine distance.
CHECKED = 2000
ASKED = 20
SAME = 1e-4


class PassageIndex:
    """Nearest passages by cosine. Made in `folder` (the state folder) from `store`.

    Raises StoreError when Chroma cannot write; what the store holds is not touched by that.
    """

    def __init__(self, folder: Path, store: Store, progress: Progress = silent) -> None:
        self._folder = folder / INDEX_FOLDER
        self._marker = folder / INDEX_MARKER
        self._store = store
        self._client: Any = None
        self._collection: Any = None
        # Held while the collection is exchanged, so that no question meets the gap.
        self._lock = threading.RLock()
        # The store's revision that the index is known to agree with; None while it is being changed.
        self._revision: int | None = None
        # Of a process that was killed while it wrote the marker.
        self._marker.with_name(INDEX_MARKER + ASIDE).unlink(missing_ok=True)
        if not self._open_clean():
            self.rebuild(progress)

    def nearest(
        self, vector: npt.NDArray[np.float32], limit: int, allowed: frozenset[int] | None = None
    ) -> list[int]:
        """Ids of the `limit` nearest passages, nearest first, of the documents `allowed` only; fewer when there
        are fewer.

        Chroma's own filters are slow (0.4 s when 90 % of 100,000 match). So where much is allowed more is asked
        for and the rest dropped; where little is, or the question lies far from it, its vectors are compared one
        by one.
        """
        if allowed is None:
            return self._query(vector, limit)
        size, total = self._store.passage_count(allowed), self._store.passage_count()
        depth = MARGIN * limit * total // max(size, 1)
        while size > COMPARED and depth * FETCHING < size:
            found = self._store.among(self._query(vector, depth), allowed)
            if len(found) >= limit:
                return found[:limit]
            depth *= 4
        return self._compared(vector, limit, allowed)

    def _query(self, vector: npt.NDArray[np.float32], limit: int) -> list[int]:
        # Not more than there are is found; asking first how many would take three times as long as the search.
        with self._lock, self._explaining():
            found = self._collection.query(query_embeddings=vector.reshape(1, -1), n_results=limit, include=[])
        return [int(passage_id) for passage_id in found["ids"][0]]

    def _compared(self, vector: npt.NDArray[np.float32], limit: int, allowed: frozenset[int]) -> list[int]:
        """The exact nearest among the documents `allowed`, without the index."""
        ids: list[int] = []
        near: list[npt.NDArray[np.float32]] = [np.empty(0, dtype=np.float32)]
        for batch, vectors in self._store.vectors_of(allowed, BATCH):
            ids += batch
            near.append(vectors @ vector)
        order = np.argsort(-np.concatenate(near), kind="stable")[:limit]
        return [ids[row] for row in order]

    def follow(self, change: Change, vectors: npt.NDArray[np.float32] | None = None) -> None:
        """Repeat a committed change of the store; `vectors` has a row for each added passage, in order.

        When a change before it was missed (interrupted, or no room to write), everything is made anew.
        """
        if change.since == change.revision:
            return
        if self._revision != change.since:
            self.rebuild()
            return
        self._revision = None
        with self._explaining():
            self._mark_dirty()
            for start in range(0, len(change.removed), BATCH):
                self._collection.delete(ids=[str(i) for i in change.removed[start : start + BATCH]])
            if vectors is not None:
                self._add(change.added, vectors)
        self._revision = change.revision

    def rebuild(self, progress: Progress = silent) -> None:
        """Throw the index away and make it from the vectors in the store."""
        with self._lock, self._explaining():
            self._revision = None
            self._mark_dirty()
            self._close_client()
            _delete(self._folder)
            self._open_client()
            revision = self._store.revision()
            total = self._store.passage_count()
            done = 0
            for ids, vectors in self._store.vectors(BATCH):
                self._add(ids, vectors)
                done += len(ids)
                progress("rebuilding the index", done, total)
            self._revision = revision

    def count(self) -> int:
        """Number of passages in the index."""
        with self._lock, self._explaining():
            return int(self._collection.count())

    def problem(self, progress: Progress = silent) -> str | None:
        """What is wrong with the index; None when it holds the store's vectors and finds them."""
        with self._lock:
            try:
                return self._difference(progress)
            except (chromadb.errors.ChromaError, OSError) as error:
                return f"cannot be read ({error})"

    def _difference(self, progress: Progress) -> str | None:
        total, count = self._store.passage_count(), self._collection.count()
        if count != total:
            return f"holds {count:,} passages instead of {total:,}"
        for done, (ids, vectors) in enumerate(self._store.vectors(CHECKED)):
            progress("checking the index", done * CHECKED, total)
            held = self._collection.get(ids=[str(i) for i in ids], include=["embeddings"])
            places = {int(passage_id): row for row, passage_id in enumerate(held["ids"])}
            if set(places) != set(ids):
                return f"lacks {len(set(ids) - set(places)):,} of the passages {ids[0]} to {ids[-1]}"
            theirs = np.asarray(held["embeddings"], dtype=np.float32)[[places[i] for i in ids]]
            if not np.allclose(theirs, vectors, atol=1e-4):
                return f"has other vectors than the store for some of the passages {ids[0]} to {ids[-1]}"
            if lost := self._unfound(ids[::ASKED], vectors[::ASKED]):
                return f"does not find {lost[0]} and {len(lost) - 1} other passages by their vectors"
        progress("checking the index", total, total)
        return None

    def _unfound(self, ids: Sequence[int], vectors: npt.NDArray[np.float32]) -> list[int]:
        """Those of the passages to whose vectors nothing as near as themselves is found."""
        found = self._collection.query(query_embeddings=vectors, n_results=1, include=["distances"])
        near = (bool(distances) and distances[0] < SAME for distances in found["distances"])
        return [passage_id for passage_id, is_near in zip(ids, near, strict=True) if not is_near]

    def close(self) -> None:
        """Write everything and, if the index agrees with the store, put the marker back."""
        with self._lock:
            agrees = self._revision is not None and self._revision == self._store.revision()
            self._close_client()
            # At times Chroma writes its graph anew, unasked.
            written = max((path.stat().st_mtime_ns for path in self._folder.rglob("*.bin")), default=0)
            if agrees and written > (self._marker.stat().st_mtime_ns if self._marker.exists() else -1):
                try:
                    blank_unused(self._folder)
                    # Chroma flushes its database, but not its graph, of which a power cut could leave a half.
                    sync_tree(self._folder)
                    write_aside(self._marker, json.dumps({"revision": self._revision, "depth": DEPTH}).encode())
                except OSError:
                    # No room: without the marker the next start makes the index anew, which is all that is lost.
                    self._marker.unlink(missing_ok=True)
                    self._marker.with_name(INDEX_MARKER + ASIDE).unlink(missing_ok=True)

    def _add(self, ids: Sequence[int], vectors: npt.NDArray[np.float32]) -> None:
        for start in range(0, len(ids), BATCH):
            rows = slice(start, start + BATCH)
            self._collection.add(ids=[str(i) for i in ids[rows]], embeddings=vectors[rows])

    def _open_clean(self) -> bool:
        """Open what a clean close left behind; False when there is no such thing or it does not agree."""
        try:
            marker = json.loads(self._marker.read_bytes())
            revision, depth = marker["revision"], marker["depth"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        # The depth is kept in the files, and what is asked for at their opening is ignored.
        if revision != self._store.revision() or depth != DEPTH or not self._folder.is_dir():
            return False
        try:
            self._open_client()
            if self._collection.count() != self._store.passage_count():
                return False
        except (chromadb.errors.ChromaError, OSError):
            return False
        self._revision = revision
        return True

    def _open_client(self) -> None:
        # Without _env_file, a stray .env in the working folder would reconfigure Chroma.
        settings = chromadb.config.Settings(_env_file=None, anonymized_telemetry=False)
        try:
            self._client = chromadb.PersistentClient(str(self._folder), settings)
        except BaseException as error:
            # Else the half-started system would be handed out again for the same folder.
            SharedSystemClient.clear_system_cache()
            if isinstance(error, ValueError | AttributeError):  # what its own clearing up runs into
                raise chromadb.errors.InternalError(str(error)) from error
            raise
        self._collection = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": DEPTH}}
        )

    def _close_client(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = self._collection = None

    def wipe(self) -> None:
        """Overwrite what Chroma wrote of the memory of this process into its files, while they stay open."""
        if not self._marker.exists():
            with self._lock, self._explaining():
                blank_unused(self._folder)

    def _mark_dirty(self) -> None:
        if self._marker.exists():
            self._marker.unlink()
            sync_folder(self._marker.parent)

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Errors of Chroma and of the disk, in words for the user."""
        try:
            yield
        except (chromadb.errors.ChromaError, OSError) as error:
            folder = self._folder.parent
            if disk_is_full(folder):
                raise full_disk(folder) from error
            raise StoreError(
                f"The index in {self._folder} cannot be used ({error}). Run the same command again: it is made "
                "anew from what was read before. If that fails too, check the disk."
            ) from error


def blank_unused(folder: Path) -> None:
    """Overwrite what Chroma's files hold behind the last vector.

    They are written with room for more, and with whatever lay in that memory before: texts of documents, too.
    Raises OSError.
    """
    for header in folder.glob(f"*/{HEADER}"):
        content = header.read_bytes()
        if len(content) < _HEADER.size:
            continue
        version, _, room, used, size = _HEADER.unpack_from(content)
        for name, each in (("data_level0.bin", size), ("length.bin", 4)):
            path = header.with_name(name)
            end = path.stat().st_size if path.is_file() else 0
            # Only files that are laid out as expected.
            if version == 1 and used * each < end <= room * each and end % each == 0:
                _zero(path, used * each, end)


def _zero(path: Path, start: int, end: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        while (place := file.tell()) < end:
            file.write(bytes(min(1 << 20, end - place)))


def _delete(folder: Path) -> None:
    """Delete a folder, or whatever lies in its place. Raises OSError."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)
