"""The state folder: made private, owned by one process, refused with words when it cannot be."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.config import ROOT
from qa.state import (
    LOCK_FILE,
    OWNER_FILE,
    STORE_FILE,
    StateError,
    StateFolder,
    check_folder,
    uninterrupted,
    write_aside,
)

HOLD = """
import sys
from pathlib import Path
from qa.state import StateFolder
with StateFolder(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds tmp_path / "state"."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "state")]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_folder_is_made_with_its_parents_for_its_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b" / "state"
    with StateFolder(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_second_process_is_told_who_owns_the_folder(tmp_path: Path, owner: subprocess.Popen[str]) -> None:
    with pytest.raises(StateError, match=rf"in use by process {owner.pid} \(-c\), since 20") as e:
        StateFolder(tmp_path / "state")
    assert "--state DIR" in str(e.value)


def test_the_command_line_is_turned_away_too(tmp_path: Path) -> None:
    documents, state = tmp_path / "documents", tmp_path / "state"
    documents.mkdir()
    (documents / "note.txt").write_text("The pump starts at 3 bar.")
    with StateFolder(state):
        command = [sys.executable, "-m", "qa", "sync", "--documents", str(documents), "--state", str(state)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"process {os.getpid()} (" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (state / STORE_FILE).exists()


def test_the_folder_is_free_when_its_owner_was_killed(tmp_path: Path, owner: subprocess.Popen[str]) -> None:
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    StateFolder(tmp_path / "state").close()


def test_the_folder_is_free_after_closing(tmp_path: Path) -> None:
    StateFolder(tmp_path).close()
    StateFolder(tmp_path).close()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff"])
def test_an_unreadable_note_of_the_owner_still_gives_a_clear_error(
    content: bytes, tmp_path: Path, owner: subprocess.Popen[str]
) -> None:
    (tmp_path / "state" / OWNER_FILE).write_bytes(content)
    with pytest.raises(StateError, match=r"in use by another process of Footnote\. Stop it"):
        StateFolder(tmp_path / "state")


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "state"):
        with pytest.raises(StateError, match=rf"{path} is a file.*--state DIR"):
            StateFolder(path)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(StateError, match=r"not Footnote's \(thesis.docx\)"):
        StateFolder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_what_a_killed_start_left_is_taken_back(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).touch()
    (tmp_path / f"{OWNER_FILE}.new").write_text("{")
    StateFolder(tmp_path).close()
    assert json.loads((tmp_path / OWNER_FILE).read_bytes())["pid"] == os.getpid()


@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_folder_that_cannot_be_written_to_says_so(mode: int, tmp_path: Path, permissions_apply: None) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=mode)
    with pytest.raises(StateError, match=r"state cannot be (read|written to) \(Permission denied\).*--state DIR"):
        StateFolder(folder)
    with pytest.raises(StateError, match=r"cannot be"):
        StateFolder(folder / "deeper")


def test_checking_a_folder_that_is_not_there_makes_nothing(tmp_path: Path) -> None:
    check_folder(tmp_path / "state")
    assert list(tmp_path.iterdir()) == []


def test_writing_aside_replaces_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    write_aside(tmp_path / "index.json", b"one")
    write_aside(tmp_path / "index.json", b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["index.json"]
    assert (tmp_path / "index.json").read_bytes() == b"two"


OTHER_FILE_SYSTEM = """
import sys
from pathlib import Path
from qa.state import StateError, StateFolder
try:
    StateFolder(Path("/mnt/state"))
except StateError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        ("mkdir /mnt/state && mount -o remount,ro /mnt", "Read-only file system"),
        ("! cat /dev/zero > /mnt/filler 2>/dev/null", "No space left on device"),
    ],
)
def test_a_disk_that_takes_nothing_is_named_with_its_reason(prepare: str, reason: str) -> None:
    script = f'mount -t tmpfs -o size=64k none /mnt && {prepare} && exec "$@"'
    child = [sys.executable, "-c", OTHER_FILE_SYSTEM]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *child], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        f"The state folder /mnt/state cannot be written to ({reason}). Free some space or"
    )
    assert "--state DIR" in done.stdout


def test_ctrl_c_waits_for_what_should_be_whole() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        signal.raise_signal(signal.SIGINT)
        done.append("whole")
    assert done == ["whole"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_an_error_and_ctrl_c_together_end_the_work_too() -> None:
    with pytest.raises(KeyboardInterrupt) as caught, uninterrupted():
        signal.raise_signal(signal.SIGINT)
        raise StateError("the disk is full")
    assert isinstance(caught.value.__context__, StateError)


def test_other_threads_are_left_alone() -> None:
    handler = signal.getsignal(signal.SIGINT)
    seen = []

    def work() -> None:
        with uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [handler]


def test_the_owner_is_noted_without_what_it_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["qa/__main__.py", "search", "zyxquestion", "--state", "zyxplace"])
    with StateFolder(tmp_path / "state"):
        owner = (tmp_path / "state" / OWNER_FILE).read_text()
    assert "python -m qa search" in owner and "zyx" not in owner


@pytest.mark.skipif(os.name != "posix", reason="folders are flushed on POSIX only")
def test_the_folders_around_a_new_one_are_flushed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr("qa.state.sync_folder", flushed.append)
    with StateFolder(tmp_path / "a" / "b"):
        assert flushed[:2] == [tmp_path, tmp_path / "a"]
