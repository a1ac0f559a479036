"""Measurements, each beside the bare library in the same run."""

import json
from pathlib import Path
from typing import Annotated

import typer

from qa.cli.options import Documents, Json, Model, State, app
from qa.config import load_settings
from qa.terminal import err, progress_bars


@app.command()
def bench(
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    as_json: Json = False,
    plot: Annotated[Path | None, typer.Option(help="Draw where a question's time goes, as a PNG or SVG.")] = None,
) -> None:
    """Measure ingestion, retrieval and answers on this machine, each beside the bare library in the same run."""
    from qa.evaluation.bench import measure
    from qa.evaluation.plot import draw

    settings = load_settings(documents=documents, state=state, model=model)
    with progress_bars(err) as progress:
        figures = measure(settings, progress)
    # Before the picture: minutes of measuring are not lost to a missing folder.
    print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), flush=True)
    if plot:
        draw(figures, plot)


@app.command()
def scale(
    data: Annotated[
        Path, typer.Option(metavar="DIR", help="Texts to recombine, and their questions.jsonl.", readable=False)
    ],
    passages: Annotated[str, typer.Option(help="Sizes of library to measure.")] = "1000,10000,100000",
    distinct: Annotated[float, typer.Option(min=0.001, max=1, help="Share of the passages that differ.")] = 0.2,
    work: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to work; what was measured there is kept.")
    ] = None,
    as_json: Json = False,
    plot: Annotated[Path | None, typer.Option(help="Draw how everything grows, as a PNG or SVG.")] = None,
) -> None:
    """Measure libraries of several sizes: syncs, start, memory, disk, and questions in all and in parts."""
    from qa.evaluation.plot import draw_scaling
    from qa.evaluation.scale import measure, parse_sizes

    sizes = parse_sizes(passages)
    with progress_bars(err) as progress:
        figures = measure(load_settings(), data, sizes, distinct, work, progress)
    print(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2), flush=True)
    if plot:
        draw_scaling(figures, plot)
