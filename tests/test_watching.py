"""A folder is followed: within two seconds, without rest while it changes, and at rest when it does not."""

import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import OpenLibrary

from qa.config import FootnoteError, Settings
from qa.library import Library, SyncReport
from qa.watching import watching

SECONDS = 2.0
# A machine busy with other things may take longer; what is measured is printed.
PATIENCE = 15.0


class Followed:
    """A library that is followed, and what was reported of it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.reports: list[SyncReport] = []
        self.problems: list[str] = []

    def problem(self, error: FootnoteError) -> None:
        self.problems.append(str(error))

    def ready(self) -> set[str]:
        return {entry.document for entry in self.library.store.catalogue() if entry.status == "ready"}

    def waited(self, condition: Callable[[], object]) -> float:
        """Seconds until the condition holds."""
        began = time.monotonic()
        while not condition():
            assert time.monotonic() - began < PATIENCE, (self.ready(), self.reports, self.problems)
            time.sleep(0.02)
        return time.monotonic() - began


@pytest.fixture
def follow(open_library: OpenLibrary) -> Callable[[Settings], Iterator[Followed]]:
    @contextmanager
    def followed(settings: Settings) -> Iterator[Followed]:
        with open_library(settings) as library:
            seen = Followed(library)
            with watching(library, seen.reports.append, seen.problem):
                yield seen

    return followed


def write(settings: Settings, name: str, text: str) -> Path:
    path = settings.documents[0] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def noted_syncs(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When each sync from now on began."""
    began: list[float] = []
    sync = Library.sync

    def noted(self: Library, *given: object) -> SyncReport:
        began.append(time.monotonic())
        return sync(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Library, "sync", noted)
    return began


@pytest.mark.parametrize("polling", [False, True])
def test_what_changes_in_the_folder_is_followed(polling: bool, settings: Settings, follow) -> None:
    settings = settings.model_copy(update={"polling": polling})
    write(settings, "a.txt", "The pump starts at 3 bar.")
    with follow(settings) as seen:
        seen.waited(lambda: seen.ready() == {"a.txt"})
        took = {}
        write(settings, "b.txt", "The museum is closed on Mondays.")
        took["add"] = seen.waited(lambda: "b.txt" in seen.ready())
        write(settings, "deep/er/c.txt", "Annual leave is 27 days.")
        took["add below new folders"] = seen.waited(lambda: "deep/er/c.txt" in seen.ready())
        write(settings, "deep/er/d.txt", "Ropes were made in the long hall.")
        took["add there again"] = seen.waited(lambda: "deep/er/d.txt" in seen.ready())
        path = write(settings, "b.txt", "The museum is closed on zyxdays.")
        took["change"] = seen.waited(lambda: seen.library.store.lexical("zyxdays", 1))
        path.rename(path.with_name("e.txt"))
        took["rename"] = seen.waited(lambda: "e.txt" in seen.ready() and "b.txt" not in seen.ready())
        path.with_name("e.txt").unlink()
        took["delete"] = seen.waited(lambda: "e.txt" not in seen.ready())
        assert seen.problems == []
    print(took)
    assert sorted(took.values())[len(took) // 2] < SECONDS, took


def test_where_the_system_follows_no_more_folders_they_are_looked_at(
    settings: Settings, follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*folders: Path, **given: object) -> None:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr("watchfiles.watch", full)
    write(settings, "a.txt", "The pump starts at 3 bar.")
    with follow(settings) as seen:
        seen.waited(lambda: seen.ready() == {"a.txt"})
        write(settings, "deep/b.txt", "The museum is closed on Mondays.")
        seen.waited(lambda: seen.ready() == {"a.txt", "deep/b.txt"})
        assert seen.problems == []


def test_a_disk_that_comes_among_several_folders_is_read(settings: Settings, follow) -> None:
    write(settings, "a.txt", "The pump starts at 3 bar.")
    disk = settings.documents[0].with_name("disk")
    with follow(settings.model_copy(update={"documents": (*settings.documents, disk)})) as seen:
        seen.waited(lambda: seen.ready() == {"documents/a.txt"})
        disk.mkdir()
        (disk / "b.txt").write_text("The museum is closed on Mondays.")
        seen.waited(lambda: seen.ready() == {"documents/a.txt", "disk/b.txt"})
        (disk / "b.txt").unlink()
        disk.rmdir()
        seen.waited(lambda: any("disk" in report.failed for report in seen.reports))
        write(settings, "c.txt", "Annual leave is 27 days.")
        seen.waited(lambda: "documents/c.txt" in seen.ready())
        assert seen.ready() == {"documents/a.txt", "documents/c.txt", "disk/b.txt"}


def test_nothing_is_done_while_nothing_changes(
    settings: Settings, follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs = noted_syncs(monkeypatch)
    settings = settings.model_copy(update={"state": settings.documents[0] / "state"})
    write(settings, "a.txt", "The pump starts at 3 bar.")
    with follow(settings) as seen:
        seen.waited(lambda: seen.ready() == {"a.txt"})
        # The first look at everything comes after the first sync.
        seen.waited(lambda: time.monotonic() - syncs[-1] > 2)
        before, busy = (seen.library.store.revision(), len(seen.reports), len(syncs)), cpu_seconds()
        time.sleep(3)
        assert (seen.library.store.revision(), len(seen.reports), len(syncs)) == before
        assert cpu_seconds() - busy < 1.5, "it does not go round and round"


def cpu_seconds() -> float:
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def test_a_folder_that_goes_is_told_once_and_followed_again_when_it_comes_back(
    settings: Settings, follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs = noted_syncs(monkeypatch)
    write(settings, "a.txt", "The pump starts at 3 bar.")
    folder = settings.documents[0]
    aside = folder.with_name("aside")
    with follow(settings) as seen:
        seen.waited(lambda: seen.ready() == {"a.txt"})
        folder.rename(aside)
        seen.waited(lambda: seen.problems)
        tried = len(syncs)
        seen.waited(lambda: len(syncs) > tried + 1)
        assert len(seen.problems) == 1 and "does not exist" in seen.problems[0]
        assert seen.ready() == {"a.txt"}
        # An empty mount point first, then the disk.
        folder.mkdir()
        seen.waited(lambda: len(seen.problems) == 2)
        assert "would remove 1 of 1" in seen.problems[1]
        assert seen.ready() == {"a.txt"}
        told = len(seen.reports)
        folder.rmdir()
        aside.rename(folder)
        # Else the window would go on saying that it is not up to date.
        seen.waited(lambda: len(seen.reports) > told)
        assert seen.reports[-1] == SyncReport(unchanged=1)
        write(settings, "b.txt", "The museum is closed on Mondays.")
        seen.waited(lambda: seen.ready() == {"a.txt", "b.txt"})


def test_a_file_written_slowly_ends_up_whole(settings: Settings, follow) -> None:
    write(settings, "a.txt", "The pump starts at 3 bar.")
    with follow(settings) as seen, (settings.documents[0] / "slow.txt").open("w") as file:
        for number in range(30):
            file.write(f"Line {number} of the slow file.\n")
            file.flush()
            time.sleep(0.05)
        file.write("The last word is zyxend.\n")
        file.flush()
        seen.waited(lambda: seen.library.store.lexical("zyxend", 1))
        document_id = seen.library.store.document_id("slow.txt")
        assert document_id is not None
        assert seen.library.store.text(document_id).count("of the slow file") == 30


def test_questions_are_answered_while_files_are_read(settings: Settings, follow) -> None:
    write(settings, "a.txt", "The pump starts at 3 bar.")
    with follow(settings) as seen:
        seen.waited(lambda: seen.ready() == {"a.txt"})
        for number in range(60):
            write(settings, f"{number}.txt", f"On day {number} an otter was seen at the weir. " * 20)
        asked = 0
        began = time.monotonic()
        while len(seen.ready()) < 61:
            assert time.monotonic() - began < 4 * PATIENCE, seen.ready()
            question = seen.library.embedder.question("At which pressure does the pump start?")
            nearest = seen.library.index.nearest(question, 1)
            assert seen.library.store.passages(nearest)[0].document == "a.txt"
            asked += 1
        assert asked > 3
        assert seen.library.coverage().ready == 61


def test_the_end_of_following_ends_a_sync_under_way(settings: Settings, open_library: OpenLibrary) -> None:
    for number in range(400):
        write(settings, f"{number}.txt", f"On day {number} an otter was seen at the weir. " * 20)
    with open_library(settings) as library:
        with watching(library):
            Followed(library).waited(lambda: library.coverage().ready)
            began = time.monotonic()
        print(time.monotonic() - began)
        assert library.coverage().ready < 400
        assert library.index.count() == library.store.passage_count()
        assert threading.active_count() == 1 or all(
            t.name not in ("read", "commit") for t in threading.enumerate()
        )


def test_a_sync_stands_still_while_somebody_waits_for_an_answer(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "a.txt", "The pump starts at 3 bar.")
    answering = threading.Event()
    answering.set()
    asked: list[bool] = []

    def busy() -> bool:
        asked.append(answering.is_set())
        return asked[-1]

    with open_library(settings) as library:
        seen = Followed(library)
        with watching(library, seen.reports.append, seen.problem, busy=busy):
            # Asked again and again, so it stands still.
            seen.waited(lambda: len(asked) > 5)
            assert all(asked)
            assert seen.ready() == set() and not seen.reports
            answering.clear()
            seen.waited(lambda: seen.ready() == {"a.txt"})
