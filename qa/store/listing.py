"""What is in the library: lists of its files and documents."""

import json

from qa.store.database import Database
from qa.store.records import CatalogueEntry


def catalogue(database: Database) -> list[CatalogueEntry]:
    """Every known file, by name; `path` is the name here, since the store does not know the folder."""
    rows = database.rows(
        "SELECT name, failure, bytes, json_array_length(pages), characters, "
        "(SELECT count(*) FROM passages WHERE document_id = documents.id), warnings FROM documents ORDER BY name"
    )
    return [
        CatalogueEntry(
            *(name, name, "failed" if failure else "ready", failure, size, pages, passages, characters),
            tuple(json.loads(warnings)),
        )
        for name, failure, size, pages, characters, passages, warnings in rows
    ]
