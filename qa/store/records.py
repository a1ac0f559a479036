"""What the store takes in and gives out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileState:
    """What one stat and one hash said of a file when it was read."""

    name: str
    bytes: int
    modified_ns: int
    digest: str


@dataclass(frozen=True)
class CatalogueEntry:
    """One file of the library; `pages` is 0 for formats without pages; sizes in bytes and characters."""

    document: str
    path: str
    status: str
    reason: str | None
    bytes: int
    pages: int
    passages: int
    characters: int


@dataclass(frozen=True)
class StoredPassage:
    """A passage as committed: `text == document.text[start:end]`."""

    id: int
    document_id: int
    document: str
    start: int
    end: int
    page: int | None
    headings: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Change:
    """Ids of the passages that a transaction removed and added, and the store's revision after it."""

    removed: list[int]
    added: list[int]
    revision: int
