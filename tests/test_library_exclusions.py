"""What was removed stays away, whatever its file is called next, until it is undone or the file is another."""

import os
from pathlib import Path

import pytest
from conftest import OpenLibrary
from test_library import record, write
from test_library_sync import archive, statuses

from qa.catalogue import UnknownDocumentError
from qa.config import Settings
from qa.library import Library, SyncReport
from qa.store import Exclusion
from qa.store.database import Database


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


def test_a_document_that_has_a_removed_twin_is_read_again_when_that_is_asked_for(
    settings: Settings, open_library: OpenLibrary
) -> None:
    with open_library(settings) as library:
        write(settings, "twin.txt", record(1))
        a_file_removed(settings, library)
        library.store.read_again("twin.txt")
        library.sync()
        assert statuses(library) == {"keep.txt": "ready", "twin.txt": "ready"}
        assert list(library.store.exclusions()) == ["a.txt"]


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


def test_an_empty_file_is_not_kept_out_for_another_that_was_removed(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "keep.txt", record(1))
    write(settings, "package/__init__.py", "")
    write(settings, "package/one.txt", record(2))
    with open_library(settings) as library:
        library.sync()
        assert library.remove("package") == ["package/__init__.py", "package/one.txt"]
        path = write(settings, "other/__init__.py", "")
        library.sync()
        assert statuses(library) == {"keep.txt": "ready", "other/__init__.py": "failed"}
        path.write_text(record(3))
        assert library.sync().changed == ["other/__init__.py"]
        # A removed file that was emptied later keeps out no other either.
        library.remove("keep.txt")
        write(settings, "keep.txt", "")
        library.sync()
        write(settings, "third.txt", "")
        assert list(library.sync().failed) == ["third.txt"]


def test_a_file_that_could_not_be_read_is_not_known_by_its_content(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "keep.txt", record(1))
    write(settings, "stubs/one.pdf", "%PDF-1.7 is not here yet")
    with open_library(settings) as library:
        library.sync()
        library.remove("stubs")
        write(settings, "two.pdf", "%PDF-1.7 is not here yet")
        assert list(library.sync().failed) == ["two.pdf"]


def test_a_copy_of_a_removed_file_comes_in_when_it_is_written_in(
    settings: Settings, open_library: OpenLibrary
) -> None:
    with open_library(settings) as library:
        path = a_file_removed(settings, library)
        copy = write(settings, "copy.txt", path.read_text())
        assert names(library) == ["a.txt", "copy.txt"]
        os.utime(copy, (7, 7))
        assert names(library) == ["a.txt", "copy.txt"], "it was only touched"
        copy.rename(copy.with_name("letter.txt"))
        assert names(library) == ["a.txt", "letter.txt"]
        write(settings, "letter.txt", record(3))
        assert library.sync().added == ["letter.txt"]
        # The file itself stays out when it is edited.
        path.write_text(record(4))
        assert names(library) == ["a.txt"]
        assert statuses(library) == {"keep.txt": "ready", "letter.txt": "ready"}


def test_equal_removed_files_take_the_new_places_one_each(settings: Settings, open_library: OpenLibrary) -> None:
    write(settings, "keep.txt", record(0))
    for number in range(4):
        write(settings, f"old{number}.txt", record(1))
    with open_library(settings) as library:
        library.sync()
        for number in range(4):
            library.remove(f"old{number}.txt")
        for number in range(4):
            (settings.documents[0] / f"old{number}.txt").rename(settings.documents[0] / f"new{number}.txt")
        plan = library.plan()
        assert len(plan.kept_out.noted) == 4
        library.sync()
        assert {name: one.was for name, one in library.store.exclusions().items()} == {
            f"new{number}.txt": f"old{number}.txt" for number in range(4)
        }


def test_an_archive_with_a_failed_and_a_removed_member_is_read_once_under_other_limits(
    settings: Settings, open_library: OpenLibrary
) -> None:
    archive(settings, "box.zip", {"a.txt": record(1), "b.txt": record(2), "bad.pdf": b"%PDF-1.7 no"})
    with open_library(settings) as library:
        library.sync()
        library.remove("box.zip/a.txt")
        library.settings = settings.model_copy(update={"file_megabytes": 77.0})
        assert library.sync().changed == ["box.zip"]
        assert library.sync() == SyncReport(unchanged=1)
        # One that was interrupted is begun again.
        library.store.read_again("box.zip")
        assert library.sync().changed == ["box.zip"]
        assert statuses(library) == {"box.zip": "ready", "box.zip/b.txt": "ready", "box.zip/bad.pdf": "failed"}


def test_an_archive_with_a_removed_twin_is_read_to_its_end_under_other_limits(
    settings: Settings, open_library: OpenLibrary
) -> None:
    path = archive(settings, "box.zip", {"b.txt": record(2), "bad.pdf": b"%PDF-1.7 no"})
    path.with_name("twin.zip").write_bytes(path.read_bytes())
    with open_library(settings) as library:
        library.sync()
        library.remove("twin.zip")
        library.settings = settings.model_copy(update={"file_megabytes": 77.0})
        assert library.sync().changed == ["box.zip"]
        assert library.sync() == SyncReport(unchanged=1)


def test_a_removal_that_was_known_by_name_only_is_known_by_content_after_a_sync(
    settings: Settings, open_library: OpenLibrary
) -> None:
    with open_library(settings) as library:
        path = a_file_removed(settings, library)
        # As of version 2, which noted names only.
        library.store.exclude(Exclusion("a.txt"))
        library.sync()
        path.rename(path.with_name("b.txt"))
        assert names(library) == ["b.txt"]


def test_a_removal_whose_twin_was_restored_follows_its_file_still(
    settings: Settings, open_library: OpenLibrary
) -> None:
    with open_library(settings) as library:
        path = a_file_removed(settings, library)
        write(settings, "copy.txt", path.read_text())
        library.sync()
        library.restore("copy.txt")
        assert library.sync().added == ["copy.txt"]
        library.sync()
        path.rename(path.with_name("moved.txt"))
        assert names(library) == ["moved.txt"]
        assert statuses(library) == {"copy.txt": "ready", "keep.txt": "ready"}


def test_a_removed_file_may_take_the_place_of_the_only_document(
    settings: Settings, open_library: OpenLibrary
) -> None:
    with open_library(settings) as library:
        path = a_file_removed(settings, library)
        path.replace(settings.documents[0] / "keep.txt")
        assert library.sync() == SyncReport(removed=["keep.txt"])


def test_a_restored_folder_is_one_transaction(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "keep.txt", record(0))
    for number in (1, 2, 3):
        write(settings, f"old/{number}.txt", record(number))
    with open_library(settings) as library:
        library.sync()
        library.remove("old")
        (settings.documents[0] / "old").rename(settings.documents[0] / "new")
        library.sync()
        transaction, begun = Database.transaction, []
        monkeypatch.setattr(Database, "transaction", lambda self: begun.append(self) or transaction(self))
        assert len(library.restore("new")) == 3
        assert len(begun) == 1
