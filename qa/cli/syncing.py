"""`sync`: the library in step with its folders, once or as they change."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa.cli.options import Documents, Json, Model, State, app
from qa.config import Settings, load_settings
from qa.terminal import err, out, progress_bars, visible

if TYPE_CHECKING:
    from qa.library import SyncPlan, SyncReport

# Names that a dry run lists of each kind; JSON has all of them.
LISTED = 20


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
    as_json: Json = False,
) -> None:
    """Bring the library in step with the documents folder."""
    from qa.engine import open_engine

    settings = load_settings(documents=documents, state=state, model=model)
    if dry_run:
        _print_plan(_plan(settings), as_json)
        return
    with (
        progress_bars(err) as progress,
        open_engine(settings, progress, chat=False, rebuild=rebuild) as engine,
    ):
        report = engine.sync(progress, force=yes)
        failed = {entry.document: entry.reason or "" for entry in engine.documents() if entry.status == "failed"}
    _print_report(report, failed, as_json)


def _plan(settings: Settings) -> "SyncPlan":
    """What a sync would do; needs neither the models nor the lock."""
    from qa.library import make_plan
    from qa.state import STORE_FILE
    from qa.store import Store

    with closing(Store(settings.state_folder / STORE_FILE, read_only=True)) as store:
        return make_plan(settings, store)


def _print_plan(plan: "SyncPlan", as_json: bool) -> None:
    groups: dict[str, Any] = {
        "added": plan.added,
        "changed": plan.changed,
        "renamed": plan.renamed,
        "removed": plan.removed,
        "refused": plan.refused,
    }
    if as_json:
        print(json.dumps({**groups, "unchanged": plan.unchanged}, ensure_ascii=False))
        return
    out.print(f"A sync would leave {plan.unchanged} documents as they are.")
    for title, names in (("read", plan.added), ("read again", plan.changed), ("forget", plan.removed)):
        _print_names(f"It would {title}", names)
    _print_names("It would rename", [f"{old} to {new}" for old, new in plan.renamed.items()])
    _print_names("It would not read", [f"{name}: it {reason}" for name, reason in plan.refused.items()])


def _print_names(title: str, names: Sequence[str]) -> None:
    if names:
        out.print(f"{title}, {len(names)}:")
        for name in names[:LISTED]:
            out.print(visible(f"  {name}"))
        if len(names) > LISTED:
            out.print(f"  and {len(names) - LISTED} more (--json lists all)")


def _print_report(report: "SyncReport", failed: dict[str, str], as_json: bool) -> None:
    if as_json:
        print(json.dumps({**asdict(report), "failed": failed}, ensure_ascii=False))
        return
    unchanged = report.unchanged - len(failed.keys() - report.failed.keys())
    counts = ("added", "changed", "renamed", "removed")
    done = [f"{len(getattr(report, name))} {name}" for name in counts if getattr(report, name)]
    out.print(", ".join([*done, f"{unchanged} unchanged", f"{len(failed)} failed"]) + ".")
    for name, reason in failed.items():
        out.print(visible(f"  {name}: {reason}"))
