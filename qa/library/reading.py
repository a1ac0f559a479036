"""The files of a sync, read side by side in reading processes and handed on in the order in which they are done.

A file is looked at before and after: what was written to meanwhile is read again, and left to the next sync when
that goes on, so that no text is kept under the size and time of another.
"""

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa.catalogue import TRY_AGAIN
from qa.config import Settings
from qa.folder import Fingerprint, FoundFile, digest, fingerprint, shown
from qa.library.hashing import refusal
from qa.library.pipe import Pipe, StoppedError
from qa.readers import Document, Reader, UnreadableFile
from qa.splitting import Passage, prepare, split
from qa.store import FileState, Store

# Characters of documents that wait to be embedded: some minutes of work, some megabytes.
WAITING_CHARACTERS = 4_000_000
# Times that a file is read which changes while it is read.
ATTEMPTS = 3
# A file written to in the same tick of the clock as it is looked at would look unchanged.
TICK_NS = 20_000_000
# How long the end waits for a thread that reads: it may be splitting a long text, or wait for a disk.
STOP_SECONDS = 10.0
# A further reading process pays from so many files on.
FILES_FOR_ANOTHER = 16


@dataclass(frozen=True)
class ReadDocument:
    """A document that was read and split, or the reason why it was not."""

    file: FileState
    document: Document | None = None
    passages: Sequence[Passage] = ()
    reason: str = ""


@dataclass(frozen=True)
class ArchiveBegun:
    """The members of this archive follow, as documents."""

    file: FileState


@dataclass(frozen=True)
class ArchiveRead:
    """All members of this archive have gone before; `warnings` say what was left out."""

    file: FileState
    members: frozenset[str]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class FileDone:
    """Nothing more comes of this file; `postponed` when it kept changing."""

    name: str
    bytes: int
    postponed: bool = False


Piece = ReadDocument | ArchiveBegun | ArchiveRead | FileDone


class Reading:
    """Reads `files` from construction until `stop`; `pieces` gives what came of them."""

    def __init__(self, files: Sequence[FoundFile], settings: Settings, store: Store) -> None:
        self.pieces: Pipe[Piece] = Pipe(WAITING_CHARACTERS)
        self.error: BaseException | None = None
        """What ended the reading, if it was no fault of a file."""
        self.current = files[0].name if files else ""
        self._settings = settings
        self._store = store
        self._files = iter(files)
        self._lock = threading.Lock()
        self._stopped = False
        count = min(settings.readers, 1 + len(files) // FILES_FOR_ANOTHER)
        self._readers = [Reader(settings) for _ in range(count)]
        self._running = count
        self._threads: list[threading.Thread] = []
        try:
            for reader in self._readers:
                reader.start()
            # An import of seconds, while the processes start.
            prepare(settings.passage_characters)
            for reader in self._readers:
                thread = threading.Thread(target=self._work, args=(reader,), name="read", daemon=True)
                thread.start()
                self._threads.append(thread)
        except BaseException:  # Ctrl-C: nobody else would end the processes
            self.stop()
            for reader in self._readers:
                reader.close()
            raise

    def stop(self) -> None:
        """End at once, in the middle of files if need be. A disk that hangs is not waited for."""
        self._stopped = True
        self.pieces.stop()
        until = time.monotonic() + STOP_SECONDS
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < until:
            for reader in self._readers:
                reader.interrupt()
            for thread in self._threads:
                thread.join(0.05)

    def _work(self, reader: Reader) -> None:
        try:
            with reader:
                while not self._stopped and (file := self._next()) is not None:
                    for piece in self._read(file, reader):
                        self.pieces.put(piece, _weight(piece))
        except StoppedError:
            return
        except BaseException as error:  # raised again by the thread that embeds
            self.error = error
            self.pieces.stop()
        finally:
            with self._lock:
                self._running -= 1
                if self._running == 0:
                    self.pieces.end()

    def _next(self) -> FoundFile | None:
        with self._lock:
            file = next(self._files, None)
            self.current = file.name if file else self.current
            return file

    def _read(self, file: FoundFile, reader: Reader) -> Iterator[Piece]:
        for _ in range(ATTEMPTS):
            try:
                yield from self._attempt(file, reader)
                yield FileDone(file.name, file.bytes)
                return
            except _ChangedError:
                continue
        yield FileDone(file.name, file.bytes, postponed=True)

    def _attempt(self, file: FoundFile, reader: Reader) -> Iterator[Piece]:
        """One reading. Raises _ChangedError when the file did not stay the same."""
        state = FileState(file.name, file.bytes, file.modified_ns, "")
        reason = refusal(file, self._settings)
        if reason is not None:
            yield ReadDocument(state, reason=reason)
            return
        try:
            before = settled(file.path)
            state = replace(state, bytes=before[0], modified_ns=before[1], digest=digest(file.path))
            last = yield from self._content(file, state, reader)
            if fingerprint(file.path) != before:
                raise _ChangedError
        except FileNotFoundError as error:
            raise _ChangedError from error
        except OSError as error:
            # Permissions and disks change without changing the file.
            reason = _why_not(error)
            last = ReadDocument(replace(state, modified_ns=TRY_AGAIN), reason=reason)
        yield last

    def _content(self, file: FoundFile, state: FileState, reader: Reader) -> Generator[Piece, None, Piece]:
        """What a file holds; of an archive all but the end, which is returned."""
        known = self._store.document_of(state.digest)
        try:
            if known is not None:
                return self._split(state, self._store.document(known))
            archive = _Archive(state)
            for name, result in reader.read_all(file.path):
                if isinstance(result, Document) and not name:
                    return self._split(state, result)
                if not archive.begun:
                    yield archive.begin()
                if isinstance(result, Document):
                    yield self._split(archive.member(name), result)
                elif name:
                    yield ReadDocument(archive.member(name), reason=result.reason)
                else:
                    archive.warnings.append(result.reason)
            return archive.end()
        except UnreadableFile as error:
            if not file.path.exists():
                raise _ChangedError from error
            return ReadDocument(state, reason=error.reason)
        except KeyError as error:  # the known document was removed meanwhile
            raise _ChangedError from error

    def _split(self, state: FileState, document: Document) -> ReadDocument:
        return ReadDocument(state, document, split(document, self._settings.passage_characters))


class _ChangedError(Exception):
    """A file is another than it was when its reading began."""


class _Archive:
    """An archive while its members come: their names, each once."""

    def __init__(self, file: FileState) -> None:
        self.file = file
        self.begun = False
        self.members: set[str] = set()
        self.warnings: list[str] = []

    def begin(self) -> Piece:
        self.begun = True
        return ArchiveBegun(self.file)

    def member(self, name: str) -> FileState:
        """What is noted of a member: its size is not known, and it is as old as its archive."""
        parts = [part for part in shown(name).split("/") if part not in ("", ".", "..")]
        plain = "/".join([self.file.name, *parts])
        unique, number = plain, 2
        while unique in self.members:
            unique, number = f"{plain} ({number})", number + 1
        self.members.add(unique)
        return FileState(unique, 0, self.file.modified_ns, "", self.file.name)

    def end(self) -> Piece:
        if not self.begun:
            return ReadDocument(self.file, reason="is an archive without files. Nothing needs to be done.")
        return ArchiveRead(self.file, frozenset(self.members), tuple(self.warnings))


def _why_not(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"cannot be opened: {error.strerror}. Give yourself the right to read it."
    return f"cannot be read ({error.strerror or error}). Check the disk and its connection."


def settled(path: Path) -> Fingerprint:
    """The fingerprint of a file, later than its last change: by the clock, not only in order. Raises OSError."""
    while True:
        seen = fingerprint(path)
        age = time.time_ns() - seen[1]
        if not 0 <= age < TICK_NS:
            return seen
        time.sleep((TICK_NS - age) / 1e9)


def _weight(piece: Piece) -> int:
    return len(piece.document.text) if isinstance(piece, ReadDocument) and piece.document else 1
