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
