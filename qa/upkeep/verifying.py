"""The store, the full-text index, Chroma and the files, checked against each other."""

import re
from collections.abc import Iterator
from pathlib import Path

from qa.catalogue import same, wanted
from qa.config import Progress, Settings, silent
from qa.folder import EmptyFolderError, FolderError, digest, scan
from qa.index import PassageIndex
from qa.state import ASIDE, INDEX_FOLDER, OURS, PREFIX_FOLDER, STORE_FILE
from qa.store import DamagedError, Store
from qa.upkeep.findings import Finding, nameless

# Chroma's folders have such names.
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STORE_FILES = {STORE_FILE, f"{STORE_FILE}-wal", f"{STORE_FILE}-shm"}


def verify(
    settings: Settings,
    store: Store,
    index: PassageIndex | None,
    progress: Progress = silent,
    files: bool = True,
) -> list[Finding]:
    """Everything that is not as it should be; empty when all is well. Nothing is changed.

    `index`: None when it had to be made anew and could not, as the store is damaged. With `files` every file is
    read and compared with what was read of it. A file that is merely new, changed or gone is no finding, as the
    next sync sees to it: `notes` tells of it.
    """
    found = list(_database(settings, store))
    if found:
        # What cannot be read cannot be compared.
        return found
    found += _documents(store, progress)
    found += _derived(settings, store, index, progress)
    found += _leftovers(settings.state_folder)
    if files:
        found += _files(settings, store, progress)
    return found


def _database(settings: Settings, store: Store) -> Iterator[Finding]:
    path = settings.state_folder / STORE_FILE
    lines = store.damage()
    if not lines:
        return
    if all("index" in line and "row" in line for line in lines):
        yield Finding("rows", str(path), f"has a damaged index ({lines[0]})", True, "It is made anew.")
        return
    how = (
        f"Restore a backup, or move {settings.state_folder} away and run `python -m qa sync`: the documents are "
        "read again."
    )
    yield Finding("database", str(path), f"is damaged ({lines[0]})", False, how)


def _documents(store: Store, progress: Progress) -> Iterator[Finding]:
    for table, count in store.orphans().items():
        yield Finding("rows", table, f"holds {count:,} rows that belong to nothing", True, "They are deleted.")
    how = "It is taken out; the next sync reads it again, if its file is still there."
    for broken in store.broken_documents(progress):
        where = nameless(broken.number) if broken.name is None else broken.name
        yield Finding("document", where, broken.what, True, how, broken.number)


def _derived(
    settings: Settings, store: Store, index: PassageIndex | None, progress: Progress
) -> Iterator[Finding]:
    if what := store.words_problem(progress):
        yield Finding("words", "The full-text index", what, True, "It is made anew from the passages.")
    path = str(settings.state_folder / INDEX_FOLDER)
    if index is None:
        what = "has to be made anew, and cannot be from damaged vectors"
        yield Finding("index", path, what, True, "It is made anew when these are mended.")
    elif what := index.problem(progress):
        yield Finding("index", path, what, True, "It is made anew from the vectors.")


def _leftovers(folder: Path) -> Iterator[Finding]:
    """What lies in the state folder and is used by nothing."""
    prefixes = (folder / PREFIX_FOLDER).glob(f"*{ASIDE}")
    for path in sorted([*folder.iterdir(), *prefixes]):
        if path.name in OURS | _STORE_FILES:
            continue
        if _is_left(path, folder):
            yield Finding("leftover", str(path), "was left by a process that was stopped", True, "It is deleted.")
        else:
            how = "Move it elsewhere: the state folder is for Footnote alone."
            yield Finding("foreign", str(path), "is not Footnote's", False, how)
    inner = [path for path in (folder / INDEX_FOLDER).glob("*") if _UUID.fullmatch(path.name)]
    if len(inner) > 1:
        what = f"holds {len(inner)} folders of Chroma's, of which one is in use"
        yield Finding("index", str(folder / INDEX_FOLDER), what, True, "It is made anew.")


def _is_left(path: Path, folder: Path) -> bool:
    """Whether a file is one of ours that was not finished; a copy of a store has a log or a journal, too."""
    if path.name.startswith(STORE_FILE + ASIDE):
        return path.is_file()
    return path.name.endswith(ASIDE) and (path.name.removesuffix(ASIDE) in OURS or path.parent != folder)


def _files(settings: Settings, store: Store, progress: Progress) -> Iterator[Finding]:
    try:
        known = store.files()
        found = wanted(scan(settings), store.excluded())
    except DamagedError:  # those that are damaged are named already
        return
    except FolderError as error:
        if isinstance(error, EmptyFolderError) and not store.files():
            return  # emptied, and the library with it
        how = "Make it readable again; nothing is removed meanwhile."
        yield Finding("foreign", "The documents folder", f"cannot be compared: {error}".rstrip("."), False, how)
        return
    kept = [
        (file, known[name]) for name, file in found.items() if same(file, known.get(name)) and not file.refusal
    ]
    for done, (file, state) in enumerate(kept):
        progress("checking files", done, len(kept), file.name)
        try:
            changed = bool(state.digest) and digest(file.path) != state.digest
        except OSError as error:
            how = "Give yourself the right to read it."
            yield Finding("foreign", file.name, f"cannot be opened: {error.strerror}", False, how)
            continue
        if changed and same(file, store.file(file.name)):
            what = "has another content than was read, with the same size and time"
            yield Finding("file", file.name, what, True, "It is read again by the next sync.")
    progress("checking files", len(kept), len(kept))
