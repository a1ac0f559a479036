"""The one way to read a file: in a worker process with limits, so that a bad file costs only itself.

A PDF of 2 KB can abort pdfium, and other files never end. The worker is kept for many files (a few ms each;
a process of its own would take some hundred), replaced after a crash, and now and then.
"""

import base64
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

from qa.config import Settings
from qa.readers import scratch
from qa.readers.child import Child
from qa.readers.document import Box, Document, Heading, Page, UnreadableFile

# Memory that a library lost is given back with the process.
_FILES_PER_WORKER = 1000
# Members of one archive that may end the process, or run into the time limit, before the rest is left.
_LOST_MEMBERS = 20


def _silent(path: Path, done: int, total: int) -> None:
    pass


class Reader:
    """Reads files in a worker process, which starts with the first file. Threads may share one.

    `progress` is told how many of its pages are done while a file takes long (OCR).
    """

    def __init__(self, settings: Settings, progress: Callable[[Path, int, int], None] = _silent) -> None:
        self.settings = settings
        self._progress = progress
        self._worker: Child | None = None
        self._lock = Lock()
        scratch.sweep()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker; a later `read` starts another."""
        with self._lock:
            self._drop()

    def start(self) -> None:
        """Start the worker without waiting for it, where a first file is sure to come."""
        with self._lock:
            if self._worker is None:
                self._worker = Child(self.settings)

    def interrupt(self) -> None:
        """End the worker from another thread, in the middle of a file, which is then unreadable."""
        worker = self._worker
        if worker is not None:
            worker.process.kill()

    def read(self, path: Path) -> Document:
        """The document in `path`. Raises UnreadableFile, with the reason, for a file that yields no text.

        So it does for an archive, which `read_all` reads.
        """
        path = _checked(path, self.settings)
        return _document(path, self._ask(path, {"do": "read"}))

    def read_all(self, path: Path) -> Iterator[tuple[str, Document | UnreadableFile]]:
        """("", document) of an ordinary file, or (name, document or reason) of each member of an archive.

        Members of archives inside are named "inner.zip/name". A last ("", reason) says that the rest of the
        archive was left out, and why. Raises UnreadableFile when the file itself cannot be read.
        """
        path = _checked(path, self.settings)
        place: dict[str, Any] | None = None
        lost = 0
        while True:
            reply = self._ask(path, {"do": "next", "after": place})
            if "end" in reply:
                return
            if "member" not in reply and place is None:
                yield "", _document(path, reply)
                return
            if "member" not in reply:
                yield "", UnreadableFile(path, reply["reason"])
                return
            place = reply["place"]
            name = reply["member"]
            try:
                yield name, _document(path / name, reply)
            except UnreadableFile as error:
                yield name, error
            if not name:
                return
            lost += "lost" in reply
            if lost == _LOST_MEMBERS:
                reason = f"was left after {lost} of its files made the reading process end. Unpack it here."
                yield "", UnreadableFile(path, reason)
                return

    def boxes(self, path: Path, page: int, start: int, end: int, member: str = "") -> list[Box]:
        """Where the characters `start:end` of a page's text (counted from `Page.start`) stand on it.

        For PDF files and pictures; `page` counts from 1. `member` is the name of one in the archive in `path`.
        Raises UnreadableFile.
        """
        request = {"do": "boxes", "page": page, "start": start, "end": end, "member": member}
        return [Box(*box) for box in self._asked_for("boxes", path, request)]

    def picture(self, path: Path, page: int, width: int, member: str = "") -> bytes:
        """A page of a PDF, or a picture, as a PNG of `width` pixels at most. Raises UnreadableFile."""
        request = {"do": "picture", "page": page, "width": width, "member": member}
        return base64.b64decode(self._asked_for("picture", path, request))

    def _asked_for(self, what: str, path: Path, request: dict[str, Any]) -> Any:
        path = _checked(path, self.settings)
        reply = self._ask(path, request)
        if what not in reply:
            raise UnreadableFile(path / request["member"], reply["reason"])
        return reply[what]

    def _ask(self, path: Path, request: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            try:
                return self._asked(path, {**request, "path": str(path)})
            except BaseException:
                # Also on Ctrl-C: a late answer must not be taken for that of the next file.
                self._drop()
                raise

    def _asked(self, path: Path, request: dict[str, Any]) -> dict[str, Any]:
        if self._worker is not None and self._worker.has_ended():
            self._drop()  # between files, so no file is to blame
        if self._worker is None:
            self._worker = Child(self.settings)
        worker = self._worker
        reply = worker.ask(request, lambda done, total: self._progress(path, done, total))
        if reply is not None and "memory" not in reply and not worker.late and worker.files < _FILES_PER_WORKER:
            return reply
        if reply is None:
            reply = {"reason": worker.why_it_ended(), "lost": True}
        elif "memory" in reply:
            reply = {"reason": _too_much(self.settings), "lost": True}
        if "lost" in reply and worker.reading is not None:
            reply |= {"member": worker.reading["reading"], "place": worker.reading["place"]}
        self._drop()
        return reply

    def _drop(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


def _checked(path: Path, settings: Settings) -> Path:
    """The absolute path. Refuses without opening: what is no regular file may block, or act when it is opened."""
    path = path.absolute()
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise UnreadableFile(path, "does not exist (any more). Look for it under another name.") from error
    except PermissionError as error:
        reason = "cannot be reached: permission denied. Give yourself the right to enter its folder."
        raise UnreadableFile(path, reason) from error
    except OSError as error:  # a loop of links, a name too long, a lost network drive
        raise UnreadableFile(path, f"cannot be reached ({error.strerror}). Rename or move it.") from error
    except ValueError as error:  # a NUL in its name
        raise UnreadableFile(path, "cannot be reached: no file can have this name. Check it.") from error
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableFile(path, "is a folder, not a file. Name a file in it.")
    if not stat.S_ISREG(status.st_mode):
        reason = "is not a regular file (it is a pipe, a socket or a device). Nothing needs to be done."
        raise UnreadableFile(path, reason)
    if status.st_size == 0:
        raise UnreadableFile(path, "is empty (0 bytes). Nothing needs to be done.")
    if large := too_large(status.st_size, settings):
        raise UnreadableFile(path, large)
    return path


def too_large(size: int, settings: Settings) -> str | None:
    """Why a file of `size` bytes is not read, completing the sentence that begins with its name; else None."""
    megabytes = size / 1_000_000
    if megabytes <= settings.file_megabytes:
        return None
    limit = f"QA_FILE_MEGABYTES ({settings.file_megabytes:g})"
    return f"is {megabytes:,.1f} MB, more than {limit} allows. Split it, or raise that."


def _too_much(settings: Settings) -> str:
    limit = f"QA_READ_MEGABYTES ({settings.read_megabytes})"
    return f"needs more memory than {limit} allows. Split it, or raise that."


def _document(path: Path, reply: dict[str, Any]) -> Document:
    """The document of an answer. Raises UnreadableFile where that holds a reason instead."""
    if "document" not in reply:
        raise UnreadableFile(path, reply["reason"])
    fields = reply["document"]
    return Document(
        text=fields["text"],
        pages=tuple(Page(*page) for page in fields["pages"]),
        headings=tuple(Heading(*heading) for heading in fields["headings"]),
        kind=fields["kind"],
        warnings=tuple(fields["warnings"]),
    )
