"""What the store takes in and gives out."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FileState:
    """What one stat and one hash said of a file when it was read."""

    name: str
    bytes: int
    modified_ns: int
    digest: str
    file: str = ""
    """The archive that it is a member of; empty for a file of the folder."""


@dataclass(frozen=True)
class Scope:
    """What a question is limited to; empty: nothing, all of the library is asked."""

    documents: tuple[str, ...] = ()
    """Names of documents, of folders (all below them) or of archives (all in them)."""


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
    warnings: tuple[str, ...] = ()
    """What was left out or guessed when it was read."""


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
    place: str = ""
    """The page in words, as the format calls it ("slide 2"); empty where it has none."""


@dataclass(frozen=True)
class Change:
    """Ids of the passages that were removed and added between two revisions of the store."""

    removed: list[int]
    added: list[int]
    since: int
    revision: int


def merged(changes: Sequence[Change]) -> Change:
    """Changes that followed one another, as one."""
    return Change(
        [passage_id for change in changes for passage_id in change.removed],
        [passage_id for change in changes for passage_id in change.added],
        changes[0].since,
        changes[-1].revision,
    )
