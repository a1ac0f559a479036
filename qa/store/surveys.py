"""What a question about the whole library reads: every document of its scope, and which hold a word."""

from collections.abc import Collection
from dataclasses import dataclass

from qa.store.database import Database
from qa.store.rows import as_text
from qa.store.words import terms


@dataclass(frozen=True)
class Filed:
    """A document that was read, as a survey needs it: `modified_ns` is the time of its file."""

    id: int
    name: str
    modified_ns: int
    passages: int


def filed(database: Database, allowed: frozenset[int] | None) -> list[Filed]:
    """The documents that were read and have passages, of the `allowed` only where given, by name."""
    rows = database.rows(
        "SELECT d.id, d.name, d.modified_ns, count(*) FROM documents d JOIN passages p ON p.document_id = d.id "
        "WHERE d.failure IS NULL GROUP BY d.id ORDER BY d.name"
    )
    listed = (Filed(number, as_text(name, "a name"), modified, count) for number, name, modified, count in rows)
    return [one for one in listed if allowed is None or one.id in allowed]


def holding(database: Database, phrase: str, allowed: Collection[int]) -> set[int]:
    """Those of the `allowed` documents that hold each telling word of a phrase, in any form, anywhere."""
    found = set(allowed)
    for term in terms(phrase):
        rows = database.rows(
            "SELECT DISTINCT p.document_id FROM words JOIN passages p ON p.id = words.rowid WHERE words MATCH ?",
            (term,),
        )
        found &= {row[0] for row in rows}
    return found


def passages_in(database: Database, document_id: int) -> list[tuple[int, int, int]]:
    """Number, start and end of each passage of a document, in the order of its text."""
    query = "SELECT id, start, end FROM passages WHERE document_id = ? ORDER BY start"
    return [(number, start, end) for number, start, end in database.rows(query, (document_id,))]
