"""`verify`, `repair` and `backup`: keeping a library sound."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import Documents, Json, Model, State, app
from qa.config import Progress, Settings, load_settings
from qa.terminal import err, out, progress_bars, size, visible

if TYPE_CHECKING:
    from qa.index import PassageIndex
    from qa.store import Store
    from qa.upkeep import Finding

Quick = Annotated[bool, typer.Option("--quick", help="Leave the files themselves out: they are all read.")]


@app.command()
def verify(
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Check store, full-text index, Chroma and files against each other; exit code 1 when something is wrong."""
    from qa import upkeep

    settings = load_settings(documents=documents, state=state, model=model)
    with progress_bars(err) as progress, _opened(settings, progress) as (store, index):
        findings = upkeep.verify(settings, store, index, progress, files=not quick)
        sound = _can_be_read(findings)
        notes = upkeep.notes(settings, store, index, progress, files=not quick) if sound else []
    _print_findings(findings, notes, as_json)
    if findings:
        raise typer.Exit(1)


@app.command()
def repair(documents: Documents = None, state: State = None, model: Model = None, quick: Quick = False) -> None:
    """Mend what `verify` finds, and read again what could not be trusted."""
    from qa import upkeep
    from qa.engine import open_engine

    settings = load_settings(documents=documents, state=state, model=model)
    with progress_bars(err) as progress, _opened(settings, progress) as (store, index):
        findings = upkeep.verify(settings, store, index, progress, files=not quick)
        notes = upkeep.notes(settings, store, index, files=False) if _can_be_read(findings) else []
        mended = upkeep.repair(findings, store, index, progress)
    # Before the sync, which may find the folder missing.
    _print_findings(findings, notes, as_json=False)
    lost: list[str] = []
    if mended:
        with progress_bars(err) as progress, open_engine(settings, progress, chat=False) as engine:
            engine.sync(progress)
            taken_out = [finding.where for finding in mended if finding.is_named_document]
            lost = [name for name in taken_out if engine.store.file(name) is None]
        out.print(f"Mended: {len(mended)} of {len(findings)}.")
    for name in lost:
        out.print(visible(f"{name} is not in the library any more: there is no such file to read it from again."))
    if lost or len(mended) < len(findings):
        raise typer.Exit(1)


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="Folder for the copy; it must not exist.")],
    documents: Documents = None,
    state: State = None,
    model: Model = None,
) -> None:
    """Copy the library, also while Footnote runs; the copy is used with --state."""
    from qa import upkeep

    settings = load_settings(documents=documents, state=state, model=model)
    target = target.expanduser().absolute()
    for folder in settings.documents:
        if upkeep.within(target, folder):
            raise upkeep.BackupError(f"{target} lies in the documents folder {folder}. Name a place elsewhere.")
    with progress_bars(err) as progress:
        made = upkeep.backup(settings.state_folder, target, progress)
    words = f"{made.documents} documents, {made.passages} passages, {size(made.bytes)}"
    index = "" if made.with_index else "; its index will be made anew at the first start"
    out.print(visible(f"Copied to {made.path}: {words}{index}."))


@contextmanager
def _opened(settings: Settings, progress: Progress) -> Iterator[tuple["Store", "PassageIndex | None"]]:
    """The library without its models; no index where it cannot be made. Raises StoreError when there is none."""
    from qa.index import PassageIndex
    from qa.state import STORE_FILE, StateFolder
    from qa.store import DamagedError, DamagedFileError, Store, StoreError

    path = settings.state_folder / STORE_FILE
    if not path.exists():
        raise StoreError(f"There is no library in {settings.state_folder}. Run `python -m qa sync` first.")
    with ExitStack() as stack:
        stack.enter_context(StateFolder(settings.state_folder))
        store = stack.enter_context(closing(Store(path, progress=progress)))
        index = None
        with suppress(DamagedError, DamagedFileError):
            index = stack.enter_context(closing(PassageIndex(settings.state_folder, store, progress)))
        yield store, index


def _can_be_read(findings: Sequence["Finding"]) -> bool:
    """Whether SQLite can read the library's file; else to ask for notes would raise StoreError."""
    return all(finding.part != "database" for finding in findings)


def _print_findings(findings: Sequence["Finding"], notes: Sequence[str], as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    elif not findings:
        out.print("All is well.")
    for finding in () if as_json else findings:
        out.print(visible(str(finding)))
    for note in notes:
        (err if as_json else out).print(visible(note))
