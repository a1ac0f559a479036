"""What a sync would do: found by one stat a file, and the hash of those that may have been renamed."""

from collections import defaultdict, deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from qa.catalogue import missing, retried, same, wanted
from qa.config import Progress, Settings, silent
from qa.folder import EmptyFolderError, FolderError, FoundFile, scan
from qa.library.exclusions import Hashed, KeptOut, followed, replaced, sizes
from qa.library.hashing import Hashing, refusal
from qa.store import FileState, Store

# A sync that removes no more than these many documents is never asked about.
FEW = 10


class RemovalError(FolderError):
    """A sync would remove more of the library than it may without being told to. Nothing was changed."""


@dataclass(frozen=True)
class SyncPlan:
    """What the next sync does, as names of documents; `unchanged` counts files."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    """New names by old names."""
    removed: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    """Those of the files to read that it will list with a reason, without opening them."""
    unchanged: int = 0

    known: int = 0
    """How many files the library holds."""
    files: tuple[FoundFile, ...] = ()
    """The files to read, in the order of the folder."""
    moves: dict[str, FileState] = field(default_factory=dict)
    """What is kept of each old name under a new one, read or not."""
    touched: tuple[FileState, ...] = ()
    """Files with a new time of modification and the content of before."""
    kept_out: KeptOut = field(default_factory=KeptOut)
    """What was removed from the library: where it is now, and which removals are forgotten."""

    @property
    def gone(self) -> tuple[str, ...]:
        """Those of the removed that are not in the folder any more; in place of others lies what was taken out."""
        return tuple(name for name in self.removed if name not in self.kept_out.files)

    def removes_too_much(self, share: float) -> bool:
        """Whether to ask before: nothing is left, or more than a few documents go and more than that share."""
        gone = len(self.gone)
        left = self.unchanged + len(self.files) + len(self.moves)
        return gone > 0 and (left == 0 or (gone > FEW and gone > share * self.known))


def make_plan(settings: Settings, store: Store, progress: Progress = silent, force: bool = False) -> SyncPlan:
    """What a sync would do now. Raises FolderError when there is no folder to read, or nothing in it ever was.

    With `force`, what was in a documents folder that is empty now is gone, though it may be an unmounted disk.
    """
    known = store.files()
    found = _found(settings, bool(known), force)
    hashed = Hashing(settings, progress)
    exclusions = store.exclusions()
    forgotten = replaced(exclusions.values(), found, hashed)
    exclusions = {name: one for name, one in exclusions.items() if name not in forgotten}
    files = wanted(found, exclusions)
    gone = missing(known, files)
    now = _compared(files, known, gone, retried(settings, store), sizes(exclusions.values(), found), hashed)
    out = followed(exclusions.values(), found, known, now.new, now.moves, hashed)
    to_read = tuple(file for file in now.stale if file.name not in now.kept | out.files)
    return SyncPlan(
        added=tuple(file.name for file in to_read if file.name not in known),
        changed=tuple(file.name for file in to_read if file.name in known),
        renamed={old: state.name for old, state in now.moves.items()},
        removed=tuple(name for name in (*gone, *sorted(out.files & known.keys())) if name not in now.moves),
        refused={file.name: reason for file in to_read if (reason := refusal(file, settings)) is not None},
        unchanged=len(files) - len(to_read) - len(now.moves) - len(out.files),
        known=len(known),
        files=to_read,
        moves=now.moves,
        touched=now.touched,
        kept_out=replace(out, forgotten=(*sorted(forgotten), *out.forgotten)),
    )


@dataclass(frozen=True)
class _Compared:
    """The files that are not as they were when they were read, and what is known of them without reading."""

    stale: tuple[FoundFile, ...]
    touched: tuple[FileState, ...]
    moves: dict[str, FileState]
    new: tuple[FileState, ...]
    """Those of them that were hashed and are neither touched nor moved: only where something may hold the same."""

    @property
    def kept(self) -> frozenset[str]:
        """Names of those that need not be read."""
        return frozenset(state.name for state in (*self.touched, *self.moves.values()))


def _compared(
    files: Mapping[str, FoundFile],
    known: Mapping[str, FileState],
    gone: Collection[str],
    again: Collection[str],
    alike: Collection[int],
    hashed: Hashed,
) -> _Compared:
    """Beside files of the size of a known one, those of the sizes `alike` are hashed. `again` are to be read."""
    stale = tuple(file for name, file in files.items() if name in again or not same(file, known.get(name)))
    # Only files of the size of a known one may hold the same.
    lengths = {state.bytes for state in known.values() if state.digest}.union(alike)
    states = hashed(file for file in stale if file.bytes in lengths).values()
    touched = tuple(state for state in states if state.name not in again and _is_known(state, known))
    kept = {state.name for state in touched}
    renewed = [state for state in states if state.name not in kept]
    # Content that is no longer where it was: that of missing files, and of those that hold something else now.
    displaced = [*gone, *(file.name for file in stale if file.name in known and file.name not in kept)]
    moves = _moves(renewed, [known[name] for name in displaced if name not in again and known[name].digest])
    kept = {state.name for state in moves.values()}
    new = tuple(state for state in renewed if state.name not in kept and not _is_known(state, known))
    return _Compared(stale, touched, moves, new)


def check_rebuild(settings: Settings, store: Store) -> None:
    """Raise RemovalError when forgetting every document would lose some that a sync keeps, or asks about."""
    plan = make_plan(settings, store)
    if plan.removes_too_much(settings.removal_share):
        raise RemovalError(too_many(plan))
    hidden = tuple(f"{name}/" for name, file in scan(settings).items() if file.hides)
    if kept := [name for name in store.files() if hidden and name.startswith(hidden)]:
        raise RemovalError(
            f"A rebuild would lose {len(kept)} document{'s' * (len(kept) > 1)}, {kept[0]} first: their folder is "
            "missing, empty or cannot be read. Nothing was changed. Connect its disk, or allow reading it. If you "
            "emptied it yourself, run `python -m qa sync --yes` first."
        )


def too_many(plan: SyncPlan) -> str:
    """What to say of a sync that is not done unless the user agrees."""
    return (
        f"This sync would remove {len(plan.gone)} of {plan.known} documents, {plan.gone[0]} first: they are "
        "no longer in the documents folder. Nothing was changed. If a disk is not connected, connect it. If they "
        "are to go, close the window (or `sync --watch`) and run `python -m qa sync --yes` with the same "
        "--documents DIR (QA_DOCUMENTS)."
    )


def _found(settings: Settings, filled: bool, force: bool) -> dict[str, FoundFile]:
    """What lies in the documents folders; nothing where the only one is empty and the library is not."""
    try:
        found = scan(settings)
    except EmptyFolderError:
        if not filled:
            raise
        return {}
    return {name: replace(file, hides=file.hides and not (force and file.empty)) for name, file in found.items()}


def _is_known(state: FileState, known: Mapping[str, FileState]) -> bool:
    return state.name in known and known[state.name].digest == state.digest


def _moves(targets: Collection[FileState], sources: Collection[FileState]) -> dict[str, FileState]:
    """Which old names go on under which new ones: by content, files of the same name in another folder first."""
    moves: dict[str, FileState] = {}
    found: set[str] = set()
    for likeness in (_content_and_name, _content):
        waiting: defaultdict[tuple[str, ...], deque[str]] = defaultdict(deque)
        for source in sources:
            if source.name not in moves:
                waiting[likeness(source)].append(source.name)
        for target in targets:
            names = waiting.get(likeness(target))
            if names and target.name not in found:
                moves[names.popleft()] = target
                found.add(target.name)
    return moves


def _content_and_name(state: FileState) -> tuple[str, ...]:
    return state.digest, PurePosixPath(state.name).name


def _content(state: FileState) -> tuple[str, ...]:
    return (state.digest,)
