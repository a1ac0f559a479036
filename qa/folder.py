"""What lies in a documents folder, by one stat a file, without opening any."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qa.config import FootnoteError

NEXT_STEP = "Name a folder of documents with --documents DIR (QA_DOCUMENTS)."


class FolderError(FootnoteError):
    """The documents folder is missing, unreadable or empty. The library is left as it is."""


@dataclass(frozen=True)
class FoundFile:
    """A file below the folder. `name`: path below it with "/" between; `refusal`: why it is not to be opened.

    A folder below it that cannot be listed is one too, with a refusal and `hides` set: what lies below it is
    not known to be gone.
    """

    name: str
    path: Path
    bytes: int
    modified_ns: int
    refusal: str | None = None
    hides: bool = False


def scan(folder: Path, leave_out: Path) -> dict[str, FoundFile]:
    """All files below `folder` by name, hidden ones and those below `leave_out` not counted.

    Raises FolderError when the folder is missing, not a folder, unreadable, or holds no file.
    """
    _check(folder)
    found: dict[str, FoundFile] = {}
    for file in _walk(folder, folder.resolve(), leave_out):
        name = file.name
        # Escaping odd bytes can make two names equal; both files are listed.
        while name in found:
            name = name.replace("\\", "\\\\")
        found[name] = replace(file, name=name)
    if not found:
        raise FolderError(f"The documents folder {folder} holds no files. Put some there, or: {NEXT_STEP}")
    return found


def digest(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal, and its suffix, which decides how that is read.

    Raises OSError.
    """
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest() + shown(path.suffix.lower())


def shown(path: str | Path) -> str:
    """A path as text that can be stored and printed: bytes that are not UTF-8 are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _check(folder: Path) -> None:
    try:
        if not stat.S_ISDIR(folder.stat().st_mode):
            raise FolderError(f"{folder} is a file, not a folder of documents. {NEXT_STEP}")
        with os.scandir(folder):
            pass
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FolderError(f"The documents folder {folder} does not exist. {NEXT_STEP}") from error
    except OSError as error:
        raise FolderError(
            f"The documents folder {folder} cannot be read: {error.strerror}. Allow reading it, or: {NEXT_STEP}"
        ) from error


def _walk(folder: Path, root: Path, leave_out: Path) -> Iterator[FoundFile]:
    errors: list[OSError] = []
    for current, folders, files in os.walk(folder, onerror=errors.append):
        here = Path(current)
        folders[:] = sorted(name for name in folders if not _hidden(name) and here / name != leave_out)
        linked = {name for name in folders if (here / name).is_symlink()}
        for name in sorted({*files, *linked}):
            if not _hidden(name):
                yield _found(here / name, folder, root)
    for error in errors:
        if not isinstance(error, FileNotFoundError):
            path = Path(error.filename)
            reason = f"is a folder that cannot be opened: {error.strerror}. Allow reading it."
            yield FoundFile(_name(path, folder), path, 0, 0, reason, hides=True)


def _hidden(name: str) -> bool:
    """Dot files, and the lock files that office programs leave beside an open document."""
    return name.startswith((".", "~$"))


def _name(path: Path, folder: Path) -> str:
    return shown(path.relative_to(folder).as_posix())


def _found(path: Path, folder: Path, root: Path) -> FoundFile:
    name = _name(path, folder)
    try:
        status = path.stat()
    except OSError as error:
        return FoundFile(name, path, 0, 0, f"cannot be reached: {error.strerror}.")
    refusal = None
    if stat.S_ISDIR(status.st_mode):
        refusal = "is a link to a folder; these are not followed. Copy the folder here."
    elif not stat.S_ISREG(status.st_mode):
        refusal = "is not a regular file (it is a pipe, a socket or a device)."
    elif path.is_symlink() and not path.resolve().is_relative_to(root):
        refusal = "is a link to a file outside the documents folder. Copy the file here."
    return FoundFile(name, path, status.st_size, status.st_mtime_ns, refusal)
