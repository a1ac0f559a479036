"""Where a question's time goes, as a picture."""

from pathlib import Path
from typing import Any

from qa.config import FootnoteError

STATIONS = (
    ("evidence_s", "finding the evidence", "#8a6fd1"),
    ("prompt_read_s", "reading it", "#3f8fd2"),
    ("written_s", "writing the answer", "#3aa675"),
)


class PlotError(FootnoteError):
    """The picture cannot be drawn."""


def draw(figures: dict[str, Any], path: Path) -> None:
    """Draw the medians of `bench`, one bar of three stations, as a PNG or SVG. Raises PlotError."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PlotError("Plots need matplotlib: pip install -r tests/requirements.txt") from error
    absent = [name for name, _, _ in STATIONS if name not in figures]
    if absent:
        raise PlotError("No question was answered, so there is nothing to draw. Measure with --documents seeds.")
    figure = Figure(figsize=(8, 1.9), layout="constrained")
    axes = figure.subplots()
    left = 0.0
    for name, label, colour in STATIONS:
        seconds = figures[name]["median"]
        axes.barh(0, seconds, left=left, color=colour, label=f"{label}, {seconds:.2f} s", height=0.5)
        left += seconds
    axes.set(yticks=[], xlabel="seconds after Enter (median of the seed questions)", xlim=(0, left * 1.02))
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    figure.suptitle(figures["machine"], fontsize=8, color="#666666")
    try:
        figure.savefig(path, dpi=150)
    except (OSError, ValueError) as error:
        raise PlotError(f"The plot {path} cannot be written: {error}. Name a .png or .svg file.") from error
