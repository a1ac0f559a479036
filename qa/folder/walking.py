"""A walk over the documents folders: every file once, none opened, odd ones with the reason to leave them shut."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa.config import Settings
from qa.folder.patterns import Pattern, compiled, named
from qa.folder.roots import NEXT_STEP, EmptyFolderError, FolderError, Root, identity, roots, shown


@dataclass(frozen=True)
class FoundFile:
    """A file below the folder. `name`: path below it with "/" between; `refusal`: why it is not to be opened.

    A folder that cannot be listed is one too, with a refusal and `hides` set: what lies below it is not known
    to be gone.
    """

    name: str
    where: str | Path
    bytes: int
    modified_ns: int
    refusal: str | None = None
    hides: bool = False
    empty: bool = False
    """Whether it is a documents folder that can be listed, and holds nothing."""

    @property
    def path(self) -> Path:
        """Made when asked for: of most files it never is, and it takes as long as the stat."""
        return Path(self.where)


def scan(settings: Settings) -> dict[str, FoundFile]:
    """All files below the documents folders by name, less those that the settings leave out.

    Of several folders, one that is missing, unreadable or empty is listed as a file with a refusal that hides.
    Raises FolderError when that is so of all of them, EmptyFolderError when the only one holds no file.
    """
    walk = _Walk.over(settings)
    found: dict[str, FoundFile] = {}
    for file in walk.files():
        name = file.name
        # Escaping odd bytes can make two names equal; both files are listed.
        while name in found:
            name = name.replace("\\", "\\\\")
        found[name] = replace(file, name=name) if name != file.name else file
    if not found or len(walk.troubles) == len(walk.roots):
        raise walk.trouble()
    return found


def folders(settings: Settings) -> tuple[Path, ...]:
    """The folders in which files are looked for, the documents folders first; none where there is none."""
    walk = _Walk.over(settings)
    try:
        for _ in walk.files():
            pass
    except FolderError:
        return ()
    return tuple(Path(path) for path in walk.listed)


def check(settings: Settings) -> None:
    """Raise what `scan` would raise, as soon as one file is seen to be there."""
    walk = _Walk.over(settings)
    if all(file.hides for file in walk.files()):
        raise walk.trouble()


@dataclass(frozen=True)
class _Folder:
    """A folder still to be listed: its path, the names of its files' beginning, whether it is taken in."""

    root: Root
    path: str
    below: str
    included: bool


@dataclass
class _Walk:
    """One walk over the documents folders, each folder entered once, by whatever name it is met first."""

    roots: tuple[Root, ...]
    real: tuple[str, ...]
    """The documents folders without links in their paths."""
    include: tuple[Pattern, ...]
    exclude: tuple[Pattern, ...]
    hidden: bool
    entered: set[tuple[int, int]]
    links: list[_Folder] = field(default_factory=list)
    """Links to folders inside, followed when all folders are known: most lead to what was listed already."""
    listed: list[str] = field(default_factory=list)
    troubles: list[FolderError] = field(default_factory=list)
    left_out: set[Root] = field(default_factory=set)
    """Folders of which patterns leave something out."""

    @classmethod
    def over(cls, settings: Settings) -> "_Walk":
        folders = roots(settings.documents)
        real = tuple(os.path.realpath(root.path) for root in folders)
        include = compiled(settings.include, "QA_INCLUDE")
        exclude = compiled(settings.exclude, "QA_EXCLUDE")
        try:
            status = settings.state_folder.stat()
            entered = {(status.st_dev, status.st_ino)}
        except OSError:  # not made yet
            entered = set()
        return cls(folders, real, include, exclude, settings.hidden, entered)

    def files(self) -> Iterator[FoundFile]:
        for root in self.roots:
            yield from self._root(root)
        while self.links:
            yield from self._below(self.links.pop(0))

    def trouble(self) -> FolderError:
        """Why there is nothing to read."""
        if self.troubles:
            # One that is missing says more than one that is empty, which what was in it may have left.
            return min(self.troubles, key=lambda error: isinstance(error, EmptyFolderError))
        which = "no files that QA_INCLUDE and QA_EXCLUDE take in" if self.left_out else "no files"
        folder = self.roots[0].path
        return EmptyFolderError(f"The documents folder {folder} holds {which}. Put some there, or: {NEXT_STEP}")

    def _root(self, root: Root) -> Iterator[FoundFile]:
        """The files of one documents folder; of several, one in trouble is a file that hides."""
        try:
            before = identity(root.path)
            empty = True
            for file in self._below(_Folder(root, str(root.path), "", not self.include)):
                empty = False
                yield file
            if identity(root.path) != before:
                raise FolderError(
                    f"The documents folder {root.path} was exchanged while it was listed. Try again."
                )
            if empty and len(self.roots) > 1 and root not in self.left_out.union(link.root for link in self.links):
                raise EmptyFolderError(f"The documents folder {root.path} holds no files. {NEXT_STEP}")
        except FolderError as error:
            if len(self.roots) == 1:
                raise
            self.troubles.append(error)
            empty = isinstance(error, EmptyFolderError)
            yield FoundFile(root.prefix.rstrip("/"), root.path, 0, 0, _in_trouble(empty), hides=True, empty=empty)

    def _below(self, top: _Folder) -> Iterator[FoundFile]:
        """Files first, then the folders, each in the order of their names."""
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            try:
                entries = self._enter(folder)
            except (FileNotFoundError, NotADirectoryError):
                continue  # gone since its name was read
            except OSError as error:
                reason = f"is a folder that cannot be opened: {error.strerror}. Allow reading it."
                name = (folder.root.prefix + folder.below).rstrip("/")
                yield FoundFile(name, Path(folder.path), 0, 0, reason, hides=True)
                continue
            folders: list[_Folder] = []
            for entry in entries:
                yield from self._entry(folder, entry, folders)
            waiting.extend(reversed(folders))

    def _enter(self, folder: _Folder) -> list[os.DirEntry[str]]:
        status = Path(folder.path).stat()
        if (status.st_dev, status.st_ino) in self.entered:
            return []
        self.entered.add((status.st_dev, status.st_ino))
        with os.scandir(folder.path) as listing:
            self.listed.append(folder.path)
            return sorted(listing, key=lambda entry: entry.name)

    def _entry(self, folder: _Folder, entry: os.DirEntry[str], folders: list[_Folder]) -> Iterator[FoundFile]:
        if _is_lock(entry.name) or (entry.name.startswith(".") and not self.hidden):
            return
        name, root = folder.below + shown(entry.name), folder.root
        is_folder = _leads_to_folder(entry)
        included = named(self.include, name, is_folder, folder.included)
        if named(self.exclude, name, is_folder) or not (included or is_folder):
            self.left_out.add(root)
        elif not is_folder:
            yield self._file(root.prefix + name, entry)
        elif not entry.is_symlink():
            folders.append(_Folder(root, entry.path, f"{name}/", included))
        elif self._inside(entry.path):
            self.links.append(_Folder(root, entry.path, f"{name}/", included))
        else:
            reason = "is a link to a folder outside the documents folder. Copy the folder here."
            yield FoundFile(root.prefix + name, Path(entry.path), 0, 0, reason)

    def _file(self, name: str, entry: os.DirEntry[str]) -> FoundFile:
        path = entry.path
        try:
            status = entry.stat()
        except OSError as error:
            reason = f"cannot be reached: {error.strerror}. Allow reading it, or remove it."
            return FoundFile(name, path, 0, 0, reason)
        refusal = None
        if not stat.S_ISREG(status.st_mode):
            refusal = "is not a regular file (it is a pipe, a socket or a device). Leave it out with QA_EXCLUDE."
        elif entry.is_symlink() and not self._inside(entry.path):
            refusal = "is a link to a file outside the documents folder. Copy the file here."
        return FoundFile(name, path, status.st_size, status.st_mtime_ns, refusal)

    def _inside(self, path: str) -> bool:
        real = os.path.realpath(path)
        return any(real == folder or real.startswith(folder.rstrip(os.sep) + os.sep) for folder in self.real)


def _in_trouble(empty: bool) -> str:
    if empty:
        return (
            "is a documents folder that holds no files. What was read of it before is kept until "
            "`python -m qa sync --yes`. Is its disk there?"
        )
    return (
        "is a documents folder that is missing or cannot be read. What was read of it before is kept. "
        "Is its disk there?"
    )


def _is_lock(name: str) -> bool:
    """The files that office programs leave beside an open document."""
    return name.startswith("~$")


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links
        return False
