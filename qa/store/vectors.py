"""The vectors of the passages, out of the store."""

import json
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from qa.splitting import Passage
from qa.store.database import Database

# Values in one query.
QUERIED = 500

Vectors = npt.NDArray[np.float32]


def vectors(database: Database, batch: int) -> Iterator[tuple[list[int], Vectors]]:
    """All vectors in batches: ids and an array of shape (n, dimensions), by ascending id."""
    last = 0
    while True:
        rows = database.rows(
            "SELECT passage_id, vector FROM vectors WHERE passage_id > ? ORDER BY passage_id LIMIT ?",
            (last, batch),
        )
        if not rows:
            return
        yield _stacked(rows)
        last = rows[-1][0]


def vectors_of(database: Database, allowed: frozenset[int], batch: int) -> Iterator[tuple[list[int], Vectors]]:
    """The vectors of these documents in batches: ids and an array of shape (n, dimensions)."""
    ids = database.rows(
        "SELECT p.id FROM json_each(?) d JOIN passages p ON p.document_id = d.value ORDER BY p.id",
        (json.dumps(sorted(allowed)),),
    )
    for start in range(0, len(ids), batch):
        asked = json.dumps([row[0] for row in ids[start : start + batch]])
        rows = database.rows(
            "SELECT passage_id, vector FROM vectors WHERE passage_id IN (SELECT value FROM json_each(?))", (asked,)
        )
        if rows:
            yield _stacked(rows)


def known_vectors(database: Database, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
    """Vectors of passages with these hashes of their text (`text_hash`), as far as there are such."""
    found: dict[bytes, Vectors] = {}
    for start in range(0, len(hashes), QUERIED):
        part = hashes[start : start + QUERIED]
        marks = ",".join("?" * len(part))
        rows = database.rows(
            f"SELECT text_hash, vector FROM vectors WHERE text_hash IN ({marks}) GROUP BY text_hash", part
        )
        found |= {row[0]: np.frombuffer(row[1], dtype=np.float32) for row in rows}
    return found


def document_passages(database: Database, document_id: int) -> tuple[list[Passage], Vectors]:
    """One document's passages in the order of the text, and their vectors of shape (n, dimensions)."""
    rows = database.rows(
        "SELECT start, end, page, headings, vector FROM passages JOIN vectors ON passage_id = id "
        "WHERE document_id = ? ORDER BY start",
        (document_id,),
    )
    passages = [Passage(start, end, page, tuple(json.loads(path))) for start, end, page, path, _ in rows]
    vectors = np.frombuffer(b"".join(row[4] for row in rows), dtype=np.float32)
    return passages, vectors.reshape(len(rows), -1) if rows else vectors


def _stacked(rows: Sequence[tuple[int, bytes]]) -> tuple[list[int], Vectors]:
    joined = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float32)
    return [row[0] for row in rows], joined.reshape(len(rows), -1)
