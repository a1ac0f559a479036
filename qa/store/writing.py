"""One document into the tables and out of them, within a transaction of the caller."""

import json
import sqlite3
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa.readers import Document
from qa.splitting import Passage
from qa.store.exclusions import allow_known_content
from qa.store.hashes import text_hash
from qa.store.records import Change, FileState
from qa.store.rows import as_count, as_strings, as_text, decoding
from qa.store.words import add_words, forget_words

# In place of the modification time of a file that is to be read again, or is not read whole: it never agrees.
UNFINISHED = -2
# How many passages were removed whose words may still be in the file.
FORGOTTEN = "forgotten words"


def insert_document(
    connection: sqlite3.Connection, file: FileState, document: Document, failure: str | None = None
) -> int:
    """Add a document without its passages; returns its id."""
    pages = json.dumps([(p.number, p.start, p.end, p.label) for p in document.pages], ensure_ascii=False)
    headings = json.dumps([(h.level, h.title, h.start, h.end) for h in document.headings], ensure_ascii=False)
    warnings = json.dumps(document.warnings, ensure_ascii=False)
    cursor = connection.execute(
        "INSERT INTO documents (name, bytes, modified_ns, digest, failure, kind, characters, pages, headings, "
        "warnings, file) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(file.name, file.bytes, file.modified_ns, file.digest, failure, document.kind),
            *(len(document.text), pages, headings, warnings, file.file),
        ),
    )
    document_id = int(cursor.lastrowid or 0)
    connection.execute("INSERT INTO texts VALUES (?, ?)", (document_id, document.text))
    return document_id


def insert_passages(
    connection: sqlite3.Connection,
    document_id: int,
    document: Document,
    passages: Sequence[Passage],
    vectors: npt.NDArray[np.float32],
) -> list[int]:
    """Add a document's passages, vectors and words; returns their ids, in order."""
    ids = []
    for passage, vector in zip(passages, vectors, strict=True):
        headings = json.dumps(passage.headings, ensure_ascii=False)
        text = document.text[passage.start : passage.end]
        cursor = connection.execute(
            "INSERT INTO passages (document_id, start, end, page, headings) VALUES (?, ?, ?, ?, ?)",
            (document_id, passage.start, passage.end, passage.page, headings),
        )
        ids.append(int(cursor.lastrowid or 0))
        hashed = text_hash(passage.headings, text)
        connection.execute("INSERT INTO vectors VALUES (?, ?, ?)", (ids[-1], hashed, vector.tobytes()))
        add_words(connection, ids[-1], text, passage.headings)
    return ids


def delete_document(connection: sqlite3.Connection, name: str) -> list[int]:
    """Delete a document with its passages, an archive with its members; returns the passages' ids."""
    return [
        passage_id
        for number in _with_members(connection, "SELECT id FROM documents WHERE name = ?", name)
        for passage_id in _delete_one(connection, number)
    ]


def take_out(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[int]:
    """Delete damaged documents by their ids, members with them, so that their files are read again.

    Their words are not forgotten, as nobody knows any more what they were: the index of words must be made anew.
    """
    removed = []
    for number in numbers:
        connection.execute(
            "UPDATE documents SET modified_ns = ?, digest = '' WHERE file = '' AND name = "
            "(SELECT file FROM documents WHERE id = ?)",
            (UNFINISHED, number),
        )
        for one in _with_members(connection, "SELECT ?", number):
            removed += _delete_rows(connection, one)
    return removed


def _with_members(connection: sqlite3.Connection, which: str, value: object) -> list[int]:
    """The ids that a query gives, and those of the members of these archives."""
    rows = connection.execute(
        f"WITH found (id) AS ({which}) SELECT id FROM found UNION SELECT id FROM documents WHERE file != '' "
        "AND file IN (SELECT name FROM documents WHERE id IN (SELECT id FROM found))",
        (value,),
    )
    return [row[0] for row in rows.fetchall()]


def _delete_one(connection: sqlite3.Connection, document_id: int) -> list[int]:
    row = connection.execute("SELECT text FROM texts WHERE document_id = ?", (document_id,)).fetchone()
    text = as_text(row[0]) if row else ""
    for passage_id, start, end, headings in connection.execute(
        "SELECT id, start, end, headings FROM passages WHERE document_id = ?", (document_id,)
    ).fetchall():
        path = as_strings(headings, "the headings of a passage")
        with decoding("passages"):
            forget_words(connection, passage_id, text[start:end], path)
    return _delete_rows(connection, document_id)


def _delete_rows(connection: sqlite3.Connection, document_id: int) -> list[int]:
    passages = connection.execute("SELECT id FROM passages WHERE document_id = ?", (document_id,)).fetchall()
    if passages:
        connection.execute(
            "INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
            (FORGOTTEN, str(len(passages))),
        )
    connection.executemany("DELETE FROM vectors WHERE passage_id = ?", passages)
    connection.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
    connection.execute("DELETE FROM texts WHERE document_id = ?", (document_id,))
    connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    return [passage[0] for passage in passages]


def forget_all(connection: sqlite3.Connection) -> None:
    """Delete every document, and what embedded them."""
    removed = [row[0] for row in connection.execute("SELECT id FROM passages")]
    allow_known_content(connection)
    for table in ("vectors", "passages", "texts", "documents"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    connection.execute("DELETE FROM facts WHERE name = 'embedding'")
    if removed:
        connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (FORGOTTEN, str(len(removed))))
    counted(connection, removed, [])


def delete_orphans(connection: sqlite3.Connection) -> None:
    """Delete rows that belong to nothing, and make the indexes of the tables anew."""
    # The vectors first: they refer to the passages.
    kept = "SELECT id FROM passages WHERE document_id IN (SELECT id FROM documents)"
    connection.execute(f"DELETE FROM vectors WHERE passage_id NOT IN ({kept})")
    connection.execute("DELETE FROM passages WHERE document_id NOT IN (SELECT id FROM documents)")
    connection.execute("DELETE FROM texts WHERE document_id NOT IN (SELECT id FROM documents)")
    connection.execute("REINDEX")


def counted(connection: sqlite3.Connection, removed: list[int], added: list[int]) -> Change:
    """The change, which raises the store's revision by one when it removed or added passages."""
    row = connection.execute("SELECT value FROM facts WHERE name = 'revision'").fetchone()
    since = as_count(row[0]) if row else 0
    revision = since + 1 if removed or added else since
    connection.execute("INSERT OR REPLACE INTO facts VALUES ('revision', ?)", (str(revision),))
    return Change(removed, added, since, revision)
