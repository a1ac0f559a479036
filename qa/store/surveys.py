"""What a question about the whole library reads: every document of its scope, and which hold a word."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from qa.store.database import Database
from qa.store.rows import as_number, as_text
from qa.store.words import terms


@dataclass(frozen=True)
class Filed:
    """A document that was read, as a survey needs it: `modified_ns` is the time of its file."""

    id: int
    name: str
    modified_ns: int
    passages: int


def filed(database: Database, counts: Mapping[int, int], allowed: frozenset[int] | None) -> list[Filed]:
    """The documents that were read and have passages, of the `allowed` only where given, by name.

    `counts`: passages by document.
    """
    rows = database.rows("SELECT id, name, modified_ns FROM documents WHERE failure IS NULL ORDER BY name")
    return [
        Filed(number, as_text(name, "a name"), as_number(modified, "a time"), counts[number])
        for number, name, modified in rows
        if number in counts and (allowed is None or number in allowed)
    ]


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
