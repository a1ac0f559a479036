"""Seeing that something in the documents folders changed.

The system tells of changes. Now and then the folders are looked at all the same, since it does not tell of
everything (a network drive, a disk that is mounted), and only so where it cannot be asked.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import watchfiles

from qa.config import Settings
from qa.folder import FolderError, FoundFile, scan

# Milliseconds without a change after which a sync begins, and those after which it begins all the same.
REST_MS = 200
MOST_MS = 1000
# Seconds between two looks at whether the documents folders themselves are still the same.
LOOK_SECONDS = 0.5
# Seconds between two looks at all files; longer where a look takes long.
EVERYTHING_SECONDS = 60.0
# Looking at the files takes at most this part of the time.
SHARE = 0.05

Changed = frozenset[str] | None
"""Paths that changed, empty where it is not known which; None where nothing did."""


def changes(settings: Settings, places: tuple[Path, ...], stop: threading.Event) -> Iterator[Changed]:
    """What changed, and None now and then; ends when other folders are to be followed."""
    if settings.polling:
        yield from _looked(settings, stop)
        return
    try:
        yield from _told(settings, places, stop)
    except FileNotFoundError:  # one of the folders went meanwhile
        return
    except (OSError, RuntimeError):  # more folders than the system follows (fs.inotify.max_user_watches), or worse
        yield from _looked(settings, stop)


def _told(settings: Settings, places: tuple[Path, ...], stop: threading.Event) -> Iterator[Changed]:
    # On Linux the system is asked folder by folder in any case; by itself, the library would follow links out.
    alone = sys.platform == "linux"
    state = str(settings.state_folder) + os.sep
    before = _identities(settings)
    # At once after the watch is set up: what changed before is told by nobody.
    looked, every = 0.0, 0.0
    for changes in watchfiles.watch(
        *(places if alone else settings.documents),
        watch_filter=lambda change, path: not (path + os.sep).startswith(state),
        debounce=MOST_MS,
        step=REST_MS,
        stop_event=stop,
        rust_timeout=int(LOOK_SECONDS * 1000),
        yield_on_timeout=True,
        recursive=not alone,
        ignore_permission_denied=True,
    ):
        if _identities(settings) != before:
            return
        began = time.monotonic()
        due = began - looked > every
        yield frozenset() if due else frozenset(path for _, path in changes) or None
        if due:
            looked = time.monotonic()
            every = max(EVERYTHING_SECONDS, (looked - began) / SHARE)


def _looked(settings: Settings, stop: threading.Event) -> Iterator[Changed]:
    """By looking at all files again and again."""
    seen: dict[str, FoundFile] | None = None
    wait = 2 * LOOK_SECONDS
    while not stop.wait(wait):
        began = time.monotonic()
        try:
            files = scan(settings)
        except FolderError:
            files = {}
        wait = max(2 * LOOK_SECONDS, (time.monotonic() - began) / SHARE)
        yield frozenset() if files != seen else None
        seen = files


def _identities(settings: Settings) -> list[tuple[int, int] | None]:
    """Which folders the documents folders are: another disk may be mounted there, or none."""
    return [_identity(path) for path in settings.documents]


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
