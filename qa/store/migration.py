"""The store's tables, and how those of an older version become them: in one transaction, or not at all."""

import json
import sqlite3
from collections.abc import Callable

from qa.config import Progress
from qa.store.analysis import edition
from qa.store.words import WORDS, add_words

SCHEMA_VERSION = 2

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
    text TEXT NOT NULL,
    characters INTEGER NOT NULL,
    pages TEXT NOT NULL,
    headings TEXT NOT NULL,
    warnings TEXT NOT NULL
);
CREATE INDEX documents_by_digest ON documents (digest);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents (id),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    page INTEGER,
    headings TEXT NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX passages_by_document ON passages (document_id, start);
CREATE TABLE excluded (name TEXT PRIMARY KEY);
{WORDS.strip()};
"""

ANALYSIS = "analysis of words"


def create(connection: sqlite3.Connection) -> None:
    """All tables of this version, empty."""
    for statement in SCHEMA.strip().split(";\n"):
        connection.execute(statement)
    _stamp(connection)


def migrate(connection: sqlite3.Connection, version: int, progress: Progress) -> None:
    """Bring tables of an older version to this one."""
    for step in range(version, SCHEMA_VERSION):
        STEPS[step](connection)
    rebuild_words(connection, progress)
    _stamp(connection)


def rebuild_words(connection: sqlite3.Connection, progress: Progress) -> None:
    """Make the full-text index anew from the passages."""
    connection.execute("DROP TABLE words")
    connection.execute(WORDS)
    total = connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    done = 0
    for document_id, text in connection.execute("SELECT id, text FROM documents WHERE failure IS NULL"):
        passages = connection.execute(
            "SELECT id, start, end, headings FROM passages WHERE document_id = ?", (document_id,)
        ).fetchall()
        for passage_id, start, end, headings in passages:
            add_words(connection, passage_id, text[start:end], json.loads(headings))
        done += len(passages)
        progress("indexing words", done, total)
    connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (ANALYSIS, edition()))


def has_own_words(connection: sqlite3.Connection) -> bool:
    """Whether the full-text index was made as this program makes it: else words would not be forgotten."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (ANALYSIS,)).fetchone()
    return row is not None and row[0] == edition()


def _stamp(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (ANALYSIS, edition()))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _from_1(connection: sqlite3.Connection) -> None:
    """Version 1 differs only in its words, which are made anew in any case."""


STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _from_1}
"""What each version needs to become the next."""
