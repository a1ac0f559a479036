"""What is in the library: lists of its files and documents."""

from qa.store.database import Database
from qa.store.records import CatalogueEntry
from qa.store.rows import as_number, as_strings, as_text


def catalogue(database: Database) -> list[CatalogueEntry]:
    """Every known file, by name; `path` is the name here, since the store does not know the folder."""
    rows = database.rows(
        "SELECT name, failure, bytes, json_array_length(pages), characters, "
        "(SELECT count(*) FROM passages WHERE document_id = documents.id), warnings FROM documents ORDER BY name"
    )
    return [
        CatalogueEntry(
            *(as_text(name, "a name"), name, "failed" if failure else "ready", failure),
            *(as_number(size, "a size"), pages, passages, as_number(characters, "a length")),
            as_strings(warnings, "warnings"),
        )
        for name, failure, size, pages, characters, passages, warnings in rows
    ]
