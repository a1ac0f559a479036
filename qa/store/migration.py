"""The store's tables, and how those of an older version become them: in one transaction, or not at all."""

import sqlite3
from collections.abc import Iterator

from qa.config import Progress
from qa.store.analysis import edition
from qa.store.errors import DamagedError
from qa.store.hashes import text_hash
from qa.store.rows import as_strings
from qa.store.words import WORDS, add_words

SCHEMA_VERSION = 3

# Texts and vectors have tables of their own, so that listing documents and passages does not read past them.
SCHEMA = f"""
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    digest TEXT NOT NULL,
    failure TEXT,
    kind TEXT NOT NULL,
    characters INTEGER NOT NULL,
    pages TEXT NOT NULL,
    headings TEXT NOT NULL,
    warnings TEXT NOT NULL,
    file TEXT NOT NULL DEFAULT ''
);
CREATE INDEX documents_by_digest ON documents (digest);
CREATE INDEX documents_by_failure ON documents (name, failure);
CREATE TABLE texts (document_id INTEGER PRIMARY KEY REFERENCES documents (id), text TEXT NOT NULL);
CREATE INDEX documents_by_file ON documents (file) WHERE file != '';
CREATE INDEX documents_failed ON documents (name) WHERE failure IS NOT NULL;
CREATE INDEX documents_unfinished ON documents (kind) WHERE modified_ns = -2;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents (id),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    page INTEGER,
    headings TEXT NOT NULL
);
CREATE INDEX passages_by_document ON passages (document_id, start);
CREATE TABLE vectors (
    passage_id INTEGER PRIMARY KEY REFERENCES passages (id),
    text_hash BLOB NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX vectors_by_text ON vectors (text_hash);
CREATE TABLE excluded (
    name TEXT PRIMARY KEY,
    was TEXT NOT NULL DEFAULT '',
    copied INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE excluded_files (
    excluded TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (excluded, name)
);
CREATE INDEX excluded_files_by_content ON excluded_files (substr(digest, 1, 64));
{WORDS.strip()};
"""

_NEW_IN_3 = ("excluded_files", "documents_unfinished")
ANALYSIS = "analysis of words"
# Passages between two reports of progress.
STEP = 1000


def create(connection: sqlite3.Connection) -> None:
    """All tables of this version, empty."""
    for statement in SCHEMA.strip().split(";\n"):
        connection.execute(statement)
    _stamp(connection)


def migrate(connection: sqlite3.Connection, version: int, progress: Progress) -> None:
    """Bring the tables of an older version to this one. Foreign keys must not be checked meanwhile."""
    if version == 1:
        _from_1(connection)
    if version < 3:
        _from_2(connection)
    if not has_own_words(connection):
        rebuild_words(connection, progress)
    _stamp(connection)


def rebuild_words(connection: sqlite3.Connection, progress: Progress) -> None:
    """Make the full-text index anew from the passages."""
    connection.execute("DROP TABLE words")
    connection.execute(WORDS)
    total = connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    for done, (passage_id, text, headings) in enumerate(passage_words(connection)):
        add_words(connection, passage_id, text, headings)
        if done % STEP == 0:
            progress("indexing words", done, total)
    progress("indexing words", total, total)


def passage_words(connection: sqlite3.Connection) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Id, text and headings of every passage. Of a damaged one what can be read: its document will be again."""
    for document_id, stored in connection.execute("SELECT document_id, CAST(text AS BLOB) FROM texts"):
        # Not as text, which SQLite may fail to give.
        text = stored.decode("utf-8", "replace")
        for passage_id, start, end, headings in connection.execute(
            "SELECT id, start, end, CAST(headings AS BLOB) FROM passages WHERE document_id = ?", (document_id,)
        ):
            try:
                path = as_strings(headings, "headings")
            except DamagedError:
                path = ()
            if isinstance(start, int) and isinstance(end, int):
                yield passage_id, text[start:end], path


def has_own_words(connection: sqlite3.Connection) -> bool:
    """Whether the full-text index was made as this program makes it: else words would not be forgotten."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (ANALYSIS,)).fetchone()
    return row is not None and row[0] == edition()


def _stamp(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (ANALYSIS, edition()))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _from_1(connection: sqlite3.Connection) -> None:
    """Version 1 had texts among the documents, vectors among the passages, and plain words."""
    for old in ("documents", "passages"):
        connection.execute(f"ALTER TABLE {old} RENAME TO old_{old}")
    for index in ("documents_by_digest", "passages_by_document"):
        connection.execute(f"DROP INDEX {index}")
    connection.execute("DROP TABLE words")
    for statement in SCHEMA.strip().split(";\n"):
        if not any(f" {kept} " in statement for kept in ("facts", "excluded", *_NEW_IN_3)):
            connection.execute(statement)
    document = "id, name, bytes, modified_ns, digest, failure, kind, characters, pages, headings, warnings"
    passage = "id, document_id, start, end, page, headings"
    for statement in (
        f"INSERT INTO documents ({document}) SELECT {document} FROM old_documents",
        "INSERT INTO texts SELECT id, text FROM old_documents",
        f"INSERT INTO passages ({passage}) SELECT {passage} FROM old_passages",
        "INSERT INTO vectors SELECT id, x'', vector FROM old_passages",
        "DROP TABLE old_passages",
        "DROP TABLE old_documents",
    ):
        connection.execute(statement)
    for passage_id, text, headings in passage_words(connection):
        hashed = text_hash(headings, text)
        connection.execute("UPDATE vectors SET text_hash = ? WHERE passage_id = ?", (hashed, passage_id))


def _from_2(connection: sqlite3.Connection) -> None:
    """Version 2 knew what was removed by its name only, and counted archives that were only begun."""
    connection.execute("ALTER TABLE excluded ADD COLUMN was TEXT NOT NULL DEFAULT ''")
    connection.execute("ALTER TABLE excluded ADD COLUMN copied INTEGER NOT NULL DEFAULT 0")
    for statement in SCHEMA.strip().split(";\n"):
        if any(f" {name} " in statement for name in _NEW_IN_3):
            connection.execute(statement)
