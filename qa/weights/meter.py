"""How much of a fetch is done."""

from qa.config import Progress

STAGE = "weights"


class Meter:
    """Tells a `Progress` how many bytes of all that are missing have come."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0
        self._detail = ""

    def begin(self, detail: str) -> None:
        """Name what is being fetched from here on."""
        self._detail = detail
        self.arriving(0)

    def arriving(self, size: int) -> None:
        """`size` bytes of what is being downloaded lie on disk so far."""
        self._progress(STAGE, min(self._done + size, self._total), self._total, self._detail)

    def count(self, size: int) -> None:
        """`size` more bytes have come for good."""
        self._done += size
        self.arriving(0)
