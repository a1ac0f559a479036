"""A disk that fills up at any step of a sync: said in words, nothing lost, and the same command goes on."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_folder import ChangingFolder
from crash_server import Library, Server

from qa.config import ROOT
from qa.state import INDEX_MARKER

DISK = Path("/mnt")
FILLER = DISK / "filler"
MOUNT = ["unshare", "-rm", "sh", "-c", f'mount -t tmpfs -o size=48m none {DISK} && exec "$@"', "sh"]


def missing() -> str:
    if shutil.which("unshare") is None:
        return "not installed: unshare"
    if subprocess.run([*MOUNT, "true"], capture_output=True).returncode:
        return "this machine forbids mounting in a namespace (unshare -rm)"
    return ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "all there")

# At which step the disk fills, as a regex (see crash_child.py), and which one of them.
STEPS = [
    ("first", "os.rename /owner.json.new", 1),
    ("first", "before CREATE TABLE facts", 1),
    ("first", "before INSERT INTO documents", 3),
    ("first", "before COMMIT", 6),
    ("first", "embed begin", 1),
    ("first", "chroma (add|upsert) begin", 1),
    ("first", "chroma close begin", 1),
    ("first", "open /index.json.new", 1),
    ("sync", "open /owner.json.new", 1),
    ("sync", "read begin", 1),
    ("sync", "after DELETE FROM passages", 1),
    ("sync", "before COMMIT", 3),
    ("sync", "os.remove /index.json", 1),
    ("sync", "chroma delete begin", 1),
    ("sync", "chroma (add|upsert) begin", 1),
    ("sync", "before INSERT INTO words .words. VALUES .'optimize'", 1),
    ("sync", "chroma close begin", 1),
    ("sync", "open /index.json.new", 1),
    ("index", "shutil.rmtree /index", 1),
    ("index", "os.rmdir /index", 1),
    ("index", "chroma (add|upsert) begin", 1),
    ("rebuild", "before DELETE FROM", 1),
    ("rebuild", "before COMMIT", 1),
    ("rebuild", "before INSERT INTO documents", 5),
    ("remove", "before INSERT OR IGNORE INTO excluded", 1),
    ("remove", "before COMMIT", 2),
]
# No byte left; and so few that small files still fit where larger ones do not.
ROOMS = (0, 20_000)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"), MOUNT)
    yield server
    server.close()


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Library:
    folder = ChangingFolder(tmp_path_factory.mktemp("used") / "documents", seed=3)
    folder.add(25)
    library = Library(folder, DISK / "state")
    server.finished(library, "sync")
    return library


@pytest.mark.parametrize(("number", "work", "at", "nth"), [(n, *step) for n, step in enumerate(STEPS)])
def test_a_disk_that_fills_up_is_said_and_the_same_command_goes_on(
    number: int, work: str, at: str, nth: int, used: Library, server: Server
) -> None:
    folder = used.folder
    if work != "remove":
        for change in ("add", "change", "change", "copy", "rename", "remove", "touch"):
            getattr(folder, change)()
    wipe = {"first": "state", "index": f"state/{INDEX_MARKER}"}.get(work, "")
    server.finished(used, "wipe", filler=str(FILLER), path=str(DISK / wipe) if wipe else "")
    kill = {"at": at, "nth": nth, "fill": str(FILLER), "room": ROOMS[number % len(ROOMS)]}
    command = work if work in ("rebuild", "remove") else "sync"
    code = server.ask(used, command, kill=kill, name=sorted(folder.words)[-1])
    assert code == 0, server.said()
    found = server.found()
    if "error" in found:
        assert str(used.state) in found["error"], found
        assert "full" in found["error"] or "No space left" in found["error"], found
        assert "Free some space" in found["error"], found
    server.finished(used, "wipe", filler=str(FILLER), path="")
    server.checked(used)


@pytest.mark.parametrize("room", [200_000, 1_000_000, 1_800_000, 2_400_000, 3_200_000])
def test_a_disk_that_fills_up_while_the_graph_is_written_costs_no_vector(room: int) -> None:
    """Chroma's graph is written without looking whether there was room."""
    child = [*MOUNT, sys.executable, str(ROOT / "tests" / "full_graph.py"), str(DISK / "state"), str(room)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(child, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, f"{run.returncode}: {run.stderr[-2000:]}"
    said = run.stdout.strip()
    assert said == "nothing" or said.startswith(f"The disk of the state folder {DISK / 'state'} is full."), said
