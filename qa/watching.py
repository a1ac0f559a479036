"""Follow the documents folders: a sync as soon as what changes there has come to rest for a moment.

The system tells of changes. Now and then the folders are looked at all the same, since it does not tell of
everything (a network drive, a disk that is mounted), and only so where it cannot be asked.
"""

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import watchfiles

from qa.config import FootnoteError, Progress, Settings, silent
from qa.folder import FolderError, FoundFile, folders, scan
from qa.library import Library, SyncReport

# Milliseconds without a change after which a sync begins, and those after which it begins all the same.
REST_MS = 200
MOST_MS = 1000
# Seconds between two looks at whether the documents folders themselves are still the same.
LOOK_SECONDS = 0.5
# Seconds between two looks at all files; longer where a look takes long.
EVERYTHING_SECONDS = 60.0
# How long a sync stands still while somebody waits for an answer: both need all of the processor.
COURTESY_SECONDS = 60.0
# Looking at the files takes at most this part of the time.
SHARE = 0.05

Changed = frozenset[str] | None
"""Paths that changed, empty where it is not known which; None where nothing did."""


class _EndedError(Exception):
    """Following was ended in the middle of a sync."""


def watch(
    library: Library,
    stop: threading.Event,
    report: Callable[[SyncReport], None] = lambda report: None,
    problem: Callable[[FootnoteError], None] = lambda error: None,
    progress: Progress = silent,
    busy: Callable[[], bool] = lambda: False,
) -> None:
    """Keep the library in step with its folders until `stop` is set.

    `report` is called after the first sync, after each that did something and after a trouble that is over,
    `problem` once for each trouble: a folder that is gone, a disk that is full, too much to remove. Nothing of
    that ends the following. A sync stands still while `busy` says that somebody waits for an answer.
    """
    follower = _Follower(library, stop, report, problem, progress, busy)
    try:
        while not stop.is_set():
            follower.follow()
    except _EndedError:
        return


@contextmanager
def watching(
    library: Library,
    report: Callable[[SyncReport], None] = lambda report: None,
    problem: Callable[[FootnoteError], None] = lambda error: None,
    progress: Progress = silent,
    busy: Callable[[], bool] = lambda: False,
) -> Iterator[None]:
    """`watch` in a thread of its own while the block runs; a sync under way at its end is ended."""
    stop = threading.Event()
    thread = threading.Thread(target=watch, args=(library, stop, report, problem, progress, busy), name="watch")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Reading:
    """What is being read just now, in words: told by the one who reads, asked by those who show it."""

    def __init__(self) -> None:
        self.said = ""
        self.detail = ""
        self.problem = ""
        self.advice = ""

    def __call__(self, stage: str, done: int, total: int, detail: str = "") -> None:
        """A `Progress`."""
        over = total > 0 and done >= total
        self.said = "" if over else f"{stage.capitalize()}: {done:,} of {total:,}"
        self.detail = "" if over else detail

    def finished(self, advice: str | None = None) -> None:
        """A sync ended well; `advice` is what the user should know about the library as a whole."""
        self.said = self.detail = self.problem = ""
        self.advice = advice or ""

    def failed(self, error: FootnoteError) -> None:
        """A sync could not be done; what was read before can be asked."""
        self.said = self.detail = ""
        self.problem = str(error)


class _Follower:
    def __init__(
        self,
        library: Library,
        stop: threading.Event,
        report: Callable[[SyncReport], None],
        problem: Callable[[FootnoteError], None],
        progress: Progress,
        busy: Callable[[], bool],
    ) -> None:
        self._library = library
        self._stop = stop
        self._report = report
        self._problem = problem
        self._progress = progress
        self._busy = busy
        self._said = ""
        self._failed: dict[str, str] | None = None

    def follow(self) -> None:
        """Follow the folders as they are now, until there are others."""
        settings = self._library.settings
        places = folders(settings)
        known = {str(place) for place in places}
        self._sync()
        if not places:
            self._stop.wait(LOOK_SECONDS)
            return
        for changed in _changes(settings, places, self._stop):
            if changed is None:
                continue
            self._sync()
            # A second walk of a large folder is spared where only files have changed.
            others = not changed or any(path in known or Path(path).is_dir() for path in changed)
            if others and folders(settings) != places:
                return

    def _sync(self) -> None:
        """One sync, and more while files change as they are read."""
        wait = LOOK_SECONDS
        while not self._stop.is_set():
            try:
                report = self._library.sync(self._go_on)
            except FootnoteError as error:
                self._say(error)
                return
            except _EndedError:
                raise
            except Exception as error:
                # A fault of ours must not end the following in silence.
                traceback.print_exc()
                self._say(FootnoteError(f"Reading the folder failed ({error!r}). The lines above say where."))
                return
            back, self._said = bool(self._said), ""
            done = report.added or report.changed or report.renamed or report.removed
            if done or back or self._failed is None or (report.failed and report.failed != self._failed):
                self._report(report)
            if done or report.failed or self._failed is None:
                self._failed = report.failed
            if not report.postponed:
                return
            self._stop.wait(wait)
            wait = min(2 * wait, EVERYTHING_SECONDS)

    def _say(self, error: FootnoteError) -> None:
        if str(error) != self._said:
            self._said = str(error)
            self._problem(error)

    def _go_on(self, stage: str, done: int, total: int, detail: str = "") -> None:
        until = time.monotonic() + COURTESY_SECONDS
        while self._busy() and time.monotonic() < until and not self._stop.wait(0.1):
            pass
        if self._stop.is_set():
            raise _EndedError
        self._progress(stage, done, total, detail)


def _changes(settings: Settings, places: tuple[Path, ...], stop: threading.Event) -> Iterator[Changed]:
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
