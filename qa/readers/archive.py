"""Archives: their members, one at a time and bounded, each unpacked to a file for as long as it is read."""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from qa.readers import formats
from qa.readers.document import ReadLimits, UnreadableFile

_CHUNK = 1 << 20
# Fewer bytes than this are no bomb, however well they were packed.
_HARMLESS = 20_000_000
_MOST_RATIO = 300


@dataclass(frozen=True)
class Member:
    """A file of an archive: unpacked at `path` until the next one, or `reason` why it is not."""

    name: str
    """Below the archive, with "/" between, and the names of the archives that it is in; never absolute."""
    path: Path | None
    limits: ReadLimits
    reason: str
    place: dict[str, Any]
    """Where the walk stands after it, for `Walk`."""


class Walk:
    """The members of one archive, those of archives inside it included, in their order."""

    def __init__(self, path: Path, limits: ReadLimits, folder: Path, after: dict[str, Any] | None) -> None:
        """Goes on after the place of an earlier member, given `after`. Raises UnreadableFile."""
        if limits.depth < 1:
            raise UnreadableFile(path, "is an archive, and QA_ARCHIVE_DEPTH is 0. Unpack it, or raise that.")
        self._path = path
        self._folder = folder
        self._limits = limits
        self._after = after or {"count": 0, "bytes": 0}
        self._place = {"count": 0, "bytes": 0}
        self._members = self._archive(path, "", limits)

    def stands_at(self, path: Path, place: dict[str, Any]) -> bool:
        """Whether the next member is the one after `place` of that archive."""
        return self._path == path and self._place == place

    def next(self) -> Member | None:
        """The next member, or None after the last. Raises UnreadableFile."""
        return next(self._members, None)

    def _archive(self, path: Path, inside: str, limits: ReadLimits) -> Iterator[Member]:
        try:
            with zipfile.ZipFile(path) as package:
                for entry in package.infolist():
                    if not entry.is_dir():
                        yield from self._entry(package, entry, inside, limits)
        except (zipfile.BadZipFile, ValueError) as error:
            raise UnreadableFile(path, "is damaged: it is no whole zip file. Copy it again.") from error

    def _entry(
        self, package: zipfile.ZipFile, entry: zipfile.ZipInfo, inside: str, limits: ReadLimits
    ) -> Iterator[Member]:
        name = inside + "/".join(part for part in entry.filename.split("/") if part not in ("", ".", ".."))
        self._place["count"] += 1
        if self._place["count"] <= self._after["count"]:
            return
        within = replace(limits, depth=limits.depth - 1)
        if stat.S_ISLNK(entry.external_attr >> 16):
            yield Member(name, None, within, "is a link; links in archives are not followed.", dict(self._place))
            return
        target = self._folder / ("member" + Path(name).suffix)
        try:
            with package.open(entry) as source:
                self._unpack(source, target, limits)
            yield Member(name, target, within, "", dict(self._place))
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            yield Member(name, None, within, f"is damaged ({error}).", dict(self._place))
        finally:
            target.unlink(missing_ok=True)

    def _unpack(self, source: IO[bytes], target: Path, limits: ReadLimits) -> None:
        with target.open("wb") as file:
            shutil.copyfileobj(source, file, _CHUNK)
