"""A store as the first version of Footnote wrote it: its tables, and one made from a store of today."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

SCHEMA = """
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
CREATE VIRTUAL TABLE words USING fts5 (
    text, headings, content='', tokenize="porter unicode61 remove_diacritics 2"
);
PRAGMA user_version = 1;
"""
FACTS = {"embedding": "bge-small-en-v1.5, passages of 500 characters"}


def make_version_1(path: Path) -> None:
    """Put the store at `path` back into the tables of version 1, with the same documents and passages.

    Version 1 read no archives: these and their members are left out.
    """
    old = path.with_name("old")
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.executescript(SCHEMA)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("ATTACH ? AS new", (str(path),))
        revision = connection.execute("SELECT value FROM new.facts WHERE name = 'revision'").fetchone()[0]
        connection.executemany("INSERT INTO facts VALUES (?, ?)", {**FACTS, "revision": revision}.items())
        connection.execute(
            "INSERT INTO documents SELECT id, name, bytes, modified_ns, digest, failure, kind, text, characters, "
            "pages, headings, warnings FROM new.documents JOIN new.texts ON document_id = id "
            "WHERE file = '' AND kind != 'archive'"
        )
        connection.execute(
            "INSERT INTO passages SELECT id, document_id, start, end, page, headings, vector "
            "FROM new.passages JOIN new.vectors ON passage_id = id WHERE document_id IN (SELECT id FROM documents)"
        )
        for passage_id, text, start, end, headings in connection.execute(
            "SELECT p.id, text, start, end, p.headings FROM passages p JOIN documents d ON d.id = document_id"
        ).fetchall():
            words = (passage_id, text[start:end], " ".join(json.loads(headings)))
            connection.execute("INSERT INTO words (rowid, text, headings) VALUES (?, ?, ?)", words)
        connection.execute("DETACH new")
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        name.unlink(missing_ok=True)
    old.replace(path)
