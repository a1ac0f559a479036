"""What lies in a documents folder, by one stat a file, without opening any."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.config import FootnoteError


class FolderError(FootnoteError):
    """The documents folder is missing, unreadable or empty. The library is left as it is."""


@dataclass(frozen=True)
class FoundFile:
    """A file below the folder. `name`: path below it with "/" between; `refusal`: why it is not to be opened."""

    name: str
    path: Path
    bytes: int
    modified_ns: int
    refusal: str | None = None


def scan(folder: Path, leave_out: Path) -> dict[str, FoundFile]:
    """All files below `folder` by name, hidden ones and those below `leave_out` not counted.

    Raises FolderError when the folder is missing, not a folder, unreadable, or holds no file.
    """
    next_step = "Name a folder of documents with --documents DIR (QA_DOCUMENTS)."
    if not folder.exists():
        raise FolderError(f"The documents folder {folder} does not exist. {next_step}")
    if not folder.is_dir():
        raise FolderError(f"{folder} is a file, not a folder of documents. {next_step}")
    try:
        with os.scandir(folder):
            pass
    except OSError as error:
        raise FolderError(f"The documents folder {folder} cannot be read: {error.strerror}.") from error
    found = {file.name: file for file in _walk(folder, folder.resolve(), leave_out)}
    if not found:
        raise FolderError(f"The documents folder {folder} holds no files. Put some there, or: {next_step}")
    return found


def digest(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal. Raises OSError."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def _walk(folder: Path, root: Path, leave_out: Path) -> Iterator[FoundFile]:
    for current, folders, files in os.walk(folder):
        here = Path(current)
        folders[:] = sorted(name for name in folders if not _hidden(name) and here / name != leave_out)
        for file in sorted(files):
            if not _hidden(file):
                yield _found(here / file, folder, root)


def _hidden(name: str) -> bool:
    """Dot files, and the lock files that office programs leave beside an open document."""
    return name.startswith((".", "~$"))


def _found(path: Path, folder: Path, root: Path) -> FoundFile:
    relative = path.relative_to(folder).as_posix()
    # A name that is not UTF-8 is shown with its odd bytes escaped; the path keeps them as they are.
    name = os.fsencode(relative).decode("utf-8", "backslashreplace")
    try:
        status = path.stat()
    except OSError as error:
        return FoundFile(name, path, 0, 0, f"cannot be opened: {error.strerror}")
    refusal = None
    if not stat.S_ISREG(status.st_mode):
        refusal = "is not a regular file"
    elif path.is_symlink() and not path.resolve().is_relative_to(root):
        refusal = "is a link to a file outside the documents folder"
    return FoundFile(name, path, status.st_size, status.st_mtime_ns, refusal)
