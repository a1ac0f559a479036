"""Chroma itself: one collection in one folder, opened, written, asked and closed."""

import shutil
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

from qa.store import StoreError, disk_is_full, full_disk

COLLECTION = "passages"
BATCH = 2000
# Nodes that a search of the graph keeps in view. Of the true 20 nearest among 8,000, at 100 (Chroma's own) and
# at 200: 0.999 and 1.000 near passages, 0.88 and 0.97 for questions far from all; some ms more. Among 10,024 of
# which 2,006 differ, copies crowd the view: 0.92 at 200, 0.96 at 400, 0.98 at 1000, for the questions of `scale`.
DEPTH = 1000
# What the folder, its files and Chroma raise when they are damaged, or not to be had.
ERRORS = (chromadb.errors.ChromaError, OSError)

Vectors = npt.NDArray[np.float32]


class Collection:
    """The collection in `folder`, closed at first. All methods but `open` and `close` need it open.

    They raise what is in `ERRORS`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._client: Any = None
        self.collection: Any = None

    def open(self) -> None:
        """Open it; an empty one is made where there is none."""
        # Without _env_file, a stray .env in the working folder would reconfigure Chroma.
        settings = chromadb.config.Settings(_env_file=None, anonymized_telemetry=False)
        try:
            self._client = chromadb.PersistentClient(str(self.folder), settings)
        except BaseException as error:
            # Else the half-started system would be handed out again for the same folder.
            SharedSystemClient.clear_system_cache()
            if isinstance(error, ValueError | AttributeError):  # what its own clearing up runs into
                raise chromadb.errors.InternalError(str(error)) from error
            raise
        # The depth is kept in the files, and what is asked for at their opening is ignored.
        self.collection = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": DEPTH}}
        )

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = self.collection = None

    def delete_folder(self) -> None:
        """Delete its folder, or whatever lies in its place."""
        if self.folder.is_dir() and not self.folder.is_symlink():
            shutil.rmtree(self.folder)
        else:
            self.folder.unlink(missing_ok=True)

    def count(self) -> int:
        return int(self.collection.count())

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add passages, a row of `vectors` each."""
        for start in range(0, len(ids), BATCH):
            rows = slice(start, start + BATCH)
            self.collection.add(ids=[str(i) for i in ids[rows]], embeddings=vectors[rows])

    def delete(self, ids: Sequence[int]) -> None:
        for start in range(0, len(ids), BATCH):
            self.collection.delete(ids=[str(i) for i in ids[start : start + BATCH]])

    def nearest(self, vector: Vectors, limit: int) -> list[int]:
        """Ids of the `limit` nearest, nearest first; fewer when there are fewer."""
        # Not more than there are is found; asking first how many would take three times as long as the search.
        found = self.collection.query(query_embeddings=vector.reshape(1, -1), n_results=limit, include=[])
        return [int(passage_id) for passage_id in found["ids"][0]]

    def distances(self, vectors: Vectors) -> list[float | None]:
        """To what is nearest to each of `vectors`; None where nothing is found."""
        found = self.collection.query(query_embeddings=vectors, n_results=1, include=["distances"])
        return [near[0] if near else None for near in found["distances"]]

    def vectors(self, ids: Sequence[int]) -> dict[int, Vectors]:
        """The vectors of those of the passages that it holds."""
        held = self.collection.get(ids=[str(i) for i in ids], include=["embeddings"])
        return {
            int(passage_id): np.asarray(vector, dtype=np.float32)
            for passage_id, vector in zip(held["ids"], held["embeddings"], strict=True)
        }

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Errors of Chroma and of the disk become StoreError, in words for the user."""
        try:
            yield
        except ERRORS as error:
            folder = self.folder.parent
            if disk_is_full(folder):
                raise full_disk(folder) from error
            raise StoreError(
                f"The index in {self.folder} cannot be used ({error}). Run the same command again: it is made "
                "anew from what was read before. If that fails too, check the disk."
            ) from error
