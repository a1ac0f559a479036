"""Files that change their names, and archives, which hold documents of their own."""

import json
import sqlite3
from collections.abc import Collection, Mapping

from qa.readers import Document
from qa.store.database import Database
from qa.store.records import FileState
from qa.store.rows import as_text
from qa.store.writing import UNFINISHED, delete_document, insert_document

ARCHIVE = "archive"


def move_documents(connection: sqlite3.Connection, moves: Mapping[str, FileState]) -> list[int]:
    """Give files the names and times of `moves`, by old name, all at once: they may change places.

    The members of an archive move with it. What has one of the new names and does not move itself is deleted;
    returns the ids of its passages.
    """
    removed: list[int] = []
    for state in moves.values():
        if state.name not in moves:
            removed += delete_document(connection, state.name)
    for number, old in enumerate(moves):
        # No name begins with a slash.
        _rename(connection, old, f"//{number}")
    for number, state in enumerate(moves.values()):
        _rename(connection, f"//{number}", state.name)
        connection.execute(
            "UPDATE documents SET bytes = ?, modified_ns = ? WHERE name = ?",
            (state.bytes, state.modified_ns, state.name),
        )
    return removed


def _rename(connection: sqlite3.Connection, old: str, new: str) -> None:
    connection.execute("UPDATE documents SET name = ? WHERE name = ?", (new, old))
    connection.execute(
        "UPDATE documents SET name = ? || substr(name, ?), file = ? WHERE file = ?", (new, len(old) + 1, new, old)
    )


def begin_archive(connection: sqlite3.Connection, file: FileState) -> list[int]:
    """List an archive of which the members follow; those of before stay until `finish_archive`.

    Until then it counts as not read. Returns the ids of the passages of what else had its name.
    """
    row = connection.execute("SELECT kind FROM documents WHERE name = ?", (file.name,)).fetchone()
    if row == (ARCHIVE,):
        connection.execute(
            "UPDATE documents SET modified_ns = ?, digest = '' WHERE name = ?", (UNFINISHED, file.name)
        )
        return []
    removed = delete_document(connection, file.name)
    begun = FileState(file.name, file.bytes, UNFINISHED, "")
    insert_document(connection, begun, Document("", (), (), ARCHIVE, ()))
    return removed


def finish_archive(
    connection: sqlite3.Connection, file: FileState, members: Collection[str], warnings: tuple[str, ...]
) -> list[int]:
    """Note that all members of an archive are there; others of before are deleted. Returns their passages' ids."""
    removed: list[int] = []
    for (name,) in connection.execute("SELECT name FROM documents WHERE file = ?", (file.name,)).fetchall():
        if name not in members:
            removed += delete_document(connection, name)
    connection.execute(
        "UPDATE documents SET bytes = ?, modified_ns = ?, digest = ?, warnings = ? WHERE name = ?",
        (file.bytes, file.modified_ns, file.digest, json.dumps(warnings, ensure_ascii=False), file.name),
    )
    return removed


def read_again(connection: sqlite3.Connection, name: str) -> None:
    """Let the file of a document count as not read."""
    connection.execute(
        "UPDATE documents SET modified_ns = ?, digest = '' WHERE file = '' AND name = "
        "(SELECT iif(file = '', name, file) FROM documents WHERE name = ?)",
        (UNFINISHED, name),
    )


def files(database: Database) -> dict[str, FileState]:
    """Every known file of the folder by name."""
    query = "SELECT name, bytes, modified_ns, digest FROM documents WHERE file = ''"
    return {as_text(row[0], "a name"): FileState(*row) for row in database.rows(query)}


def file_of(database: Database, name: str) -> FileState | None:
    """The file that a document was read from, or the archive that holds it; None when there is none."""
    rows = database.rows(
        "SELECT f.name, f.bytes, f.modified_ns, f.digest FROM documents d "
        "JOIN documents f ON f.name = iif(d.file = '', d.name, d.file) WHERE d.name = ?",
        (name,),
    )
    return FileState(*rows[0]) if rows else None


def failed(database: Database) -> set[str]:
    """Names of the files that could not be read, or of which a member could not."""
    query = "SELECT DISTINCT iif(file = '', name, file) FROM documents WHERE failure IS NOT NULL"
    return {row[0] for row in database.rows(query)}


def below(database: Database, name: str) -> list[str]:
    """Names of the document of that name and of all in the folder or archive of that name."""
    # "0" is what follows "/".
    query = "SELECT name FROM documents WHERE name = ? OR name > ? AND name < ? ORDER BY name"
    return [row[0] for row in database.rows(query, (name, f"{name}/", f"{name}0"))]


def ready_count(database: Database) -> int:
    """How many documents were read, without archives that are only begun; counted over indexes only."""
    query = (
        "SELECT (SELECT count(*) FROM documents) - (SELECT count(*) FROM documents WHERE failure IS NOT NULL) - "
        f"(SELECT count(*) FROM documents WHERE modified_ns = {UNFINISHED} AND kind = '{ARCHIVE}')"
    )
    return int(database.rows(query)[0][0])
