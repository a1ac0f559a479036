"""The reading process: `python -m qa.readers.worker LIMITS` answers requests until its pipes close."""

import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qa.readers import formats
from qa.readers.document import ReadLimits, UnreadableFile
from qa.readers.messages import receive, send

# After the caller's own limit: this one is for a process whose caller is gone while a file hangs.
_GRACE_SECONDS = 5


def main() -> None:
    """Serves requests {"path", "limits"} with {"document"}, {"reason"} or {"memory"}."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    given = json.loads(sys.argv[1])
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print must not reach the answers
    _limit_memory(given["megabytes"])
    while (request := receive(requests)) is not None:
        _alarm(int(given["seconds"]) + _GRACE_SECONDS)
        reply = _reply(request)
        _alarm(0)
        try:
            send(replies, reply)
        except MemoryError:
            send(replies, {"memory": True})


def _limit_memory(megabytes: int) -> None:
    # Linux only: macOS refuses a limit below what every process has mapped from its start.
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        size = megabytes * 1_000_000 if hard < 0 else min(hard, megabytes * 1_000_000)
        resource.setrlimit(resource.RLIMIT_AS, (size, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _alarm(seconds: int) -> None:
    """The system ends the process after that long, even inside C code; 0: no longer."""
    if sys.platform != "win32":
        signal.alarm(seconds)


def _reply(request: dict[str, Any]) -> dict[str, Any]:
    path = Path(request["path"])
    try:
        return {"document": asdict(formats.read(path, ReadLimits(**request["limits"])))}
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
