"""The two streams, signals, and text that a terminal may be shown."""

import io
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

# Control characters but tab and line end: a document must not move the cursor, nor name the window.
COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# How long Ctrl-C may go unnoticed by one who waits for it, in seconds.
SIGNAL_EVERY = 0.2
# Columns of a table that is not shown on a terminal: no name is shortened or broken.
WIDEST = 100_000
NUMBERS = {"size", "pages", "passages"}

# No emoji: they would replace the ":key:" of a document by a picture of one.
out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def prepare_signals() -> None:
    """Ctrl-C ends with its message, and SIGTERM as Ctrl-C does: what is open is closed, the index in order."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))


class Interrupt:
    """Whether Ctrl-C or SIGTERM was given: noted, not raised, so that what is being opened is also closed."""

    def __init__(self) -> None:
        self.given = False

    def wait(self) -> None:
        """Return once it was given.

        The system may hand a signal to any thread, and that does not wake the main one, where Python handles it:
        hence a look now and then. A wait without end slept through SIGTERM in one of three runs under strace.
        """
        while not self.given:
            time.sleep(SIGNAL_EVERY)


@contextmanager
def noted_interrupt() -> Iterator[Interrupt]:
    """Until the block ends, Ctrl-C is noted; for the main thread, after `prepare_signals`.

    Raised, it can come between the start of a thread and the note that it is to be ended.
    """
    interrupt = Interrupt()

    def note(number: int, frame: FrameType | None) -> None:
        interrupt.given = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)


def prepare_streams() -> None:
    """UTF-8 whatever the locale says, without changing line ends: other programs read what is printed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")


def visible(text: str) -> str:
    """Text of a document or a file's name without what would command the terminal."""
    return COMMANDS.sub("\ufffd", text)


def size(count: int) -> str:
    """A number of bytes for people."""
    return str(decimal(count))


def print_table(rows: Sequence[Sequence[str]], console: Console, *columns: str) -> None:
    """Print a table: as wide as the terminal, or where there is none, as wide as it needs to be."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, justify="right" if name in NUMBERS else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(visible, row))
    if not console.is_terminal:
        console.width = WIDEST
    console.print(table)
