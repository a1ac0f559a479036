"""A sign of life from a reader that takes long (OCR): the time limit of a file counts again from each."""

from collections.abc import Callable

_listeners: list[Callable[[int, int], None]] = []


def beat(done: int, total: int) -> None:
    """`done` of `total` pages of the file being read are finished. Outside the reading process: nothing."""
    for tell in _listeners:
        tell(done, total)


def listen(tell: Callable[[int, int], None]) -> None:
    """From now on `tell` gets every beat of this process."""
    _listeners.append(tell)
