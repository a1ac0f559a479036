"""Measurements as pictures: where a question's time goes, and how everything grows with the library."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa.config import FootnoteError

STATIONS = (
    ("evidence_s", "finding the evidence", "#8a6fd1"),
    ("prompt_read_s", "reading it", "#3f8fd2"),
    ("written_s", "writing the answer", "#3aa675"),
)
GREY = "#666666"


class PlotError(FootnoteError):
    """The picture cannot be drawn."""


def draw(figures: dict[str, Any], path: Path) -> None:
    """Draw the medians of `bench`, one bar of three stations, as a PNG or SVG. Raises PlotError."""
    absent = [name for name, _, _ in STATIONS if name not in figures]
    if absent:
        raise PlotError("No question was answered, so there is nothing to draw. Measure with --documents seeds.")
    figure = _figure(8, 1.9)
    axes = figure.subplots()
    left = 0.0
    for name, label, colour in STATIONS:
        seconds = figures[name]["median"]
        axes.barh(0, seconds, left=left, color=colour, label=f"{label}, {seconds:.2f} s", height=0.5)
        left += seconds
    axes.set(yticks=[], xlabel="seconds after Enter (median of the seed questions)", xlim=(0, left * 1.02))
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    figure.suptitle(figures["machine"], fontsize=8, color=GREY)
    _save(figure, path)


def draw_scaling(figures: dict[str, Any], path: Path) -> None:
    """Draw what `scale` measured against the number of passages, both logarithmic. Raises PlotError."""
    sizes = figures["sizes"]
    figure = _figure(10, 5)
    work, queries = figure.subplots(1, 2)
    for name, label in (
        ("first_sync_s", "first sync"),
        ("bare_embedding_s", "embedding alone"),
        ("start_s", "start"),
        ("unchanged_sync_s", "sync of nothing"),
        ("changed_file_s", "one changed file"),
    ):
        _line(work, sizes, [size[name] for size in sizes], label)
    _guide(work, sizes, sizes[0]["first_sync_s"])
    for scope, way in (
        *(("all", "dense"), ("all", "lexical"), ("all", "fused"), ("all", "reranked")),
        *(("one document", "fused"), ("one folder", "fused"), ("nearly all", "fused")),
    ):
        label = way if scope == "all" else f"{way}, {scope}"
        _line(queries, sizes, [size["query_ms"][scope][way]["p50"] for size in sizes], label)
    _guide(queries, sizes, sizes[0]["query_ms"]["all"]["fused"]["p50"])
    work.set(ylabel="seconds", title="keeping the library in step")
    queries.set(ylabel="milliseconds (median)", title="asking it")
    for axes in (work, queries):
        axes.set(xscale="log", yscale="log", xlabel="passages")
        axes.grid(color="#dddddd", linewidth=0.5)
        axes.spines[["right", "top"]].set_visible(False)
        axes.legend(fontsize=8, frameon=False, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.15))
    figure.suptitle(figures["machine"], fontsize=8, color=GREY)
    _save(figure, path)


def _line(axes: Any, sizes: Sequence[dict[str, Any]], values: Sequence[float], label: str) -> None:
    axes.plot([size["passages"] for size in sizes], values, marker="o", ms=3, label=label)


def _guide(axes: Any, sizes: Sequence[dict[str, Any]], first: float) -> None:
    """What n log n would be from the first value on."""
    counts = [size["passages"] for size in sizes]
    start = counts[0] * math.log(counts[0])
    values = [first * count * math.log(count) / start for count in counts]
    axes.plot(counts, values, linestyle=":", color=GREY, label="n log n")


def _figure(width: float, height: float) -> Any:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PlotError("Plots need matplotlib: pip install -r tests/requirements.txt") from error
    return Figure(figsize=(width, height), layout="constrained")


def _save(figure: Any, path: Path) -> None:
    try:
        figure.savefig(path, dpi=150)
    except (OSError, ValueError) as error:
        raise PlotError(f"The plot {path} cannot be written: {error}. Name a .png or .svg file.") from error
