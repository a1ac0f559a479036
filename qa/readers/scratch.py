"""The private folder of a reading process, for what it unpacks; left over only where both sides were killed."""

import os
import re
import shutil
import tempfile
import time
from pathlib import Path

_PREFIX = "footnote-reading-"
_OWNER = re.compile(re.escape(_PREFIX) + r"(\d+)-")
# Younger ones are left alone: their reading process may live on a little, or their owner be out of sight.
_LEFT_SECONDS = 3600


def make() -> Path:
    """A new folder that only this user can enter, named after this process."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def remove(folder: Path) -> None:
    """Removes it with all that is in it."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Removes the folders of programs that were killed (or whose machine was) an hour ago and more."""
    for folder in Path(tempfile.gettempdir()).glob(_PREFIX + "*"):
        owner = _OWNER.match(folder.name)
        if owner and not _lives(int(owner[1])) and _age(folder) > _LEFT_SECONDS:
            remove(folder)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0
