"""A new library of several folders, begun with what the library of one of them holds already."""

from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from qa.config import Progress, Settings
from qa.folder import Root, roots
from qa.library.checking import embedding_in_words
from qa.state import ASIDE, STORE_FILE, sync_folder
from qa.store import Exclusion, Store, StoreError


def adopt(settings: Settings, progress: Progress) -> None:
    """Copy the store of one of the folders, under the names that its documents now have.

    Only where a library of several folders is new and lies in its own place, and the other was embedded alike.
    """
    store = settings.state_folder / STORE_FILE
    if settings.state is not None or len(settings.documents) == 1 or store.exists():
        return
    for root in roots(settings.documents):
        alone = settings.model_copy(update={"documents": (root.path,)})
        try:
            if _copied(alone, root, store, progress):
                return
        except StoreError:  # of another version, or damaged: its folder is read
            continue


def _copied(alone: Settings, root: Root, store: Path, progress: Progress) -> bool:
    source = alone.state_folder / STORE_FILE
    if not source.exists():
        return False
    aside = store.with_name(store.name + ASIDE)
    aside.unlink(missing_ok=True)
    with closing(Store(source, read_only=True)) as other:
        if other.fact("embedding") != embedding_in_words(alone):
            return False
        other.copy_to(aside, progress)
    with closing(Store(aside)) as copy:
        copy.move({name: replace(file, name=root.prefix + name) for name, file in copy.files().items()})
        kept_out = copy.exclusions()
        copy.exclude(*(_below(root.prefix, one) for one in kept_out.values()), forget=kept_out)
    for ending in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            aside.with_name(aside.name + ending).unlink()
    aside.replace(store)
    sync_folder(store.parent)
    return True


def _below(prefix: str, one: Exclusion) -> Exclusion:
    files = tuple(replace(file, name=prefix + file.name) for file in one.files)
    return replace(one, name=prefix + one.name, files=files, was=one.was and prefix + one.was)
