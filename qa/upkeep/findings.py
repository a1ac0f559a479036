"""What a check of a library found."""

from dataclasses import dataclass
from typing import Literal

Part = Literal["database", "rows", "document", "words", "index", "file", "leftover", "foreign"]


def nameless(number: int) -> str:
    """What a document is called whose name cannot be read, by its id."""
    return f"Document {number}"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be."""

    part: Part
    """What kind of thing it is, which decides how it is mended."""
    where: str
    """The document, or the path of the file or folder."""
    what: str
    """Completes the sentence that begins with `where`."""
    mendable: bool
    """Whether `repair` mends it."""
    how: str
    """What `repair` does about it, or what the user can do: a whole sentence."""
    number: int | None = None
    """Of a document, its id in the store: its name may be what is damaged."""

    @property
    def is_named_document(self) -> bool:
        """Whether `where` is the name of a document, and not what it is called as its name is damaged."""
        return self.number is not None and self.where != nameless(self.number)

    def __str__(self) -> str:
        return f"{self.where} {self.what}. {self.how}"
