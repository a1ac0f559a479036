"""What a check tells beside what is wrong: that the index was mended at its opening, that files are other now."""

from collections.abc import Iterator

from qa.config import Progress, Settings, silent
from qa.folder import FolderError
from qa.index import PassageIndex
from qa.library import make_plan
from qa.store import DamagedError, Store


def notes(
    settings: Settings,
    store: Store,
    index: PassageIndex | None,
    progress: Progress = silent,
    files: bool = True,
) -> list[str]:
    """Whole sentences for the user. None of it is damage, so a library may be sound and have notes."""
    found = []
    if index is not None and index.made_anew is not None and store.passage_count():
        found.append(f"The index {index.made_anew}, so it was made anew from the vectors.")
    if files:
        found += _differences(settings, store, progress)
    return found


def _differences(settings: Settings, store: Store, progress: Progress) -> Iterator[str]:
    try:
        plan = make_plan(settings, store, progress)
    except (FolderError, DamagedError):  # the check has said so
        return
    counts = (
        (len(plan.changed), "changed"),
        (len(plan.added), "new"),
        (len(plan.removed), "gone"),
        (len(plan.renamed), "renamed"),
    )
    said = ", ".join(f"{count} {what}" for count, what in counts if count)
    if said:
        yield f"Files that differ since the last sync: {said}. The next `python -m qa sync` sees to them."
