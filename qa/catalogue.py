"""What the store holds beside what the folder holds: which files are ready, failed, or still to be read."""

import hashlib
import unicodedata
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from shlex import quote

from qa.config import FootnoteError, Settings
from qa.folder import FoundFile, path_of, scan, shown
from qa.readers import READABLE, limits_of
from qa.store import CatalogueEntry, FileState, Store, places

LIMITS = "limits"
# In place of the modification time of a file that could not be opened: it never agrees, so it is tried again.
TRY_AGAIN = -1


class UnknownDocumentError(FootnoteError):
    """There is no document of that name."""


def catalogue(settings: Settings, store: Store) -> list[CatalogueEntry]:
    """What the store holds beside what the folder holds; needs neither models nor the lock."""
    found = scan(settings)
    known = store.files()
    again = retried(settings, store)
    entries = {entry.document: replace(entry, path=_path(entry, found, settings)) for entry in store.catalogue()}
    for name, file in wanted(found, store.excluded()).items():
        before = known.get(name)
        # A file that could not be opened stays listed with its reason, although the next sync tries again.
        waits = before is not None and before.modified_ns == TRY_AGAIN
        if not waits and (name in again or not same(file, before)):
            entries[name] = CatalogueEntry(name, shown(file.path), "pending", None, file.bytes, 0, 0, 0)
    return [entries[name] for name in sorted(entries)]


def text_of(name: str, settings: Settings, store: Store) -> str:
    """The canonical text of a document. Raises UnknownDocumentError, which says why there is none."""
    entries = {entry.document: entry for entry in store.catalogue()}
    excluded = store.excluded()
    with suppress(UnknownDocumentError):
        name = spelled(name, entries)
    document_id = store.document_id(name)
    if document_id is not None and (text := store.text(document_id)):
        return text
    if name in entries and (reason := entries[name].reason):
        why = f"{name!r} has no text: it {reason}"
    elif document_id is not None:
        why = f"{name!r} is an archive. Name one of the documents in it."
    elif removed := next((place for place in places(name) if place in excluded), None):
        with_it = "" if removed == name else f" with {removed!r}"
        why = f"{name!r} was removed{with_it}. `python -m qa remove {quote(removed)} --undo` brings it back."
    elif name in scan(settings):
        why = f"{name!r} is not read yet. Run `python -m qa sync` first."
    else:
        why = f"There is no readable document {name!r}. `python -m qa documents` lists them."
    raise UnknownDocumentError(why)


def limits(settings: Settings) -> str:
    """What decides whether a file can be read, beside the file."""
    values = (
        settings.file_megabytes,
        settings.read_seconds,
        settings.read_megabytes,
        limits_of(settings),
        READABLE,
    )
    # Hashed, because passwords are among them.
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def retried(settings: Settings, store: Store) -> set[str]:
    """Names of the files that failed, or of which a member did, under other limits than those of today."""
    if store.fact(LIMITS) == limits(settings):
        return set()
    return store.failed()


def wanted(found: dict[str, FoundFile], excluded: Collection[str]) -> dict[str, FoundFile]:
    """Those of the files that were not removed, alone or with a folder that they lie in."""
    if not excluded:
        return found
    return {name: file for name, file in found.items() if not any(place in excluded for place in places(name))}


def missing(names: Collection[str], found: Mapping[str, FoundFile]) -> list[str]:
    """Those of `names` that are not in the folder any more; below a folder that cannot be listed, who knows."""
    hidden = tuple(f"{name}/" for name, file in found.items() if file.hides)
    return sorted(name for name in names if name not in found and not name.startswith(hidden))


def spelled(name: str, names: Collection[str]) -> str:
    """`name` as it is among `names`, also when its accents are composed otherwise (as on a Mac)."""
    if name in names:
        return name
    form = unicodedata.normalize("NFC", name)
    for other in names:
        if unicodedata.normalize("NFC", other) == form:
            return other
    raise UnknownDocumentError(f"There is no document {name!r}. `python -m qa documents` lists them.")


def same(file: FoundFile, state: FileState | None) -> bool:
    """Whether a file is as it was when it was read, by size and modification time."""
    return state is not None and (file.bytes, file.modified_ns) == (state.bytes, state.modified_ns)


def _path(entry: CatalogueEntry, found: dict[str, FoundFile], settings: Settings) -> str:
    """Where a document lies; a member where its archive does."""
    file = next((found[place] for place in places(entry.document) if place in found), None)
    return shown(file.path if file else path_of(entry.document, settings.documents))
