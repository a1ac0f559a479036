"""One reading process as its caller sees it: started, asked, timed, and ended with all that it started."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from threading import Lock, Timer
from typing import Any, BinaryIO, cast

from qa.config import ROOT, FootnoteError, Settings
from qa.readers import scratch
from qa.readers.document import ReadLimits
from qa.readers.messages import receive, send

# A file that reports progress (OCR) may take this many times the limit, and no longer.
_MOST_TIMES = 100
_START_SECONDS = 60.0
# Of one answer: characters of JSON beside the text, and bytes a character.
_MORE_BYTES = 200_000_000
_CHARACTER_BYTES = 6
# Of memory for each byte of XML that is parsed at once, at the very least.
_TREE_BYTES = 8


class ReaderError(FootnoteError):
    """No process that reads files can be started. No file is to blame."""


class Child:
    """One process, the pipes to it, and a folder of its own for what it unpacks."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.files = 0
        self.late = 0.0
        """Seconds after which it was ended; 0: it was not."""
        self.reading: dict[str, Any] | None = None
        """The member of an archive that it said it begins to read, while it has not answered."""
        self._ready = False
        self.folder = scratch.make()
        self._limits = asdict(limits_of(settings))
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed in close)
        given = {
            "megabytes": settings.read_megabytes,
            "file_megabytes": int(settings.archive_megabytes) + 1,
            "seconds": settings.read_seconds,
            "folder": str(self.folder),
        }
        # Not multiprocessing, which would run the caller's __main__ again. In our own folder, because Python
        # looks for modules in the current one first, and a folder of documents may hold a json.py.
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "qa.readers.worker", json.dumps(given)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": path, "TMPDIR": str(self.folder)},
                # Ctrl-C is for the caller, who ends the group of the process: it and what it started.
                start_new_session=True,
            )
        except BaseException as error:
            # No process to be had (of them, of memory): nothing of it stays behind either.
            self._errors.close()
            scratch.remove(self.folder)
            if isinstance(error, OSError):
                raise ReaderError(_no_start(error.strerror or str(error))) from error
            raise

    def ask(self, request: dict[str, Any], beat: Callable[[int, int], None]) -> dict[str, Any] | None:
        """The answer, or None when the process ended, or was ended because it took too long.

        Raises ReaderError when it ended before it was ready: no file is to blame for that.
        """
        requests = cast("BinaryIO", self.process.stdin)
        replies = cast("BinaryIO", self.process.stdout)
        most = _CHARACTER_BYTES * self.settings.text_characters + _MORE_BYTES
        self.files += 1
        self.reading = None
        # Its start is no fault of the file, and takes long on a busy machine.
        clock = _Clock(self.settings.read_seconds if self._ready else _START_SECONDS, self._end_late)
        try:
            send(requests, {**request, "limits": self._limits})
            if not self._ready:
                self._ready = receive(replies, most) is not None
                clock.stop()
                if not self._ready:
                    raise ReaderError(_no_start(self._why_not_ready()))
                clock = _Clock(self.settings.read_seconds, self._end_late)
            while (reply := receive(replies, most)) is not None:
                if "beat" in reply:
                    clock.again()
                    beat(*reply["beat"])
                elif "reading" in reply:
                    self.reading = reply
                else:
                    return reply
        except BrokenPipeError as error:
            if not self._ready:
                raise ReaderError(_no_start(self._why_not_ready())) from error
            return None
        finally:
            clock.stop()
        return None

    def _end_late(self, seconds: float) -> None:
        self.late = seconds
        self._kill()

    def _kill(self) -> None:
        if sys.platform == "win32":
            self.process.kill()
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # macOS says the latter of a group that has ended
            return

    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def why_it_ended(self) -> str:
        """Completes the sentence that begins with the name of the file it was reading."""
        try:
            code = self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:  # it lives
            self._kill()
            self.process.wait()
            return "made the reading process answer with noise: it is damaged or hostile. Save it again."
        if self.late:
            return f"was not read within {self.late:g} seconds. Split it, or raise QA_READ_SECONDS."
        if code >= 0:
            last = self._last_words() or f"exit code {code}"
            return f"made the reading process end ({last}). Save it again in its program."
        name = signal.Signals(-code).name
        return (
            f"made the reading process end ({name}): it is damaged, hostile, or needs more memory than "
            f"QA_READ_MEGABYTES ({self.settings.read_megabytes}) allows. Save it again, or raise that."
        )

    def _why_not_ready(self) -> str:
        if self.late:
            return f"it was not ready within {self.late:g} seconds"
        return self._last_words() or "it ended at once"

    def _last_words(self) -> str:
        """The last line that the process wrote to its errors."""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")

    def close(self) -> None:
        """Ends the process at once: between files it holds nothing that could be lost."""
        self._kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self._errors):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:  # a request that it never took was still buffered
                    continue
        scratch.remove(self.folder)


def _no_start(why: str) -> str:
    return (
        f"The process that reads files cannot be started ({why}). Nothing was lost. Close "
        f"other programs or check {sys.executable}, and run the same command again."
    )


class _Clock:
    """Calls `late` once, with the seconds that were allowed, unless it is stopped or wound up in time."""

    def __init__(self, seconds: float, late: Callable[[float], None]) -> None:
        self._seconds = seconds
        self._late = late
        self._wound = 0
        self._lock = Lock()
        self._timer: Timer | None = None
        self.again()

    def again(self) -> None:
        with self._lock:
            if self._wound == _MOST_TIMES:
                return
            self._wound += 1
            if self._timer is not None:
                self._timer.cancel()
            self._timer = Timer(self._seconds, self._late, (self._seconds,))
            self._timer.daemon = True
            self._timer.start()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def limits_of(settings: Settings) -> ReadLimits:
    """What one file may cost, by the settings."""
    return ReadLimits(
        text_characters=settings.text_characters,
        part_bytes=settings.read_megabytes * 1_000_000 // _TREE_BYTES,
        member_bytes=int(settings.file_megabytes * 1e6),
        unpacked_bytes=int(settings.archive_megabytes * 1e6),
        members=settings.archive_members,
        hidden=settings.hidden,
        depth=settings.archive_depth,
        passwords=settings.passwords,
        ocr=settings.ocr,
    )
