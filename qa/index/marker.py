"""The marker beside Chroma's folder: that it was closed cleanly, and with which revision of the store."""

import json
from dataclasses import dataclass
from pathlib import Path

from qa.state import ASIDE, INDEX_MARKER, sync_folder, write_aside


@dataclass(frozen=True)
class Clean:
    """What a clean close left: the store's revision, and the depth that is kept in Chroma's files."""

    revision: int
    depth: int

    def as_bytes(self) -> bytes:
        """What the marker holds."""
        return json.dumps({"revision": self.revision, "depth": self.depth}).encode()


def read_marker(path: Path) -> Clean | None:
    """What the marker at `path` says; None when it is away or cannot be understood."""
    try:
        said = json.loads(path.read_bytes())
        return Clean(said["revision"], said["depth"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


class Marker:
    """The marker in the state folder `folder`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / INDEX_MARKER
        # Of a process that was killed while it wrote the marker.
        self._aside.unlink(missing_ok=True)

    @property
    def _aside(self) -> Path:
        return self._path.with_name(INDEX_MARKER + ASIDE)

    def read(self) -> Clean | None:
        """What the marker says; None when it is away or cannot be understood."""
        return read_marker(self._path)

    def exists(self) -> bool:
        return self._path.exists()

    def written(self) -> int:
        """When it was put back, in nanoseconds; -1 when it is away."""
        return self._path.stat().st_mtime_ns if self.exists() else -1

    def put(self, clean: Clean) -> None:
        """Put it back, on the disk for certain; away, where there is no room."""
        try:
            write_aside(self._path, clean.as_bytes())
        except OSError:
            self.drop()

    def drop(self) -> None:
        """Do without it, for want of room: the next start makes the index anew, which is all that is lost."""
        self._path.unlink(missing_ok=True)
        self._aside.unlink(missing_ok=True)

    def take(self) -> None:
        """Take it away, for certain, before the first write."""
        if self.exists():
            self._path.unlink()
            sync_folder(self._path.parent)
