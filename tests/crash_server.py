"""Asks crash_child.py for processes that work on a library, and says how they ended."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crash_folder import ChangingFolder

from qa.config import ROOT


@dataclass(frozen=True)
class Library:
    """A folder that changes, and the state that is to follow it."""

    folder: ChangingFolder
    state: Path


class Server:
    """Forks the processes that work, one at a time (see crash_child.py), below `command` if any.

    What the processes found out, and their errors, lie in `folder`.
    """

    def __init__(self, folder: Path, command: Sequence[str] = ()) -> None:
        self.report = folder / "report.json"
        self.errors = (folder / "errors.txt").open("w+")
        self.process = subprocess.Popen(
            [*command, sys.executable, str(ROOT / "tests" / "crash_child.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"},
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n", self.said()

    def ask(self, library: Library, work: str, **given: Any) -> int:
        """The exit code of a process that works on the library, killed or left to its end."""
        assert self.process.stdin is not None and self.process.stdout is not None
        settings = {"documents": str(library.folder.path), "state": str(library.state)}
        request = {
            "settings": settings,
            "work": work,
            "report": str(self.report),
            "kill": None,
            "kill_after": None,
        }
        self.report.unlink(missing_ok=True)
        self.process.stdin.write(json.dumps(request | given) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def checked(self, library: Library) -> dict[str, Any]:
        """What the next process found out; fails with its errors when anything is wrong."""
        code = self.ask(library, "check", versions=library.folder.versions, gone=library.folder.gone())
        assert code == 0, f"the next start ended with {code}:\n{self.said()}"
        return self.found()

    def finished(self, library: Library, work: str, **given: Any) -> Counter[str]:
        """The steps of a process that was left to its end."""
        code = self.ask(library, work, **given)
        assert code == 0, self.said()
        return Counter(self.found())

    def found(self) -> dict[str, Any]:
        """What the last process found out."""
        found: dict[str, Any] = json.loads(self.report.read_text())
        return found

    def said(self) -> str:
        """The end of what the processes wrote to their standard error."""
        self.errors.seek(0)
        return self.errors.read()[-3000:]

    def close(self) -> None:
        """No more requests."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()
