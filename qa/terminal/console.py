"""The two streams, signals, and text that a terminal may be shown."""

import io
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.filesize import decimal
from rich.table import Table

# Control characters but tab and line end: a document must not move the cursor, nor name the window.
COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# How long Ctrl-C may go unnoticed by one who waits for it, in seconds.
SIGNAL_EVERY = 0.2
# A second signal so soon is the same request, in seconds: GNU timeout sends it twice, to a process and its group.
SAME_REQUEST = 2.0
# Where there is no terminal, columns are aligned up to so many letters; a longer name stays whole on its line.
ALIGNED = 60
# Cells up to so long are never broken: the names beside them are.
SHORT = 12
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

    Raised, it can come between the start of a thread and the note that it is to be ended. A second one is raised
    when it comes later than SAME_REQUEST after the first: what is being opened or closed may hang.
    """
    interrupt = Interrupt()
    first = 0.0

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal first
        if not interrupt.given:
            first = time.monotonic()
            interrupt.given = True
        elif time.monotonic() - first > SAME_REQUEST:
            raise KeyboardInterrupt

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


def one_line(text: str) -> str:
    """`visible` text without line ends and tabs: a file's name may hold them, a row of a table may not."""
    return visible(text.replace("\n", "\\n").replace("\t", "\\t"))


def print_table(rows: Sequence[Sequence[str]], console: Console, *columns: str) -> None:
    """Print a table, one row a line: on a terminal as wide as that, where long names are broken, else never."""
    cells = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(cell_len(cell) for cell in column) for column in zip(columns, *cells, strict=True)]
    if not console.is_terminal:
        for row in (columns, *cells):
            console.print("  ".join(map(_aligned, row, columns, widths)).rstrip())
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, width in zip(columns, widths, strict=True):
        side: JustifyMethod = "right" if name in NUMBERS else "left"
        table.add_column(name, justify=side, overflow="fold", no_wrap=width <= SHORT)
    for row in cells:
        table.add_row(*row)
    console.print(table)


def _aligned(cell: str, column: str, width: int) -> str:
    room = " " * (min(width, ALIGNED) - cell_len(cell))
    return room + cell if column in NUMBERS else cell + room
