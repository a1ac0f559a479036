"""Which documents a question is limited to: by their names, or by the folders and archives that hold them."""

import difflib
import unicodedata
from collections.abc import Iterator

from qa.config import FootnoteError
from qa.store.database import Database
from qa.store.records import Scope

# Near names that an error lists.
NEAR = 3


class ScopeError(FootnoteError):
    """A question was limited to something that the library does not hold."""


def scope_documents(database: Database, scope: Scope) -> frozenset[int] | None:
    """Ids of the documents of `scope`; None when that is every document that was read.

    Raises ScopeError for a name that is neither a document that was read nor a folder or archive that holds one.
    """
    if not scope.documents:
        return None
    found: set[int] = set()
    for asked in scope.documents:
        name = asked.removeprefix("./").rstrip("/")
        if name in ("", "."):
            return None
        found |= _named(database, name) or _named(database, _spelled(database, name))
    everything = database.rows("SELECT count(*) FROM documents WHERE failure IS NULL")[0][0]
    return None if len(found) == everything else frozenset(found)


def _named(database: Database, name: str) -> set[int]:
    """The document of that name and those below it; "0" is what follows "/"."""
    rows = database.rows(
        "SELECT id FROM documents WHERE (name = ? OR name > ? AND name < ?) AND failure IS NULL",
        (name, f"{name}/", f"{name}0"),
    )
    return {row[0] for row in rows}


def _spelled(database: Database, name: str) -> str:
    """What differs from `name` only in case or in how its accents are composed. Raises ScopeError."""
    rows = database.rows("SELECT name, failure FROM documents")
    failed = {other: failure for other, failure in rows if failure}
    if name in failed:
        raise ScopeError(f"{name} cannot be asked: it {failed[name]}")
    names = dict.fromkeys(place for other, failure in rows if not failure for place in places(other))
    alike = [other for other in names if _plain(other) == _plain(name)]
    if len(alike) == 1:
        return alike[0]
    ending = f"/{_plain(name)}"
    near = alike or [other for other in names if _plain(other).endswith(ending)]
    if not near:
        close = difflib.get_close_matches(_plain(name), map(_plain, names), NEAR)
        near = [other for other in names if _plain(other) in close]
    next_step = f"Near it: {', '.join(near[:NEAR])}." if near else "`python -m qa documents` lists them."
    raise ScopeError(f"There is no document or folder {name!r} in the library. {next_step}")


def places(name: str) -> Iterator[str]:
    """A document's name, and those of the folders and archives that it lies in, the innermost first."""
    while name:
        yield name
        name = name.rpartition("/")[0]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
