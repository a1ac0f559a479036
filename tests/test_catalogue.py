"""What `documents` lists: the store beside the folder, without models and without the lock."""

from contextlib import closing

import pytest
from conftest import OpenLibrary

from qa.catalogue import UnknownDocumentError, catalogue, missing, retried, same, spelled, text_of
from qa.config import Settings
from qa.folder import FoundFile
from qa.state import STORE_FILE
from qa.store import CatalogueEntry, FileState, Store


def listed(settings: Settings) -> dict[str, str]:
    with closing(Store(settings.state_folder / STORE_FILE, read_only=True)) as store:
        return {entry.document: entry.status for entry in catalogue(settings, store)}


def test_everything_waits_before_the_first_sync(settings: Settings) -> None:
    path = settings.documents[0] / "a.txt"
    path.write_text("The pump starts at 3 bar.")
    with closing(Store(settings.state_folder / STORE_FILE, read_only=True)) as store:
        assert catalogue(settings, store) == [
            CatalogueEntry("a.txt", str(path), "pending", None, 25, 0, 0, 0),
        ]
    assert not settings.state_folder.exists()


def test_files_are_listed_while_their_owner_has_them_open(settings: Settings, open_library: OpenLibrary) -> None:
    for name in ("a.txt", "b.txt", "c.txt", "gone.txt"):
        (settings.documents[0] / name).write_text(f"The pump of {name}.")
    (settings.documents[0] / "empty.txt").touch()
    with open_library(settings) as library:
        library.sync()
        library.remove("c.txt")
        (settings.documents[0] / "b.txt").write_text("Something else.")
        (settings.documents[0] / "new.txt").write_text("A new one.")
        (settings.documents[0] / "gone.txt").unlink()
        assert listed(settings) == {
            "a.txt": "ready",
            "b.txt": "pending",
            "empty.txt": "failed",
            "gone.txt": "ready",
            "new.txt": "pending",
        }


def test_an_entry_counts_what_was_read(settings: Settings, open_library: OpenLibrary) -> None:
    path = settings.documents[0] / "sub" / "a.txt"
    path.parent.mkdir()
    path.write_bytes("Straße\r\n".encode() * 200)
    with open_library(settings) as library:
        library.sync()
        (entry,) = library.documents()
        count = library.store.passage_count()
    assert entry == CatalogueEntry("sub/a.txt", str(path), "ready", None, 1800, 0, count, 1400)


def test_failures_are_tried_again_under_other_limits(settings: Settings, open_library: OpenLibrary) -> None:
    (settings.documents[0] / "empty.txt").touch()
    with open_library(settings) as library:
        library.sync()
        assert retried(settings, library.store) == set()
        assert retried(settings.model_copy(update={"read_seconds": 61.0}), library.store) == {"empty.txt"}


def test_what_lies_below_an_unlisted_folder_is_not_missing(settings: Settings) -> None:
    [path] = settings.documents
    found = {"a": FoundFile("a", path, 0, 0), "b": FoundFile("b", path, 0, 0, "is locked.", hides=True)}
    assert missing({"a", "a/x", "b", "b/x", "b/y/z", "bc", "c"}, found) == ["a/x", "bc", "c"]


def test_a_file_is_the_same_by_size_and_time(settings: Settings) -> None:
    file = FoundFile("a", settings.documents[0], 5, 7)
    assert same(file, FileState("a", 5, 7, "d"))
    assert not same(file, FileState("a", 5, 8, "d"))
    assert not same(file, FileState("a", 6, 7, "d"))
    assert not same(file, None)


def test_an_exact_name_goes_before_one_spelled_otherwise() -> None:
    names = ["cafe\u0301", "caf\u00e9"]
    assert [spelled(name, names) for name in names] == names
    assert spelled("caf\u00e9", names[:1]) == "cafe\u0301"


def test_the_text_of_what_was_removed_names_the_folder_that_brings_it_back(
    settings: Settings, open_library: OpenLibrary
) -> None:
    for name in ("keep.txt", "my notes/a.txt"):
        path = settings.documents[0] / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"The pump of {name}.")
    with open_library(settings) as library:
        library.sync()
        library.remove("my notes")
        with pytest.raises(UnknownDocumentError, match=r"with 'my notes'\. .* remove 'my notes' --undo`"):
            text_of("my notes/a.txt", settings, library.store)
        library.remove("keep.txt")
        with pytest.raises(UnknownDocumentError, match=r"'keep.txt' was removed\. `python -m qa remove keep.txt "):
            text_of("keep.txt", settings, library.store)
