"""One file: what it holds, as a hash, and whether it is still the one that was looked at."""

import hashlib
from pathlib import Path

from qa.folder.roots import shown

Fingerprint = tuple[int, int, int, int, int]


def digest(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal, and its suffix, which decides how that is read.

    Raises OSError.
    """
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest() + shown(path.suffix.lower())


def fingerprint(path: Path) -> Fingerprint:
    """Size, modification time, and what else changes when a file is written to or exchanged. Raises OSError."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_dev, status.st_ino
