"""What a sync did, or would do."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console

from qa.terminal.console import one_line, visible

if TYPE_CHECKING:
    from qa.library import SyncPlan, SyncReport

# Names that a plan lists of each kind; JSON has all of them.
LISTED = 20


def print_plan(plan: "SyncPlan", console: Console, as_json: bool) -> None:
    """Print what a sync would do."""
    groups: dict[str, Any] = {
        "added": [name for name in plan.added if name not in plan.refused],
        "changed": [name for name in plan.changed if name not in plan.refused],
        "renamed": plan.renamed,
        "removed": plan.removed,
        "refused": plan.refused,
    }
    if as_json:
        print(json.dumps({**groups, "unchanged": plan.unchanged}, ensure_ascii=False))
        return
    console.print(f"A sync would leave {plan.unchanged} documents as they are.")
    for title, kind in (("read", "added"), ("read again", "changed"), ("forget", "removed")):
        _print_names(f"It would {title}", groups[kind], console)
    _print_names("It would rename", [f"{old} to {new}" for old, new in plan.renamed.items()], console)
    _print_names("It would not read", [f"{name}: it {reason}" for name, reason in plan.refused.items()], console)


def _print_names(title: str, names: Sequence[str], console: Console) -> None:
    if names:
        console.print(f"{title}, {len(names)}:")
        for name in names[:LISTED]:
            console.print(one_line(f"  {name}"))
        if len(names) > LISTED:
            console.print(f"  and {len(names) - LISTED} more (--json lists all)")


def print_report(
    report: "SyncReport", failed: Mapping[str, str], console: Console, as_json: bool = False, unreadable: int = 0
) -> None:
    """Print what a sync did, and why each of `failed` could not be read: files, and members of archives.

    `unreadable` of the files that it found unchanged are among `failed`.
    """
    if as_json:
        print(json.dumps({**asdict(report), "failed": dict(failed)}, ensure_ascii=False))
        return
    unchanged = report.unchanged - unreadable
    counts = ("added", "changed", "renamed", "removed")
    done = [f"{len(getattr(report, name))} {name}" for name in counts if getattr(report, name)]
    console.print(", ".join([*done, f"{unchanged} unchanged", f"{len(failed)} failed"]) + ".")
    if report.warning:
        console.print(visible(report.warning))
    for name, reason in failed.items():
        console.print(one_line(f"  {name}: {reason}"))
