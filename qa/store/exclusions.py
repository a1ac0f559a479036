"""What was taken out on purpose: by name, and by the hash of what the files held, never their text."""

import sqlite3
from collections import defaultdict

from qa.store.database import Database
from qa.store.records import HASH, Exclusion, FileState

_CONTENT = f"substr(digest, 1, {HASH})"
# What follows the hash in a digest begins with a dot, and "/" is what follows that. Both halves use an index.
KEEPS_OUT = (
    f"SELECT EXISTS (SELECT 1 FROM excluded_files WHERE {_CONTENT} = ? AND bytes > 0 "
    "AND substr(excluded, 1, length(name) + 1) != name || '/') "
    "AND NOT EXISTS (SELECT 1 FROM documents WHERE digest >= ? AND digest < ?)"
)


def exclude(connection: sqlite3.Connection, exclusion: Exclusion) -> None:
    """Keep a name out, in place of what was noted of it before."""
    row = (exclusion.name, exclusion.was, exclusion.copied)
    connection.execute("INSERT OR REPLACE INTO excluded VALUES (?, ?, ?)", row)
    connection.execute("DELETE FROM excluded_files WHERE excluded = ?", (exclusion.name,))
    connection.executemany(
        "INSERT INTO excluded_files VALUES (?, ?, ?, ?, ?)",
        [(exclusion.name, f.name, f.bytes, f.modified_ns, f.digest) for f in exclusion.files],
    )


def include(connection: sqlite3.Connection, name: str) -> None:
    """Undo `exclude`."""
    connection.execute("DELETE FROM excluded_files WHERE excluded = ?", (name,))
    connection.execute("DELETE FROM excluded WHERE name = ?", (name,))


def allow_content(connection: sqlite3.Connection, name: str) -> None:
    """Keep nothing out any more because it holds what the excluded `name` does."""
    connection.execute(
        f"DELETE FROM excluded_files WHERE {_CONTENT} IN "
        f"(SELECT {_CONTENT} FROM excluded_files WHERE excluded = ?)",
        (name,),
    )


def allow_known_content(connection: sqlite3.Connection) -> None:
    """Keep nothing out any more because it holds what a document does: copies that were never removed."""
    connection.execute(
        f"DELETE FROM excluded_files WHERE {_CONTENT} IN (SELECT {_CONTENT} FROM documents WHERE digest != '')"
    )


def keeps_out(database: Database, digest: str) -> bool:
    """Whether content is that of something removed, and of no document.

    Empty files are all alike, and an archive that only members were removed from is a document.
    """
    content = digest[:HASH]
    return digest != "" and bool(database.rows(KEEPS_OUT, (content, content, f"{content}/"))[0][0])


def exclusions(database: Database) -> dict[str, Exclusion]:
    """All that is kept out, by name."""
    held: defaultdict[str, list[FileState]] = defaultdict(list)
    for place, *file in database.rows("SELECT * FROM excluded_files ORDER BY name"):
        held[place].append(FileState(*file))
    rows = database.rows("SELECT name, was, copied FROM excluded ORDER BY name")
    return {name: Exclusion(name, tuple(held[name]), was, bool(copied)) for name, was, copied in rows}
