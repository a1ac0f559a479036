"""One file: what it holds, as a hash, and whether it is still the one that was looked at."""

import errno
import hashlib
import os
import stat
from pathlib import Path

from qa.folder.roots import shown

Fingerprint = tuple[int, int, int, int, int]


def digest(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal, and its suffix, which decides how that is read.

    Raises OSError.
    """
    total = hashlib.sha256()
    with open(path, "rb", opener=_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest() + shown(path.suffix.lower())


def _at_once(path: str, flags: int) -> int:
    """Opens what may have become a pipe, too, without waiting for somebody to write into it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def fingerprint(path: Path) -> Fingerprint:
    """Size, modification time, and what else changes when a file is written to or exchanged. Raises OSError."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_dev, status.st_ino
