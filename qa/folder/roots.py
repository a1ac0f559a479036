"""The documents folders, and the names that documents get from them."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from qa.config import FootnoteError

NEXT_STEP = "Name a folder of documents with --documents DIR (QA_DOCUMENTS)."


class FolderError(FootnoteError):
    """A documents folder is missing, unreadable or empty. The library is left as it is."""


class EmptyFolderError(FolderError):
    """The documents folder is there and holds no file."""


@dataclass(frozen=True)
class Root:
    """A documents folder. The names of its documents begin with `prefix`: "" where there is one folder only."""

    prefix: str
    path: Path


def roots(folders: tuple[Path, ...]) -> tuple[Root, ...]:
    """The documents folders with the first part of their documents' names, whatever their order.

    Of several, each gives its own name; those of equal names that of the folder around them too.
    """
    if len(folders) == 1:
        return (Root("", folders[0]),)
    plain = [shown(path.name or "root") for path in folders]
    prefixes: dict[Path, str] = {}
    for path, name in sorted(zip(folders, plain, strict=True)):
        alike = [other.casefold() for other in plain].count(name.casefold())
        first = name if alike == 1 else f"{name} ({shown(path.parent.name or 'root')})"
        prefix, number = f"{first}/", 2
        while prefix.casefold() in {known.casefold() for known in prefixes.values()}:
            prefix, number = f"{first} {number}/", number + 1
        prefixes[path] = prefix
    return tuple(Root(prefixes[path], path) for path in folders)


def path_of(name: str, folders: tuple[Path, ...]) -> Path:
    """Where the file of that name lies, unless odd bytes of its name had to be escaped."""
    for root in roots(folders):
        if name.startswith(root.prefix):
            return root.path / name.removeprefix(root.prefix)
    # Of a folder that the settings no longer name.
    return folders[0] / name


def identity(folder: Path) -> tuple[int, int]:
    """Device and number of a folder that can be listed. Raises FolderError for any other."""
    try:
        status = folder.stat()
        if not stat.S_ISDIR(status.st_mode):
            raise FolderError(f"{folder} is a file, not a folder of documents. {NEXT_STEP}")
        with os.scandir(folder):
            return status.st_dev, status.st_ino
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FolderError(f"The documents folder {folder} does not exist. {NEXT_STEP}") from error
    except OSError as error:
        raise FolderError(
            f"The documents folder {folder} cannot be read: {error.strerror}. Allow reading it, or: {NEXT_STEP}"
        ) from error


def shown(path: str | Path) -> str:
    """A path as text that can be stored and printed: bytes that are not UTF-8 are escaped."""
    text = os.fspath(path)
    return text if text.isascii() else os.fsencode(text).decode("utf-8", "backslashreplace")
