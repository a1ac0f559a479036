"""File → Document. Each format is a small module; files are only opened in a recycled worker process."""

from typing import TYPE_CHECKING, Any

from qa.readers.document import Document, Heading, Page, UnreadableFile
from qa.readers.kinds import READABLE, place

if TYPE_CHECKING:
    from qa.readers.child import limits_of
    from qa.readers.process import Reader

__all__ = ["READABLE", "Document", "Heading", "Page", "Reader", "UnreadableFile", "limits_of", "place"]


def __getattr__(name: str) -> Any:
    """The caller's side, imported when it is asked for: the worker, which has no use for it, starts in a third."""
    if name == "Reader":
        from qa.readers.process import Reader

        return Reader
    if name == "limits_of":
        from qa.readers.child import limits_of

        return limits_of
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
