"""`sync`: the library in step with its folders, once or as they change."""

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import Documents, Json, Model, State, app
from qa.config import Progress, Settings, SettingsError, load_settings
from qa.terminal import err, following, noted_interrupt, out, print_plan, print_report, progress_bars, visible

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.library import SyncPlan, SyncReport


@app.command()
def sync(
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    rebuild: Annotated[bool, typer.Option(help="Read and embed every document again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; change nothing.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Remove what has left the folder, however much it is.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Follow the folder until Ctrl-C.")] = False,
    as_json: Json = False,
) -> None:
    """Bring the library in step with the documents folder."""
    from qa.engine import open_engine

    settings = load_settings(documents=documents, state=state, model=model)
    if (watch or dry_run) and (rebuild or yes):
        raise SettingsError("--watch and --dry-run go alone. Run `sync --rebuild` or `sync --yes` first.")
    if watch and as_json:
        raise SettingsError("--watch prints lines for people, not JSON. Leave --json out.")
    if dry_run:
        print_plan(_plan(settings), out, as_json)
        return
    if watch:
        _follow(settings)
        return
    with (
        progress_bars(err) as progress,
        open_engine(settings, progress, chat=False, rebuild=rebuild) as engine,
    ):
        report = _synced(engine, progress, yes)
        failed = {entry.document: entry.reason or "" for entry in engine.store.catalogue() if entry.reason}
        unreadable = len((failed.keys() & engine.store.files().keys()) - report.failed.keys())
    print_report(report, failed, out, as_json, unreadable)


def _synced(engine: "Engine", progress: Progress, yes: bool) -> "SyncReport":
    """What a sync did. Where an emptied folder was agreed to, there is nothing to do, which is no error."""
    from qa.folder import EmptyFolderError
    from qa.library import SyncReport

    try:
        return engine.sync(progress, force=yes)
    except EmptyFolderError as error:
        if engine.store.files() or not engine.store.revision():
            raise
        return SyncReport(warning=str(error))


def _plan(settings: Settings) -> "SyncPlan":
    """What a sync would do; needs neither the models nor the lock."""
    from qa.folder import EmptyFolderError
    from qa.library import SyncPlan, make_plan
    from qa.state import STORE_FILE
    from qa.store import Store

    with closing(Store(settings.state_folder / STORE_FILE, read_only=True)) as store:
        try:
            return make_plan(settings, store)
        except EmptyFolderError as error:
            if not store.revision():
                raise
            err.print(visible(f"Footnote: {error}"))
            return SyncPlan()


def _follow(settings: Settings) -> None:
    from qa.engine import open_engine
    from qa.watching import Reading

    with ExitStack() as stack:
        with progress_bars(err) as progress:
            engine = stack.enter_context(open_engine(settings, progress, chat=False))
        interrupt = stack.enter_context(noted_interrupt())
        stack.enter_context(following(engine, Reading(), err, out, interrupt))
        if not interrupt.given:
            err.print("Following the folder (Ctrl-C ends it).")
        interrupt.wait()
        raise KeyboardInterrupt
