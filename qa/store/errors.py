"""What goes wrong with the state folder and with what is in it, in words for the user."""

import shutil
import sqlite3
from pathlib import Path

from qa.config import FootnoteError

# With less than this free, a write that failed is taken to have failed for want of room.
NO_ROOM_BYTES = 1_000_000


class StoreError(FootnoteError):
    """The state folder cannot be used: of another version, not writable, full or damaged."""


class DamagedFileError(StoreError):
    """SQLite cannot read the file of the library."""


class DamagedError(StoreError):
    """A row of the library does not hold what it should; `what` says so, as of its document."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The library is damaged: a document {what}. `python -m qa verify` names the documents that are, "
            "`python -m qa repair` mends them (with the same --documents and --state)."
        )
        self.what = what


def disk_is_full(folder: Path) -> bool:
    """Whether the disk of `folder` has no room left to write."""
    try:
        return shutil.disk_usage(folder).free < NO_ROOM_BYTES
    except OSError:
        return False


def full_disk(folder: Path) -> StoreError:
    """The error for a disk without room."""
    return StoreError(
        f"The disk of the state folder {folder} is full. Everything read before is kept. "
        "Free some space and run the same command again."
    )


def explained(error: sqlite3.Error, path: Path) -> StoreError:
    """The error for what SQLite says of the file at `path`."""
    message = str(error)
    folder = path.parent
    if "decode to UTF-8" in message or "malformed JSON" in message:
        # The file is sound, and what it holds is not.
        return DamagedError("has text that cannot be read")
    if "full" in message or disk_is_full(folder):
        return full_disk(folder)
    if "readonly" in message or "unable to open" in message:
        return StoreError(
            f"The state folder {folder} cannot be written to ({message}). "
            "Allow writing there, or choose another folder with --state DIR (QA_STATE)."
        )
    if "not a database" in message or "malformed" in message:
        return DamagedFileError(
            f"{path} is damaged or not Footnote's ({message}). "
            f"Move {folder} away and run `python -m qa sync`: the documents are read again."
        )
    return StoreError(
        f"The state folder {folder} cannot be used: {message}. Check its disk, or choose another folder with "
        "--state DIR (QA_STATE)."
    )
