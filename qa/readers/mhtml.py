"""MHTML: a web page saved as one file, which is a mail whose first part is the page."""

import email
from email.message import Message
from pathlib import Path

from qa.readers import html
from qa.readers.blocks import join
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished


def read(path: Path, limits: ReadLimits) -> Document:
    """The main text of the saved page. Raises UnreadableFile when no part of it is a web page."""
    try:
        whole = email.message_from_bytes(path.read_bytes())
        parts = [part for part in whole.walk() if part.get_content_type() in _PAGES]
    except RecursionError as error:
        raise UnreadableFile(path, "nests its parts too deeply to be read. Save the page again.") from error
    if not parts:
        raise UnreadableFile(path, "holds no web page. Open it in a browser and save it again.")
    page = _root(whole, parts)
    source, warnings = html.source_of(path, _bytes(page), page.get_content_charset())
    section, lost = html.page_of(source, site=True)
    text, headings, _ = join([section])
    return finished(path, limits, "mhtml", text, headings, warnings=warnings + lost)


_PAGES = ("text/html", "application/xhtml+xml")


def _root(whole: Message, parts: list[Message]) -> Message:
    """The part that the file names as its page, else the first; the others are its frames."""
    start = whole.get_param("start")
    return next((part for part in parts if start and part.get("Content-ID", "") == start), parts[0])


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
