"""The vectors of the passages, out of the store."""

import json
from collections.abc import Iterator, Sequence

import numpy as np

from qa.splitting import Passage
from qa.store.database import Database
from qa.store.rows import Vectors, as_strings, as_vectors

# Values in one query.
QUERIED = 500


def vectors(database: Database, batch: int) -> Iterator[tuple[list[int], Vectors]]:
    """All vectors in batches: ids and an array of shape (n, dimensions), by ascending id."""
    last = size = 0
    while True:
        rows = database.rows(
            "SELECT passage_id, vector FROM vectors WHERE passage_id > ? ORDER BY passage_id LIMIT ?",
            (last, batch),
        )
        if not rows:
            return
        ids, found = _stacked(rows, size)
        size = found.itemsize * found.shape[1]
        yield ids, found
        last = ids[-1]


def vectors_of(
    database: Database, allowed: frozenset[int], batch: int, size: int
) -> Iterator[tuple[list[int], Vectors]]:
    """The vectors of these documents, of `size` bytes each, in batches: ids and an array (n, dimensions)."""
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
            yield _stacked(rows, size)


def known_vectors(database: Database, hashes: Sequence[bytes], size: int) -> dict[bytes, Vectors]:
    """Vectors, of `size` bytes, of passages with these hashes of their text, as far as there are such."""
    found: dict[bytes, Vectors] = {}
    for start in range(0, len(hashes), QUERIED):
        part = hashes[start : start + QUERIED]
        marks = ",".join("?" * len(part))
        rows = database.rows(
            f"SELECT text_hash, vector FROM vectors WHERE text_hash IN ({marks}) GROUP BY text_hash", part
        )
        if rows:
            found |= zip((row[0] for row in rows), as_vectors([row[1] for row in rows], size), strict=True)
    return found


def document_passages(database: Database, document_id: int, size: int) -> tuple[list[Passage], Vectors]:
    """One document's passages in the order of the text, and their vectors, of `size` bytes, (n, dimensions)."""
    rows = database.rows(
        "SELECT start, end, page, headings, vector FROM passages JOIN vectors ON passage_id = id "
        "WHERE document_id = ? ORDER BY start",
        (document_id,),
    )
    passages = [
        Passage(start, end, page, as_strings(path, "the headings of a passage"))
        for start, end, page, path, _ in rows
    ]
    vectors = as_vectors([row[4] for row in rows], size) if rows else np.empty(0, dtype=np.float32)
    return passages, vectors


def usual_size(database: Database) -> int:
    """Bytes of most vectors; 0 where there is none."""
    rows = database.rows("SELECT length(vector) FROM vectors GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    return int(rows[0][0]) if rows else 0


def _stacked(rows: Sequence[tuple[int, bytes]], size: int) -> tuple[list[int], Vectors]:
    return [row[0] for row in rows], as_vectors([row[1] for row in rows], size)
