"""The state folder: made when absent, private to its user, and owned by one process at a time.

Two processes that write one Chroma folder silently lose a fifth of the vectors, so the second is turned away.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType

import filelock

from qa.config import FootnoteError

STORE_FILE = "library.sqlite"
INDEX_FOLDER = "index"
INDEX_MARKER = "index.json"
PREFIX_FOLDER = "prefixes"
WINDOW_FOLDER = "window"
LOCK_FILE = "lock"
OWNER_FILE = "owner.json"
ASIDE = ".new"
OURS = {INDEX_FOLDER, INDEX_MARKER, PREFIX_FOLDER, WINDOW_FOLDER, LOCK_FILE, OWNER_FILE}


class StateError(FootnoteError):
    """The state folder cannot be made, written to, or is in use by another process."""


def check_folder(folder: Path) -> None:
    """Raise StateError when `folder` is a file, or holds things that are not Footnote's."""
    try:
        # What was being written aside when a process was killed ends in ".new".
        names = {path.name.removesuffix(ASIDE) for path in folder.iterdir()}
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        raise StateError(
            f"The state folder {folder} is a file, or would lie below one. "
            "Choose a folder with --state DIR (QA_STATE)."
        ) from error
    except OSError as error:
        raise StateError(
            f"The state folder {folder} cannot be read ({error.strerror}). Allow reading and writing there, or "
            "choose another folder with --state DIR (QA_STATE)."
        ) from error
    if names - OURS and not any(name.startswith(STORE_FILE) for name in names):
        raise StateError(
            f"The state folder {folder} holds files that are not Footnote's ({min(names - OURS)}). "
            "Choose an empty or new folder with --state DIR (QA_STATE)."
        )


def write_aside(path: Path, content: bytes) -> None:
    """Write a small file whole or not at all: aside, flushed to the disk, then renamed."""
    aside = path.with_name(path.name + ASIDE)
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk, so that a rename or removal outlives a power cut."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Flush everything below a folder to the disk."""
    for current, _, files in os.walk(folder):
        for name in files:
            with (Path(current) / name).open("rb") as file:
                os.fsync(file.fileno())
        sync_folder(Path(current))


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until the block is done. For what should be whole, and is over within a second."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is ever interrupted
        return
    caught: list[FrameType | None] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: caught.append(frame))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if caught and callable(before):
            before(signal.SIGINT, caught[0])


class StateFolder:
    """The folder at `path`, locked from construction until `close`.

    Raises StateError naming the owner when another process holds it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        check_folder(path)
        self._lock = filelock.FileLock(path / LOCK_FILE)
        try:
            _make(path)
            self._lock.acquire(timeout=0)
            write_aside(path / OWNER_FILE, json.dumps(_this_process()).encode())
        except filelock.Timeout as error:
            raise StateError(f"The state folder {path} is in use by {self._owner()}.") from error
        except OSError as error:
            self._lock.release()
            raise StateError(
                f"The state folder {path} cannot be written to ({error.strerror}). Free some space or allow "
                "writing there, or choose another folder with --state DIR (QA_STATE)."
            ) from error

    def close(self) -> None:
        self._lock.release()

    def __enter__(self) -> "StateFolder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _owner(self) -> str:
        try:
            owner = json.loads((self.path / OWNER_FILE).read_bytes())
            return (
                f"process {owner['pid']} ({owner['command']}), since {owner['since']}. "
                "Ask there, or stop it and try again, or choose another folder with --state DIR"
            )
        except (OSError, ValueError, KeyError, TypeError):
            return "another process of Footnote. Stop it and try again"


def _make(folder: Path) -> None:
    """Make a folder with those around it, each flushed to the list of names that it is new in."""
    new = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for place in reversed(new):
        # One may have the right to make a folder in another, and not to list that.
        with suppress(PermissionError):
            sync_folder(place.parent)


def _this_process() -> dict[str, object]:
    return {"pid": os.getpid(), "command": _command(sys.argv), "since": time.strftime("%Y-%m-%d %H:%M:%S")}


def _command(words: Sequence[str]) -> str:
    """The program and which of its commands: what follows may be a question, and is nobody's business."""
    program = Path(words[0]).name
    if program != "__main__.py":
        return program
    return " ".join(["python -m qa", *(word for word in words[1:2] if word.isalpha())])
