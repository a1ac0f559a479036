"""What files hold, by their hashes: of those that may be opened."""

from collections.abc import Iterable

from qa.config import Progress, Settings
from qa.folder import FoundFile, digest, fingerprint
from qa.readers.process import too_large
from qa.store import FileState


def refusal(file: FoundFile, settings: Settings) -> str | None:
    """Why a file is not even opened, completing the sentence that begins with its name."""
    return file.refusal or too_large(file.bytes, settings)


class Hashing:
    """What files hold, each hashed once."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress
        self._states: dict[str, FileState] = {}

    def __call__(self, files: Iterable[FoundFile]) -> dict[str, FileState]:
        """Those of the files that can be opened and rest, with the hash of their content, by name."""
        allowed = [file for file in files if refusal(file, self._settings) is None]
        unknown = [file for file in allowed if file.name not in self._states]
        for number, file in enumerate(unknown):
            self._progress("comparing files", number, len(unknown), file.name)
            self._hash(file)
        if unknown:
            self._progress("comparing files", len(unknown), len(unknown))
        return {file.name: self._states[file.name] for file in allowed if file.name in self._states}

    def _hash(self, file: FoundFile) -> None:
        try:
            before = fingerprint(file.path)
            state = FileState(file.name, file.bytes, file.modified_ns, digest(file.path))
            # What changes meanwhile is left to be read.
            if before == fingerprint(file.path) and before[:2] == (file.bytes, file.modified_ns):
                self._states[file.name] = state
        except OSError:  # reading it will say why
            return
