"""Mending what a check found. What is derived is made anew; what cannot be trusted is read again."""

from collections.abc import Sequence
from pathlib import Path

from qa.config import Progress, silent
from qa.index import PassageIndex
from qa.store import Store
from qa.upkeep.findings import Finding


def repair(
    findings: Sequence[Finding], store: Store, index: PassageIndex | None, progress: Progress = silent
) -> list[Finding]:
    """Mend all that is mendable, and return it. A sync should follow: it reads again what was taken out.

    An `index` that is None is made anew when it is opened next. Raises StoreError when there is no room to write.
    """
    mended = [finding for finding in findings if finding.mendable]
    parts = {finding.part for finding in mended}
    if "rows" in parts:
        store.delete_orphans()
    numbers = [finding.number for finding in mended if finding.number is not None]
    if numbers:
        store.take_out(numbers, progress)
    elif parts & {"words", "rows"}:
        store.rebuild_words(progress)
    for finding in mended:
        if finding.part == "file":
            store.read_again(finding.where)
        elif finding.part == "leftover":
            Path(finding.where).unlink(missing_ok=True)
    if index is not None and parts & {"index", "rows", "document"}:
        index.rebuild(progress)
    return mended
