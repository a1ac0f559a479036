"""What kind of document a file is by its content; its name decides only where the content leaves it open."""

from pathlib import Path

import olefile

from qa.readers.document import ReadLimits, UnreadableFile
from qa.readers.encoding import decode
from qa.readers.foreign import OLE_STREAMS, foreign, refusal
from qa.readers.locked import OLE
from qa.readers.written import written_kind
from qa.readers.zip_kinds import LOCKABLE, packed_kind

_HEAD = 4096
# The block of a bzip2 file begins with the number pi, or, where it is empty, ends with its root.
_BZIP2 = tuple(b"BZh%d%b" % (level, block) for level in range(1, 10) for block in (b"1AY&SY", b"\x17rE8P\x90"))
_ARCHIVES = (b"\x1f\x8b\x08", *_BZIP2, b"\xfd7zXZ\x00")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_OLE_KINDS = (
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
)


def sniff(path: Path, named: str | None, limits: ReadLimits) -> str:
    """The kind of document that the content is, a key of SUFFIXES. `named` is the kind by its name.

    Raises UnreadableFile for what is no document.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
            return packed_kind(path, file, named)
    if head.lstrip(b"\x00\t\r\n \xef\xbb\xbf").startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(OLE):
        return _compound(path, named, limits)
    if head.startswith(_ARCHIVES) or _is_tar(head):
        return "archive"
    if _is_picture(head):
        return "picture"
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"{\\rtf"):
        return "rtf"
    if (reason := foreign(head)) is not None:
        raise UnreadableFile(path, reason)
    return _text(path, head, named)


def _is_tar(head: bytes) -> bool:
    """By the sum of the bytes of its first header, which those from before 1988 have, too."""
    said = head[148:156].strip(b"\x00 ")
    if len(head) < 512 or b"\x00" not in head[:257] or not said.isdigit() or set(said) & set(b"89"):
        return False
    return int(said, 8) == sum(head[:148]) + 8 * 0x20 + sum(head[156:512])


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
    # The names of streams are the same in either case; of this one some programs care little.
    if "encryptedpackage" in {name.lower() for name in streams}:
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


def _text(path: Path, head: bytes, named: str | None) -> str:
    if named in ("text", "html", "markdown", "json", "xml", "eml", "mhtml", "mbox", "notebook") or _is_text(
        path, head
    ):
        kind = written_kind(path, head, named)
        return "pdf" if kind == "text" and named == "pdf" and b" obj" in head else kind
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
