"""One file as Footnote reads it, to see why an answer was missed."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from qa.cli.options import Json, app
from qa.config import Progress, load_settings
from qa.readers import Document, Reader, UnreadableFile
from qa.readers.understood import described, shape
from qa.terminal import err, out, print_table, progress_bars, visible


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="The file; of an archive, every file in it is shown.")],
    as_json: Json = False,
) -> None:
    """Print what is understood of a file: its text by pages, its headings, and what was left out and why."""
    count = 0
    with progress_bars(err) as progress, Reader(load_settings(), _told(progress)) as reader:
        try:
            for member, found in reader.read_all(file):
                count += isinstance(found, Document)
                _show(f"{file.name}/{member}" if member else file.name, found, as_json)
        except UnreadableFile as error:
            _show(file.name, error, as_json)
    if not count:
        raise typer.Exit(1)


def _told(progress: Progress) -> Callable[[Path, int, int], None]:
    return lambda path, done, total: progress("reading pages", done, total, path.name)


def _show(name: str, found: Document | UnreadableFile, as_json: bool) -> None:
    if as_json:
        print(json.dumps(shape(name, found), ensure_ascii=False), flush=True)
        return
    for line in described(name, found):
        sys.stdout.write(visible(line) + "\n")
    sys.stdout.write("\n")


@app.command()
def formats(
    folder: Annotated[Path, typer.Argument(help="A folder with MANIFEST.tsv, files/ and expected/.")],
    as_json: Json = False,
) -> None:
    """Read real files of many kinds and compare them with what their list promises."""
    from qa.evaluation.formats import VERDICTS, measure

    with progress_bars(err) as progress:
        figures = measure(load_settings(), folder, progress)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False), flush=True)
        return
    counted = {**figures["kinds"], "in all": figures["total"]}
    rows = [
        (kind, str(sum(n.values())), *(str(n[verdict]) for verdict in VERDICTS)) for kind, n in counted.items()
    ]
    print_table(rows, out, "kind", "files", *VERDICTS)
    for verdict in ("crashed", "wrong"):
        for result in figures["results"]:
            if result["verdict"] == verdict:
                out.print(visible(f"{verdict}: {result['file']} {result['why']}"))
    share = figures["right_share"]
    out.print(f"{share:.1%} of the {figures['readable']} readable files right." if share else "Nothing was read.")
