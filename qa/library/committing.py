"""What was read and embedded, written to the store and then to the index: by one thread, while others go on."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from qa.embedding import Floats
from qa.index import PassageIndex
from qa.library.pipe import Pipe
from qa.library.planning import SyncPlan
from qa.library.reading import ArchiveBegun, ArchiveRead, FileDone, Piece, ReadDocument
from qa.library.report import SyncReport
from qa.store import Change, Store, merged, places

# Groups of documents that wait to be written, beside the one that is.
WAITING_GROUPS = 1


class Following:
    """Changes of the store, with the vectors that they added, for the index to repeat together."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.vectors: list[Floats] = []

    def add(self, change: Change, vectors: Floats | None = None) -> None:
        self.changes.append(change)
        if vectors is not None and len(vectors):
            self.vectors.append(vectors)


@contextmanager
def following(index: PassageIndex) -> Iterator[Following]:
    """Collects changes of the store, which the index then repeats together, however the block ends.

    A change of Chroma costs some 20 ms, whatever its size: more than reading and embedding a small file.
    """
    done = Following()
    try:
        yield done
    finally:
        if done.changes:
            index.follow(*_netted(merged(done.changes), done.vectors))


def _netted(change: Change, vectors: Sequence[Floats]) -> tuple[Change, Floats | None]:
    """Without passages that came and went within the change: the index removes first, and would keep those."""
    rows = np.concatenate(vectors) if vectors else None
    passing = set(change.removed).intersection(change.added)
    if not passing or rows is None:
        return change, rows
    stay = [row for row, passage_id in enumerate(change.added) if passage_id not in passing]
    added = [change.added[row] for row in stay]
    removed = [passage_id for passage_id in change.removed if passage_id not in passing]
    return replace(change, removed=removed, added=added), rows[stay]


class Committer:
    """Writes what it is handed, one document a transaction, until `finish`."""

    def __init__(
        self,
        store: Store,
        index: PassageIndex,
        lock: threading.RLock,
        plan: SyncPlan,
        report: SyncReport,
        unread: frozenset[str],
    ) -> None:
        self.error: BaseException | None = None
        """What ended the writing early."""
        self.files = self.bytes = self.passages = 0
        """How much was committed."""
        self.unread = 0
        """How many of the files committed are among those given as `unread`."""
        self._unread = unread
        self._store = store
        self._index = index
        self._lock = lock
        self._known = frozenset(plan.changed)
        self._refused = frozenset(plan.refused)
        self._report = report
        self._stopped = False
        # Files that were kept out for what they hold: of archives nothing that follows is taken either.
        self._left_out: set[str] = set()
        self._groups: Pipe[Sequence[tuple[Piece, Floats]]] = Pipe(WAITING_GROUPS)
        self._thread = threading.Thread(target=self._work, name="commit", daemon=True)
        self._thread.start()

    def put(self, group: Sequence[tuple[Piece, Floats]]) -> None:
        """Pieces with the vectors of their passages. Waits for room; raises StoppedError after an error."""
        self._groups.put(group)

    def finish(self) -> None:
        """Wait until all that was put is written."""
        self._groups.end()
        self._thread.join()

    def stop(self) -> None:
        """Wait for no more than the document that is being written; without effect after `finish`."""
        self._stopped = True
        self._groups.stop()
        self._thread.join()

    def _work(self) -> None:
        try:
            while (group := self._groups.take()) is not None:
                with self._lock, following(self._index) as done:
                    # What was removed while it was read is not taken in again.
                    excluded = self._store.excluded()
                    for piece, vectors in group:
                        if self._stopped:
                            return
                        self._commit(piece, vectors, excluded, done)
        except BaseException as error:  # raised again by the thread that embeds
            self.error = error
            self._groups.stop()

    def _commit(self, piece: Piece, vectors: Floats, excluded: set[str], done: Following) -> None:
        if isinstance(piece, FileDone):
            self._count(piece)
        elif excluded and self._is_excluded(piece, excluded):
            return
        elif isinstance(piece, ArchiveBegun):
            done.add(self._store.begin_archive(piece.file))
        elif isinstance(piece, ArchiveRead):
            done.add(self._store.finish_archive(piece.file, piece.members, piece.warnings))
            self._note(piece.file.name)
        elif piece.document is None:
            done.add(self._store.fail(piece.file, piece.reason))
            self._report.failed[piece.file.name] = piece.reason
        else:
            done.add(self._store.replace(piece.file, piece.document, piece.passages, vectors), vectors)
            self.passages += len(vectors)
            if not piece.file.file:
                self._note(piece.file.name)

    def _is_excluded(self, piece: ReadDocument | ArchiveBegun | ArchiveRead, excluded: set[str]) -> bool:
        """By its name, or by what it came to hold only after the plan was made; an archive whole or not at all."""
        file = piece.file
        if any(place in excluded for place in places(file.name)):
            return True
        if isinstance(piece, ArchiveRead) or file.file:
            return (file.file or file.name) in self._left_out
        before = self._store.file(file.name)
        # A document whose hash was forgotten is only read again.
        out = (before is None or before.digest != "") and self._store.keeps_out(file.digest)
        (self._left_out.add if out else self._left_out.discard)(file.name)
        return out

    def _note(self, name: str) -> None:
        (self._report.changed if name in self._known else self._report.added).append(name)

    def _count(self, piece: FileDone) -> None:
        self.files += 1
        self.unread += piece.name in self._unread
        self.bytes += 0 if piece.name in self._refused else piece.bytes
        if piece.postponed:
            self._report.postponed.append(piece.name)
