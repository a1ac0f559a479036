"""The thread that syncs while a folder is followed, and stands back while somebody waits for an answer."""

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.config import FootnoteError, Progress, silent
from qa.folder import folders
from qa.library import Library, SyncReport
from qa.watching.changes import EVERYTHING_SECONDS, LOOK_SECONDS, changes

# How long a sync stands still while somebody waits for an answer: both need all of the processor.
COURTESY_SECONDS = 60.0


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
        for changed in changes(settings, places, self._stop):
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
