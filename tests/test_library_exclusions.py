"""What was removed stays away, whatever its file is called next, until it is undone or the file is another."""

from pathlib import Path

import pytest
from conftest import OpenLibrary
from test_library import record, write
from test_library_sync import archive, statuses

from qa.catalogue import UnknownDocumentError
from qa.config import Settings
from qa.library import Library, SyncReport


def names(library: Library) -> list[str]:
    """What is kept out, after a sync."""
    library.sync()
    return list(library.store.exclusions())


def a_file_removed(settings: Settings, library: Library) -> Path:
    path = write(settings, "a.txt", record(1))
    write(settings, "keep.txt", record(2))
    library.sync()
    library.remove("a.txt")
    return path


@pytest.mark.parametrize("name", ["b.txt", "deep/er/a.txt", "a.md"])
@pytest.mark.parametrize("undone", ["then", "now"])
def test_a_removed_file_stays_away_under_another_name(
    settings: Settings, open_library: OpenLibrary, name: str, undone: str
) -> None:
    with open_library(settings) as library:
        path = a_file_removed(settings, library)
        target = settings.documents[0] / name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
        assert library.sync() == SyncReport(unchanged=1)
        assert library.sync() == SyncReport(unchanged=1)
        assert statuses(library) == {"keep.txt": "ready"}
        # Its name is free for another document.
        write(settings, "a.txt", record(3))
        assert library.sync().added == ["a.txt"]
        target.rename(target.with_name("third.txt"))
        (now,) = names(library)
        assert now.endswith("third.txt")
        assert library.restore("a.txt" if undone == "then" else now) == [now]
        assert library.sync().added == [now]


def test_a_removed_file_stays_away_when_it_takes_the_place_of_a_document(
    settings: Settings, open_library: OpenLibrary
) -> None:
    with open_library(settings) as library:
        path = a_file_removed(settings, library)
        path.replace(settings.documents[0] / "keep.txt")
        write(settings, "c.txt", record(4))
        assert library.sync() == SyncReport(added=["c.txt"], removed=["keep.txt"])
        assert statuses(library) == {"c.txt": "ready"}
        assert list(library.store.exclusions()) == ["keep.txt"]


def test_a_copy_of_what_was_removed_stays_away_but_a_document_that_was_there_stays(
    settings: Settings, open_library: OpenLibrary
) -> None:
    with open_library(settings) as library:
        write(settings, "twin.txt", record(1))
        path = a_file_removed(settings, library)
        assert statuses(library) == {"keep.txt": "ready", "twin.txt": "ready"}
        (settings.documents[0] / "twin.txt").rename(settings.documents[0] / "other.txt")
        assert library.sync() == SyncReport(renamed=["other.txt"], unchanged=1)
        library.remove("other.txt")
        write(settings, "copy.txt", path.read_text())
        assert names(library) == ["a.txt", "copy.txt", "other.txt"]
        # Forgetting all that was read forgets no removal.
        library.store.clear()
        assert library.sync().added == ["keep.txt"]


def test_a_document_that_has_a_removed_twin_survives_a_rebuild(
    settings: Settings, open_library: OpenLibrary
) -> None:
    with open_library(settings) as library:
        write(settings, "twin.txt", record(1))
        a_file_removed(settings, library)
        library.store.clear()
        assert library.sync().added == ["keep.txt", "twin.txt"]


def test_a_removed_file_that_is_edited_away_for_a_while_and_moved_stays_away(
    settings: Settings, open_library: OpenLibrary
) -> None:
    with open_library(settings) as library:
        path = a_file_removed(settings, library)
        path.write_text(record(5) + " edited")
        assert names(library) == ["a.txt"]
        aside = path.rename(settings.state_folder.parent / "aside.txt")
        assert names(library) == ["a.txt"]
        aside.rename(path)
        assert names(library) == ["a.txt"]
        path.rename(path.with_name("b.txt"))
        assert names(library) == ["b.txt"]
        assert statuses(library) == {"keep.txt": "ready"}


def test_what_is_restored_under_one_name_may_also_come_under_others(
    settings: Settings, open_library: OpenLibrary
) -> None:
    with open_library(settings) as library:
        path = a_file_removed(settings, library)
        write(settings, "copy.txt", path.read_text())
        assert names(library) == ["a.txt", "copy.txt"]
        assert library.restore("copy.txt") == ["copy.txt"]
        assert library.sync().added == ["copy.txt"]
        assert list(library.store.exclusions()) == ["a.txt"]


def test_the_files_of_a_removed_folder_stay_away_where_they_go(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "keep.txt", record(0))
    for number in (1, 2, 3):
        write(settings, f"old/{number}.txt", record(number))
    folder = settings.documents[0]
    with open_library(settings) as library:
        library.sync()
        library.remove("old")
        (folder / "old").rename(folder / "new")
        assert names(library) == ["new/1.txt", "new/2.txt", "new/3.txt", "old"]
        with pytest.raises(UnknownDocumentError, match="--removed"):
            library.restore("other")
        assert library.restore("new") == ["new/1.txt", "new/2.txt", "new/3.txt"]
        assert library.sync().added == ["new/1.txt", "new/2.txt", "new/3.txt"]


def test_a_removed_member_stays_away_when_its_archive_is_renamed(
    settings: Settings, open_library: OpenLibrary
) -> None:
    path = archive(settings, "box.zip", {"d.txt": record(1), "e.txt": record(2)})
    with open_library(settings) as library:
        library.sync()
        library.remove("box.zip/d.txt")
        path.rename(path.with_name("crate.zip"))
        assert names(library) == ["crate.zip/d.txt"]
        library.store.read_again("crate.zip")
        library.sync()
        assert statuses(library) == {"crate.zip": "ready", "crate.zip/e.txt": "ready"}
        assert library.restore("box.zip/d.txt") == ["crate.zip/d.txt"]
        library.sync()
        assert "crate.zip/d.txt" in statuses(library)


def test_only_hashes_are_noted_of_what_was_removed(settings: Settings, open_library: OpenLibrary) -> None:
    with open_library(settings) as library:
        a_file_removed(settings, library)
        (one,) = library.store.exclusions().values()
        (file,) = one.files
        assert len(file.digest) == 64 + len(".txt") and int(file.digest[:64], 16)
