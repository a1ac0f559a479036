"""Mending what a check found. What is derived is made anew; what cannot be trusted is read again."""

from collections.abc import Sequence
from pathlib import Path

from qa.config import Progress, silent
from qa.index import PassageIndex
from qa.store import Store
from qa.upkeep.findings import Finding


def repair(
    findings: Sequence[Finding], store: Store, index: PassageIndex, progress: Progress = silent
) -> list[Finding]:
    """Mend all that is mendable, and return it. A sync should follow: it reads again what was taken out.

    Raises StoreError when there is no room to write.
    """
    mended = [finding for finding in findings if finding.mendable]
    parts = {finding.part for finding in mended}
    if "rows" in parts:
        store.delete_orphans()
    if parts & {"words", "rows", "document"}:
        # Before documents are taken out: only words that are there can be forgotten.
        store.rebuild_words(progress)
    for finding in mended:
        if finding.part == "document":
            store.remove(finding.where)
        elif finding.part == "file":
            store.read_again(finding.where)
        elif finding.part == "leftover":
            Path(finding.where).unlink(missing_ok=True)
    if "document" in parts:
        # What was said of a broken document's words may not have been true.
        store.rebuild_words(progress)
    if parts & {"index", "rows", "document"}:
        index.rebuild(progress)
    return mended
