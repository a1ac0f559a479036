"""What was removed stays away: known by its name and, where the file was renamed, by what it holds.

A file that is edited in place stays away. One that was gone at a sync is waited for; when its name then comes back
with other content, that is another document, and the removal is forgotten.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

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
    """Names of exclusions to forget: their files were gone, and other ones are there now."""
    if not exclusions:
        return set()
    there = {place for name in found for place in places(name)}
    forgotten, gone = set(), set(missing([one.name for one in exclusions], found))
    for one in exclusions:
        archive = next((place for place in places(one.name) if place in found), None)
        if one.name not in there and archive is None:
            if not one.files and one.name in gone:
                # Nothing is known by which it could be recognised.
                forgotten.add(one.name)
        elif one.files and all(file.modified_ns == AWAY for file in one.files):
            inside = [file for name, file in found.items() if name.startswith(f"{one.name}/")]
            if not _came_back(one, [found[archive]] if archive else inside, hashed):
                forgotten.add(one.name)
    return forgotten


def _came_back(one: Exclusion, files: Iterable[FoundFile], hashed: Hashed) -> bool:
    """Whether one of the files holds what was removed, or might, since it cannot be opened."""
    sizes = {file.bytes for file in one.files}
    alike = [file for file in files if file.bytes in sizes]
    states = hashed(alike)
    contents = {file.content for file in one.files}
    return any(file.name not in states or states[file.name].content in contents for file in alike)


def followed(
    exclusions: Collection[Exclusion],
    found: Mapping[str, FoundFile],
    known: Mapping[str, FileState],
    new: Iterable[FileState],
    moves: Mapping[str, FileState],
    hashed: Hashed,
) -> KeptOut:
    """Where the files of the exclusions are now, among the `new` files and those that were renamed (`moves`)."""
    held: defaultdict[str, list[tuple[Exclusion, FileState]]] = defaultdict(list)
    for one in exclusions:
        for file in one.files:
            held[file.content].append((one, file))
    copies = {file.content for file in known.values()} if held else set()
    noted: list[Exclusion] = []
    freed: set[str] = set()
    out: set[str] = set()

    def follow(one: Exclusion, file: FileState, state: FileState) -> None:
        noted.append(replace(one, name=_renamed(one, file, state), files=(state,), was=one.was or one.name))
        if not _holds(one, file):
            out.add(state.name)
        if file.name not in found and not file.name.startswith(f"{one.name}/"):
            freed.add(one.name)

    for state in new:
        for one, file in held.get(state.content, ()):
            # A copy of a document that was not removed is a document, too.
            if file.name not in found or state.content not in copies:
                follow(one, file, state)
    for one, file in [pair for pairs in held.values() for pair in pairs]:
        if file.name in moves and _holds(one, file):
            follow(one, file, moves[file.name])
    noted += _seen([one for one in exclusions if one.name not in freed], found, known, hashed)
    return KeptOut(tuple(sorted(freed)), tuple(noted), frozenset(out))


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


def _plain(state: FileState) -> FileState:
    return FileState(state.name, state.bytes, state.modified_ns, state.digest)


def _holds(one: Exclusion, file: FileState) -> bool:
    """Whether what is excluded is a part of the file: a member of an archive."""
    return one.name.startswith(f"{file.name}/")


def _renamed(one: Exclusion, file: FileState, state: FileState) -> str:
    return state.name + one.name.removeprefix(file.name) if _holds(one, file) else state.name
