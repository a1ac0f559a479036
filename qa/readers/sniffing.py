"""What kind of document a file is by its content; its name decides only where the content leaves it open."""

import json
import re
from pathlib import Path
from typing import Any

import olefile

from qa.readers.document import ReadLimits, UnreadableFile
from qa.readers.encoding import decode
from qa.readers.foreign import OLE_STREAMS, foreign, refusal
from qa.readers.zip_kinds import LOCKABLE, packed_kind

_HEAD = 4096
# Longer texts are not parsed to see whether they are JSON.
_MOST_JSON = 50_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (b"\x1f\x8b\x08", *(b"BZh%d1AY&SY" % level for level in range(1, 10)), b"\xfd7zXZ\x00")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_OLE_KINDS = (
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
)
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):(?:[ \t]|\r?\n[ \t]|\r?$)", re.MULTILINE)
_MAIL_HEADERS = {
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "received",
    "return-path",
    "delivered-to",
    "reply-to",
    "sender",
}
_MAIL_MARKS = {"message-id", "mime-version", "received"}
_MBOX = re.compile(r"From \S+.* \d\d:\d\d(?::\d\d)?.* \d{4}\r?\n[A-Za-z-]+:")
_SRT = re.compile(r"\d+\r?\n\d\d:\d\d:\d\d[,.]\d{3} --> \d\d:")
_SCRIPTED = re.compile(
    r"(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*)*<(!doctype\s+)?([a-z][a-z0-9:_-]*)", re.DOTALL | re.IGNORECASE
)


def sniff(path: Path, named: str | None, limits: ReadLimits) -> str | None:
    """The kind of document that the content is, or None when it is text of which only the name tells more.

    `named` is the kind by its name. Raises UnreadableFile for what is no document.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
            return packed_kind(path, file, named)
    if head.lstrip(b"\x00\t\r\n \xef\xbb\xbf").startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(_OLE):
        return _compound(path, named, limits)
    if head.startswith(_ARCHIVES) or (head[257:262] == b"ustar" and b"\x00" in head[:257]):
        return "archive"
    if _is_picture(head):
        return "picture"
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"{\\rtf"):
        return "rtf"
    if (reason := foreign(head)) is not None:
        raise UnreadableFile(path, reason)
    return _text(path, head, named)


def _is_picture(head: bytes) -> bool:
    bitmap = head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00" and head[14:18] in _BITMAPS
    return bitmap or head.startswith(_PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")


# The sizes that the second header of a bitmap can have, by its age.
_BITMAPS = {size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124)}


def _compound(path: Path, named: str | None, limits: ReadLimits) -> str:
    """The kind of an OLE file: by the streams at its top, or of them all where its directory is damaged."""
    try:
        with olefile.OleFileIO(str(path)) as file:
            streams = {entry[0] for entry in file.listdir(streams=True, storages=True)}
    except (OSError, ValueError, IndexError, TypeError, AttributeError):
        data = path.read_bytes()
        known = (*(name for name, _ in _OLE_KINDS), "EncryptedPackage", *OLE_STREAMS)
        streams = {name for name in known if name.encode("utf-16-le") in data}
    if "EncryptedPackage" in streams:
        return _locked(path, named, limits)
    for stream, kind in _OLE_KINDS:
        if stream in streams:
            return kind
    for stream, (what, advice) in OLE_STREAMS.items():
        if stream in streams:
            raise UnreadableFile(path, refusal(what, advice))
    if named in ("doc", "xls", "ppt", "msg"):
        return named
    raise UnreadableFile(path, refusal("a file of a program that is not known", "Save it as PDF."))


def _locked(path: Path, named: str | None, limits: ReadLimits) -> str:
    """The kind inside the lock of Office, which only its passwords open."""
    if named in LOCKABLE:
        return str(named)
    from qa.readers.locked import opened

    with opened(path, limits) as file:
        return packed_kind(path, file, named)


def _text(path: Path, head: bytes, named: str | None) -> str | None:
    if named in ("text", "html", "markdown", "json", "xml", "eml", "mhtml", "mbox", "notebook") or _is_text(
        path, head
    ):
        kind = _written(path, _words(head), named)
        return "pdf" if kind is None and named == "pdf" and b" obj" in head else kind
    if named is None or named in ("code", "csv", "yaml", "rst", "subtitles", "archive"):
        reason = "is not a document: its bytes are no text, and of no kind that is known. "
        raise UnreadableFile(path, reason + "If it is one, save it as PDF in its program.")
    # Perhaps a damaged one: its reader knows better what is wrong.
    return named


def _is_text(path: Path, head: bytes) -> bool:
    if head.isascii() and b"\x00" not in head:
        return True
    with path.open("rb") as file:
        return decode(file.read(100_000)) is not None


def _words(head: bytes) -> str:
    """The beginning as text, good enough to see markup."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace").lstrip("\ufeff")
    return head.replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _written(path: Path, start: str, named: str | None) -> str | None:
    """The kind of a text by its markup; None when it has none that counts against its name."""
    start = start.lstrip()
    markup = _SCRIPTED.match(start)
    if named in ("markdown", "html"):
        return "html" if markup and markup[2].lower() == "html" else _mime(start) if named == "html" else None
    if named in ("code", "csv", "yaml", "rst", "subtitles"):
        return None
    if markup and markup[2].lower() == "html":
        return "html"
    if start.startswith("<?xml") or (markup and markup[1]):
        return None if named == "html" else "xml"
    if named in ("eml", "mbox") or _MBOX.match(start):
        return named if named == "eml" else "mbox"
    if start.startswith(("{", "[")):
        return _json(path, named)
    if start.startswith("WEBVTT") or _SRT.match(start):
        return "subtitles"
    return _mime(start)


def _mime(start: str) -> str | None:
    """A mail or a saved page, by its header fields."""
    names = {name.lower() for name in _HEADER.findall(start.replace("\r\n", "\n").partition("\n\n")[0])}
    if not names & _MAIL_MARKS or not _HEADER.match(start):
        return None
    page = "snapshot-content-location" in names or re.search(r"(?i)^From: <Saved by ", start, re.MULTILINE)
    if page and "multipart/related" in start.lower():
        return "mhtml"
    return "eml" if len(names & _MAIL_HEADERS) >= 2 else None


def _json(path: Path, named: str | None) -> str | None:
    if named == "notebook":
        return None
    found = _parsed(path)
    if isinstance(found, dict) and isinstance(found.get("cells"), list) and "nbformat" in found:
        return "notebook"
    return "json" if named != "json" and isinstance(found, dict | list) else None


def _parsed(path: Path) -> Any:
    """What the file is as JSON, or its first line where it has one JSON object a line; None otherwise."""
    if path.stat().st_size > _MOST_JSON:
        return None
    decoded = decode(path.read_bytes())
    if decoded is None:
        return None
    try:
        return json.loads(decoded[0])
    except RecursionError:
        return []
    except ValueError:
        lines = decoded[0].strip().split("\n")
    try:
        parsed = [json.loads(line) for line in lines[:3]]
    except (ValueError, RecursionError):
        return None
    return parsed if len(parsed) > 1 and all(isinstance(line, dict) for line in parsed) else None
