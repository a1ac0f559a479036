"""What a survey is asked, what it finds, and how much of the documents it read."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["summary", "mentions", "listing", "rows", "comparison"]


@dataclass(frozen=True)
class Plan:
    """A question about whole documents, as it is understood.

    `documents` are the names it is limited to; none: all in scope. `subject` is what is sought, as the question
    says it; `other` the second side of a comparison. `group` is what the question calls the documents
    ("contracts"), `times` whether it asks how often, `where` whether for the places.
    """

    kind: Kind
    subject: str = ""
    other: str = ""
    documents: tuple[str, ...] = ()
    group: str = "documents"
    times: bool = False
    where: bool = False


@dataclass(frozen=True)
class Words:
    """Exact words of a document: `[start:end]` of its canonical text."""

    document_id: int
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """A line of a survey's answer, and the words of the documents that it rests on.

    Without any it is a heading or a count that the lines below it bear out.
    """

    text: str
    words: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Surveyed:
    """`done` of `total` passages are read, in `documents` documents; `seconds` are expected for the others."""

    done: int
    total: int
    documents: int
    seconds: float | None = None

    def text(self) -> str:
        """In words for the screen."""
        read = f"Read {self.done:,} of {passages(self.total)} in {documents(self.documents)}"
        return read if self.seconds is None else f"{read}, {_left(self.seconds)}"


@dataclass(frozen=True)
class SurveyCoverage:
    """How much a survey's answer rests on: passages read of all in scope, and the documents that hold these."""

    read: int
    total: int
    documents: int

    def text(self) -> str:
        """In words for the screen: "Read 212 of 212 passages in 3 documents"."""
        return f"Read {self.read:,} of {passages(self.total)} in {documents(self.documents)}"


def passages(count: int) -> str:
    """So many passages, in words."""
    return f"{count:,} passage{'' if count == 1 else 's'}"


def documents(count: int) -> str:
    """So many documents, in words."""
    return f"{count:,} document{'' if count == 1 else 's'}"


def _left(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds / 10)) * 10} seconds left"
    return f"about {round(seconds / 60)} minutes left"


@dataclass(frozen=True)
class Outcome:
    """What a survey found: the lines of its answer; `found` is false where they only say that there is nothing."""

    lines: tuple[Line, ...]
    coverage: SurveyCoverage
    found: bool = True
