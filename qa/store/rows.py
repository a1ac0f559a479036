"""What SQLite gives for a row, as what it should be; a row that was changed from outside says what to run.

SQLite keeps a value of any type in any column, and checks none of what is inside.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.readers import Heading, Page
from qa.store.errors import DamagedError

Vectors = npt.NDArray[np.float32]


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """Whatever a value of another type or shape leads to becomes a DamagedError."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise DamagedError(f"has {what} that cannot be read") from error


def as_text(value: object, what: str = "text") -> str:
    if not isinstance(value, str):
        raise DamagedError(f"has {what} that is not text")
    return value


def as_number(value: object, what: str) -> int:
    if not isinstance(value, int):
        raise DamagedError(f"has {what} that is not a number")
    return value


def as_count(value: object) -> int:
    """A count among the facts; 0 when it is damaged, with which nothing agrees, so that all is made anew."""
    return int(str(value)) if str(value).isdecimal() else 0


def as_strings(value: Any, what: str) -> tuple[str, ...]:
    """A list of strings, written as JSON."""
    with decoding(what):
        found = _listed(value)
        _check(str, *found)
        return tuple(found)


def as_pages(value: Any) -> tuple[Page, ...]:
    with decoding("pages"):
        return tuple(_page(*page) for page in _listed(value))


def as_headings(value: Any) -> tuple[Heading, ...]:
    with decoding("headings"):
        return tuple(_heading(*heading) for heading in _listed(value))


def as_vectors(values: Sequence[Any], size: int) -> Vectors:
    """Shape (n, dimensions). `size`: bytes of each, where it is known; 0: that of the first."""
    with decoding("a vector"):
        size = size or len(values[0])
        if not size or any(len(value) != size for value in values):
            raise ValueError("not all are of one size")
        return np.frombuffer(b"".join(values), dtype=np.float32).reshape(len(values), -1)


def _page(number: int, start: int, end: int, label: str = "") -> Page:
    _check(int, number, start, end)
    _check(str, label)
    return Page(number, start, end, label)


def _heading(level: int, title: str, start: int, end: int) -> Heading:
    _check(int, level, start, end)
    _check(str, title)
    return Heading(level, title, start, end)


def _listed(value: Any) -> list[Any]:
    found: list[Any] = json.loads(value)
    _check(list, found)
    return found


def _check(kind: type, *values: object) -> None:
    if not all(isinstance(value, kind) for value in values):
        raise TypeError(f"not all are {kind.__name__}")
