"""Progress, answers and sources on a terminal, and their JSON shapes for other programs."""

import io
import json
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, ProgressColumn, Task, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Column, Table
from rich.text import Text

from qa.config import Progress

if TYPE_CHECKING:
    # Two seconds of imports, which a list of documents need not wait for.
    from qa.answering import Event, Finished
    from qa.evidence import Source

# Stages that count bytes; all others count files or passages.
BYTE_STAGES = {"weights", "verify"}
# Control characters but tab and line end: a document must not move the cursor, nor name the window.
COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Without a terminal, a stage says how far it is about this often, in seconds.
LINE_EVERY = 5.0
# How long a signal that another thread was given may go unnoticed, in seconds.
SIGNAL_EVERY = 0.5
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


def wait_for_interrupt() -> None:
    """Waits until Ctrl-C or SIGTERM, which then raises KeyboardInterrupt.

    The system may hand a signal to any thread, and that does not wake the main one, where Python handles it:
    hence a look now and then. A wait without end slept through SIGTERM in one of three runs under strace.
    """
    while True:
        time.sleep(SIGNAL_EVERY)


def prepare_streams() -> None:
    """UTF-8 whatever the locale says, without changing line ends: other programs read what is printed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")


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


def visible(text: str) -> str:
    """Text of a document or a file's name without what would command the terminal."""
    return COMMANDS.sub("\ufffd", text)


def size(count: int) -> str:
    """A number of bytes for people."""
    return str(decimal(count))


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
    """Progress as lines: every file by name, everything else now and then, always the last."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began: dict[str, tuple[float, int]] = {}
        self._said = 0.0

    def __call__(self, stage: str, done: int, total: int, detail: str = "") -> None:
        now = time.monotonic()
        began, first = self._began.setdefault(stage, (now, done))
        files = stage not in BYTE_STAGES and detail
        if not files and done < total and now - self._said < LINE_EVERY:
            return
        self._said = now
        speed = (done - first) / (now - began) if now > began else None
        self._console.print(visible(f"{stage}: {amount(stage, done, total, speed)} {detail}".rstrip()))


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


def source_dictionary(source: "Source") -> dict[str, Any]:
    """A source as `search --json` prints it."""
    return {
        "document": source.document,
        "page": source.page,
        "place": source.place,
        "start": source.start,
        "end": source.end,
        "text": source.text,
        "score": round(source.relevance, 4),
    }


def answer_dictionary(finished: "Finished") -> dict[str, Any]:
    """An answer as `ask --json` prints it. Other programs read this shape: keep it."""
    return {
        "question": finished.question,
        "answer": finished.answer,
        "refused": finished.refused,
        "claims": [
            {"text": claim.text, "footnotes": list(claim.footnotes), "verdict": claim.verdict}
            for claim in finished.claims
        ],
        "sources": [
            {
                "n": source.n,
                "document": source.document,
                "page": source.page,
                "place": source.place,
                "start": source.start,
                "end": source.end,
                "text": source.text,
            }
            for source in finished.sources
        ],
        "coverage": asdict(finished.coverage) if finished.coverage else None,
        "timings": {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in asdict(finished.timings).items()
        },
    }


def print_answer(events: "Iterator[Event]", console: Console, as_json: bool) -> None:
    """Print an answer as it is written, then its footnotes; or one line of JSON at the end."""
    from qa.answering import Finished, Token

    streamed = False
    with closing(events):  # type: ignore[type-var]
        for event in events:
            if isinstance(event, Token) and not as_json and console.is_terminal:
                console.print(visible(event.text), end="")
                streamed = True
            if isinstance(event, Finished):
                if as_json:
                    print(json.dumps(answer_dictionary(event), ensure_ascii=False), flush=True)
                else:
                    console.print("\n" if streamed else visible(event.answer) + "\n")
                    _print_sources(event, console)


def _print_sources(finished: "Finished", console: Console) -> None:
    if finished.refused:
        console.print("Nearest passages:" if finished.sources else "There are no passages to search.")
    cited = {n for claim in finished.claims for n in claim.footnotes}
    for source in finished.sources:
        if finished.refused or source.n in cited:
            console.print(visible(f"[{source.n}] {source.title}"))
            console.print("    " + visible(" ".join(source.text.split())))
    for claim in finished.claims:
        if not claim.footnotes:
            console.print(visible(f"Without a footnote: {claim.text}"))


def print_found(sources: "Sequence[Source]", console: Console, as_json: bool) -> None:
    """Print the passages of a search, best first; or one line of JSON."""
    if as_json:
        print(json.dumps([source_dictionary(source) for source in sources], ensure_ascii=False), flush=True)
        return
    for source in sources:
        console.print(visible(f"[{source.n}] {source.title}  (relevance {source.relevance:.1f})"))
        console.print(visible(source.text.strip()) + "\n")
