"""What the library holds: list it, print a document, take one out."""

import json
import sys
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import asdict
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import Documents, Json, Model, State, app
from qa.config import Settings, load_settings
from qa.terminal import err, out, print_table, progress_bars, size, visible
from qa.terminal.syncs import LISTED

if TYPE_CHECKING:
    from qa.store import CatalogueEntry, Exclusion, Store


@app.command("documents")
def list_documents(
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    as_json: Json = False,
    text: Annotated[str | None, typer.Option(metavar="NAME", help="Print a document's canonical text.")] = None,
    removed: Annotated[bool, typer.Option("--removed", help="List what `remove --undo` can bring back.")] = False,
) -> None:
    """List the documents with their status, or print the text of one as Footnote read it."""
    from qa.catalogue import text_of
    from qa.folder import shown
    from qa.state import STORE_FILE
    from qa.store import Store

    settings = load_settings(documents=documents, state=state, model=model)
    with closing(Store(settings.state_folder / STORE_FILE, read_only=True)) as store:
        if text is not None:
            sys.stdout.write(text_of(shown(text), settings, store))
            return
        exclusions = list(store.exclusions().values())
        if removed:
            _print_removed(exclusions, as_json)
            return
        entries = _entries(settings, store)
    if as_json:
        print(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False))
        return
    names = {entry.document for entry in entries}
    rows = [
        (
            *(e.document, e.status, _size(e, names), str(e.pages or "–"), str(e.passages)),
            e.reason or " ".join(e.warnings),
        )
        for e in entries
    ]
    print_table(rows, out, "document", "status", "size", "pages", "passages", "remarks")
    if exclusions:
        err.print(f"{len(exclusions)} removed; `documents --removed` lists what can be brought back.")


def _entries(settings: Settings, store: "Store") -> list["CatalogueEntry"]:
    """What is listed; of a folder that was emptied, what is known of it, with a word about that."""
    from qa.catalogue import catalogue
    from qa.folder import EmptyFolderError

    try:
        return catalogue(settings, store)
    except EmptyFolderError as error:
        if not store.revision():
            raise
        err.print(visible(f"Footnote: {error}"))
        return store.catalogue()


def _size(entry: "CatalogueEntry", names: Collection[str]) -> str:
    """A member of an archive has none of its own: its archive is listed, too."""
    from qa.store import places

    member = any(place in names for place in places(entry.document.rpartition("/")[0]))
    return "–" if member and not entry.bytes else size(entry.bytes)


def _print_removed(exclusions: Sequence["Exclusion"], as_json: bool) -> None:
    if as_json:
        shapes = [{"document": e.name, "status": "removed", "was": e.was or e.name} for e in exclusions]
        print(json.dumps(shapes, ensure_ascii=False))
    elif exclusions:
        print_table([(e.name, e.was or e.name) for e in exclusions], out, "document", "removed as")
        out.print("Bring one back: python -m qa remove NAME --undo")
    else:
        out.print("Nothing was removed.")


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="A document's name, as `documents` lists it, or that of a folder.")],
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    undo: Annotated[bool, typer.Option(help="Take a removed document in again.")] = False,
) -> None:
    """Take a document, or all in a folder or archive, out of the library; the files are not touched."""
    from qa.engine import open_engine
    from qa.folder import shown
    from qa.store import places

    settings = load_settings(documents=documents, state=state, model=model)
    name = shown(name)
    with progress_bars(err) as progress, open_engine(settings, progress, chat=False) as engine:
        if undo:
            restored = engine.library.restore(name)
            engine.sync(progress)
            done = _back(name, [one for one in restored if engine.store.below(one)])
        else:
            before = engine.store.excluded()
            gone = engine.library.remove(name)
            done = _gone(name, gone, next((place for place in places(name) if place in before), None))
    out.print(visible(done))


def _back(name: str, restored: Sequence[str]) -> str:
    if not restored:
        return f"{name} is no longer kept out, but there is no such file now."
    if name in restored:
        return f"{name} is back."
    more = f" and {len(restored) - LISTED} more" if len(restored) > LISTED else ""
    return f"{name} is back as {', '.join(restored[:LISTED])}{more}."


def _gone(name: str, gone: Sequence[str], already: str | None) -> str:
    if already and not gone:
        with_it = "" if already == name else f" with {already}"
        return f"{name} is removed already{with_it}. Undo: python -m qa remove {quote(already)} --undo"
    many = f", {len(gone)} documents," if len(gone) > 1 else ""
    return f"{name}{many} is removed; no file was touched. Undo: --undo."
