"""Archives: their members, one at a time and bounded, each unpacked to a file for as long as it is read."""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qa.readers import formats
from qa.readers.document import ReadLimits, UnreadableFile
from qa.readers.packed import DAMAGE, Entry, LockedError, entries

_CHUNK = 1 << 20
# Less than this is no bomb, however small it was packed; text seldom shrinks more than a hundredfold.
_HARMLESS_BYTES = 20_000_000
_MOST_RATIO = 300
_NAME_CHARACTERS = 1000
_UNFINISHED = 1 << 62
_SUFFIX = re.compile(r"\.[A-Za-z0-9_~-]{1,16}$")
# Control characters, marks that turn the direction of writing, and what cannot be stored.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Member:
    """A file of an archive: unpacked at `path` until the next one, or the `reason` why it is not.

    An empty name is the archive's own, and the reason that for which the rest of it is left out.
    """

    name: str
    place: dict[str, Any]
    """Where the walk stands after it; for `Walk`."""
    limits: ReadLimits
    path: Path | None = None
    reason: str = ""
    kind: str | None = None
    """The kind of document at `path`, where it was found without trouble."""


def _untold(name: str, place: dict[str, Any]) -> None:
    pass


class Walk:
    """The members of one archive, those of archives inside it included, in their order."""

    def __init__(
        self,
        path: Path,
        limits: ReadLimits,
        folder: Path,
        after: dict[str, Any] | None,
        begin: Callable[[str, dict[str, Any]], None] = _untold,
        only: str = "",
    ) -> None:
        """Goes on after the place of an earlier member, given `after`. Nothing is written outside `folder`.

        `begin` is told the name and place of each member before it is touched; `only` is the name of the only one
        that is wanted, if it is not empty. Raises UnreadableFile.
        """
        self._only = only
        self._path = path
        self._folder = folder
        self._begin = begin
        status = path.stat()
        self._file = [status.st_size, status.st_mtime_ns]
        if after is not None and after["file"] != self._file:
            raise UnreadableFile(path, "was changed while it was being read. It is read again at the next sync.")
        self._most = limits.unpacked_bytes
        self._members = limits.members
        self._from = after["count"] if after else 0
        self._bytes = after["bytes"] if after else 0
        self._count = 0
        # Archives inside, by the count at which each began, with the count at its end: they need not be unpacked
        # again to go on after them.
        self._archives: dict[int, int] = dict(after["archives"]) if after else {}
        self._names: set[str] = set()
        self._walk = self._all(limits)

    def stands_at(self, path: Path, place: dict[str, Any]) -> bool:
        """Whether the next member is the one after `place` of that archive."""
        return self._path == path and self._count == place["count"] and self._file == place["file"]

    def next(self) -> Member | None:
        """The next member, or None after the last. Raises UnreadableFile when the archive is damaged."""
        return next(self._walk, None)

    def close(self) -> None:
        """Lets go of the file and what was unpacked of it."""
        self._walk.close()

    def _place(self) -> dict[str, Any]:
        archives = list(self._archives.items())
        return {"count": self._count, "bytes": self._bytes, "file": self._file, "archives": archives}

    def _all(self, limits: ReadLimits) -> Generator[Member, None, None]:
        try:
            yield from self._archive(self._path, self._path.name, "", limits)
        except _FullError as error:
            yield Member("", self._place(), limits, reason=str(error))

    def _archive(self, path: Path, name: str, inside: str, limits: ReadLimits) -> Iterator[Member]:
        """The members of the archive in `path`; `inside` begins their names."""
        if limits.depth < 1:
            raise UnreadableFile(path, "is an archive, not opened: QA_ARCHIVE_DEPTH is reached. Unpack it here.")
        before = self._count
        with closing(entries(path, name, limits.passwords)) as found:
            for entry in found:
                if limits.hidden or not _hidden(entry.name):
                    yield from self._entry(entry, self._named(inside + _clean(entry.name)), limits)
        if self._count == before:
            raise UnreadableFile(path, "is an archive that holds no files. Nothing needs to be done.")

    def _entry(self, entry: Entry, name: str, limits: ReadLimits) -> Iterator[Member]:
        if self._count == self._members:
            raise _FullError(
                f"holds more than {self._members:,} files: the rest was left out. Unpack it here, or raise "
                "QA_ARCHIVE_MEMBERS."
            )
        self._count += 1
        if self._only and self._only != name and not self._only.startswith(name + "/"):
            return
        number, skipped = self._count, self._count <= self._from
        if not skipped:
            self._begin(name, self._place())
        elif number not in self._archives:
            return
        elif self._from >= self._archives[number]:
            self._count = self._archives[number]
            return
        yield from self._opened(entry, name, number, replace(limits, depth=limits.depth - 1))

    def _opened(self, entry: Entry, name: str, number: int, limits: ReadLimits) -> Iterator[Member]:
        target = self._folder / f"member-{limits.depth}{''.join(_SUFFIX.findall(name))}"
        try:
            reason = entry.refusal or self._unpack(entry, target, limits)
            kind = None if reason else _kind(target, limits)
            if kind != "archive":
                yield Member(name, self._place(), limits, None if reason else target, reason, kind)
                return
            self._archives[number] = _UNFINISHED
            yield from self._inner(target, name, limits)
            self._archives[number] = self._count
        finally:
            target.unlink(missing_ok=True)

    def _inner(self, path: Path, name: str, limits: ReadLimits) -> Iterator[Member]:
        try:
            yield from self._archive(path, name, name + "/", limits)
        except UnreadableFile as error:
            self._count += 1
            if self._count > self._from:
                yield Member(name, self._place(), limits, reason=error.reason)

    def _unpack(self, entry: Entry, target: Path, limits: ReadLimits) -> str:
        """Writes an entry to `target`; returns the reason when it cannot, or may not, be unpacked."""
        size = 0
        most = limits.member_bytes
        try:
            if entry.size > most or entry.open is None:
                return _too_big(most)
            with entry.open() as source, target.open("wb") as file:
                while block := source.read(_CHUNK):
                    size += len(block)
                    self._count_bytes(len(block))
                    if size > most:
                        return _too_big(most)
                    if size > _HARMLESS_BYTES and 0 < entry.packed * _MOST_RATIO < size:
                        return (
                            f"is a decompression bomb: it unpacks to more than {_MOST_RATIO} times its size. "
                            "Leave it out."
                        )
                    file.write(block)
        except LockedError as error:
            return str(error)
        except NotImplementedError:
            return "is packed or locked by a method that is not known here. Unpack the archive here."
        except DAMAGE as error:
            if isinstance(error, OSError) and error.errno is not None:
                return f"cannot be unpacked ({error.strerror}). Make room, or copy the archive again."
            return "is damaged in the archive. Pack it again."
        return "" if size else "is empty (0 bytes). Nothing needs to be done."

    def _count_bytes(self, number: int) -> None:
        self._bytes += number
        if self._bytes > self._most:
            raise _FullError(
                f"unpacks to more than {self._most / 1e6:,.0f} MB: the rest was left out. Unpack it here, or "
                "raise QA_ARCHIVE_MEGABYTES."
            )

    def _named(self, name: str) -> str:
        """`name`, or with a number where the archive holds it more than once."""
        free, number = name, 1
        suffix = "".join(_SUFFIX.findall(name))
        while free in self._names:
            number += 1
            free = f"{name.removesuffix(suffix)} ({number}){suffix}"
        self._names.add(free)
        return free


@contextmanager
def unpacked(path: Path, name: str, limits: ReadLimits, folder: Path) -> Iterator[tuple[Path, ReadLimits]]:
    """One member of the archive in `path`, as `Walk` names it, and the limits to read it under.

    Raises UnreadableFile when there is none of that name, or it may not be unpacked.
    """
    with closing(Walk(path, limits, folder, None, only=name)) as walk:
        member = walk.next()
        if member is None or member.name not in (name, ""):
            raise UnreadableFile(path, f"holds no file {name} (any more).")
        if member.path is None:
            raise UnreadableFile(path / name, member.reason)
        yield member.path, member.limits


class _FullError(Exception):
    """What may be unpacked from one archive has been."""


def _too_big(most: int) -> str:
    return f"unpacks to more than {most / 1e6:,.0f} MB. Split it, or raise QA_FILE_MEGABYTES."


def _kind(path: Path, limits: ReadLimits) -> str | None:
    try:
        return formats.kind_of(path, limits)
    except Exception:  # reading it will meet the same error again, and name it
        return None


def _hidden(name: str) -> bool:
    """As in a folder: dot files and the lock files of office programs; and what macOS packs beside each file."""
    parts = name.replace("\\", "/").split("/")
    return (
        any(part.startswith((".", "~$")) and part not in (".", "..") for part in parts) or parts[0] == "__MACOSX"
    )


def _clean(name: str) -> str:
    """A name that stays below the archive and can be shown: nothing in it is a path out, or unseen."""
    parts = [part.strip() for part in name.replace("\\", "/").split("/")]
    safe = "/".join("%2E%2E" if part == ".." else part for part in parts if part not in ("", "."))
    shown = _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), safe)
    return shown[:_NAME_CHARACTERS] or "without a name"
