"""A document as the rest of the program sees it: one canonical text, and intervals of it."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from qa.errors import FootnoteError

_DROPPED = re.compile("[\x00\ud800-\udfff\ufffe]")


@dataclass(frozen=True)
class Page:
    """The interval of a page. Pages tile the text in order; an empty page has `start == end`."""

    number: int
    """Counted from 1, in the order of the file; not the number printed on the page."""
    start: int
    end: int
    label: str = ""
    """The number printed on the page, or the name of a sheet or chapter; empty where it has none of its own."""


@dataclass(frozen=True)
class Heading:
    """The interval of a heading's own words (`start:end`), without markup where the format has any."""

    level: int
    """1 is the outermost."""
    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Document:
    """What was read. All offsets count characters of `text`; headings are in the order of the text."""

    text: str
    pages: tuple[Page, ...]
    """Empty where the format has no pages."""
    headings: tuple[Heading, ...]
    kind: str
    """The format, a key of `qa.readers.kinds.SUFFIXES`."""
    warnings: tuple[str, ...] = ()
    """What was left out or guessed, one sentence each, for the user."""


@dataclass(frozen=True)
class Box:
    """A rectangle of a page, in fractions of its width and height (0 to 1), counted from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class ReadLimits:
    """What one file may cost the reading process."""

    text_characters: int = 20_000_000
    part_bytes: int = 200_000_000
    """Most unpacked bytes of one part of a packed file (.docx); its tree takes several times as much."""
    member_bytes: int = 200_000_000
    """Most unpacked bytes of one member of an archive."""
    unpacked_bytes: int = 2_000_000_000
    """Most bytes that are unpacked from one archive, those of archives inside it counted."""
    members: int = 2000
    """Most files that are read out of one archive or mail."""
    hidden: bool = False
    """Whether hidden members of archives are read."""
    depth: int = 2
    """How deep archives and attachments are opened in one another; 0: not at all."""
    passwords: tuple[str, ...] = ()
    """Tried on a locked document, in this order."""
    ocr: bool = True
    """Whether the text of scanned pages and pictures is recognised."""


class UnreadableFile(FootnoteError):  # noqa: N818 (the condition of the file, not a fault of the program)
    """This file cannot be read. `reason` completes the sentence that begins with the file's name."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        # A name may hold bytes that are not UTF-8; printing it must not fail.
        return f"{os.fsencode(self.path.name).decode('utf-8', 'replace')} {self.reason}"


def canonical(text: str) -> str:
    r"""`text` with `\n` as the only line ending, and without NUL, lone surrogates and U+FFFE.

    These cannot be stored, encoded or shown: SQLite ends text at NUL, UTF-8 has no surrogates.
    """
    return _DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def finished(
    path: Path,
    limits: ReadLimits,
    kind: str,
    text: str,
    headings: tuple[Heading, ...] = (),
    pages: tuple[Page, ...] = (),
    warnings: tuple[str, ...] = (),
) -> Document:
    """The document, unless its text is too long or has no visible character (UnreadableFile)."""
    if len(text) > limits.text_characters:
        raise too_long(path, limits)
    if not text or text.isspace():
        raise UnreadableFile(path, "is empty: it holds no text. Nothing needs to be done.")
    return Document(text, pages, headings, kind, warnings)


def too_long(path: Path, limits: ReadLimits) -> UnreadableFile:
    """The error for a document with more text than the setting allows."""
    return UnreadableFile(
        path,
        f"holds more than {limits.text_characters:,} characters of text. Split it, or raise QA_TEXT_CHARACTERS.",
    )
