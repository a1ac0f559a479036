"""How time, memory and disk grow with the library: the same measurements at each number of passages."""

import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from qa.config import ROOT, FootnoteError, Progress, Settings
from qa.evaluation.bench import machine
from qa.evaluation.corpus import write_corpus

QUESTION_COUNT = 100
STAGES = ("first", "again", "query")
FIGURES = "figures.json"
# Figures that must not grow faster than n log n, as paths into those of one size.
GROWING = (
    *("first_sync_s", "start_s", "unchanged_sync_s", "changed_file_s", "peak_memory_mb", "disk_mb"),
    *("query_ms.all.dense.p50", "query_ms.all.lexical.p50", "query_ms.all.fused.p50"),
    *("query_ms.one document.fused.p50", "query_ms.one folder.fused.p50", "query_ms.nearly all.fused.p50"),
)


class ScaleError(FootnoteError):
    """A measured process failed, or there is nothing to ask."""


def measure(
    settings: Settings, data: Path, sizes: Sequence[int], distinct: float, work: Path | None, progress: Progress
) -> dict[str, Any]:
    """Figures for each of `sizes`, in passages, and how they grow.

    Everything is written below `work`, where the figures of a size that was measured before are taken from; None:
    a temporary folder. Raises ScaleError, CorpusError.
    """
    questions = read_questions(data)
    with tempfile.TemporaryDirectory(prefix="footnote-scale-") as temporary:
        folder = (work or Path(temporary)).resolve()
        measured = [_measured(data, size, distinct, questions, folder, progress) for size in sizes]
    return {"machine": machine(settings), "sizes": measured, "growth": growth(measured)}


def parse_sizes(text: str) -> list[int]:
    """The sizes in "1000,10000", ascending. Raises ScaleError."""
    try:
        sizes = sorted({int(part) for part in text.split(",")})
    except ValueError as error:
        raise ScaleError(f"--passages is {text!r}. Write numbers with commas between: 1000,10000.") from error
    if sizes[0] < 100:
        raise ScaleError(f"--passages is {text!r}. The least that can be measured is 100.")
    return sizes


def read_questions(data: Path) -> list[str]:
    """Some of the questions in `data`/questions.jsonl, from all over the file. Raises ScaleError."""
    try:
        lines = (data / "questions.jsonl").read_text("utf-8").splitlines()
        questions = [str(json.loads(line)["question"]) for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ScaleError(
            f"{data} has no questions.jsonl with a question in each line ({error}). Name another with --data."
        ) from error
    return questions[:: max(1, len(questions) // QUESTION_COUNT)][:QUESTION_COUNT]


def growth(measured: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    """Each figure's growth from size to size, as a multiple of that of n log n: above 1 is faster than that."""
    found: dict[str, list[float]] = {}
    for name in GROWING:
        found[name] = []
        for before, after in pairwise(measured):
            n, m = before["passages"], after["passages"]
            fair = m * math.log(m) / (n * math.log(n))
            found[name].append(round(figure(after, name) / max(figure(before, name), 1e-9) / fair, 3))
    return found


def figure(figures: dict[str, Any], path: str) -> float:
    """One figure of a size by its path: "query_ms.all.dense.p50"."""
    for part in path.split("."):
        figures = figures[part]
    return float(figures)  # type: ignore[arg-type]


def _measured(
    data: Path,
    size: int,
    distinct: float,
    questions: Sequence[str],
    folder: Path,
    progress: Progress,
) -> dict[str, Any]:
    place = folder / f"{size}-{distinct:g}"
    if (place / FIGURES).is_file():
        kept: dict[str, Any] = json.loads((place / FIGURES).read_text("utf-8"))
        return kept
    # What an interrupted measurement left would make the first sync a second one.
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    documents, state = place / "documents", place / "state"
    progress(f"{size} passages", 0, len(STAGES) + 1, "writing the documents")
    write_corpus(data, documents, size, distinct)
    figures: dict[str, Any] = {}
    given = {"documents": str(documents), "state": str(state), "questions": questions}
    for number, stage in enumerate(STAGES, start=1):
        progress(f"{size} passages", number, len(STAGES) + 1, stage)
        figures |= _stage(stage, given | {"started": time.time()})
    figures["peak_memory_mb"] = max(
        figures.pop(name) or 0 for name in list(figures) if name.endswith("_memory_mb")
    )
    figures["disk_mb"] = round(sum(path.stat().st_size for path in state.rglob("*") if path.is_file()) / 1e6, 1)
    (place / FIGURES).write_text(json.dumps(figures), "utf-8")
    progress(f"{size} passages", len(STAGES) + 1, len(STAGES) + 1)
    return figures


def _stage(stage: str, given: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "qa.evaluation.stages", stage, json.dumps(given)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        reason = (run.stderr.strip() or f"exit code {run.returncode}").splitlines()[-1]
        raise ScaleError(f"Measuring stopped in the part {stage!r}: {reason}")
    figures: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return figures
