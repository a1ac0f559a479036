"""Files that change their names."""

import sqlite3
from collections.abc import Mapping

from qa.store.records import FileState
from qa.store.writing import delete_document


def move_documents(connection: sqlite3.Connection, moves: Mapping[str, FileState]) -> list[int]:
    """Give documents the names and times of `moves`, by old name, all at once: they may change places.

    What has one of the new names and does not move itself is deleted; returns the ids of its passages.
    """
    removed: list[int] = []
    for state in moves.values():
        if state.name not in moves:
            removed += delete_document(connection, state.name)
    for number, old in enumerate(moves):
        # A NUL is in no file's name.
        connection.execute("UPDATE documents SET name = ? WHERE name = ?", (f"\0{number}", old))
    for number, state in enumerate(moves.values()):
        connection.execute(
            "UPDATE documents SET name = ?, bytes = ?, modified_ns = ? WHERE name = ?",
            (state.name, state.bytes, state.modified_ns, f"\0{number}"),
        )
    return removed
