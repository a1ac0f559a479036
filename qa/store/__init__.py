"""Documents, passages, vectors, full-text index and catalogue in one SQLite file: the truth.

What is committed here is what exists; everything else in the state folder can be made again from it. A document
is written in one transaction. A passage's text is never kept beside its document's: it is an interval of it.
"""

from qa.store.errors import DamagedError, DamagedFileError, StoreError, disk_is_full, full_disk
from qa.store.hashes import text_hash
from qa.store.migration import SCHEMA_VERSION
from qa.store.records import CatalogueEntry, Change, Exclusion, FileState, Scope, StoredPassage, merged
from qa.store.scope import ScopeError, places
from qa.store.store import Store
from qa.store.surveys import Filed

__all__ = [
    "SCHEMA_VERSION",
    "CatalogueEntry",
    "Change",
    "DamagedError",
    "DamagedFileError",
    "Exclusion",
    "FileState",
    "Filed",
    "Scope",
    "ScopeError",
    "Store",
    "StoreError",
    "StoredPassage",
    "disk_is_full",
    "full_disk",
    "merged",
    "places",
    "text_hash",
]
