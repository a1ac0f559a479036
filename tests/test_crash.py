"""Killed by chance and at every named step: what was committed answers, once, and is not done again."""

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crash_folder import ChangingFolder
from crash_server import Library, Server
from version_1 import make_version_1

from qa.state import INDEX_MARKER, STORE_FILE

# Of random kills: the smaller number where a person waits.
KILLS = 100 if os.environ.get("FOOTNOTE_CI") else 25


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.close()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    folder = ChangingFolder(tmp_path / "documents", seed=7)
    folder.add(25)
    return Library(folder, tmp_path / "state")


KILLED = {-signal.SIGKILL, -signal.SIGALRM}


def test_random_kills_lose_nothing_and_nothing_is_done_twice(library: Library, server: Server) -> None:
    chance = random.Random(7)
    # How long each work takes and how many steps, when it is left to its end: kills fall anywhere within.
    seconds, steps = {}, {}
    for work in ("sync", "rebuild"):
        started = time.monotonic()
        steps[work] = server.finished(library, work).total()
        seconds[work] = time.monotonic() - started
    codes: Counter[int] = Counter()
    for turn in range(KILLS):
        library.folder.stir(chance.randrange(1, 8))
        work = chance.choice(("sync", "sync", "sync", "rebuild"))
        if turn % 6 == 0:
            shutil.rmtree(library.state)
        elif work == "sync":
            library.folder.stir(8)
        if turn % 2:
            given: dict[str, Any] = {"kill_after": chance.random() * seconds[work]}
        else:
            # On a machine busy with other things this finds every phase all the same.
            nth = chance.randrange(1, steps[work] // (2 if turn % 6 else 1))
            given = {"kill": {"at": "", "nth": nth, "after_ms": chance.random() * 10}}
        codes[server.ask(library, work, **given)] += 1
        if chance.random() < 0.7:  # else the next process is killed too, while it mends
            server.checked(library)
    server.checked(library)
    assert codes.keys() <= KILLED | {0}
    assert sum(codes[code] for code in KILLED) > KILLS / 2, codes


# What it is, the step's name as a regex (see crash_child.py), which one of them, and milliseconds after it.
SYNC_STEPS = [
    ("the state folder is taken", r"os.rename /owner.json.new", 1, 0),
    ("a file is being read", "read begin", 3, 1),
    ("a file was read", "read end", 3, 0),
    ("passages are being embedded", "embed begin", 1, 5),
    ("passages were embedded", "embed end", 1, 0),
    ("a document is half written", "after INSERT INTO passages", 4, 0),
    ("the store is about to commit", "before COMMIT", 5, 0),
    ("the store commits", "before COMMIT", 6, 0.5),
    ("the store has committed", "after COMMIT", 5, 0),
    ("a rename is being noted", "after UPDATE documents", 1, 0),
    ("a document is half deleted", "after DELETE FROM passages", 2, 0),
    ("between the store's commit and the index", r"after COMMIT \| (os.remove /index.json|chroma)", 1, 0),
    ("the marker is about to go", "os.remove /index.json", 1, 0),
    ("the marker is gone, but not yet for certain", r"os.remove /index.json \| fsync /", 1, 0),
    ("Chroma is about to be written", "chroma (add|delete|upsert) begin", 1, 0),
    ("Chroma adds", "chroma (add|upsert) begin", 1, 2),
    ("Chroma has added", "chroma (add|upsert) end", 1, 0),
    ("Chroma deletes", "chroma delete begin", 1, 1),
    ("Chroma has deleted", "chroma delete end", 1, 0),
    ("deleted words are about to be wiped", "before INSERT INTO words .words. VALUES .'optimize'", 1, 0),
    ("deleted words are being wiped", "after INSERT INTO words .words. VALUES .'optimize'", 1, 0),
    ("Chroma is about to close", "chroma close begin", 1, 0),
    ("Chroma closes", "chroma close begin", 1, 1),
    ("Chroma has closed", "chroma close end", 1, 0),
    ("the marker is about to be written", "open /index.json.new", 1, 0),
    ("the marker is written aside", "fsync /index.json.new", 1, 0),
    ("the marker is about to be put back", "os.rename /index.json.new", 1, 0),
    ("the marker is back, but not yet for certain", r"os.rename /index.json.new \| fsync /", 1, 0),
]
INDEX_STEPS = [
    ("the old index is about to be deleted", "shutil.rmtree /index", 1, 0),
    ("the old index is half deleted", "os.rmdir /index", 1, 0),
    ("Chroma is filled anew", "chroma (add|upsert) begin", 1, 3),
    ("Chroma was filled anew", "chroma (add|upsert) end", 1, 0),
]
FIRST_STEPS = [
    ("the tables are being made", "before CREATE VIRTUAL TABLE", 1, 0),
    ("the tables are made", "after COMMIT", 1, 0),
    ("the first document is committed", "after INSERT INTO documents", 1, 0),
    ("the first vectors are added", "chroma (add|upsert) begin", 1, 2),
]
REBUILD_STEPS = [
    ("the documents are half forgotten", "after DELETE FROM passages", 1, 0),
    ("the documents are forgotten", "after COMMIT", 1, 0),
    ("documents are read again", "read begin", 10, 0),
    ("documents are committed again", "after COMMIT", 20, 0),
]
OLD_STEPS = [
    ("the old tables are put aside", "after ALTER TABLE documents", 1, 0),
    ("the passages are copied", "after INSERT INTO passages", 1, 0),
    ("the old tables are gone", "after DROP TABLE old_documents", 1, 0),
    ("the words are being indexed", "after INSERT INTO words", 10, 0),
    ("the new tables are about to be committed", "before COMMIT", 1, 0),
    ("the new tables are committed", "after COMMIT", 1, 0),
]
REMOVE_STEPS = [
    ("the name is about to be noted", "before INSERT OR REPLACE INTO excluded", 1, 0),
    ("the name was noted", "after COMMIT", 1, 0),
    ("the document is half deleted", "after DELETE FROM passages", 1, 0),
    ("the document is deleted", "after DELETE FROM documents", 1, 0),
    ("its vectors are deleted", "chroma delete end", 1, 0),
]
STEPS = [
    *[("sync", *step) for step in SYNC_STEPS],
    *[("index", *step) for step in INDEX_STEPS],
    *[("first", *step) for step in FIRST_STEPS],
    *[("rebuild", *step) for step in REBUILD_STEPS],
    *[("old", *step) for step in OLD_STEPS],
    *[("remove", *step) for step in REMOVE_STEPS],
]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Library:
    """One library for all the steps, so that each begins with what the kills before left behind."""
    path = tmp_path_factory.mktemp("used")
    folder = ChangingFolder(path / "documents", seed=11)
    folder.add(25)
    library = Library(folder, path / "state")
    server.finished(library, "sync")
    return library


@pytest.mark.parametrize(
    ("work", "at", "nth", "after_ms"),
    [pytest.param(work, *rest, id=f"{work}: {name}") for work, name, *rest in STEPS],
)
def test_a_kill_at_each_step_loses_nothing(
    work: str, at: str, nth: int, after_ms: float, used: Library, server: Server
) -> None:
    folder = used.folder
    if work != "remove":
        for change in ("add", "change", "change", "copy", "rename", "remove", "touch"):
            getattr(folder, change)()
    if work == "index":
        (used.state / INDEX_MARKER).unlink()
    if work == "old":
        make_version_1(used.state / STORE_FILE)
    if work == "first":
        shutil.rmtree(used.state)
    given = {"kill": {"at": at, "nth": nth, "after_ms": after_ms}, "name": sorted(folder.words)[-1]}
    code = server.ask(used, work if work in ("rebuild", "remove") else "sync", **given)
    assert code in KILLED, f"there is no such step any more, or it ended otherwise: {code}\n{server.said()}"
    server.checked(used)
