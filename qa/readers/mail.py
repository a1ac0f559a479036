"""Mail: one message in a file (.eml), or a folder of them (.mbox) with a page for each."""

import email
import re
from collections.abc import Iterator
from pathlib import Path

from qa.readers import pulse
from qa.readers.attachments import Opened
from qa.readers.blocks import Section, join
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished, too_long
from qa.readers.encoding import decode
from qa.readers.message import Encrypted, sections
from qa.readers.text import read_text

# Where a message begins in a mailbox: its sender and the time, and then a header line.
_BEGINS = re.compile(rb"^From [^\n]{0,300}\d\d?:\d\d[^\n]{0,100}\n(?=>?[!-9;-~]{1,100}:)", re.MULTILINE)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER = re.compile(r"(?im)^(?:from|to|subject|date|received|return-path|message-id|mime-version|content-type):")
_MESSAGES_PER_BEAT = 100
# The time limit counts again from so many of them at most; they are spread over the whole mailbox.
_MOST_BEATS = 90


def read(path: Path, limits: ReadLimits) -> Document:
    """Headers, body and readable attachments. Raises UnreadableFile when it is encrypted or no mail."""
    data = _bytes(path)
    begins = [found.start() for found in _BEGINS.finditer(data)]
    if path.suffix.lower() == ".mbox" or len(begins) > 1:
        return _mailbox(path, limits, data, begins)
    if not _HEADER.search(data[:20_000].decode("latin-1")):
        text, warnings = read_text(path, data)
        said = "It has none of the header lines of a mail, so it was read as plain text."
        return finished(path, limits, "eml", text, warnings=(*warnings, said))
    opened = Opened(path, limits)
    try:
        text, headings, _ = join(_message(opened, data))
    except Encrypted as error:
        raise UnreadableFile(path, error.reason) from error
    return finished(path, limits, "eml", text, headings, warnings=tuple(opened.warnings))


def _bytes(path: Path) -> bytes:
    """The mail as bytes that its parser knows: some programs save it as UTF-16."""
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) or b"\x00" in data[:200]:
        decoded = decode(data)
        if decoded is None:
            raise UnreadableFile(path, "is not a mail: its bytes are those of another kind of file.")
        data = decoded[0].encode("utf-8", "replace")
    return data.replace(b"\r\n", b"\n").lstrip(b"\n \t")


def _message(opened: Opened, data: bytes) -> list[Section]:
    try:
        return sections(opened, email.message_from_bytes(data), 1)
    except RecursionError as error:
        reason = "nests its parts too deeply to be read: it is damaged, or made to do harm."
        raise UnreadableFile(opened.path, reason) from error


def _mailbox(path: Path, limits: ReadLimits, data: bytes, begins: list[int]) -> Document:
    opened = Opened(path, limits)
    text, headings, pages = join(_messages(opened, data, begins))
    return finished(path, limits, "mbox", text, headings, pages, tuple(opened.warnings))


def _messages(opened: Opened, data: bytes, begins: list[int]) -> Iterator[Section]:
    """A section for each message; an encrypted one has its header lines only."""
    starts = begins or [0]
    every = max(_MESSAGES_PER_BEAT, len(starts) // _MOST_BEATS)
    locked = 0
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), 1):
        try:
            parts = _message(opened, _QUOTED.sub(rb"\1", data[start:end]))
        except Encrypted as error:
            parts = error.head
            locked += 1
        text, headings, _ = join(parts)
        opened.characters += len(text)
        if opened.characters > opened.limits.text_characters:
            raise too_long(opened.path, opened.limits)
        yield Section(text, headings, parts[0].label)
        if number % every == 0:
            pulse.beat(number, len(starts))
    if locked:
        opened.warn(f"Messages that are encrypted, of which only the header lines were read: {locked:,}.")
