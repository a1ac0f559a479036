"""A consistent copy of a library, also while it is in use."""

import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from qa.config import FootnoteError, Progress, silent
from qa.index import read_marker
from qa.state import ASIDE, INDEX_FOLDER, INDEX_MARKER, STORE_FILE, sync_folder, sync_tree
from qa.store import DamagedFileError, Store, StoreError, disk_is_full


class BackupError(FootnoteError):
    """The copy cannot be made; nothing is left of it."""


@dataclass(frozen=True)
class Backup:
    """A copy that was made: used as it is with `--state`."""

    path: Path
    documents: int
    passages: int
    bytes: int
    with_index: bool
    """Else the index was being written, and the first start makes it anew from the vectors."""


def backup(state: Path, target: Path, progress: Progress = silent) -> Backup:
    """Copy the state folder `state` to `target`, which must not exist. Whole or not at all.

    Needs no lock: what is committed at this moment is copied while others go on. Raises BackupError, and
    StoreError when the library cannot be read.
    """
    if not (state / STORE_FILE).is_file():
        raise BackupError(f"There is no library in {state} to copy. Run `python -m qa sync` first.")
    if within(target, state):
        raise BackupError(f"{target} is the state folder itself or lies in it. Name a place elsewhere.")
    if os.path.lexists(target):
        raise BackupError(f"{target} exists already. Name a folder that does not: nothing is ever overwritten.")
    with closing(Store(state / STORE_FILE, read_only=True)) as store:
        return _made(state, store, target, progress)


def within(target: Path, folder: Path) -> bool:
    """Whether `target`, links followed, is `folder` or lies in it."""
    # Not Path.resolve, which fails on a loop of links.
    return Path(os.path.realpath(target)).is_relative_to(os.path.realpath(folder))


def _made(state: Path, store: Store, target: Path, progress: Progress) -> Backup:
    aside = target.with_name(target.name + ASIDE)
    _begin(aside, target)
    try:
        made = _filled(state, store, aside, target, progress)
        aside.rename(target)
        sync_folder(target.parent)
    except DamagedFileError as error:
        raise BackupError(
            f"The library in {state} is damaged ({error.__cause__}), so it was not copied. `python -m qa verify` "
            "says what can be done."
        ) from error
    except (OSError, StoreError) as error:
        if disk_is_full(target.parent):
            raise BackupError(
                f"There is no room for {target}. Nothing was left there; free some space or name another."
            ) from error
        reason = error.strerror if isinstance(error, OSError) else error.__cause__ or error
        raise BackupError(
            f"{target} could not be written ({reason}). Nothing was left there; try another place."
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return made


def _begin(aside: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside.mkdir(mode=0o700)
    except OSError as error:
        if os.path.lexists(aside):
            problem = f"{aside} is in the way: a backup was stopped there, or is still running"
            problem += ". Delete it when none runs, or name another place"
        elif isinstance(error, FileExistsError | NotADirectoryError):
            problem = f"{target} would lie in a file, not in a folder. Name another place"
        else:
            problem = f"{target} cannot be made there ({error.strerror}). Name another place"
        raise BackupError(f"{problem}.") from error


def _filled(state: Path, store: Store, aside: Path, target: Path, progress: Progress) -> Backup:
    store.copy_to(aside / STORE_FILE, progress)
    # Not read only, which would leave the files of a log beside it.
    with closing(Store(aside / STORE_FILE)) as copy:
        revision, documents, passages = copy.revision(), copy.ready_count(), copy.passage_count()
    with_index = _index_copied(state, aside, revision, progress)
    sync_tree(aside)
    total = sum(file.stat().st_size for file in aside.rglob("*") if file.is_file())
    return Backup(target, documents, passages, total, with_index)


def _index_copied(state: Path, aside: Path, revision: int, progress: Progress) -> bool:
    """Copy the index too if it is clean: its marker is taken away before the first write to it."""
    before = read_marker(state / INDEX_MARKER)
    if before is None or before.revision != revision:
        return False
    progress("copying the index", 0, 0)
    try:
        shutil.copytree(state / INDEX_FOLDER, aside / INDEX_FOLDER)
    except OSError:
        shutil.rmtree(aside / INDEX_FOLDER, ignore_errors=True)
        if disk_is_full(aside):
            raise
        return False
    if read_marker(state / INDEX_MARKER) != before:
        shutil.rmtree(aside / INDEX_FOLDER)
        return False
    (aside / INDEX_MARKER).write_bytes(before.as_bytes())
    return True
