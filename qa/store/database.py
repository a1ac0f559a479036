"""One SQLite file: its tables, its connection, its transactions, and its errors in words for the user."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from qa.config import Progress, silent
from qa.store.errors import StoreError, explained
from qa.store.migration import SCHEMA_VERSION, create, has_own_words, migrate


class Database:
    """The SQLite file at `path`, made when absent. Safe to use from several threads of one process.

    It is read through a connection of its own, so that questions need not wait for what is being written.

    With `read_only` nothing is written, so it needs no lock; a file that is not there yet reads as empty.
    Tables of an older version are brought to this one; read only, they are refused. Raises StoreError.
    """

    def __init__(self, path: Path, read_only: bool = False, progress: Progress = silent) -> None:
        self.path = path
        self._writing = threading.RLock()
        self._reading = threading.RLock()
        self._snapshots = 0
        try:
            self._connection = connect(path, read_only)
            if read_only and self._version() == 0:
                # Its owner is about to make the tables, or was stopped before.
                self._connection.close()
                self._connection = connect(Path(":memory:"), read_only=False)
                read_only = False
            self._prepare(read_only, progress)
            in_file = bool(self._connection.execute("PRAGMA database_list").fetchone()[2])
            self._reader = connect(path, read_only=True) if in_file and not read_only else self._connection
        except sqlite3.Error as error:
            raise explained(error, path) from error

    def close(self) -> None:
        with self._writing, self._reading:
            self._reader.close()
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, also when interrupted; errors of the disk become StoreError."""
        with self._writing:
            try:
                try:
                    self._connection.execute("BEGIN IMMEDIATE")
                    yield self._connection
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise explained(error, self.path) from error

    @contextmanager
    def snapshot(self) -> Iterator[int]:
        """What is read within is of one moment. Gives a number that differs whenever something was written."""
        with self._reading:
            if self._snapshots == 0:
                self.rows("BEGIN")
            self._snapshots += 1
            try:
                yield int(self.rows("PRAGMA data_version")[0][0])
            finally:
                self._snapshots -= 1
                # An error of the disk may have ended it.
                if self._snapshots == 0 and self._reader.in_transaction:
                    self.rows("COMMIT")

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._reading:
            try:
                return self._reader.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise explained(error, self.path) from error

    def empty_log(self) -> bool:
        """Move everything out of the log of latest changes, which else keeps what they replaced.

        False when somebody, a backup for one, still reads what was there before: then it must be done again.
        """
        with self._writing:
            try:
                busy, *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                return not busy
            except sqlite3.Error as error:
                raise explained(error, self.path) from error

    def copy_to(self, path: Path, progress: Progress) -> None:
        """Write all that is committed at this moment to a new file."""

        def note(status: int, left: int, total: int) -> None:
            progress("copying the library", total - left, total)

        try:
            source = connect(self.path, read_only=True)
            with closing(source), closing(sqlite3.connect(path)) as target:
                # In one go: in steps it would begin anew whenever something is committed.
                source.backup(target, pages=-1, progress=note)
        except sqlite3.Error as error:
            raise explained(error, path) from error

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def _prepare(self, read_only: bool, progress: Progress) -> None:
        version = self._version()
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"The state folder {self.path.parent} was written by another version of Footnote (format "
                f"{version}, this one reads {SCHEMA_VERSION}). Nothing was changed. Use that version, or choose a "
                "new folder with --state DIR (QA_STATE); your documents are not touched."
            )
        if read_only:
            if version < SCHEMA_VERSION:
                raise StoreError(
                    f"The state folder {self.path.parent} was written by an older version of Footnote. Run "
                    "`python -m qa sync` once with the same folders: nothing is lost, nothing is read again."
                )
        elif version == 0:
            with self.transaction() as connection:
                create(connection)
        elif version < SCHEMA_VERSION or not has_own_words(self._connection):
            # SQLite can only be told between transactions.
            self._connection.execute("PRAGMA foreign_keys = OFF")
            with self.transaction() as connection:
                migrate(connection, version, progress)
            self._connection.execute("PRAGMA foreign_keys = ON")


def connect(path: Path, read_only: bool) -> sqlite3.Connection:
    """A connection with every safeguard. Raises sqlite3.Error."""
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
