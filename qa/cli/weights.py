"""`weights`: the model files."""

from typing import Annotated

import typer

from qa.cli.options import Model, app
from qa.config import load_settings
from qa.terminal import err, out, print_table, progress_bars, size

weights_app = typer.Typer(help="The model files: list, fetch, verify.", invoke_without_command=True)
app.add_typer(weights_app, name="weights")


@weights_app.callback()
def weights_list(context: typer.Context, model: Model = None) -> None:
    """List the model files with their languages and whether each is present."""
    if context.invoked_subcommand is not None:
        return
    from qa import weights
    from qa.language import spoken

    settings = load_settings(model=model)
    rows = [
        (
            m.name,
            m.role,
            spoken(m.languages) if m.languages else "",
            file.name,
            size(file.bytes),
            weights.status(file, settings.models),
            m.licence,
        )
        for m in weights.read_manifest()
        for file in m.files
    ]
    print_table(rows, out, "model", "role", "languages", "file", "size", "status", "licence")


@weights_app.command("fetch")
def weights_fetch(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models by name; default: what the settings need.")
    ] = None,
    model: Model = None,
    everything: Annotated[bool, typer.Option("--all", help="Every model of the manifest.")] = False,
) -> None:
    """Get the model files that are missing; an interrupted fetch goes on where it was."""
    from qa import weights

    settings = load_settings(model=model)
    known = {entry.name: entry for entry in weights.read_manifest()}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise weights.WeightsError(f"There is no model {unknown[0]!r}. There are: {', '.join(known)}.")
    chosen = tuple(known.values()) if everything else tuple(known[name] for name in names or ())
    with progress_bars(err) as progress:
        weights.fetch(chosen or weights.required(settings), settings, progress)
    out.print("All model files are present.")


@weights_app.command("verify")
def weights_verify(model: Model = None) -> None:
    """Hash every model file that is present."""
    from qa import weights

    settings = load_settings(model=model)
    with progress_bars(err) as progress:
        checked = weights.verify(weights.read_manifest(), settings, progress)
    for file, verdict in checked:
        out.print(f"{file.name}: {verdict}")
    if any(verdict not in ("valid", "missing") for _, verdict in checked):
        raise typer.Exit(1)
