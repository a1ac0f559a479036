"""The reading process: `python -m qa.readers.worker GIVEN` answers requests until its pipes close."""

import base64
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from qa.readers import archive, formats, pulse, scratch, walls
from qa.readers.document import Document, ReadLimits, UnreadableFile
from qa.readers.flagging import flagged
from qa.readers.messages import receive, send

# After the caller's own limit: this one is for a process whose caller is gone while a file hangs.
_GRACE_SECONDS = 5
# Of a request: a path and the limits.
_MOST_BYTES = 10_000_000


def main() -> None:
    """Serves requests; each has "do", "path" and "limits". The answer may also be {"reason"} or {"memory"}."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    given = json.loads(sys.argv[1])
    try:
        _serve(given)
    except BrokenPipeError:  # nobody waits for the answer any more
        return
    finally:
        # The caller does this too, unless it was killed.
        scratch.remove(Path(given["folder"]))


def _serve(given: dict[str, Any]) -> None:
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print must not reach the answers
    walls.limit(given["megabytes"], given["file_megabytes"])
    walls.close_network()
    seconds = int(given["seconds"]) + _GRACE_SECONDS
    service = _Service(replies, seconds, Path(given["folder"]))
    pulse.listen(service.beat)
    send(replies, {"ready": True})
    while (request := receive(requests, _MOST_BYTES)) is not None:
        _alarm(seconds)
        reply = _attempt(lambda: service.answer(request))
        _alarm(0)
        try:
            send(replies, reply)
        except MemoryError:
            send(replies, {"memory": True})


class _Service:
    """Answers requests; between those for the members of one archive it keeps that open."""

    def __init__(self, replies: BinaryIO, seconds: int, folder: Path) -> None:
        self._replies = replies
        self._seconds = seconds
        self._folder = folder
        self._walk: archive.Walk | None = None

    def beat(self, done: int, total: int) -> None:
        _alarm(self._seconds)
        send(self._replies, {"beat": [done, total]})

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        path, given = Path(request["path"]), request["limits"]
        limits = ReadLimits(**{**given, "passwords": tuple(given["passwords"])})
        if request["do"] == "next":
            return self._next(path, limits, request["after"])
        if request["do"] == "read":
            return _fields(formats.read(path, limits))
        if not request["member"]:
            return _drawn(path, limits, request)
        with archive.unpacked(path, request["member"], limits, self._folder) as (unpacked, within):
            return _drawn(unpacked, within, request)

    def _next(self, path: Path, limits: ReadLimits, after: dict[str, Any] | None) -> dict[str, Any]:
        """The document of an ordinary file, or the next member of an archive, or {"end"}."""
        if after is None and (kind := formats.kind_of(path, limits)) != "archive":
            return _fields(formats.read(path, limits, kind))
        if self._walk is None or after is None or not self._walk.stands_at(path, after):
            if self._walk is not None:
                self._walk.close()
            self._walk = archive.Walk(path, limits, self._folder, after, self._begin)
        member = self._walk.next()
        if member is None:
            self._walk = None
            return {"end": True}
        answer = {"member": member.name, "place": member.place}
        if member.path is None:
            return {**answer, "reason": member.reason}
        unpacked = member.path
        return {**answer, **_attempt(lambda: _fields(formats.read(unpacked, member.limits, member.kind)))}

    def _begin(self, name: str, place: dict[str, Any]) -> None:
        send(self._replies, {"reading": name, "place": place})


def _drawn(path: Path, limits: ReadLimits, request: dict[str, Any]) -> dict[str, Any]:
    """Boxes or the picture of a page."""
    # Only where they are asked for: the library of PDFs takes a while to load.
    from qa.readers import pdf_boxes

    if request["do"] == "boxes":
        found = pdf_boxes.boxes(path, request["page"], request["start"], request["end"], limits)
        return {"boxes": [(box.left, box.top, box.right, box.bottom) for box in found]}
    picture = pdf_boxes.picture(path, request["page"], request["width"], limits)
    return {"picture": base64.b64encode(picture).decode("ascii")}


def _fields(document: Document) -> dict[str, Any]:
    document = flagged(document)
    fields = {
        "text": document.text,
        "pages": [(page.number, page.start, page.end, page.label) for page in document.pages],
        "headings": [(head.level, head.title, head.start, head.end) for head in document.headings],
        "kind": document.kind,
        "warnings": document.warnings,
    }
    return {"document": fields}


def _alarm(seconds: int) -> None:
    """The system ends the process after that long, even inside C code; 0: no longer."""
    if sys.platform != "win32":
        signal.alarm(seconds)


def _attempt(answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return answer()
    except UnreadableFile as error:
        return {"reason": error.reason}
    except MemoryError:
        return {"memory": True}
    except PermissionError:
        return {"reason": "cannot be opened: permission denied. Give yourself the right to read it."}
    except OSError as error:
        return {"reason": f"cannot be read ({error.strerror or error}). Check the disk and its connection."}
    except Exception as error:  # the boundary to other people's parsers: their errors cost one file
        return {"reason": f"cannot be parsed ({type(error).__name__}: {error}). Save it again in its program."}


if __name__ == "__main__":
    main()
