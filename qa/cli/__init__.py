"""`python -m qa …`: the same engine as the chat window, for the terminal and for other programs.

Results go to standard output, progress and errors to standard error. Exit codes: 0 done, 1 a file was found
wrong, 2 something to put right (the message says what), 130 interrupted.
"""

import os
import sys

# Each module adds its commands to the program.
from qa.cli import asking, evaluating, library, measuring, reading, syncing, upkeep, weights
from qa.cli.options import app
from qa.config import FootnoteError
from qa.terminal import err, prepare_signals, prepare_streams, visible

__all__ = [
    "app",
    "asking",
    "evaluating",
    "library",
    "main",
    "measuring",
    "reading",
    "syncing",
    "upkeep",
    "weights",
]

INTERRUPTED = 130


def main() -> None:
    """Run the command line; every FootnoteError becomes its message and exit code 2."""
    prepare_signals()
    prepare_streams()
    code: int | str | None = 0
    try:
        app()
    except SystemExit as end:
        code = end.code
    except FootnoteError as error:
        err.print(visible(f"Footnote: {error}"))
        code = 2
    if code == INTERRUPTED:
        err.print("\nStopped. What was finished is kept; the same command goes on from there.")
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has seen enough; nothing is left to flush to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
