"""The store itself: what is read of it, and documents written with all that belongs to them, one a transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from qa.config import Progress, silent
from qa.readers import Document
from qa.splitting import Passage
from qa.store import checking, exclusions, files
from qa.store.database import Database
from qa.store.migration import rebuild_words
from qa.store.reading import Reading
from qa.store.records import Change, Exclusion, FileState
from qa.store.rows import Vectors, as_count
from qa.store.scope import places
from qa.store.words import merge_words
from qa.store.writing import (
    FORGOTTEN,
    counted,
    delete_document,
    delete_orphans,
    forget_all,
    insert_document,
    insert_passages,
    take_out,
)

# Words are wiped in passing when one passage in so many was removed.
WORTH = 50


class Store(Reading):
    """The SQLite file at `path`, made when absent. Safe to use from several threads of one process.

    With `read_only` nothing is written, so it needs no lock; a library that is not there yet reads as empty.
    """

    def __init__(self, path: Path, read_only: bool = False, progress: Progress = silent) -> None:
        super().__init__(Database(path, read_only, progress))
        self._read_only = read_only

    def close(self) -> None:
        """Wipe what was forgotten, and close."""
        try:
            if not self._read_only:
                self.tidy()
        finally:
            self._database.close()

    def set_fact(self, name: str, value: str) -> None:
        """Note a fact in place of any of that name."""
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

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
        forgotten = as_count(self.fact(FORGOTTEN))
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
        forgotten = as_count(self.fact(FORGOTTEN))
        with self._database.transaction() as connection:
            rebuild_words(connection, progress)
        self._empty_log(forgotten)

    def delete_orphans(self) -> None:
        """Delete what belongs to no document, and make the indexes of the tables anew."""
        with self._database.transaction() as connection:
            delete_orphans(connection)

    def take_out(self, numbers: Sequence[int], progress: Progress = silent) -> Change:
        """Remove damaged documents by their ids, for the next sync to read again, and index all words anew."""
        with self._database.transaction() as connection:
            change = counted(connection, take_out(connection, numbers), [])
            rebuild_words(connection, progress)
        self._empty_log(as_count(self.fact(FORGOTTEN)))
        return change

    def exclude(self, *found: Exclusion, forget: Collection[str] = ()) -> None:
        """Keep names out of the library, and forget that others were."""
        with self._database.transaction() as connection:
            for name in forget:
                exclusions.include(connection, name)
            for one in found:
                exclusions.exclude(connection, one)

    def restore(self, names: Collection[str]) -> None:
        """Undo `exclude`, also of what was known by the same content, and let the files count as not read."""
        with self._database.transaction() as connection:
            for name in names:
                exclusions.allow_content(connection, name)
                exclusions.include(connection, name)
            # A member comes back when its archive is read again.
            for place in {place for name in names for place in places(name)}:
                files.read_again(connection, place)

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

    def clear(self) -> None:
        """Forget every document, so that the next sync reads and embeds all of them."""
        with self._database.transaction() as connection:
            forget_all(connection)
        self.tidy()

    # Upkeep.

    def damage(self) -> list[str]:
        """What SQLite itself finds wrong with its file; empty when all is well."""
        return checking.damage(self._database)

    def orphans(self) -> dict[str, int]:
        """By table, how many rows belong to nothing."""
        return checking.orphans(self._database)

    def broken_documents(self, progress: Progress = silent) -> Iterator[checking.Broken]:
        """Documents that are not whole."""
        return checking.broken_documents(self._database, progress)

    def words_problem(self, progress: Progress = silent) -> str | None:
        """What is wrong with the full-text index; None when it is what the passages would give anew."""
        return checking.words_problem(self._database, progress)

    def copy_to(self, path: Path, progress: Progress = silent) -> None:
        """Write all that is committed at this moment to a new file. Raises StoreError."""
        self._database.copy_to(path, progress)
