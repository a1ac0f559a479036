"""Every way in which a folder changes, and what of it costs reading or embedding."""

import os
import sys
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import OpenLibrary
from test_library import assert_whole, found, record, write, write_records

from qa.config import FootnoteError, Settings, load_settings
from qa.embedding import Embedder
from qa.folder import FolderError
from qa.library import Coverage, Library, RemovalError, SyncReport, check_rebuild
from qa.library.ingesting import Ingestion, seconds_left
from qa.library.reading import Piece, Reading
from qa.readers import Reader


@contextmanager
def counted(library: Library) -> Iterator[list[str]]:
    """The texts that the embedder is given meanwhile."""
    given: list[str] = []

    class Counting:
        def passages(self, texts: Sequence[str]) -> object:
            given.extend(texts)
            return embedder.passages(texts)

        def __getattr__(self, name: str) -> object:
            return getattr(embedder, name)

    embedder: Embedder = library.embedder
    library.embedder = Counting()  # type: ignore[assignment]
    yield given
    library.embedder = embedder


@contextmanager
def readings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the files that are read meanwhile."""
    read: list[str] = []
    read_all = Reader.read_all
    with monkeypatch.context() as patch:
        patch.setattr(Reader, "read_all", lambda self, path: (read.append(path.name), read_all(self, path))[1])
        yield read


def archive(settings: Settings, name: str, members: dict[str, str | bytes]) -> Path:
    path = settings.documents[0] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as file:
        for member, text in members.items():
            file.writestr(member, text)
    return path


def statuses(library: Library) -> dict[str, str]:
    return {entry.document: entry.status for entry in library.documents()}


# Names.


def test_a_chain_of_renames_embeds_and_reads_nothing(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("a.txt", "b.txt", "c.txt", "d.txt")):
        write(settings, name, record(number))
    folder = settings.documents[0]
    with open_library(settings) as library:
        library.sync()
        revision = library.store.revision()
        # a → b → c → e, and d stays.
        for old, new in (("c.txt", "e.txt"), ("b.txt", "c.txt"), ("a.txt", "b.txt")):
            (folder / old).rename(folder / new)
        plan = library.plan()
        assert plan.renamed == {"a.txt": "b.txt", "b.txt": "c.txt", "c.txt": "e.txt"}
        with counted(library) as embedded, readings(monkeypatch) as read:
            assert library.sync() == SyncReport(renamed=["b.txt", "c.txt", "e.txt"], unchanged=1)
        assert (embedded, read, library.store.revision()) == ([], [], revision)
        assert [found(library, record(n)) for n in range(4)] == ["b.txt", "c.txt", "e.txt", "d.txt"]
        assert_whole(library)


def test_a_renamed_folder_embeds_nothing(settings: Settings, open_library: OpenLibrary) -> None:
    for number in range(30):
        write(settings, f"old/{number % 3}/{number}.txt", record(number // 2))
    with open_library(settings) as library:
        library.sync()
        (settings.documents[0] / "old").rename(settings.documents[0] / "new")
        with counted(library) as embedded:
            report = library.sync()
        assert (len(report.renamed), report.added, report.removed, embedded) == (30, [], [], [])
        # Files of equal content keep their own names.
        assert library.plan().unchanged == 30
        assert_whole(library)


def test_a_name_that_only_changes_its_capitals_is_a_rename(settings: Settings, open_library: OpenLibrary) -> None:
    path = write(settings, "Report.TXT", record(1))
    with open_library(settings) as library:
        library.sync()
        path.rename(path.with_name("report.txt"))
        assert library.sync() == SyncReport(renamed=["report.txt"])


def test_a_renamed_and_changed_file_embeds_its_changed_passages_only(
    settings: Settings, open_library: OpenLibrary
) -> None:
    paragraphs = [f"{record(number)} {'It rained all day. ' * 15}" for number in range(8)]
    path = write(settings, "a.txt", "\n\n".join(paragraphs))
    write(settings, "b.txt", record(99))
    with open_library(settings) as library:
        library.sync()
        paragraphs[4] = "The new paragraph is about zyxbats. " * 8
        path.unlink()
        write(settings, "c.txt", "\n\n".join(paragraphs))
        with counted(library) as embedded:
            assert library.sync() == SyncReport(added=["c.txt"], removed=["a.txt"], unchanged=1)
        assert 0 < len(embedded) <= 3, "the new passage, and what it pushed into others"
        assert any("zyxbats" in text for text in embedded)
        assert found(library, record(5)) == "c.txt"
        assert_whole(library)


def test_going_from_one_folder_to_several_embeds_nothing(settings: Settings, open_library: OpenLibrary) -> None:
    write_records(settings, 20)
    archive(settings, "mail.zip", {"a.txt": record(50), "b.txt": record(51)})
    other = settings.documents[0].with_name("other")
    other.mkdir()
    (other / "x.txt").write_text(record(99))
    several = load_settings(documents=[settings.documents[0], other], state=settings.state, models=settings.models)
    with open_library(settings) as library:
        library.sync()
    with open_library(several) as library:
        with counted(library) as embedded:
            report = library.sync()
        assert (report.added, len(report.renamed), report.removed) == (["other/x.txt"], 21, [])
        assert len(embedded) == 1
        assert found(library, record(7)) == "documents/record-0007.txt"
        assert found(library, record(51)) == "documents/mail.zip/b.txt"
        assert {entry.path for entry in library.documents()} >= {str(other / "x.txt")}
        assert_whole(library)
    with open_library(settings) as library:
        report = library.sync()
        assert (report.added, len(report.renamed), report.removed) == ([], 21, ["other/x.txt"])


# What becomes of a name.


def test_a_file_that_becomes_a_folder_and_back(settings: Settings, open_library: OpenLibrary) -> None:
    write(settings, "keep.txt", record(0))
    path = write(settings, "thing", record(1))
    with open_library(settings) as library:
        library.sync()
        path.unlink()
        write(settings, "thing/inner.txt", record(2))
        assert library.sync() == SyncReport(added=["thing/inner.txt"], removed=["thing"], unchanged=1)
        (settings.documents[0] / "thing" / "inner.txt").unlink()
        path.rmdir()
        path.write_text(record(3))
        assert library.sync() == SyncReport(added=["thing"], removed=["thing/inner.txt"], unchanged=1)
        assert found(library, record(3)) == "thing"
        assert_whole(library)


def test_an_archive_that_becomes_a_folder_and_back(settings: Settings, open_library: OpenLibrary) -> None:
    write(settings, "keep.txt", record(0))
    members = {"inner.txt": record(1), "deep/other.txt": record(2)}
    path = archive(settings, "thing.zip", members)
    with open_library(settings) as library:
        library.sync()
        path.unlink()
        for name, text in members.items():
            write(settings, f"thing.zip/{name}", text)
        with counted(library) as embedded:
            report = library.sync()
        assert (sorted(report.added), report.removed, embedded) == (
            ["thing.zip/deep/other.txt", "thing.zip/inner.txt"],
            ["thing.zip"],
            [],
        )
        assert_whole(library)
        for name in members:
            (path / name).unlink()
        (path / "deep").rmdir()
        path.rmdir()
        archive(settings, "thing.zip", members)
        with counted(library) as embedded:
            assert library.sync().added == ["thing.zip"]
        assert embedded == []
        assert statuses(library) == dict.fromkeys(
            ["keep.txt", "thing.zip", "thing.zip/inner.txt", "thing.zip/deep/other.txt"], "ready"
        )
        assert_whole(library)


def test_two_equal_files_are_embedded_once_and_listed_twice(settings: Settings, open_library: OpenLibrary) -> None:
    for name in ("a.txt", "b.txt", "sub/c.txt"):
        write(settings, name, record(1))
    with open_library(settings) as library:
        with counted(library) as embedded:
            assert sorted(library.sync().added) == ["a.txt", "b.txt", "sub/c.txt"]
        assert len(embedded) == 1
        assert library.index.count() == 3
        (settings.documents[0] / "a.txt").unlink()
        library.sync()
        assert found(library, record(1)) in ("b.txt", "sub/c.txt")
        assert_whole(library)


def test_of_a_changed_file_only_new_passages_are_embedded(settings: Settings, open_library: OpenLibrary) -> None:
    paragraphs = [f"{record(number)} {'It rained all day. ' * 15}" for number in range(12)]
    path = write(settings, "a.txt", "\n\n".join(paragraphs))
    with open_library(settings) as library:
        with counted(library) as embedded:
            library.sync()
        assert len(embedded) == library.index.count() >= 9
        path.write_text("\n\n".join([*paragraphs, "A last one about zyxbats. " * 9]))
        with counted(library) as embedded:
            assert library.sync() == SyncReport(changed=["a.txt"])
        assert 0 < len(embedded) <= 2
        path.write_text("\n\n".join(paragraphs))
        with counted(library) as embedded:
            library.sync()
        assert len(embedded) <= 1
        assert library.store.lexical("zyxbats", 1) == []
        assert_whole(library)


# While it is read.


def test_a_file_exchanged_while_it_is_read_is_never_kept_under_the_wrong_time(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "keep.txt", record(0))
    path = write(settings, "a.txt", record(1))
    read_all = Reader.read_all
    texts = [record(2), record(3)]

    def exchanged(self: Reader, file: Path) -> object:
        pieces = list(read_all(self, file))
        if file == path and texts:
            path.write_text(texts.pop(0))
        return iter(pieces)

    monkeypatch.setattr(Reader, "read_all", exchanged)
    with open_library(settings) as library:
        assert sorted(library.sync().added) == ["a.txt", "keep.txt"]
        assert library.store.text(library.store.document_id("a.txt") or 0).strip() == record(3)
        assert library.sync() == SyncReport(unchanged=2)


def test_a_file_that_never_rests_is_left_to_the_next_sync(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "keep.txt", record(0))
    path = write(settings, "log.txt", record(1))
    read_all = Reader.read_all

    def growing(self: Reader, file: Path) -> object:
        with file.open("a") as log:
            log.write("more\n" if file == path else "")
        return read_all(self, file)

    with open_library(settings) as library:
        with monkeypatch.context() as patch:
            patch.setattr(Reader, "read_all", growing)
            assert library.sync() == SyncReport(added=["keep.txt"], postponed=["log.txt"])
            assert statuses(library) == {"keep.txt": "ready", "log.txt": "pending"}
        assert library.sync() == SyncReport(added=["log.txt"], unchanged=1)


def test_files_that_go_while_they_are_read_are_not_listed(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "keep.txt", record(0))
    path = write(settings, "z.txt", record(1))
    read_all = Reader.read_all

    def going(self: Reader, file: Path) -> object:
        path.unlink(missing_ok=True)
        return read_all(self, file)

    with open_library(settings) as library:
        monkeypatch.setattr(Reader, "read_all", going)
        assert library.sync() == SyncReport(added=["keep.txt"], postponed=["z.txt"])
        assert statuses(library) == {"keep.txt": "ready"}
        assert library.sync() == SyncReport(unchanged=1)


def test_a_sync_ends_though_files_arrive_faster_than_they_are_read(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write_records(settings, 5)
    stop = threading.Event()

    def arrive() -> None:
        number = 100
        while not stop.wait(0.01):
            write(settings, f"{number}.txt", record(number))
            number += 1

    with open_library(settings) as library:
        thread = threading.Thread(target=arrive)
        thread.start()
        report = library.sync()
        stop.set()
        thread.join()
        assert 5 <= len(report.added) < len(list(settings.documents[0].iterdir()))
        library.sync()
        assert len(library.documents()) == len(list(settings.documents[0].iterdir()))
        assert_whole(library)


# Removing much.


def test_removing_more_than_a_share_asks_first(settings: Settings, open_library: OpenLibrary) -> None:
    write_records(settings, 30)
    with open_library(settings) as library:
        library.sync()
        before = library.store.files()
        for number in range(16):
            (settings.documents[0] / f"record-{number:04}.txt").unlink()
        write(settings, "new.txt", record(99))
        assert len(library.plan().removed) == 16
        with pytest.raises(
            RemovalError, match=r"would remove 16 of 30 documents, record-0000.txt first.*close the window.*--yes"
        ):
            library.sync()
        assert library.store.files() == before
        report = library.sync(force=True)
        assert (len(report.removed), report.added) == (16, ["new.txt"])
        assert_whole(library)


def test_removing_a_few_or_less_than_the_share_does_not_ask(settings: Settings, open_library: OpenLibrary) -> None:
    write_records(settings, 30)
    with open_library(settings) as library:
        library.sync()
        for number in range(15):
            (settings.documents[0] / f"record-{number:04}.txt").unlink()
        assert len(library.sync().removed) == 15
        for number in range(15, 25):
            (settings.documents[0] / f"record-{number:04}.txt").unlink()
        assert len(library.sync().removed) == 10


def test_an_emptied_folder_asks_even_for_one_document(settings: Settings, open_library: OpenLibrary) -> None:
    path = write(settings, "a.txt", record(1))
    with open_library(settings) as library:
        library.sync()
        path.unlink()
        with pytest.raises(FolderError, match="would remove 1 of 1"):
            library.sync()
        assert found(library, record(1)) == "a.txt"
        assert library.sync(force=True) == SyncReport(removed=["a.txt"])
        assert library.index.count() == 0
        with pytest.raises(FolderError, match="holds no files"):
            library.sync()


def test_an_unmounted_folder_of_several_keeps_its_documents(settings: Settings, open_library: OpenLibrary) -> None:
    write(settings, "a.txt", record(1))
    disk = settings.documents[0].with_name("disk")
    disk.mkdir()
    (disk / "b.txt").write_text(record(2))
    settings = settings.model_copy(update={"documents": (*settings.documents, disk)})
    with open_library(settings) as library:
        library.sync()
        (disk / "b.txt").unlink()
        report = library.sync()
        assert (report.removed, list(report.failed)) == ([], ["disk"])
        disk.rmdir()
        assert library.sync().removed == []
        assert found(library, record(2)) == "disk/b.txt"
        disk.mkdir()
        (disk / "b.txt").write_text(record(2))
        assert library.sync().removed == ["disk"]
        assert statuses(library) == {"documents/a.txt": "ready", "disk/b.txt": "ready"}


def test_an_emptied_folder_of_several_is_emptied_once_that_is_agreed_to(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "a.txt", record(1))
    disk = settings.documents[0].with_name("disk")
    disk.mkdir()
    (disk / "b.txt").write_text(record(2))
    settings = settings.model_copy(update={"documents": (*settings.documents, disk)})
    with open_library(settings) as library:
        library.sync()
        (disk / "b.txt").unlink()
        assert "--yes" in library.sync().failed["disk"]
        with pytest.raises(RemovalError, match="A rebuild would lose 1 document, disk"):
            check_rebuild(settings, library.store)
        assert library.sync(force=True).removed == ["disk/b.txt"]
        assert statuses(library) == {"documents/a.txt": "ready", "disk": "failed"}
        # A folder that is not there is another matter.
        disk.rmdir()
        (settings.documents[0] / "a.txt").unlink()
        with pytest.raises(FolderError, match="does not exist"):
            library.sync(force=True)


# The dry run.


def test_a_plan_says_everything_and_changes_nothing(settings: Settings, open_library: OpenLibrary) -> None:
    for number, name in enumerate(("keep", "change", "gone", "old", "touch")):
        write(settings, f"{name}.txt", record(number))
    with open_library(settings) as library:
        library.sync()
        state = {path: path.stat().st_mtime_ns for path in settings.state_folder.rglob("*")}
        folder = settings.documents[0]
        write(settings, "change.txt", record(10) + " Longer.")
        (folder / "gone.txt").unlink()
        (folder / "old.txt").rename(folder / "new.txt")
        os.utime(folder / "touch.txt", ns=(1, 1))
        write(settings, "added.txt", record(11) * 2)
        write(settings, "large.txt", "x" * 2_000_000)
        os.mkfifo(folder / "pipe")
        library.settings = settings.model_copy(update={"file_megabytes": 1.0})
        for _ in range(2):
            plan = library.plan()
            assert sorted(plan.added) == ["added.txt", "large.txt", "pipe"]
            assert plan.changed == ("change.txt",)
            assert plan.renamed == {"old.txt": "new.txt"}
            assert plan.removed == ("gone.txt",)
            assert set(plan.refused) == {"large.txt", "pipe"}
            assert "QA_FILE_MEGABYTES" in plan.refused["large.txt"]
            assert plan.unchanged == 2
        assert {path: path.stat().st_mtime_ns for path in settings.state_folder.rglob("*")} == state
        report = library.sync()
        assert (report.added, report.changed, report.renamed, report.removed, report.unchanged) == (
            ["added.txt"],
            ["change.txt"],
            ["new.txt"],
            ["gone.txt"],
            2,
        )
        assert report.failed == plan.refused


def test_what_patterns_leave_out_leaves_the_library(settings: Settings, open_library: OpenLibrary) -> None:
    write_records(settings, 3)
    write(settings, "drafts/a.txt", record(10))
    with open_library(settings) as library:
        library.sync()
    with open_library(settings.model_copy(update={"exclude": ("drafts/",)})) as library:
        assert library.sync() == SyncReport(removed=["drafts/a.txt"], unchanged=3)


# Archives.


def test_members_of_an_archive_are_documents(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "keep.txt", record(0))
    archive(
        settings, "box.zip", {"a.txt": record(1), "deep/b.md": "# Head\n\n" + record(2), "broken.pdf": "%PDF-1.7"}
    )
    with open_library(settings) as library:
        report = library.sync()
        assert sorted(report.added) == ["box.zip", "keep.txt"]
        assert list(report.failed) == ["box.zip/broken.pdf"]
        assert statuses(library) == {
            "keep.txt": "ready",
            "box.zip": "ready",
            "box.zip/a.txt": "ready",
            "box.zip/deep/b.md": "ready",
            "box.zip/broken.pdf": "failed",
        }
        assert {e.path for e in library.documents() if e.document.startswith("box")} == {
            str(settings.documents[0] / "box.zip")
        }
        assert found(library, record(2)) == "box.zip/deep/b.md"
        assert not library.has_changed("box.zip/a.txt")
        with readings(monkeypatch) as read:
            assert library.sync() == SyncReport(unchanged=2)
        assert read == [], "an unchanged archive is not opened"
        assert_whole(library)


def test_an_archive_is_followed_through_change_rename_and_removal(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "keep.txt", record(0))
    path = archive(settings, "box.zip", {"a.txt": record(1), "b.txt": record(2)})
    with open_library(settings) as library:
        library.sync()
        archive(settings, "box.zip", {"a.txt": record(1), "c.txt": record(2), "d.txt": record(3)})
        assert library.has_changed("box.zip/a.txt")
        with counted(library) as embedded:
            assert library.sync() == SyncReport(changed=["box.zip"], unchanged=1)
        assert len(embedded) == 1, "equal members are not embedded again"
        assert found(library, record(2)) == "box.zip/c.txt"
        assert "box.zip/b.txt" not in statuses(library)
        path.rename(path.with_name("crate.zip"))
        with readings(monkeypatch) as read:
            assert library.sync() == SyncReport(renamed=["crate.zip"], unchanged=1)
        assert read == []
        assert found(library, record(3)) == "crate.zip/d.txt"
        assert library.plan().unchanged == 2
        assert_whole(library)
        path.with_name("crate.zip").unlink()
        assert library.sync() == SyncReport(removed=["crate.zip"], unchanged=1)
        assert statuses(library) == {"keep.txt": "ready"}
        assert_whole(library)


def test_an_archive_interrupted_halfway_is_read_again_without_ghosts(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(settings, "box.zip", {f"{n}.txt": record(n) for n in range(6)})
    read_all = Reader.read_all

    def halfway(self: Reader, file: Path) -> Iterator[object]:
        for number, piece in enumerate(read_all(self, file)):
            if number == 3:
                raise KeyboardInterrupt
            yield piece

    with open_library(settings) as library:
        with monkeypatch.context() as patch:
            patch.setattr(Reader, "read_all", halfway)
            with pytest.raises(KeyboardInterrupt):
                library.sync()
        assert statuses(library).get("box.zip") == "pending"
        library.sync()
        assert len(library.documents()) == 7
        assert library.index.count() == 6
        assert_whole(library)


def test_an_archive_rewritten_while_it_is_read_leaves_no_ghosts(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(settings, "box.zip", {"a.txt": record(1), "b.txt": record(2)})
    read_all = Reader.read_all
    later = [{"a.txt": record(1), "c.txt": record(3)}]
    # All of it in one group, as when the embedder is busy with what came before.
    monkeypatch.setattr(Ingestion, "_groups", lambda self, reading, progress: iter([list(pieces_of(reading))]))

    def rewritten(self: Reader, file: Path) -> Iterator[object]:
        yield from read_all(self, file)
        if later:
            archive(settings, path.name, later.pop())

    monkeypatch.setattr(Reader, "read_all", rewritten)
    with open_library(settings) as library:
        library.sync()
        assert set(statuses(library)) == {"box.zip", "box.zip/a.txt", "box.zip/c.txt"}
        assert library.index.count() == library.store.passage_count() == 2
        assert found(library, record(3)) == "box.zip/c.txt"
        assert library.index.problem() is None
        assert_whole(library)


def pieces_of(reading: Reading) -> Iterator[Piece]:
    while not reading.pieces.over:
        if (piece := reading.pieces.take(0.1)) is not None:
            yield piece


# Removing by hand.


def test_a_folder_and_an_archive_can_be_removed_and_restored(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "keep.txt", record(0))
    write(settings, "drafts/a.txt", record(1))
    write(settings, "drafts/deep/b.txt", record(2))
    write(settings, "drafts2/c.txt", record(3))
    archive(settings, "box.zip", {"d.txt": record(4), "e.txt": record(5)})
    with open_library(settings) as library:
        library.sync()
        assert library.remove("drafts/") == ["drafts/a.txt", "drafts/deep/b.txt"]
        assert library.remove("box.zip") == ["box.zip", "box.zip/d.txt", "box.zip/e.txt"]
        write(settings, "drafts/new.txt", record(6))
        for _ in range(2):
            assert library.sync() == SyncReport(unchanged=2)
        assert set(statuses(library)) == {"keep.txt", "drafts2/c.txt"}
        assert_whole(library)
        with pytest.raises(Exception, match="was removed with 'drafts'"):
            library.restore("drafts/a.txt")
        library.restore("drafts")
        library.restore("box.zip")
        assert len(library.sync().added) == 4
        assert found(library, record(5)) == "box.zip/e.txt"
        assert_whole(library)


def test_a_member_can_be_removed_and_restored(settings: Settings, open_library: OpenLibrary) -> None:
    archive(settings, "box.zip", {"d.txt": record(4), "e.txt": record(5)})
    with open_library(settings) as library:
        library.sync()
        assert library.remove("box.zip/d.txt") == ["box.zip/d.txt"]
        archive(settings, "box.zip", {"d.txt": record(4), "e.txt": record(5), "f.txt": record(6)})
        library.sync()
        assert set(statuses(library)) == {"box.zip", "box.zip/e.txt", "box.zip/f.txt"}
        library.restore("box.zip/d.txt")
        assert statuses(library)["box.zip"] == "pending"
        library.sync()
        assert found(library, record(4)) == "box.zip/d.txt"
        assert_whole(library)


def test_what_is_removed_while_it_is_read_does_not_come_back(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write_records(settings, 60)
    with open_library(settings) as library:
        began = threading.Event()
        thread = threading.Thread(target=lambda: library.sync(lambda *_: began.set()))
        thread.start()
        began.wait()
        library.remove("record-0059.txt")
        library.remove("record-0000.txt")
        thread.join()
        assert {"record-0059.txt", "record-0000.txt"}.isdisjoint(statuses(library))
        assert len(library.documents()) == 58
        assert_whole(library)


def test_the_index_is_not_written_while_its_files_are_wiped(settings: Settings, open_library: OpenLibrary) -> None:
    write_records(settings, 3)
    with open_library(settings) as library:
        library.sync()
        held = []
        wipe = library.index.wipe

        def watched() -> None:
            other = threading.Thread(target=lambda: held.append(not library._writing.acquire(blocking=False)))
            other.start()
            other.join()
            wipe()

        library.index.wipe = watched  # type: ignore[method-assign]
        library.remove("record-0000.txt")
        assert held == [True]


# Beside other things.


def test_a_first_question_is_answered_while_the_rest_is_read(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write_records(settings, 300)
    seen = []
    with open_library(settings) as library:
        assert (library.coverage().ready, library.coverage().total) == (0, 0)
        thread = threading.Thread(target=library.sync)
        thread.start()
        while thread.is_alive():
            coverage = library.coverage()
            if 0 < coverage.ready < 300 and found(library, record(1)):
                seen.append(coverage)
            time.sleep(0.01)
        # Between a document and its count there is a moment.
        assert seen and all(abs(coverage.total - 300) <= 2 for coverage in seen)
        assert (library.coverage().ready, library.coverage().total) == (300, 300)


def test_a_changed_file_that_is_read_again_is_counted_once(settings: Settings, open_library: OpenLibrary) -> None:
    write_records(settings, 3)
    write(settings, "broken.pdf", "%PDF-1.7 no more")
    embedding, go_on = threading.Event(), threading.Event()

    class Held:
        dimensions = 384

        def passages(self, texts: Sequence[str]) -> object:
            embedding.set()
            assert go_on.wait(20)
            return embedder.passages(texts)

    with open_library(settings) as library:
        library.sync()
        write(settings, "record-0001.txt", record(17))
        embedder, library.embedder = library.embedder, Held()  # type: ignore[assignment]
        thread = threading.Thread(target=library.sync)
        thread.start()
        assert embedding.wait(20)
        assert library.coverage() == Coverage(3, 3)
        go_on.set()
        thread.join()
        assert library.coverage() == Coverage(3, 3)
        go_on.clear()
        embedding.clear()
        write(settings, "new.txt", record(18))
        (settings.documents[0] / "broken.pdf").write_text("%PDF-1.7 still no more")
        thread = threading.Thread(target=library.sync)
        thread.start()
        assert embedding.wait(20)
        assert library.coverage().ready == 3 and library.coverage().total in (4, 5)
        go_on.set()
        thread.join()
        assert library.coverage() == Coverage(4, 4)


def test_a_reading_interrupted_as_it_begins_leaves_no_process(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_records(settings, 3)
    children = []
    start = Reader.start

    def started(self: Reader) -> None:
        start(self)
        assert self._worker is not None
        children.append(self._worker.process)

    def interrupted(characters: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Reader, "start", started)
    monkeypatch.setattr("qa.library.reading.prepare", interrupted)
    with open_library(settings) as library, pytest.raises(KeyboardInterrupt):
        library.sync()
    assert children and all(child.poll() is not None for child in children)
    assert not [thread for thread in threading.enumerate() if thread.name in ("read", "commit")]


def test_files_are_read_while_others_are_embedded(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_records(settings, 15)
    spent: dict[str, list[tuple[float, float]]] = {"reading": [], "embedding": []}
    read_all, step = Reader.read_all, 0.1

    def slowly(self: Reader, file: Path) -> object:
        began = time.monotonic()
        pieces = list(read_all(self, file))
        time.sleep(step)
        spent["reading"].append((began, time.monotonic()))
        return iter(pieces)

    class Slow:
        dimensions = 384

        def passages(self, texts: Sequence[str]) -> object:
            began = time.monotonic()
            time.sleep(step * len(texts))
            vectors = embedder.passages(texts)
            spent["embedding"].append((began, time.monotonic()))
            return vectors

    with open_library(settings) as library:
        embedder, library.embedder = library.embedder, Slow()  # type: ignore[assignment]
        monkeypatch.setattr(Reader, "read_all", slowly)
        library.sync()
    both = sum(
        max(0.0, min(read[1], embedded[1]) - max(read[0], embedded[0]))
        for read in spent["reading"]
        for embedded in spent["embedding"]
    )
    # One after the other, they would have no moment in common.
    assert both > 0.3, (both, spent)


def test_two_syncs_at_once_wait_for_each_other(settings: Settings, open_library: OpenLibrary) -> None:
    write_records(settings, 40)
    reports: list[SyncReport] = []
    with open_library(settings) as library:
        threads = [threading.Thread(target=lambda: reports.append(library.sync())) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted((len(report.added), report.unchanged) for report in reports) == [(0, 40), (0, 40), (40, 0)]
        assert_whole(library)


def test_an_error_of_the_progress_ends_all_threads(settings: Settings, open_library: OpenLibrary) -> None:
    write_records(settings, 200)

    class EnoughError(Exception):
        pass

    def enough(stage: str, done: int, total: int, detail: str = "") -> None:
        if done:
            raise EnoughError

    with open_library(settings) as library:
        with pytest.raises(EnoughError):
            library.sync(enough)
        assert not [thread for thread in threading.enumerate() if thread.name in ("read", "commit")]
        assert 0 < library.coverage().ready < 200
        assert_whole(library)


def test_progress_names_the_file_the_speed_and_the_time_left(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.library.ingesting.RATED_AFTER", 0.1)
    monkeypatch.setattr("qa.library.ingesting.GUESSED_AFTER", 0.1)
    for number in range(60):
        write(settings, f"{number}.txt", f"{record(number)} {'It rained all day. ' * 100}")
    said = []
    with open_library(settings) as library:
        library.sync(lambda stage, done, total, detail="": said.append((stage, done, total, detail)))
    assert said[0] == ("reading documents", 0, 60, "0.txt")
    assert said[-1] == ("reading documents", 60, 60, "")
    assert [done for _, done, _, _ in said] == sorted(done for _, done, _, _ in said)
    assert any("passages/s · " in detail and detail.endswith(" left") for *_, detail in said), said[-5:]


def test_a_resync_of_many_unchanged_files_takes_no_time(settings: Settings, open_library: OpenLibrary) -> None:
    write(settings, "a.txt", record(1))
    with open_library(settings) as library:
        library.sync()
        for number in range(1000):
            os.close(os.open(settings.documents[0] / f"{number}.txt", os.O_CREAT))
        began = time.process_time()
        library.sync()
        read = time.process_time() - began
        began = time.process_time()
        assert library.sync() == SyncReport(unchanged=1001)
        seconds = time.process_time() - began
        assert seconds < read / 5, f"{seconds:.2f} s for 1,000 files that took {read:.2f} s to read"


def test_the_time_left_is_not_said_while_it_would_be_a_guess() -> None:
    assert seconds_left(5.0, 500, 1000) is None, "too early"
    assert seconds_left(60.0, 10, 1000) is None, "too little of it"
    assert seconds_left(60.0, 0, 0) is None
    assert seconds_left(60.0, 250, 1000) == 180.0


@pytest.mark.skipif(sys.platform == "win32", reason="a program of two lines")
def test_a_sync_without_a_process_to_read_is_one_error_and_blames_no_file(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(settings, "a.txt", record(1))
    python = settings.documents[0].parent / "python"
    python.write_text("#!/bin/sh\nexit 3\n")
    python.chmod(0o700)
    with open_library(settings) as library:
        library.sync()
        path.write_text(record(2))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", str(python))
            with pytest.raises(FootnoteError, match="cannot be started"):
                library.sync()
        assert found(library, record(1)) == "a.txt"
        assert library.sync() == SyncReport(changed=["a.txt"])
