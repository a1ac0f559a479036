"""The one way to read a file: in a worker process with limits, so that a bad file costs only itself.

A PDF of 2 KB can abort pdfium, and other files never end. The worker is kept for many files (a few ms each;
a process of its own would take some hundred), replaced after a crash, and now and then.
"""

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from threading import Lock, Timer
from typing import Any, BinaryIO, cast

from qa.config import ROOT, Settings
from qa.readers.document import Document, Heading, Page, ReadLimits, UnreadableFile
from qa.readers.messages import receive, send

# Memory that a library lost is given back with the process.
_FILES_PER_WORKER = 200


class Reader:
    """Reads files in a worker process, which starts with the first file. Threads may share one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._worker: _Worker | None = None
        self._lock = Lock()

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
                self._worker = _Worker(self.settings)

    def read(self, path: Path) -> Document:
        """The document in `path`. Raises UnreadableFile, with the reason, for a file that yields no text."""
        path = path.absolute()
        _check(path, self.settings)
        with self._lock:
            try:
                reply = self._ask(path)
            except BaseException:
                # Also on Ctrl-C: a late answer must not be taken for that of the next file.
                self._drop()
                raise
        if "document" not in reply:
            raise UnreadableFile(path, reply["reason"])
        return _document(reply["document"])

    def _ask(self, path: Path) -> dict[str, Any]:
        if self._worker is None:
            self._worker = _Worker(self.settings)
        reply = self._worker.ask(path)
        if reply is None:
            reply = {"reason": self._worker.why_it_ended()}
        elif "memory" in reply:
            reply = {"reason": _too_much(self.settings)}
        elif not self._worker.late and self._worker.files < _FILES_PER_WORKER:
            return reply
        self._drop()
        return reply

    def _drop(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


class _Worker:
    """One process and the pipes to it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.files = 0
        self.late = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed in close)
        limits = {"megabytes": settings.read_megabytes, "seconds": settings.read_seconds}
        # Not multiprocessing, which would run the caller's __main__ again. In our own folder, because Python
        # looks for modules in the current one first, and a folder of documents may hold a json.py.
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "qa.readers.worker", json.dumps(limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for the caller, who closes the worker
        )

    def ask(self, path: Path) -> dict[str, Any] | None:
        """The answer, or None when the process ended, or was ended because it took too long."""
        requests = cast("BinaryIO", self._process.stdin)
        replies = cast("BinaryIO", self._process.stdout)
        self.files += 1
        settings = self.settings
        limits = ReadLimits(
            text_characters=settings.text_characters,
            members=settings.archive_members,
            depth=settings.archive_depth,
            passwords=settings.passwords,
            ocr=settings.ocr,
        )
        timer = Timer(self.settings.read_seconds, self._end_late)
        timer.daemon = True
        timer.start()
        try:
            send(requests, {"path": str(path), "limits": asdict(limits)})
            return receive(replies)
        except BrokenPipeError:
            return None
        finally:
            timer.cancel()

    def _end_late(self) -> None:
        self.late = True
        self._process.kill()

    def why_it_ended(self) -> str:
        """Completes the sentence that begins with the name of the file it was reading."""
        code = self._process.wait()
        if self.late:
            seconds = f"{self.settings.read_seconds:g}"
            return f"was not read within {seconds} seconds. Split it, or raise QA_READ_SECONDS."
        if code >= 0:
            self._errors.seek(0)
            lines = self._errors.read().decode("utf-8", "replace").split("\n")
            last = next((line for line in reversed(lines) if line.strip()), f"exit code {code}")
            return f"was not read: the reading process ended ({last.strip()[:200]})."
        name = signal.Signals(-code).name
        return (
            f"made the reading process end ({name}): it is damaged, hostile, or needs more memory than "
            f"QA_READ_MEGABYTES ({self.settings.read_megabytes}) allows."
        )

    def close(self) -> None:
        """Ends the process at once: between files it holds nothing that could be lost."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:  # a request that it never took was still buffered
                    continue


def _check(path: Path, settings: Settings) -> None:
    """Refuses without opening: what is not a regular file may block, or act when it is opened."""
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise UnreadableFile(path, "does not exist (any more).") from error
    except PermissionError as error:
        reason = "cannot be reached: permission denied. Give yourself the right to enter its folder."
        raise UnreadableFile(path, reason) from error
    except OSError as error:  # a loop of links, a name too long, a lost network drive
        raise UnreadableFile(path, f"cannot be reached ({error.strerror}).") from error
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableFile(path, "is a folder, not a file.")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFile(path, "is not a regular file (it is a pipe, a socket or a device).")
    if status.st_size == 0:
        raise UnreadableFile(path, "is empty (0 bytes). Nothing needs to be done.")
    megabytes = status.st_size / 1_000_000
    if megabytes > settings.file_megabytes:
        limit = f"QA_FILE_MEGABYTES ({settings.file_megabytes:g})"
        raise UnreadableFile(path, f"is {megabytes:,.1f} MB, more than {limit} allows. Split it, or raise that.")


def _too_much(settings: Settings) -> str:
    limit = f"QA_READ_MEGABYTES ({settings.read_megabytes})"
    return f"needs more memory than {limit} allows. Split it, or raise that."


def _document(fields: dict[str, Any]) -> Document:
    return Document(
        text=fields["text"],
        pages=tuple(Page(**page) for page in fields["pages"]),
        headings=tuple(Heading(**heading) for heading in fields["headings"]),
        kind=fields["kind"],
        warnings=tuple(fields["warnings"]),
    )
