"""`python -m qa …`: the same engine as the chat window, for the terminal and for other programs.

Results go to standard output, progress and errors to standard error. Exit codes: 0 done, 1 a file was found
wrong, 2 something to put right (the message says what), 130 interrupted.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from qa.config import FootnoteError, Settings, load_settings
from qa.terminal import (
    err,
    out,
    prepare_signals,
    prepare_streams,
    print_answer,
    print_found,
    print_table,
    progress_bars,
    size,
    visible,
)

app = typer.Typer(
    help="Ask the documents of a folder questions, on this machine; every sentence of an answer has its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
weights_app = typer.Typer(help="The model files: list, fetch, verify.", invoke_without_command=True)
app.add_typer(weights_app, name="weights")

Documents = Annotated[Path | None, typer.Option(help="Folder of documents (QA_DOCUMENTS).", readable=False)]
State = Annotated[Path | None, typer.Option(help="Folder for the index (QA_STATE).", readable=False)]
Model = Annotated[
    str | None, typer.Option(help="Chat model: name, GGUF file, or owner/repo:file.gguf (QA_MODEL).")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Question = Annotated[str, typer.Argument(help="The question; - reads one a line from standard input.")]

INTERRUPTED = 130


def main() -> None:
    """Run the command line; every FootnoteError becomes its message and exit code 2."""
    prepare_signals()
    prepare_streams()
    code: int | str | None = 0
    try:
        app()
    except SystemExit as end:
        code = end.code
    except FootnoteError as error:
        err.print(visible(f"Footnote: {error}"))
        code = 2
    if code == INTERRUPTED:
        err.print("\nStopped. What was finished is kept; the same command goes on from there.")
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has seen enough; nothing is left to flush to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


@app.command()
def ask(
    question: Question,
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Answer a question from the documents."""
    settings = load_settings(documents=documents, state=state, model=model)
    with _opened_for(question, settings, chat=True) as engine:
        _each(question, lambda one: print_answer(engine.answer(one), out, as_json or question == "-"))


@app.command()
def search(
    question: Question,
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Find the passages that an answer would rest on, without a chat model."""
    settings = load_settings(documents=documents, state=state, model=model)
    with _opened_for(question, settings, chat=False) as engine:
        _each(question, lambda one: print_found(engine.search(one), out, as_json or question == "-"))


@app.command()
def sync(
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    rebuild: Annotated[bool, typer.Option(help="Read and embed every document again.")] = False,
) -> None:
    """Bring the library in step with the documents folder."""
    from qa.engine import open_engine

    settings = load_settings(documents=documents, state=state, model=model)
    with (
        progress_bars(err) as progress,
        open_engine(settings, progress, chat=False, rebuild=rebuild) as engine,
    ):
        report = engine.sync(progress)
        failed = {entry.document: entry.reason for entry in engine.documents() if entry.status == "failed"}
    unchanged = report.unchanged - len(failed.keys() - report.failed.keys())
    counts = ("added", "changed", "renamed", "removed")
    done = [f"{len(getattr(report, name))} {name}" for name in counts if getattr(report, name)]
    out.print(", ".join([*done, f"{unchanged} unchanged", f"{len(failed)} failed"]) + ".")
    for name, reason in failed.items():
        out.print(visible(f"  {name}: {reason}"))


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
        (e.document, e.status, size(e.bytes), str(e.pages or "–"), str(e.passages), e.reason or "")
        for e in entries
    ]
    print_table(rows, out, "document", "status", "size", "pages", "passages", "reason")


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="A document's name, as `documents` lists it.")],
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    undo: Annotated[bool, typer.Option(help="Take a removed document in again.")] = False,
) -> None:
    """Take a document out of the library; the file itself is not touched."""
    from qa.engine import open_engine
    from qa.folder import shown

    settings = load_settings(documents=documents, state=state, model=model)
    name = shown(name)
    with progress_bars(err) as progress, open_engine(settings, progress, chat=False) as engine:
        if undo:
            engine.library.restore(name)
            engine.sync(progress)
        else:
            engine.library.remove(name)
    done = "is back." if undo else "is removed; the file was not touched. Undo: --undo."
    out.print(visible(f"{name} {done}"))


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


@weights_app.callback()
def weights_list(context: typer.Context, model: Model = None) -> None:
    """List the model files and whether each is present and valid."""
    if context.invoked_subcommand is not None:
        return
    from qa import weights

    settings = load_settings(model=model)
    rows = [
        (m.name, m.role, file.name, size(file.bytes), weights.status(file, settings.models), m.licence)
        for m in weights.read_manifest()
        for file in m.files
    ]
    print_table(rows, out, "model", "role", "file", "size", "status", "licence")


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


@contextmanager
def _opened_for(question: str, settings: Settings, chat: bool) -> Iterator[Any]:
    from qa.answering import checked_question
    from qa.engine import open_engine

    if question != "-":
        # Before models are fetched and loaded for it.
        checked_question(question, settings)
    with ExitStack() as stack:
        with progress_bars(err) as progress:
            engine = stack.enter_context(open_engine(settings, progress, chat=chat))
            engine.sync(progress)
        yield engine


def _each(question: str, ask_one: Callable[[str], None]) -> None:
    """Ask the question, or those on standard input: there, one that cannot be asked costs only itself."""
    if question != "-":
        ask_one(question)
        return
    for line in sys.stdin:
        try:
            if line.strip():
                ask_one(line)
        except FootnoteError as error:
            print(json.dumps({"question": line.strip(), "error": str(error)}, ensure_ascii=False), flush=True)
