"""A folder kept in step with the store and the index, through every way a folder can change and a sync can end."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from conftest import OpenLibrary

from qa.catalogue import UnknownDocumentError
from qa.config import ROOT, Settings
from qa.folder import FolderError
from qa.library import Library, SyncReport
from qa.state import INDEX_MARKER, STORE_FILE
from qa.store import Store, StoreError

CREATURES = ["otter", "heron", "badger", "plover", "marten", "beaver", "lapwing", "polecat", "dunlin", "stoat"]
PLACES = ["weir", "orchard", "museum", "quarry", "harbour", "chapel", "mill", "viaduct", "meadow", "signal box"]


def write(settings: Settings, name: str, text: str) -> Path:
    path = settings.documents[0] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def record(number: int) -> str:
    """A small document, with a word that no other has."""
    creature, place = CREATURES[number % 10], PLACES[number // 10 % 10]
    return f"Record {number}. On day {number} a {creature} was seen at the {place}. Its mark was quux{number}x."


def write_records(settings: Settings, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        write(settings, f"record-{number:04}.txt", record(number))


def found(library: Library, question: str) -> str | None:
    """The document of the nearest passage."""
    ids = library.index.nearest(library.embedder.question(question), 1)
    return library.store.passages(ids)[0].document if ids else None


def assert_whole(library: Library) -> None:
    """Store, full-text index and vector index hold the same passages; each tile of each document once."""
    store = library.store
    ids = [passage_id for batch, _ in store.vectors() for passage_id in batch]
    assert library.index.count() == len(ids)
    if ids:
        assert sorted(library.index.nearest(library.embedder.question("x"), len(ids))) == ids
    passages = store.passages(ids)
    for document in {passage.document_id for passage in passages}:
        own = [passage for passage in passages if passage.document_id == document]
        assert "".join(passage.text for passage in sorted(own, key=lambda p: p.start)) == store.text(document)
    for passage in random.Random(1).sample(passages, min(40, len(passages))):
        assert passage.id in store.lexical(passage.text, len(ids))


@contextmanager
def opened_files() -> Iterator[list[str]]:
    """Every path that this process opens meanwhile."""
    opened: list[str] = []
    watching = [True]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open":
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    yield opened
    watching.clear()


# What one sync does.


def test_a_new_folder_is_read_and_answers(settings: Settings, open_library: OpenLibrary) -> None:
    write(settings, "pump.txt", "The pump starts at a pressure of 3 bar.")
    write(settings, "deep/er/leave.md", "# Leave\n\nAnnual leave is 27 days.")
    write(settings, "museum.html", "<h1>Museum</h1><p>It is closed on Mondays.</p>")
    with open_library(settings) as library:
        assert library.sync() == SyncReport(added=["museum.html", "pump.txt", "deep/er/leave.md"])
        assert found(library, "How many holidays do I have?") == "deep/er/leave.md"
        assert found(library, "Can I visit the museum on Monday?") == "museum.html"
        assert {entry.status for entry in library.documents()} == {"ready"}
        assert_whole(library)


def test_unchanged_files_are_not_opened(settings: Settings, open_library: OpenLibrary) -> None:
    write_records(settings, 20)
    write(settings, "broken.pdf", "%PDF-1.7 no more")
    with open_library(settings) as library:
        library.sync()
        revision = library.store.revision()
        with opened_files() as opened:
            assert library.sync() == SyncReport(unchanged=21)
        assert [path for path in opened if str(settings.documents[0]) in path] == []
        assert library.store.revision() == revision


def test_a_changed_file_is_replaced_whole(settings: Settings, open_library: OpenLibrary) -> None:
    write(settings, "keep.txt", "Annual leave is 27 days.")
    write(settings, "a.txt", "The pump starts at 3 bar.\n\n" * 80)
    with open_library(settings) as library:
        library.sync()
        write(settings, "a.txt", "Ropes were made in the long hall.")
        assert library.sync() == SyncReport(changed=["a.txt"], unchanged=1)
        assert library.store.lexical("pump", 5) == []
        assert found(library, "At which pressure does the pump start?") is not None
        assert library.index.count() == 2
        assert_whole(library)


def test_a_deleted_file_leaves_no_ghost(settings: Settings, open_library: OpenLibrary) -> None:
    write(settings, "keep.txt", "Annual leave is 27 days.")
    path = write(settings, "a.txt", "The zyxwombat starts at 3 bar.")
    with open_library(settings) as library:
        library.sync()
        path.unlink()
        assert library.sync() == SyncReport(removed=["a.txt"], unchanged=1)
        assert found(library, "zyxwombat") == "keep.txt"
        assert library.store.lexical("zyxwombat", 5) == []
        assert [entry.document for entry in library.documents()] == ["keep.txt"]
        assert_whole(library)
    assert b"zyxwombat" not in (settings.state_folder / STORE_FILE).read_bytes()


def test_a_renamed_file_keeps_its_passages_and_vectors(settings: Settings, open_library: OpenLibrary) -> None:
    path = write(settings, "a.txt", record(1))
    write(settings, "b.txt", record(2))
    with open_library(settings) as library:
        library.sync()
        before = [(ids, vectors.tolist()) for ids, vectors in library.store.vectors()]
        revision = library.store.revision()
        (settings.documents[0] / "moved").mkdir()
        path.rename(settings.documents[0] / "moved" / "c.txt")
        assert library.sync() == SyncReport(renamed=["moved/c.txt"], unchanged=1)
        assert [(ids, vectors.tolist()) for ids, vectors in library.store.vectors()] == before
        assert library.store.revision() == revision
        assert found(library, record(1)) == "moved/c.txt"
        assert_whole(library)


def test_a_new_suffix_is_another_reading(settings: Settings, open_library: OpenLibrary) -> None:
    path = write(settings, "page.txt", "# Museum\n\nIt is closed on Mondays.")
    with open_library(settings) as library:
        assert library.sync() == SyncReport(added=["page.txt"])
        path.rename(path.with_suffix(".md"))
        assert library.sync() == SyncReport(added=["page.md"], removed=["page.txt"])
        document = library.store.document(library.store.document_id("page.md") or 0)
        assert [heading.title for heading in document.headings] == ["Museum"]


def test_two_files_that_change_places_are_both_right(settings: Settings, open_library: OpenLibrary) -> None:
    one, two = write(settings, "a.txt", record(1)), write(settings, "b.txt", record(2) + " More.")
    with open_library(settings) as library:
        library.sync()
        one.rename(settings.documents[0] / "c.txt")
        two.rename(settings.documents[0] / "a.txt")
        (settings.documents[0] / "c.txt").rename(settings.documents[0] / "b.txt")
        revision = library.store.revision()
        assert library.sync() == SyncReport(renamed=["a.txt", "b.txt"])
        assert library.store.revision() == revision, "nothing was embedded again"
        assert found(library, record(1)) == "b.txt"
        assert found(library, record(2)) == "a.txt"
        assert_whole(library)


def test_identical_copies_are_documents_of_their_own(settings: Settings, open_library: OpenLibrary) -> None:
    write(settings, "a.txt", record(1))
    write(settings, "b.txt", record(1))
    with open_library(settings) as library:
        library.sync()
        write(settings, "c.txt", record(1))
        assert library.sync() == SyncReport(added=["c.txt"], unchanged=2)
        assert library.index.count() == 3
        vectors = np.concatenate([vectors for _, vectors in library.store.vectors()])
        assert np.allclose(vectors, vectors[0], atol=1e-2)
        (settings.documents[0] / "a.txt").unlink()
        assert library.sync() == SyncReport(removed=["a.txt"], unchanged=2)
        assert found(library, record(1)) in {"b.txt", "c.txt"}
        assert_whole(library)


def test_a_touched_file_is_not_read_again(settings: Settings, open_library: OpenLibrary) -> None:
    path = write(settings, "a.txt", record(1))
    with open_library(settings) as library:
        library.sync()
        revision = library.store.revision()
        os.utime(path, ns=(1, 1))
        assert [entry.status for entry in library.documents()] == ["pending"]
        assert library.sync() == SyncReport(unchanged=1)
        assert library.store.revision() == revision
        with opened_files() as opened:
            library.sync()
        assert str(path) not in opened


# Files and folders that cannot be read.


def test_unreadable_files_are_listed_with_their_reason_and_stop_nothing(
    settings: Settings, open_library: OpenLibrary, tmp_path: Path
) -> None:
    write(settings, "a-good.txt", record(1))
    write(settings, "empty.txt", "")
    (settings.documents[0] / "junk.txt").write_bytes(random.Random(1).randbytes(5000))
    write(settings, "broken.pdf", "%PDF-1.7 no more")
    (settings.documents[0] / "fake.docx").write_bytes(b"PK\x03\x04 no archive")
    write(settings, "z-good.txt", record(2))
    os.mkfifo(settings.documents[0] / "pipe.txt")
    (settings.documents[0] / "link.txt").symlink_to(tmp_path / "settings")
    with open_library(settings) as library:
        report = library.sync()
        assert report.added == ["a-good.txt", "z-good.txt"]
        assert set(report.failed) == {
            *("empty.txt", "junk.txt", "broken.pdf", "fake.docx", "pipe.txt", "link.txt")
        }
        listed = {entry.document: entry for entry in library.documents()}
        for name, reason in report.failed.items():
            assert (listed[name].status, listed[name].reason) == ("failed", reason)
            assert len(reason) > 10
        assert library.index.count() == 2
        assert library.sync() == SyncReport(unchanged=8)


def test_a_file_replaced_by_an_unreadable_one_is_forgotten(settings: Settings, open_library: OpenLibrary) -> None:
    path = write(settings, "a.pdf.txt", record(1))
    write(settings, "b.txt", record(2))
    with open_library(settings) as library:
        library.sync()
        path.write_bytes(b"\x00\x01\x02" * 2000)
        report = library.sync()
        assert list(report.failed) == ["a.pdf.txt"]
        assert (report.added, report.changed, report.unchanged) == ([], [], 1)
        assert library.store.lexical("quux1x", 5) == []
        assert found(library, record(1)) == "b.txt"
        path.write_text(record(3))
        assert library.sync() == SyncReport(changed=["a.pdf.txt"], unchanged=1)
        assert found(library, record(3)) == "a.pdf.txt"
        assert_whole(library)


def test_a_file_without_permission_is_read_once_it_is_given(
    settings: Settings, open_library: OpenLibrary, permissions_apply: None
) -> None:
    path = write(settings, "a.txt", record(1))
    write(settings, "b.txt", record(2))
    path.chmod(0)
    with open_library(settings) as library:
        reason = "cannot be opened: Permission denied. Give yourself the right to read it."
        for _ in range(2):
            assert library.sync().failed == {"a.txt": reason}
            assert next((entry.status, entry.reason) for entry in library.documents()) == ("failed", reason)
        path.chmod(0o600)
        assert library.sync() == SyncReport(changed=["a.txt"], unchanged=1)
        assert_whole(library)


def test_what_failed_under_a_limit_is_tried_again_under_another(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "long.txt", record(1) * 50)
    write(settings, "b.txt", record(2))
    narrow = settings.model_copy(update={"text_characters": 1000})
    with open_library(narrow) as library:
        assert "QA_TEXT_CHARACTERS" in library.sync().failed["long.txt"]
        assert library.sync() == SyncReport(unchanged=2)
    with open_library(settings) as library:
        assert [entry.status for entry in library.documents()] == ["ready", "pending"]
        assert library.sync() == SyncReport(changed=["long.txt"], unchanged=1)
        assert_whole(library)


@pytest.mark.parametrize("trouble", ["missing", "empty", "file", "unreadable"])
def test_a_documents_folder_in_trouble_changes_nothing(
    trouble: str, settings: Settings, open_library: OpenLibrary, permissions_apply: None
) -> None:
    write_records(settings, 3)
    aside = settings.documents[0].with_name("aside")
    with open_library(settings) as library:
        library.sync()
        before = library.store.files()
        settings.documents[0].rename(aside)
        if trouble == "file":
            settings.documents[0].touch()
        elif trouble != "missing":
            settings.documents[0].mkdir(mode=0 if trouble == "unreadable" else 0o700)
        for call in (library.sync, library.documents, lambda: library.remove("nowhere.txt")):
            with pytest.raises(FolderError, match="--documents DIR"):
                call()
        assert library.store.files() == before
        assert library.index.count() == 3


def test_documents_below_a_folder_that_cannot_be_listed_are_kept(
    settings: Settings, open_library: OpenLibrary, permissions_apply: None
) -> None:
    write(settings, "a.txt", record(1))
    path = write(settings, "locked/b.txt", record(2))
    write(settings, "locked/c.txt", record(3))
    with open_library(settings) as library:
        library.sync()
        library.remove("locked/c.txt")
        path.parent.chmod(0)
        assert library.sync() == SyncReport(
            failed={"locked": "is a folder that cannot be opened: Permission denied. Allow reading it."},
            unchanged=1,
        )
        assert found(library, record(2)) == "locked/b.txt"
        path.parent.chmod(0o700)
        assert library.sync() == SyncReport(removed=["locked"], unchanged=2)
        assert_whole(library)


def test_odd_names_live_like_others(settings: Settings, open_library: OpenLibrary) -> None:
    names = [
        os.fsdecode(b"odd\xff.txt"),
        "two\nlines.txt",
        "caf\u00e9.txt",
        "cafe\u0301.txt",
        "-rf.txt",
        "100 %?#.txt",
    ]
    for number, name in enumerate(names):
        write(settings, name, record(number))
    with open_library(settings) as library:
        assert len(library.sync().added) == len(names)
        assert library.sync() == SyncReport(unchanged=len(names))
        for entry in library.documents():
            json.dumps([entry.document, entry.path], ensure_ascii=False).encode()
        assert found(library, record(0)) == "odd\\xff.txt"
        assert found(library, record(2)) == "caf\u00e9.txt"
        assert found(library, record(3)) == "cafe\u0301.txt"
        library.remove("odd\\xff.txt")
        (settings.documents[0] / names[1]).unlink()
        assert library.sync() == SyncReport(removed=["two\nlines.txt"], unchanged=4)
        assert_whole(library)


def test_a_state_folder_inside_the_documents_folder_is_not_read(
    settings: Settings, open_library: OpenLibrary
) -> None:
    settings = settings.model_copy(update={"state": settings.documents[0] / "state"})
    write(settings, "a.txt", record(1))
    for _ in range(2):
        with open_library(settings) as library:
            library.sync()
            assert [entry.document for entry in library.documents()] == ["a.txt"]


def test_a_document_longer_than_a_group_is_embedded_with_progress(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "long.txt", "\n\n".join(record(number) for number in range(300)))
    settings = settings.model_copy(update={"passage_characters": 100})
    stages = []
    with open_library(settings) as library:
        library.sync(lambda stage, done, total, detail="": stages.append((stage, done, total, detail)))
        count = library.index.count()
        assert count > 256
        assert ("embedding passages", 256, count, "long.txt") in stages
        assert stages[0] == ("reading documents", 0, 1, "long.txt")
        assert stages[-1] == ("reading documents", 1, 1, "")
        assert_whole(library)


# Removing and restoring.


def test_a_removed_document_stays_away_until_it_is_restored(settings: Settings, open_library: OpenLibrary) -> None:
    path = write(settings, "a.txt", record(1))
    write(settings, "b.txt", record(2))
    with open_library(settings) as library:
        library.sync()
        library.remove("a.txt")
        path.write_text(record(1) + " Changed.")
        assert library.sync() == SyncReport(unchanged=1)
        assert found(library, record(1)) == "b.txt"
        assert [entry.document for entry in library.documents()] == ["b.txt"]
        assert path.exists()
    with open_library(settings) as library:
        library.restore("a.txt")
        assert next((entry.document, entry.status) for entry in library.documents()) == ("a.txt", "pending")
        assert library.sync() == SyncReport(added=["a.txt"], unchanged=1)
        assert found(library, record(1)) == "a.txt"
        assert_whole(library)


def test_nothing_of_a_removed_document_stays_in_the_state_folder(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "a.txt", "The zyxwombat sleeps in the orchard. " * 50)
    write_records(settings, 5)
    with open_library(settings) as library:
        library.sync()
        library.remove("a.txt")
    for path in settings.state_folder.rglob("*"):
        assert path.is_dir() or b"wombat" not in path.read_bytes(), path


def test_a_removal_is_forgotten_when_the_file_goes(settings: Settings, open_library: OpenLibrary) -> None:
    path = write(settings, "a.txt", record(1))
    write(settings, "b.txt", record(2))
    with open_library(settings) as library:
        library.sync()
        library.remove("a.txt")
        path.unlink()
        library.sync()
        write(settings, "a.txt", record(3))
        assert library.sync() == SyncReport(added=["a.txt"], unchanged=1)


def test_a_file_can_be_removed_before_it_is_read(settings: Settings, open_library: OpenLibrary) -> None:
    write(settings, "a.txt", record(1))
    write(settings, "b.txt", record(2))
    with open_library(settings) as library:
        library.remove("a.txt")
        assert library.sync() == SyncReport(added=["b.txt"])


def test_a_name_may_be_typed_with_its_accents_composed_otherwise(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "cafe\u0301.txt", record(1))
    write(settings, "b.txt", record(2))
    with open_library(settings) as library:
        library.sync()
        library.remove("caf\u00e9.txt")
        assert list(library.store.files()) == ["b.txt"]
        library.restore("caf\u00e9.txt")
        assert library.sync().added == ["cafe\u0301.txt"]


def test_names_that_are_not_there_are_errors_that_say_where_to_look(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "a.txt", record(1))
    with open_library(settings) as library:
        library.sync()
        with pytest.raises(UnknownDocumentError, match=r"no document 'b.txt'. `python -m qa documents` lists"):
            library.remove("b.txt")
        with pytest.raises(UnknownDocumentError, match=r"'a.txt' was not removed"):
            library.restore("a.txt")


# Another embedding.


@pytest.mark.parametrize("change", [{"embedding": "another-model"}, {"passage_characters": 300}])
def test_another_embedding_is_refused_with_the_command_that_rebuilds(
    change: dict[str, object], settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "a.txt", record(1))
    with open_library(settings) as library:
        library.sync()
    changed = settings.model_copy(update=change)
    with pytest.raises(StoreError, match="python -m qa sync --rebuild") as caught, open_library(changed):
        pass
    assert str(settings.documents[0]) in str(caught.value)
    assert str(settings.state_folder) in str(caught.value)
    with open_library(settings) as library:
        assert library.sync() == SyncReport(unchanged=1)


def test_the_command_that_rebuilds_does_as_it_is_told(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_records(settings, 3)
    write(settings, "long.txt", "\n\n".join(record(number) for number in range(9)))
    with open_library(settings) as library:
        library.sync()
        library.remove("record-0001.txt")
        before = library.index.count()
    monkeypatch.setenv("QA_PASSAGE_CHARACTERS", "150")
    refused = command_line(settings, "sync")
    assert refused.returncode == 2
    (command,) = [line for line in refused.stderr.splitlines() if "--rebuild" in line]
    assert command.split()[:3] == ["python", "-m", "qa"]
    rebuilt = command_line(settings, *command.split()[3:])
    assert (rebuilt.returncode, rebuilt.stdout) == (0, "3 added, 0 unchanged, 0 failed.\n")
    with open_library(settings.model_copy(update={"passage_characters": 150})) as library:
        assert library.index.count() > before
        assert library.sync() == SyncReport(unchanged=3)
        assert_whole(library)


# Interruptions, by real processes.


def environment(settings: Settings) -> dict[str, str]:
    own = {"QA_DOCUMENTS": settings.documents[0], "QA_STATE": settings.state_folder, "QA_MODELS": settings.models}
    return {**os.environ, **{name: str(value) for name, value in own.items()}, "QA_THREADS": "2", "COLUMNS": "500"}


def command_line(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "qa", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(settings), capture_output=True, text=True)


@contextmanager
def syncing(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "qa", "sync"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(settings), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


def committed(settings: Settings) -> set[str]:
    """Names of the documents that any process would find in the store now."""
    with closing(Store(settings.state_folder / STORE_FILE, read_only=True)) as store:
        return {entry.document for entry in store.catalogue() if entry.status == "ready"}


def wait_until_more(settings: Settings, process: subprocess.Popen[str], count: int) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and len(committed(settings)) <= count:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_kills_at_any_time_lose_nothing_that_was_committed(settings: Settings, open_library: OpenLibrary) -> None:
    chance = random.Random(5)
    edited: set[str] = set()
    write_records(settings, 700)
    for turn in range(5):
        before = committed(settings)
        with syncing(settings) as process:
            started = time.monotonic()
            wait_until_more(settings, process, len(before))
            # A fast machine is killed as early in its work as a slow one.
            time.sleep(chance.random() * 0.1 * (time.monotonic() - started))
            process.send_signal(signal.SIGKILL)
            process.wait()
        kept = committed(settings)
        assert kept > before
        stages: set[str] = set()
        with open_library(settings, lambda stage, *_, stages=stages: stages.add(stage)) as library:
            assert stages == {"rebuilding the index"}
            assert library.store.files().keys() == kept
            assert_whole(library)
            unedited = sorted(kept - edited)
            for name in chance.sample(unedited, min(5, len(unedited))):
                assert found(library, record(int(name[7:11]))) == name
        # So that the next sync also replaces.
        edited.add(chance.choice(sorted(kept - edited)))
        for name in edited:
            write(settings, name, record(1000 * (turn + 1) + int(name[7:11])))
    with open_library(settings) as library:
        library.sync()
        assert len(library.documents()) == library.index.count() == 700
        assert_whole(library)


def test_ctrl_c_ends_in_order_and_the_next_sync_goes_on(settings: Settings, open_library: OpenLibrary) -> None:
    write_records(settings, 400)
    with syncing(settings) as process:
        wait_until_more(settings, process, 0)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (130, "")
    assert "Stopped. What was finished is kept" in errors
    assert "Traceback" not in errors
    kept = committed(settings)
    assert 0 < len(kept) < 400
    assert (settings.state_folder / INDEX_MARKER).exists(), "the index is in order"
    stages = set()
    with open_library(settings, lambda stage, *_: stages.add(stage)) as library:
        assert stages == set(), "nothing is made anew"
        assert_whole(library)
        report = library.sync()
        assert (report.unchanged, len(report.added)) == (len(kept), 400 - len(kept))
        assert_whole(library)


FULL_DISK = """
import json
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from contextlib import ExitStack, closing
from conftest import ROOT, EMBEDDING
from qa.weights import embedding_model
from test_library import assert_whole, write_records
from qa.config import load_settings
from qa.embedding import Embedder
from qa.index import PassageIndex
from qa.library import Library
from qa.state import STORE_FILE, StateFolder
from qa.store import Store, StoreError
settings = load_settings(documents=sys.argv[1], state="/mnt/state", threads=2)
embedder = Embedder(embedding_model(EMBEDDING, ROOT / "models"), 2)
filler = Path("/mnt/filler")
filler.write_bytes(b"x" * int(sys.argv[2]))
stages = []
for turn in range(2):
    try:
        with ExitStack() as stack:
            folder = stack.enter_context(StateFolder(settings.state_folder)).path
            store = stack.enter_context(closing(Store(folder / STORE_FILE)))
            index = stack.enter_context(closing(PassageIndex(folder, store, lambda *a: stages.append(a[0]))))
            library = Library(settings, store, index, embedder)
            report = library.sync()
            assert_whole(library)
            print(json.dumps([len(report.added), report.unchanged, stages, len(library.documents())]))
    except StoreError as error:
        print(error)
        filler.unlink()
"""


@pytest.mark.parametrize("room", [600_000, 2_000_000])
def test_a_full_disk_keeps_what_was_committed_and_the_next_sync_goes_on(room: int, settings: Settings) -> None:
    write_records(settings, 250)
    script = 'mount -t tmpfs -o size=16m none /mnt && exec "$@"'
    child = [sys.executable, "-c", FULL_DISK, str(settings.documents[0]), str(16 * 1024 * 1024 - room)]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *child], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    message, report = done.stdout.splitlines()
    assert message.startswith("The disk of the state folder /mnt/state is full. Everything read before is kept.")
    added, unchanged, _, listed = json.loads(report)
    assert added + unchanged == listed == 250


MEMORY = """
import resource
from contextlib import closing
from qa.config import load_settings
from qa.embedding import Embedder
from qa.weights import embedding_model
from qa.index import PassageIndex
from qa.library import Library
from qa.state import STORE_FILE
from qa.store import Store
settings = load_settings()
settings.state_folder.mkdir()
with closing(Store(settings.state_folder / STORE_FILE)) as store:
    with closing(PassageIndex(settings.state_folder, store)) as index:
        embedder = Embedder(embedding_model(settings.embedding, settings.models), 2)
        library = Library(settings, store, index, embedder)
        assert len(library.sync().added) == len(list(settings.documents[0].iterdir()))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_number_of_documents(settings: Settings) -> None:
    peaks = []
    for count in (300, 900):
        own = settings.model_copy(update={"state": settings.state_folder.with_name(f"state-{count}")})
        for number in range(count):
            write(own, f"{number}.txt", f"The {CREATURES[number % 10]} of day {number}.")
        done = subprocess.run(
            [sys.executable, "-c", MEMORY], cwd=ROOT, env=environment(own), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        peaks.append(int(done.stdout))
    assert peaks[1] < 1.15 * peaks[0], peaks
