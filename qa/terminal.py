"""Progress, answers and sources on a terminal, and their JSON shapes for other programs."""

import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, ProgressColumn, Task, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Column
from rich.text import Text

from qa.answering import Event, Finished, Token
from qa.config import Progress
from qa.evidence import Source

# Stages that count bytes; all others count files or passages.
BYTE_STAGES = {"weights", "verify"}
# Without a terminal, a stage says how far it is about this often, in seconds.
LINE_EVERY = 5.0


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
        bars.update(tasks[stage], completed=done, total=total or None, detail=detail)

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
        self._console.print(f"{stage}: {amount(stage, done, total, speed)} {detail}".rstrip())


def source_dictionary(source: Source) -> dict[str, Any]:
    """A source as `search --json` prints it."""
    return {
        "document": source.document,
        "page": source.page,
        "start": source.start,
        "end": source.end,
        "text": source.text,
        "score": round(source.relevance, 4),
    }


def answer_dictionary(finished: Finished) -> dict[str, Any]:
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
                "start": source.start,
                "end": source.end,
                "text": source.text,
            }
            for source in finished.sources
        ],
        "timings": {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in asdict(finished.timings).items()
        },
    }


def print_answer(events: Iterator[Event], console: Console, as_json: bool) -> None:
    """Print an answer as it is written, then its footnotes; or one line of JSON at the end."""
    with closing(events):  # type: ignore[type-var]
        for event in events:
            if isinstance(event, Token) and not as_json and console.is_terminal:
                console.print(event.text, end="")
            if isinstance(event, Finished):
                if as_json:
                    print(json.dumps(answer_dictionary(event), ensure_ascii=False), flush=True)
                else:
                    _print_finished(event, console)


def _print_finished(finished: Finished, console: Console) -> None:
    if console.is_terminal and finished.timings.first_token_s is not None:
        console.print("\n")
    else:
        console.print(finished.answer + "\n")
    if finished.refused:
        console.print("Nearest passages:" if finished.sources else "There are no passages to search.")
    cited = {n for claim in finished.claims for n in claim.footnotes}
    for source in finished.sources:
        if finished.refused or source.n in cited:
            console.print(f"[{source.n}] {source.title}")
            console.print("    " + " ".join(source.text.split()))
    unsupported = [claim.text for claim in finished.claims if not claim.footnotes]
    for text in unsupported:
        console.print(f"Without a footnote: {text}")
