"""The store itself: documents and all that belongs to them, written one document a transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from qa.config import Progress, silent
from qa.readers import Document, Page
from qa.splitting import Passage
from qa.store import checking, files
from qa.store.database import Database
from qa.store.lexical import among, lexical
from qa.store.listing import catalogue
from qa.store.migration import rebuild_words
from qa.store.records import CatalogueEntry, Change, FileState, Scope, StoredPassage
from qa.store.scope import scope_documents
from qa.store.texts import Texts
from qa.store.vectors import Vectors, document_passages, known_vectors, vectors, vectors_of
from qa.store.words import merge_words
from qa.store.writing import (
    FORGOTTEN,
    counted,
    delete_document,
    delete_orphans,
    forget_all,
    insert_document,
    insert_passages,
)

# Words are wiped in passing when one passage in so many was removed.
WORTH = 50


class Store:
    """The SQLite file at `path`, made when absent. Safe to use from several threads of one process.

    With `read_only` nothing is written, so it needs no lock; a library that is not there yet reads as empty.
    """

    def __init__(self, path: Path, read_only: bool = False, progress: Progress = silent) -> None:
        self._database = Database(path, read_only, progress)
        self._read_only = read_only
        self._texts = Texts(self._database)
        self._counts = lru_cache(maxsize=1)(self._read_counts)
        self._scope = lru_cache(maxsize=8)(self._read_scope)

    def close(self) -> None:
        """Wipe what was forgotten, and close."""
        try:
            if not self._read_only:
                self.tidy()
        finally:
            self._database.close()

    # Facts: which embedder filled the store, and how often its passages changed.
    def fact(self, name: str) -> str | None:
        rows = self._database.rows("SELECT value FROM facts WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def set_fact(self, name: str, value: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    # Writing.

    def replace(
        self, file: FileState, document: Document, passages: Sequence[Passage], vectors: Vectors
    ) -> Change:
        """Commit a document with its passages, in place of any of that name. `vectors`: one row a passage."""
        with self._database.transaction() as connection:
            removed = delete_document(connection, file.name)
            document_id = insert_document(connection, file, document)
            added = insert_passages(connection, document_id, document, passages, vectors)
            return counted(connection, removed, added)

    def fail(self, file: FileState, reason: str) -> Change:
        """List a file that could not be read; what was known of it before is removed."""
        with self._database.transaction() as connection:
            removed = delete_document(connection, file.name)
            insert_document(connection, file, Document("", (), (), "", ()), reason)
            return counted(connection, removed, [])

    def remove(self, name: str) -> Change:
        """Remove a document with all that was derived from it; no change when there is none of that name."""
        with self._database.transaction() as connection:
            removed = delete_document(connection, name)
            return counted(connection, removed, [])

    def tidy(self, now: bool = True) -> None:
        """Wipe from the file the words of the passages removed since the last time.

        It takes 0.6 s at 100,000 passages, so unless `now` it waits until enough was removed to be worth it, or
        until the store is closed. What a backup still reads stays till the next time.
        """
        forgotten = int(self.fact(FORGOTTEN) or 0)
        if forgotten and (now or forgotten * WORTH >= self.passage_count()):
            with self._database.transaction() as connection:
                merge_words(connection)
            self._empty_log(forgotten)

    def _empty_log(self, forgotten: int) -> None:
        """Note that so many forgotten words are wiped: unless a reader is in the way, or more were forgotten."""
        if self._database.empty_log():
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM facts WHERE name = ? AND value = ?", (FORGOTTEN, str(forgotten)))

    def rebuild_words(self, progress: Progress = silent) -> None:
        """Make the full-text index anew from the passages."""
        forgotten = int(self.fact(FORGOTTEN) or 0)
        with self._database.transaction() as connection:
            rebuild_words(connection, progress)
        self._empty_log(forgotten)

    def delete_orphans(self) -> None:
        """Delete what belongs to no document, and make the indexes of the tables anew."""
        with self._database.transaction() as connection:
            delete_orphans(connection)

    def exclude(self, name: str) -> None:
        """Keep a file out of the library until it is included again or leaves the folder."""
        with self._database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO excluded VALUES (?)", (name,))

    def include(self, name: str) -> bool:
        """Undo `exclude`; False when the name was not excluded."""
        with self._database.transaction() as connection:
            return connection.execute("DELETE FROM excluded WHERE name = ?", (name,)).rowcount > 0

    def move(self, moves: Mapping[str, FileState]) -> Change:
        """Give documents new names or times of modification, by old name, all in one transaction.

        They may change places. What has one of the new names and does not move itself is removed.
        """
        with self._database.transaction() as connection:
            removed = files.move_documents(connection, moves)
            return counted(connection, removed, [])

    def begin_archive(self, file: FileState) -> Change:
        """List an archive whose members follow; it counts as not read until `finish_archive`."""
        with self._database.transaction() as connection:
            removed = files.begin_archive(connection, file)
            return counted(connection, removed, [])

    def finish_archive(self, file: FileState, members: Collection[str], warnings: tuple[str, ...] = ()) -> Change:
        """Note that an archive was read whole, `members` by name; what else it held before is removed."""
        with self._database.transaction() as connection:
            removed = files.finish_archive(connection, file, members, warnings)
            return counted(connection, removed, [])

    def read_again(self, name: str) -> None:
        """Let the file of a document count as not read."""
        with self._database.transaction() as connection:
            files.read_again(connection, name)

    # Reading.

    def excluded(self) -> set[str]:
        """Names kept out of the library by `exclude`."""
        return {row[0] for row in self._database.rows("SELECT name FROM excluded")}

    def revision(self) -> int:
        """How often the set of passages has changed; equal revisions hold equal passages."""
        return int(self.fact("revision") or 0)

    def passage_count(self, allowed: frozenset[int] | None = None) -> int:
        """Number of passages, of these documents only where given."""
        if allowed is None:
            return int(self._database.rows("SELECT count(*) FROM passages")[0][0])
        counts = self._passages_by_document()
        return sum(counts.get(document_id, 0) for document_id in allowed)

    def _passages_by_document(self) -> dict[int, int]:
        with self._database.snapshot() as moment:
            return self._counts(moment)

    def _read_counts(self, moment: int) -> dict[int, int]:
        return dict(self._database.rows("SELECT document_id, count(*) FROM passages GROUP BY document_id"))

    def scope_documents(self, scope: Scope) -> frozenset[int] | None:
        """Ids of the documents of `scope`; None for all. Raises ScopeError for a name that is not there."""
        with self._database.snapshot() as moment:
            return self._scope(scope, moment)

    def _read_scope(self, scope: Scope, moment: int) -> frozenset[int] | None:
        return scope_documents(self._database, scope)

    def among(self, ids: Sequence[int], allowed: frozenset[int]) -> list[int]:
        """Those of the passages `ids` that belong to the documents `allowed`, in their order."""
        return among(self._database, ids, allowed)

    def files(self) -> dict[str, FileState]:
        """Every known file of the folder by name, the failed ones included, the members of archives not."""
        return files.files(self._database)

    def file(self, name: str) -> FileState | None:
        """The file that a document was read from, or the archive that holds it; None when there is none."""
        return files.file_of(self._database, name)

    def failed(self) -> set[str]:
        """Names of the files that could not be read, or of which a member could not."""
        return files.failed(self._database)

    def below(self, name: str) -> list[str]:
        """Names of the document of that name and of all in the folder or archive of that name."""
        return files.below(self._database, name)

    def ready_count(self) -> int:
        """How many documents were read, members of archives among them."""
        return files.ready_count(self._database)

    def known_vectors(self, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Vectors of passages with these hashes of their text (`text_hash`), as far as there are such."""
        return known_vectors(self._database, hashes)

    def catalogue(self) -> list[CatalogueEntry]:
        """Every known file, by name; `path` is the name here, since the store does not know the folder."""
        return catalogue(self._database)

    def document_id(self, name: str) -> int | None:
        """The id of a document that was read, by its name; None when there is none."""
        rows = self._database.rows("SELECT id FROM documents WHERE name = ? AND failure IS NULL", (name,))
        return rows[0][0] if rows else None

    def document_of(self, digest: str) -> int | None:
        """The id of a document that was read from content of this digest; None when there is none."""
        rows = self._database.rows(
            "SELECT id FROM documents WHERE digest = ? AND failure IS NULL AND kind != ?", (digest, files.ARCHIVE)
        )
        return rows[0][0] if rows else None

    def clear(self) -> None:
        """Forget every document, so that the next sync reads and embeds all of them."""
        with self._database.transaction() as connection:
            forget_all(connection)
        self.tidy()

    def document(self, document_id: int) -> Document:
        """The document as it was read. KeyError when it is gone."""
        return self._texts.document(document_id)

    def pages(self, document_id: int) -> tuple[Page, ...]:
        """The pages of a document, in order. KeyError when it is gone."""
        return self._texts.pages(document_id)

    def kind(self, document_id: int) -> str:
        """The format that a document was read as. KeyError when it is gone."""
        return self._texts.kind(document_id)

    def text(self, document_id: int) -> str:
        """A document's canonical text. KeyError when it is gone."""
        return self._texts.text(document_id)

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """The passages of these ids that exist, in the order of `ids`."""
        return self._texts.passages(ids)

    def some_passages(self, count: int) -> list[StoredPassage]:
        """About `count` passages, spread evenly over the library; all of a smaller one."""
        return self._texts.some_passages(count, self.passage_count())

    def vectors(self, batch: int = 1000) -> Iterator[tuple[list[int], Vectors]]:
        """All vectors in batches: ids and an array of shape (n, dimensions), by ascending id."""
        return vectors(self._database, batch)

    def vectors_of(self, allowed: frozenset[int], batch: int = 1000) -> Iterator[tuple[list[int], Vectors]]:
        """The vectors of these documents in batches: ids and an array of shape (n, dimensions)."""
        return vectors_of(self._database, allowed, batch)

    def document_passages(self, document_id: int) -> tuple[list[Passage], Vectors]:
        """One document's passages in the order of the text, and their vectors of shape (n, dimensions)."""
        return document_passages(self._database, document_id)

    def lexical(self, question: str, limit: int, allowed: frozenset[int] | None = None) -> list[int]:
        """Ids of the passages that share words with the question, best BM25 first; of the documents `allowed`."""
        if allowed is None:
            return lexical(self._database, question, limit)
        share = self.passage_count(allowed) / max(1, sum(self._passages_by_document().values()))
        return lexical(self._database, question, limit, allowed, share)

    # Upkeep.

    def damage(self) -> list[str]:
        """What SQLite itself finds wrong with its file; empty when all is well."""
        return checking.damage(self._database)

    def orphans(self) -> dict[str, int]:
        """By table, how many rows belong to nothing."""
        return checking.orphans(self._database)

    def broken_documents(self, progress: Progress = silent) -> Iterator[tuple[str, str]]:
        """Names of documents that are not whole, and what is wrong with each."""
        return checking.broken_documents(self._database, progress)

    def words_problem(self, progress: Progress = silent) -> str | None:
        """What is wrong with the full-text index; None when it is what the passages would give anew."""
        return checking.words_problem(self._database, progress)

    def copy_to(self, path: Path, progress: Progress = silent) -> None:
        """Write all that is committed at this moment to a new file. Raises StoreError."""
        self._database.copy_to(path, progress)
