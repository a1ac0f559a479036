"""What the store takes in and gives out."""

from collections.abc import Sequence
from dataclasses import dataclass

# Hexadecimal digits of a digest; what follows is the suffix of the file's name.
HASH = 64


@dataclass(frozen=True)
class FileState:
    """What one stat and one hash said of a file when it was read."""

    name: str
    bytes: int
    modified_ns: int
    digest: str
    file: str = ""
    """The archive that it is a member of; empty for a file of the folder."""

    @property
    def content(self) -> str:
        """What it holds, as a hash: the digest without the suffix, which says how it is read."""
        return self.digest[:HASH]


@dataclass(frozen=True)
class Exclusion:
    """What is kept out of the library: a document, a folder, an archive or a member of one."""

    name: str
    files: tuple[FileState, ...] = ()
    """What was there when it was removed or last seen, to know it again elsewhere; of a member, its archive."""
    was: str = ""
    """The name that it was removed by, where it has another now."""
    copied: bool = False
    """Whether it is kept out only as a copy of something that was removed."""


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
