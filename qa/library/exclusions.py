"""What was removed stays away: known by its name and, where the file was renamed, by what it holds.

A file that is edited in place stays away. One that was gone at a sync is waited for; when its name then comes back
with other content, that is another document, and the removal is forgotten. So is that of a copy that changes.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from qa.catalogue import missing, same
from qa.folder import FoundFile
from qa.store import Exclusion, FileState, places

# In place of the modification time of a file that was gone at the last sync.
AWAY = -3

Hashed = Callable[[Iterable[FoundFile]], Mapping[str, FileState]]


@dataclass(frozen=True)
class KeptOut:
    """What a sync notes of the exclusions, and the files that it leaves out for what they hold."""

    forgotten: tuple[str, ...] = ()
    noted: tuple[Exclusion, ...] = ()
    files: frozenset[str] = frozenset()


def replaced(exclusions: Collection[Exclusion], found: Mapping[str, FoundFile], hashed: Hashed) -> set[str]:
    """Names of exclusions to forget: other files are there than those that were gone, or a copy was changed."""
    if not exclusions:
        return set()
    there = {place for name in found for place in places(name)}
    forgotten, gone = _written_in(exclusions, found, hashed), set(missing([one.name for one in exclusions], found))
    for one in exclusions:
        archive = next((place for place in places(one.name) if place in found), None)
        if one.name not in there and archive is None:
            if not one.files and one.name in gone:
                # Nothing is known by which it could be recognised.
                forgotten.add(one.name)
        elif one.files and all(file.modified_ns == AWAY for file in one.files):
            if archive is not None:
                candidates = [found[archive]]
            else:
                candidates = [file for name, file in found.items() if name.startswith(f"{one.name}/")]
            if not _came_back(one, candidates, hashed):
                forgotten.add(one.name)
    return forgotten


def _written_in(exclusions: Iterable[Exclusion], found: Mapping[str, FoundFile], hashed: Hashed) -> set[str]:
    """Names of copies that hold something else now: documents that were only begun with what was removed."""
    copies = [
        (one.name, file, found[file.name])
        for one in exclusions
        for file in one.files
        if one.copied and file.name in found and not same(found[file.name], file)
    ]
    states = hashed(now for *_, now in copies)
    return {name for name, file, _ in copies if file.name in states and states[file.name].content != file.content}


def _came_back(one: Exclusion, files: Iterable[FoundFile], hashed: Hashed) -> bool:
    """Whether one of the files holds what was removed, or might, since it cannot be opened."""
    sizes = {file.bytes for file in one.files}
    alike = [file for file in files if file.bytes in sizes]
    states = hashed(alike)
    contents = {file.content for file in one.files}
    return any(file.name not in states or states[file.name].content in contents for file in alike)


def sizes(exclusions: Iterable[Exclusion], found: Mapping[str, FoundFile]) -> set[int]:
    """How many bytes what is excluded has, as far as that is known or to be learned."""
    learned = {found[one.name].bytes for one in exclusions if not one.files and one.name in found}
    return learned | {file.bytes for one in exclusions for file in one.files}


def followed(
    exclusions: Collection[Exclusion],
    found: Mapping[str, FoundFile],
    known: Mapping[str, FileState],
    new: Collection[FileState],
    moves: Mapping[str, FileState],
    hashed: Hashed,
) -> KeptOut:
    """Where the files of the exclusions are now, among the `new` files and those that were renamed (`moves`)."""
    held: dict[str, _Held] = {}
    for one in exclusions:
        for file in one.files:
            # Empty files are all alike.
            if file.bytes:
                held.setdefault(file.content, _Held()).add(one, file, file.name in found)
    copies = {file.content for file in known.values()} if held else set()
    noted: list[Exclusion] = []
    freed: set[str] = set()
    out: set[str] = set()
    for state in new:
        # A document whose hash was forgotten is only to be read again: it was there when its twin was removed.
        if state.content not in held or not known.get(state.name, state).digest:
            continue
        for one, file in held[state.content].take(state.content not in copies):
            copied = one.copied or (file.name in found and not _holds(one, file))
            noted.append(replace(_at(one, file, state), copied=copied))
            if not _holds(one, file):
                out.add(state.name)
    for one in exclusions:
        for file in one.files:
            if file.name in moves and _holds(one, file):
                noted.append(_at(one, file, moves[file.name]))
                freed |= set() if file.name in found else {one.name}
    for content in held.keys() & {state.content for state in new}:
        freed |= {one.name for one, file in held[content].gone() if not file.name.startswith(f"{one.name}/")}
    fresh = {state.content for state in new if state.name not in out}
    stay = [one for one in exclusions if one.name not in freed]
    seen = _seen(stay, found, known, hashed)
    return KeptOut(tuple(sorted(freed)), (*noted, *seen, *_learned(stay, found, fresh, hashed)), frozenset(out))


class _Held:
    """What was removed with one content, by which part of the file it is: a member, or all of it (empty)."""

    def __init__(self) -> None:
        self._gone: defaultdict[str, list[tuple[Exclusion, FileState]]] = defaultdict(list)
        self._standing: defaultdict[str, list[tuple[Exclusion, FileState]]] = defaultdict(list)
        self._taken = 0

    def add(self, one: Exclusion, file: FileState, stands: bool) -> None:
        part = one.name.removeprefix(file.name) if _holds(one, file) else ""
        (self._standing if stands else self._gone)[part].append((one, file))

    def gone(self) -> Iterator[tuple[Exclusion, FileState]]:
        """Those that are no longer where they were."""
        return chain.from_iterable(self._gone.values())

    def take(self, copied: bool) -> list[tuple[Exclusion, FileState]]:
        """One of each part for the next file of that content: first what is gone, then, if `copied`, the others.

        A copy of a document that was not removed is a document, too.
        """
        parts = self._gone.keys() | (self._standing.keys() if copied else set())
        taken, self._taken = self._taken, self._taken + 1
        pairs = []
        for part in sorted(parts):
            gone = self._gone.get(part, [])
            others = self._standing.get(part, []) if copied else []
            pairs.append(gone[taken] if taken < len(gone) else (others or gone)[-1])
        return pairs


def _seen(
    exclusions: Collection[Exclusion],
    found: Mapping[str, FoundFile],
    known: Mapping[str, FileState],
    hashed: Hashed,
) -> list[Exclusion]:
    """Those of the exclusions whose files are not as they were, with the files as they are now."""
    files = [file for one in exclusions for file in one.files]
    gone = set(missing([file.name for file in files], found))
    changed = {f.name: found[f.name] for f in files if f.name in found and not same(found[f.name], f)}
    states = dict(hashed(file for name, file in changed.items() if name not in known))
    # Of an archive that members were removed from, what was read of it last.
    states |= {file.name: _plain(known[file.name]) for file in files if file.name in known}
    now = {file.name: replace(file, modified_ns=AWAY) for file in files if file.name in gone}
    renewed = [
        replace(one, files=tuple(now.get(f.name) or states.get(f.name, f) for f in one.files))
        for one in exclusions
    ]
    return [after for before, after in zip(exclusions, renewed, strict=True) if before != after]


def _learned(
    exclusions: Collection[Exclusion], found: Mapping[str, FoundFile], fresh: Collection[str], hashed: Hashed
) -> list[Exclusion]:
    """Exclusions that were known by name only, with their files, unless what these hold comes in now (`fresh`)."""
    unknown = {one.name: one for one in exclusions if not one.files and one.name in found}
    states = hashed(found[name] for name in unknown if found[name].bytes)
    return [replace(unknown[name], files=(state,)) for name, state in states.items() if state.content not in fresh]


def _plain(state: FileState) -> FileState:
    return FileState(state.name, state.bytes, state.modified_ns, state.digest)


def _holds(one: Exclusion, file: FileState) -> bool:
    """Whether what is excluded is a part of the file: a member of an archive."""
    return one.name.startswith(f"{file.name}/")


def _at(one: Exclusion, file: FileState, state: FileState) -> Exclusion:
    """What is excluded with the file, where the file is `state`."""
    name = state.name + one.name.removeprefix(file.name) if _holds(one, file) else state.name
    return replace(one, name=name, files=(state,), was=one.was or one.name)
