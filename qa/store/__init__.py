"""Documents, passages, vectors, full-text index and catalogue in one SQLite file: the truth.

What is committed here is what exists; everything else in the state folder can be made again from it. A document
is written in one transaction. A passage's text is never kept beside its document's: it is an interval of it.
"""

from qa.store.database import SCHEMA_VERSION, StoreError, disk_is_full, full_disk
from qa.store.records import CatalogueEntry, Change, FileState, StoredPassage, merged
from qa.store.store import Store
from qa.store.words import match_query

__all__ = [
    "SCHEMA_VERSION",
    "CatalogueEntry",
    "Change",
    "FileState",
    "Store",
    "StoreError",
    "StoredPassage",
    "disk_is_full",
    "full_disk",
    "match_query",
    "merged",
]
