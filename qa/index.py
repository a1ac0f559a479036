"""The vectors in Chroma: derived from the store, and made again from it whenever in doubt.

Chroma rewrites its files in place, so a process killed near a write can break them for good, and opening broken
files can crash. Hence a marker beside them: it is taken away before the first write and put back, with the
store's revision, after a clean close. Without it the folder is not even opened.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chromadb
import chromadb.config
import numpy as np
import numpy.typing as npt

from qa.config import Progress, silent
from qa.state import INDEX_FOLDER, INDEX_MARKER, sync_folder, write_aside
from qa.store import Change, Store

COLLECTION = "passages"
BATCH = 2000


class PassageIndex:
    """Nearest passages by cosine. Made in `folder` (the state folder) from `store`."""

    def __init__(self, folder: Path, store: Store, progress: Progress = silent) -> None:
        self._folder = folder / INDEX_FOLDER
        self._marker = folder / INDEX_MARKER
        self._store = store
        self._client: Any = None
        self._collection: Any = None
        self._clean = False
        if not self._open_clean():
            self.rebuild(progress)

    def nearest(self, vector: npt.NDArray[np.float32], limit: int) -> list[int]:
        """Ids of the `limit` nearest passages, nearest first; fewer when there are fewer."""
        count = self._collection.count()
        if count == 0:
            return []
        found = self._collection.query(
            query_embeddings=vector.reshape(1, -1), n_results=min(limit, count), include=[]
        )
        return [int(passage_id) for passage_id in found["ids"][0]]

    def follow(self, change: Change, vectors: npt.NDArray[np.float32] | None = None) -> None:
        """Repeat a committed change of the store; `vectors` has one row for each added passage."""
        if not (change.removed or change.added):
            return
        self._mark_dirty()
        for start in range(0, len(change.removed), BATCH):
            self._collection.delete(ids=[str(i) for i in change.removed[start : start + BATCH]])
        if vectors is not None:
            self._add(change.added, vectors)

    def rebuild(self, progress: Progress = silent) -> None:
        """Throw the index away and make it from the vectors in the store."""
        self._mark_dirty()
        self._close_client()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._open_client()
        total = self._store.passage_count()
        done = 0
        for ids, vectors in self._store.vectors(BATCH):
            self._add(ids, vectors)
            done += len(ids)
            progress("rebuilding the index", done, total)

    def count(self) -> int:
        """Number of passages in the index."""
        return int(self._collection.count())

    def close(self) -> None:
        """Write everything and put the marker back."""
        revision = self._store.revision()
        self._close_client()
        if not self._clean:
            write_aside(self._marker, json.dumps({"revision": revision}).encode())
            self._clean = True

    def _add(self, ids: Sequence[int], vectors: npt.NDArray[np.float32]) -> None:
        for start in range(0, len(ids), BATCH):
            rows = slice(start, start + BATCH)
            self._collection.add(ids=[str(i) for i in ids[rows]], embeddings=vectors[rows])

    def _open_clean(self) -> bool:
        """Open what a clean close left behind; False when there is no such thing or it does not agree."""
        try:
            revision = json.loads(self._marker.read_bytes())["revision"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        if revision != self._store.revision() or not self._folder.is_dir():
            return False
        try:
            self._open_client()
            agrees: bool = self._collection.count() == self._store.passage_count()
        except (chromadb.errors.ChromaError, ValueError, OSError):
            return False
        self._clean = agrees
        return agrees

    def _open_client(self) -> None:
        # Without _env_file, a stray .env in the working folder would reconfigure Chroma.
        settings = chromadb.config.Settings(_env_file=None, anonymized_telemetry=False)
        self._client = chromadb.PersistentClient(str(self._folder), settings)
        self._collection = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def _close_client(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = self._collection = None

    def _mark_dirty(self) -> None:
        if self._clean or self._marker.exists():
            self._marker.unlink(missing_ok=True)
            sync_folder(self._marker.parent)
        self._clean = False
