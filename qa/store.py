"""Documents, passages, vectors, full-text index and catalogue in one SQLite file: the truth.

What is committed here is what exists; everything else in the state folder can be made again from it. A document
is written in one transaction. A passage's text is never kept beside its document's: it is an interval of it.
"""

import json
import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa.config import FootnoteError
from qa.readers import Document, Heading, Page
from qa.splitting import Passage

SCHEMA_VERSION = 1

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
"""

# Words that are in every passage rank nothing and cost a scan of the whole index each.
STOP_WORDS = frozenset(
    """
    a an and are as at be by can did do does for from had has have how i if in is it its of on or that the their
    there they this to was were what when where which who whom why will with would you your
    """.split()
)
QUERY_WORDS = 64


class StoreError(FootnoteError):
    """The state folder cannot be used: of another version, not writable, full or damaged."""


@dataclass(frozen=True)
class FileState:
    """What one stat and one hash said of a file when it was read."""

    name: str
    bytes: int
    modified_ns: int
    digest: str


@dataclass(frozen=True)
class CatalogueEntry:
    """One file of the library; `pages` is 0 for formats without pages; sizes in bytes and characters."""

    document: str
    path: str
    status: str
    reason: str | None
    bytes: int
    pages: int
    passages: int
    characters: int


@dataclass(frozen=True)
class StoredPassage:
    """A passage as committed: `text == document.text[start:end]`."""

    id: int
    document_id: int
    document: str
    start: int
    end: int
    page: int | None
    headings: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Change:
    """Ids of the passages that a transaction removed and added: what the index has to follow."""

    removed: list[int]
    added: list[int]


class Store:
    """The SQLite file at `path`, made when absent. Safe to use from several threads of one process.

    With `read_only` nothing is written, so it needs no lock; a library that is not there yet reads as empty.
    """

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self.path = path
        self._lock = threading.RLock()
        try:
            self._connection = _connect(path, read_only)
            self._prepare()
        except sqlite3.Error as error:
            raise _explained(error, path) from error
        self._text = lru_cache(maxsize=8)(self._read_text)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _prepare(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            with self._transaction() as connection:
                for statement in SCHEMA.strip().split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif version != SCHEMA_VERSION:
            raise StoreError(
                f"The state folder {self.path.parent} was written by another version of Footnote (format "
                f"{version}, this one reads {SCHEMA_VERSION}). Nothing was changed. Use that version, or choose a new folder "
                "with --state DIR (QA_STATE); your documents are not touched."
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, also when interrupted; errors of the disk become StoreError."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise _explained(error, self.path) from error

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple]:  # type: ignore[type-arg]
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise _explained(error, self.path) from error

    # Facts: which embedder filled the store, and how often its passages changed.

    def fact(self, name: str) -> str | None:
        rows = self._rows("SELECT value FROM facts WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def set_fact(self, name: str, value: str) -> None:
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    # Writing.

    def replace(
        self,
        file: FileState,
        document: Document,
        passages: Sequence[Passage],
        vectors: npt.NDArray[np.float32],
    ) -> Change:
        """Commit a document with its passages, in place of any of that name. `vectors`: one row a passage."""
        with self._transaction() as connection:
            removed = self._delete(connection, file.name)
            document_id = self._insert_document(connection, file, document)
            ids = []
            for passage, vector in zip(passages, vectors, strict=True):
                headings = json.dumps(passage.headings, ensure_ascii=False)
                cursor = connection.execute(
                    "INSERT INTO passages (document_id, start, end, page, headings, vector) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (document_id, passage.start, passage.end, passage.page, headings, vector.tobytes()),
                )
                ids.append(int(cursor.lastrowid or 0))
                connection.execute(
                    "INSERT INTO words (rowid, text, headings) VALUES (?, ?, ?)",
                    (ids[-1], document.text[passage.start : passage.end], " ".join(passage.headings)),
                )
            _count_change(connection)
        return Change(removed, ids)

    def fail(self, file: FileState, reason: str) -> Change:
        """List a file that could not be read; what was known of it before is removed."""
        with self._transaction() as connection:
            removed = self._delete(connection, file.name)
            self._insert_document(connection, file, Document("", (), (), "", ()), reason)
            _count_change(connection)
        return Change(removed, [])

    def remove(self, name: str) -> Change:
        """Remove a document with all that was derived from it; no change when there is none of that name."""
        with self._transaction() as connection:
            removed = self._delete(connection, name)
            _count_change(connection)
        return Change(removed, [])

    def exclude(self, name: str) -> None:
        """Keep a file out of the library until it is included again or leaves the folder."""
        with self._transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO excluded VALUES (?)", (name,))

    def include(self, name: str) -> bool:
        """Undo `exclude`; False when the name was not excluded."""
        with self._transaction() as connection:
            return connection.execute("DELETE FROM excluded WHERE name = ?", (name,)).rowcount > 0

    def touch(self, old_name: str, file: FileState) -> None:
        """Note a new name or modification time of a document whose content is unchanged."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE documents SET name = ?, bytes = ?, modified_ns = ? WHERE name = ?",
                (file.name, file.bytes, file.modified_ns, old_name),
            )

    def _insert_document(
        self, connection: sqlite3.Connection, file: FileState, document: Document, failure: str | None = None
    ) -> int:
        pages = json.dumps([(page.number, page.start, page.end) for page in document.pages])
        headings = json.dumps([(h.level, h.title, h.start, h.end) for h in document.headings], ensure_ascii=False)
        warnings = json.dumps(document.warnings, ensure_ascii=False)
        cursor = connection.execute(
            "INSERT INTO documents (name, bytes, modified_ns, digest, failure, kind, text, characters, pages, "
            "headings, warnings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(file.name, file.bytes, file.modified_ns, file.digest, failure, document.kind),
                *(document.text, len(document.text), pages, headings, warnings),
            ),
        )
        return int(cursor.lastrowid or 0)

    def _delete(self, connection: sqlite3.Connection, name: str) -> list[int]:
        row = connection.execute("SELECT id, text FROM documents WHERE name = ?", (name,)).fetchone()
        if row is None:
            return []
        document_id, text = row
        passages = connection.execute(
            "SELECT id, start, end, headings FROM passages WHERE document_id = ?", (document_id,)
        ).fetchall()
        for passage_id, start, end, headings in passages:
            # A table without content must be told the words that it is to forget.
            connection.execute(
                "INSERT INTO words (words, rowid, text, headings) VALUES ('delete', ?, ?, ?)",
                (passage_id, text[start:end], " ".join(json.loads(headings))),
            )
        connection.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
        connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        return [passage[0] for passage in passages]

    # Reading.

    def excluded(self) -> set[str]:
        """Names kept out of the library by `exclude`."""
        return {row[0] for row in self._rows("SELECT name FROM excluded")}

    def revision(self) -> int:
        """How often the set of passages has changed; equal revisions hold equal passages."""
        return int(self.fact("revision") or 0)

    def passage_count(self) -> int:
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    def files(self) -> dict[str, FileState]:
        """Every known file by name, the failed ones included."""
        rows = self._rows("SELECT name, bytes, modified_ns, digest FROM documents")
        return {row[0]: FileState(*row) for row in rows}

    def catalogue(self) -> list[CatalogueEntry]:
        """Every known file, by name; `path` is the name here, since the store does not know the folder."""
        rows = self._rows(
            "SELECT name, failure, bytes, json_array_length(pages), characters, "
            "(SELECT count(*) FROM passages WHERE document_id = documents.id) FROM documents ORDER BY name"
        )
        return [
            CatalogueEntry(
                name, name, "failed" if failure else "ready", failure, size, pages, passages, characters
            )
            for name, failure, size, pages, characters, passages in rows
        ]

    def document_id(self, name: str) -> int | None:
        """The id of a document that was read, by its name; None when there is none."""
        rows = self._rows("SELECT id FROM documents WHERE name = ? AND failure IS NULL", (name,))
        return rows[0][0] if rows else None

    def document_of(self, digest: str) -> int | None:
        """The id of a document that was read from content of this digest; None when there is none."""
        rows = self._rows("SELECT id FROM documents WHERE digest = ? AND failure IS NULL", (digest,))
        return rows[0][0] if rows else None

    def clear(self) -> None:
        """Forget every document, so that the next sync reads and embeds all of them; the history stays."""
        for name in self.files():
            self.remove(name)
        with self._transaction() as connection:
            connection.execute("DELETE FROM facts WHERE name = 'embedding'")

    def document(self, document_id: int) -> Document:
        """The document as it was read. KeyError when it is gone."""
        rows = self._rows(
            "SELECT text, pages, headings, kind, warnings FROM documents WHERE id = ?", (document_id,)
        )
        if not rows:
            raise KeyError(document_id)
        text, pages, headings, kind, warnings = rows[0]
        return Document(
            text,
            tuple(Page(*page) for page in json.loads(pages)),
            tuple(Heading(*heading) for heading in json.loads(headings)),
            kind,
            tuple(json.loads(warnings)),
        )

    def pages(self, document_id: int) -> tuple[Page, ...]:
        """The pages of a document, in order. KeyError when it is gone."""
        rows = self._rows("SELECT pages FROM documents WHERE id = ?", (document_id,))
        if not rows:
            raise KeyError(document_id)
        return tuple(Page(*page) for page in json.loads(rows[0][0]))

    def text(self, document_id: int) -> str:
        """A document's canonical text. KeyError when it is gone."""
        return self._text(document_id)

    def _read_text(self, document_id: int) -> str:
        rows = self._rows("SELECT text FROM documents WHERE id = ?", (document_id,))
        if not rows:
            raise KeyError(document_id)
        return str(rows[0][0])

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """The passages of these ids that exist, in the order of `ids`."""
        marks = ",".join("?" * len(ids))
        rows = self._rows(
            "SELECT p.id, d.id, d.name, p.start, p.end, p.page, p.headings FROM passages p "
            f"JOIN documents d ON d.id = p.document_id WHERE p.id IN ({marks})",
            ids,
        )
        found = {
            passage_id: StoredPassage(
                passage_id,
                document_id,
                name,
                start,
                end,
                page,
                tuple(json.loads(headings)),
                self.text(document_id)[start:end],
            )
            for passage_id, document_id, name, start, end, page, headings in rows
        }
        return [found[passage_id] for passage_id in ids if passage_id in found]

    def vectors(self, batch: int = 1000) -> Iterator[tuple[list[int], npt.NDArray[np.float32]]]:
        """All vectors in batches: ids and an array of shape (n, dimensions), by ascending id."""
        last = 0
        while True:
            rows = self._rows("SELECT id, vector FROM passages WHERE id > ? ORDER BY id LIMIT ?", (last, batch))
            if not rows:
                return
            ids = [row[0] for row in rows]
            yield ids, np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float32).reshape(len(ids), -1)
            last = ids[-1]

    def document_passages(self, document_id: int) -> tuple[list[Passage], npt.NDArray[np.float32]]:
        """One document's passages in the order of the text, and their vectors of shape (n, dimensions)."""
        rows = self._rows(
            "SELECT start, end, page, headings, vector FROM passages WHERE document_id = ? ORDER BY start",
            (document_id,),
        )
        passages = [Passage(start, end, page, tuple(json.loads(h))) for start, end, page, h, _ in rows]
        vectors = np.frombuffer(b"".join(row[4] for row in rows), dtype=np.float32)
        return passages, vectors.reshape(len(rows), -1) if rows else vectors

    def lexical(self, question: str, limit: int) -> list[int]:
        """Ids of the passages that share words with the question, best BM25 first."""
        query = match_query(question)
        if not query:
            return []
        rows = self._rows(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 1.0, 0.5), rowid LIMIT ?",
            (query, limit),
        )
        return [row[0] for row in rows]


def _connect(path: Path, read_only: bool) -> sqlite3.Connection:
    if read_only and path.is_file():
        # Percent signs and question marks in a path would end the address; as_uri escapes them.
        name = path.resolve().as_uri() + "?mode=ro"
    else:
        name = ":memory:" if read_only else str(path)
    connection = sqlite3.connect(name, uri=name.startswith("file:"), check_same_thread=False, isolation_level=None)
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: a committed document survives a power cut, not only a crash of this process.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # Deleted text is overwritten, not left readable in free pages.
        connection.execute("PRAGMA secure_delete = ON")
    return connection


def match_query(question: str) -> str:
    """An FTS5 query for any word of the question, each quoted so that none is read as an operator."""
    words = list(dict.fromkeys(re.findall(r"\w+", question.lower())))
    telling = [word for word in words if word not in STOP_WORDS] or words
    return " OR ".join(f'"{word}"' for word in telling[:QUERY_WORDS])


def _count_change(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO facts VALUES ('revision', '1') "
        "ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )


def _explained(error: sqlite3.Error, path: Path) -> StoreError:
    message = str(error)
    folder = path.parent
    if "full" in message:
        return StoreError(
            f"The disk of the state folder {folder} is full. Everything read before is kept. "
            "Free some space and run the same command again."
        )
    if "readonly" in message or "unable to open" in message:
        return StoreError(
            f"The state folder {folder} cannot be written to ({message}). "
            "Allow writing there, or choose another folder with --state DIR (QA_STATE)."
        )
    if "not a database" in message or "malformed" in message:
        return StoreError(
            f"{path} is damaged or not Footnote's ({message}). "
            f"Move {folder} away and run `python -m qa sync`: the documents are read again."
        )
    return StoreError(f"The state folder {folder} cannot be used: {message}.")
