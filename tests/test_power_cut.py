"""A power cut at any moment, as far as the order of writes and flushes decides what it leaves."""

import os
import random
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crash_folder import ChangingFolder
from crash_server import Library, Server
from power_cut import Call, Disk, record

from qa.config import ROOT
from qa.state import INDEX_FOLDER, INDEX_MARKER, STORE_FILE
from qa.store import FileState, Store

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="not installed: strace")
CUTS, CHECKED = (200, 40) if os.environ.get("FOOTNOTE_CI") else (60, 8)
GRAPH = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin")
MARKER, INDEX, STORE = f"/{INDEX_MARKER}", f"/{INDEX_FOLDER}", f"/{STORE_FILE}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[ChangingFolder, list[Call], int]:
    """A folder, the calls of its first sync and of one after changes, and how many were the first's."""
    path = tmp_path_factory.mktemp("recorded")
    folder = ChangingFolder(path / "documents", seed=2)
    folder.add(12)
    state = path / "state"
    calls: list[Call] = []
    counts = []
    for turn in range(2):
        command = [sys.executable, "-m", "qa", "sync", "--documents", str(folder.path), "--state", str(state)]
        environment = {**os.environ, "QA_THREADS": "1"}
        calls += record(command, state, path / "trace", environment, ROOT)
        counts.append(len(calls))
        if turn == 0:
            for change in ("add", "change", "copy", "rename", "remove"):
                getattr(folder, change)()
    disk = Disk()
    for call in calls:
        disk.apply(call)
    disk.cut(path / "replayed", None)
    for file in state.rglob("*"):
        if file.is_file() and not file.name.endswith("-shm"):
            again = path / "replayed" / file.relative_to(state)
            assert again.read_bytes() == file.read_bytes(), f"{file} is not what the calls made it"
    return folder, calls, counts[0]


def where(calls: list[Call], name: str, path: str, start: int = 0) -> int:
    """Position of the first such call from `start` on."""
    return next(i for i, call in enumerate(calls) if i >= start and (call.name, call.path) == (name, path))


def test_the_marker_is_surely_gone_before_chroma_is_written(
    recorded: tuple[ChangingFolder, list[Call], int],
) -> None:
    _, calls, first = recorded
    gone = where(calls, "remove", MARKER, first)
    flushed = where(calls, "flush", "", gone)
    written = [i for i in range(first, len(calls)) if calls[i].name == "write" and calls[i].path.startswith(INDEX)]
    assert not [i for i in written if gone < i < flushed]
    assert [i for i in written if i > flushed]
    # To open it, Chroma notes that it did so in its database (with a journal), and while there are few vectors,
    # whose graph is not kept yet, makes the graph's files anew.
    assert not [call for call in calls if call.path.endswith("index_metadata.pickle")]
    opening = {calls[i].path.rpartition("/")[2] for i in written if i < gone}
    assert opening <= {"chroma.sqlite3", "chroma.sqlite3-journal", *GRAPH}


def test_all_is_flushed_before_the_marker_comes_back(recorded: tuple[ChangingFolder, list[Call], int]) -> None:
    _, calls, first = recorded
    for start, end in ((0, first), (first, len(calls))):
        back = next(i for i in range(start, end) if calls[i].name == "rename" and calls[i].to == MARKER)
        dirty: dict[str, int] = {}
        names: set[str] = set()
        for i, call in enumerate(calls[:back]):
            parent = call.path.rpartition("/")[0]
            if call.name in ("write", "truncate"):
                dirty[call.path] = i
            if call.name in ("create", "make", "remove", "rename"):
                names.add(parent)
            if call.name == "remove":
                dirty.pop(call.path, None)
            if call.name == "rename":
                dirty[call.to] = dirty.pop(call.path, 0)
                if not dirty[call.to]:
                    del dirty[call.to]
            if call.name == "flush":
                dirty.pop(call.path, None)
                names.discard(call.path.rstrip("/"))
        of_index = {path for path in dirty if path.startswith(INDEX)}
        assert of_index == set(), "written, not flushed"
        assert {path for path in names if path.startswith(INDEX)} == set(), "a new name, its folder not flushed"
        assert STORE + "-wal" not in dirty, "the store is behind the marker"


def test_what_is_written_aside_is_flushed_before_it_is_renamed(
    recorded: tuple[ChangingFolder, list[Call], int],
) -> None:
    _, calls, _ = recorded
    renames = [i for i, call in enumerate(calls) if call.name == "rename"]
    assert {calls[i].to for i in renames} >= {MARKER, "/owner.json"}
    for i in renames:
        written = max(k for k in range(i) if calls[k].name == "write" and calls[k].path == calls[i].path)
        assert where(calls, "flush", calls[i].path, written) < i
        assert where(calls, "flush", "", i) > i


def test_a_power_cut_at_any_moment_leaves_what_was_committed(
    recorded: tuple[ChangingFolder, list[Call], int], server: Server, tmp_path: Path
) -> None:
    folder, calls, _ = recorded
    chance = random.Random(4)
    # Before the first table is committed there is nothing to lose.
    earliest = where(calls, "create", STORE)
    moments = sorted(chance.randrange(earliest, len(calls) + 1) for _ in range(CUTS))
    checked = set(chance.sample(range(CUTS), CHECKED))
    disk, done, sure = Disk(), 0, tmp_path / "sure"
    sure.mkdir()
    for number, moment in enumerate(moments):
        for call in calls[done:moment]:
            disk.apply(call)
            if call.name == "flush" and call.path.startswith(STORE):
                shutil.rmtree(sure)
                disk.cut(sure, None)
        done = moment
        written, state = tmp_path / "written", tmp_path / "state"
        disk.cut(written, None)
        disk.cut(state, chance)
        # Between two flushes the store commits nothing, so it is as it was then, or as it would be now.
        assert committed(state) in (committed(sure), committed(written)), f"at call {moment} of {len(calls)}"
        if number in checked:
            server.checked(Library(folder, state))
        for path in (written, state):
            shutil.rmtree(path)


def committed(state: Path) -> dict[str, FileState]:
    """What a start would find in the store; opened for writing, as a start does, which also mends its log."""
    copy = state.with_name("copy")
    shutil.copytree(state, copy)
    if not (copy / STORE_FILE).exists():
        shutil.rmtree(copy)
        return {}
    with closing(Store(copy / STORE_FILE)) as store:
        found = store.files()
    shutil.rmtree(copy)
    return found
