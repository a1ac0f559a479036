"""What the library holds: list it, print a document, take one out."""

import json
import sys
from contextlib import closing
from dataclasses import asdict
from typing import Annotated

import typer

from qa.cli.options import Documents, Json, Model, State, app
from qa.config import load_settings
from qa.terminal import err, out, print_table, progress_bars, size, visible


@app.command("documents")
def list_documents(
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    as_json: Json = False,
    text: Annotated[str | None, typer.Option(metavar="NAME", help="Print a document's canonical text.")] = None,
) -> None:
    """List the documents with their status, or print the text of one as Footnote read it."""
    from qa.catalogue import UnknownDocumentError, catalogue
    from qa.folder import shown
    from qa.state import STORE_FILE
    from qa.store import Store

    settings = load_settings(documents=documents, state=state, model=model)
    with closing(Store(settings.state_folder / STORE_FILE, read_only=True)) as store:
        if text is not None:
            document_id = store.document_id(shown(text))
            if document_id is None:
                raise UnknownDocumentError(
                    f"There is no readable document {text!r}. `python -m qa documents` lists them."
                )
            sys.stdout.write(store.text(document_id))
            return
        entries = catalogue(settings, store)
    if as_json:
        print(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False))
        return
    rows = [
        (
            *(e.document, e.status, size(e.bytes), str(e.pages or "–"), str(e.passages)),
            e.reason or " ".join(e.warnings),
        )
        for e in entries
    ]
    print_table(rows, out, "document", "status", "size", "pages", "passages", "remarks")


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

    settings = load_settings(documents=documents, state=state, model=model)
    name = shown(name)
    removed = [name]
    with progress_bars(err) as progress, open_engine(settings, progress, chat=False) as engine:
        if undo:
            engine.library.restore(name)
            engine.sync(progress)
        else:
            removed = engine.library.remove(name)
    many = f", {len(removed)} documents," if removed != [name] else ""
    done = " is back." if undo else f"{many or ''} is removed; no file was touched. Undo: --undo."
    out.print(visible(f"{name}{done}"))
