"""The errors of libraries that are written in Rust: what they call a panic is not an Exception here."""

from collections.abc import Iterator
from contextlib import contextmanager

from qa.readers.document import UnreadableFile


@contextmanager
def panics_are(error: UnreadableFile) -> Iterator[None]:
    """Raises `error` where a library panics; all else passes."""
    try:
        yield
    except BaseException as panic:
        # Each library has a class of its own for it, and hands out none of them.
        if type(panic).__name__ != "PanicException":
            raise
        raise error from panic
