"""Progress of long steps: bars on a terminal, lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Column
from rich.text import Text

from qa.config import Progress
from qa.terminal.console import size, visible

# Stages that count bytes; all others count files or passages.
BYTE_STAGES = {"weights", "verify"}
# Without a terminal, a stage says how far it is about this often, in seconds.
LINE_EVERY = 5.0
# Of more files than these, not every name is a line.
MANY_FILES = 200


class Amount(ProgressColumn):
    """How much of how much; for bytes also the rate and the time remaining."""

    def render(self, task: Task) -> Text:
        return Text(amount(task.description, int(task.completed), int(task.total or 0), task.speed))


def amount(stage: str, done: int, total: int, speed: float | None) -> str:
    """The words behind a bar: "310 MB of 1.1 GB, 24 MB/s, 33 s left" or "3 of 8"."""
    if stage not in BYTE_STAGES:
        return f"{done} of {total}" if total else f"{done}"
    words = [f"{size(done)} of {size(total)}" if total else size(done)]
    if speed:
        words.append(f"{size(int(speed))}/s")
    if speed and total:
        words.append(f"{(total - done) / speed:.0f} s left")
    return ", ".join(words)


@contextmanager
def progress_bars(console: Console) -> Iterator[Progress]:
    """A `Progress` that draws a bar for each stage, or prints lines where there is no terminal."""
    if not console.is_terminal:
        yield _Lines(console)
        return
    detail = TextColumn("{task.fields[detail]}", table_column=Column(no_wrap=True, ratio=1))
    bars = Bars(TextColumn("{task.description}"), BarColumn(24), Amount(), detail, console=console, expand=True)
    tasks: dict[str, TaskID] = {}

    def show(stage: str, done: int, total: int, detail: str = "") -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total or None, detail=detail)
        bars.update(tasks[stage], completed=done, total=total or None, detail=visible(detail))

    with bars:
        yield show


class _Lines:
    """Progress as lines: files by name unless there are many, everything else now and then, always the last."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began: dict[str, tuple[float, int]] = {}
        self._at: dict[str, int] = {}
        self._said = 0.0

    def __call__(self, stage: str, done: int, total: int, detail: str = "") -> None:
        now = time.monotonic()
        began, first = self._began.setdefault(stage, (now, done))
        counted = stage not in BYTE_STAGES and 0 < total <= MANY_FILES
        news = self._at.get(stage) != done and (done >= total or (counted and detail))
        if not news and now - self._said < LINE_EVERY:
            return
        self._said = now
        self._at[stage] = done
        speed = (done - first) / (now - began) if now > began else None
        self._console.print(visible(f"{stage}: {amount(stage, done, total, speed)} {detail}".rstrip()))
