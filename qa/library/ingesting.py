"""Reading, embedding and writing side by side: files are read ahead, and written while the next are embedded."""

import threading
import time
from collections.abc import Iterator
from functools import partial

import numpy as np

from qa.config import Progress, Settings
from qa.index import PassageIndex
from qa.library.committing import Committer
from qa.library.pipe import StoppedError
from qa.library.planning import SyncPlan
from qa.library.reading import Piece, ReadDocument, Reading
from qa.library.report import SyncReport
from qa.library.vectors import GROUP, PassageVectors
from qa.state import uninterrupted
from qa.store import Store

# Seconds between two calls of the progress while nothing comes.
SAYS_EVERY = 0.5
# Seconds after which a rate means something.
RATED_AFTER = 2.0
# The time left is said after so many seconds, and so much of the bytes: the first files say little of the others.
GUESSED_AFTER = 10.0
GUESSED_FROM = 0.05


class Ingestion:
    """The files of one plan on their way into the store and the index."""

    def __init__(self, plan: SyncPlan, report: SyncReport, settings: Settings, store: Store) -> None:
        self._plan = plan
        self._report = report
        self._settings = settings
        self._store = store
        self._committer: Committer | None = None
        self._began = time.monotonic()
        # What is not opened takes no time.
        self._bytes = sum(file.bytes for file in plan.files if file.name not in plan.refused)
        known = store.files()
        # Of the others, what was read before still answers.
        self._unread = frozenset(
            file.name for file in plan.files if file.name not in known or store.document_id(file.name) is None
        )

    @property
    def waiting(self) -> int:
        """How many files are still to be committed of which nothing can be asked yet."""
        return len(self._unread) - (self._committer.unread if self._committer else 0)

    def run(
        self, vectors: PassageVectors, index: PassageIndex, writing: threading.RLock, progress: Progress
    ) -> None:
        """Read, embed in this thread, and commit. What ends it early loses only what was under way."""
        self._say(progress, self._plan.files[0].name)
        committer = self._committer = Committer(
            self._store, index, writing, self._plan, self._report, self._unread
        )
        reading: Reading | None = None
        try:
            reading = Reading(self._plan.files, self._settings, self._store)
            for group in self._groups(reading, progress):
                documents = [piece for piece in group if isinstance(piece, ReadDocument)]
                name = documents[-1].file.name if documents else reading.current
                rows = iter(vectors.of(documents, partial(self._embedding, progress, name)))
                empty = np.empty((0, 0), dtype=np.float32)
                committer.put([(p, next(rows) if isinstance(p, ReadDocument) else empty) for p in group])
                self._say(progress, reading.current)
            committer.finish()
        except StoppedError:  # the error of the other thread says why
            pass
        finally:
            with uninterrupted():
                if reading is not None:
                    reading.stop()
                committer.stop()
        for error in (committer.error, reading.error if reading else None):
            if error is not None:
                raise error
        progress("reading documents", len(self._plan.files), len(self._plan.files))

    def _groups(self, reading: Reading, progress: Progress) -> Iterator[list[Piece]]:
        """What is ready, up to so many passages: the model waits for no more than one file."""
        pieces = reading.pieces
        while not pieces.over:
            piece = pieces.take(SAYS_EVERY)
            if piece is None:
                self._say(progress, reading.current)
                continue
            group = [piece]
            passages = _passages(piece)
            while passages < GROUP and (more := pieces.take(0)) is not None:
                group.append(more)
                passages += _passages(more)
            yield group

    def _embedding(self, progress: Progress, name: str, done: int, total: int) -> None:
        """Of long documents, how far their passages are."""
        if total > GROUP:
            progress("embedding passages", done, total, name)
        else:
            self._say(progress, name)

    def _say(self, progress: Progress, name: str) -> None:
        """How far it is, and in words: the file, the speed, the time left by the bytes still to be read."""
        done = self._committer
        seconds = time.monotonic() - self._began
        words = [name]
        if done and seconds > RATED_AFTER and done.passages:
            words.append(f"{done.passages / seconds:.0f} passages/s")
        left = seconds_left(seconds, done.bytes, self._bytes) if done else None
        if left is not None:
            words.append(f"{_duration(left)} left")
        progress("reading documents", done.files if done else 0, len(self._plan.files), " · ".join(words))


def seconds_left(seconds: float, done: int, total: int) -> float | None:
    """How long the rest of `total` bytes takes when `done` took `seconds`; None while that would be a guess."""
    if seconds < GUESSED_AFTER or done <= 0 or done < GUESSED_FROM * total:
        return None
    return seconds * (total - done) / done


def _passages(piece: Piece) -> int:
    return len(piece.passages) if isinstance(piece, ReadDocument) else 0


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
