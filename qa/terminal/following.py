"""A folder that is followed, told on the terminal: the first sync with its progress, later ones in a line each."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from qa.config import FootnoteError
from qa.terminal.console import SIGNAL_EVERY, Interrupt, visible
from qa.terminal.progress import progress_bars
from qa.terminal.syncs import print_report

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.library import SyncReport
    from qa.watching import Reading


@contextmanager
def following(
    engine: "Engine", reading: "Reading", console: Console, reports: Console, interrupt: Interrupt
) -> Iterator[None]:
    """Follow the documents folder while the block runs, which begins once the first sync has ended, well or not,
    or was interrupted.

    Progress and troubles go to `console`, what each sync did to `reports`; `reading` is told all of it.
    """
    first = threading.Event()

    def report(done: "SyncReport") -> None:
        reading.finished(done.warning)
        try:
            print_report(done, done.failed, reports)
        finally:
            first.set()

    def problem(error: FootnoteError) -> None:
        reading.failed(error)
        try:
            console.print(visible(f"Footnote: {error}"))
        finally:
            first.set()

    with ExitStack() as stack:
        with progress_bars(console) as progress:

            def show(stage: str, done: int, total: int, detail: str = "") -> None:
                reading(stage, done, total, detail)
                # Bars that wait for the next change would be redrawn all day.
                if not first.is_set():
                    progress(stage, done, total, detail)

            stack.enter_context(engine.watch(report, problem, show))
            while not first.wait(SIGNAL_EVERY) and not interrupt.given:
                pass
        yield
