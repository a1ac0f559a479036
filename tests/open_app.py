"""app.py as a process of its own, as a user starts it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


PATIENCE = 60


def start(*flags: str, python: Sequence[str] = (), **environment: str) -> "subprocess.Popen[str]":
    """app.py with these flags; what it says can be read from `stderr`. `python` may start it in another way."""
    return subprocess.Popen(
        [sys.executable, *(python or [str(ROOT / "app.py")]), "--no-browser", *flags],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
        text=True,
    )


def ended(app: "subprocess.Popen[str]") -> str:
    """What the program said until it ended, by itself: it is killed when it does not."""
    try:
        return app.communicate(timeout=PATIENCE)[1]
    except subprocess.TimeoutExpired:
        app.kill()
        app.communicate()
        raise


def address_of(app: "subprocess.Popen[str]") -> str:
    """Where the window is open, once it is. Fails with what was said when the process ends before."""
    said = []
    for line in iter(app.stderr.readline, "") if app.stderr else ():
        said.append(line)
        found = re.search(r"http://\S+?/", line)
        if found:
            return found.group()
    raise AssertionError("".join(said))


def read_through(app: "subprocess.Popen[str]") -> None:
    """Waits until the first look at the documents folder has ended: the line with its counts says so."""
    for line in iter(app.stderr.readline, "") if app.stderr else ():
        if re.search(r"unchanged, \d+ failed\.$", line):
            return
    raise AssertionError("the window closed before its documents were read")


@contextmanager
def open_app(*flags: str, **environment: str) -> Iterator[str]:
    """The address of an open window, on a port of its own, once its documents are read."""
    # The end of the block also closes the pipe.
    with start("--port", "0", *flags, **environment) as app:
        try:
            address = address_of(app)
            read_through(app)
            yield address
            assert app.poll() is None, "the window closed by itself"
        finally:
            app.send_signal(signal.SIGTERM)
            try:
                app.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                app.kill()
                raise
        assert app.returncode == 0, app.stderr.read() if app.stderr else ""
