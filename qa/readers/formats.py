"""Which reader a file needs: by its suffix, unless its first bytes say otherwise."""

import importlib
import zipfile
from pathlib import Path

from qa.readers.document import Document, ReadLimits, UnreadableFile
from qa.readers.kinds import KINDS, MODULES, READABLE

_FOREIGN = {
    b"\x1f\x8b": "a gzip archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"GGUF": "a chat model",
    b"SQLite format 3\x00": "a database",
    b"{\\rtf": "an RTF document",
}


def read(path: Path, limits: ReadLimits) -> Document:
    """The document in `path`. Raises UnreadableFile, and lets OSError and MemoryError through."""
    kind = kind_of(path)
    if kind == "archive":
        raise UnreadableFile(path, "is an archive, not a document. Its files are read one by one.")
    # Loaded when first needed, so that the process pays only for the libraries of the formats it meets.
    document: Document = importlib.import_module(f"qa.readers.{MODULES.get(kind, kind)}").read(path, limits)
    return document


def kind_of(path: Path) -> str:
    """The kind of reader for `path`: that of its content where it is plain, else that of its suffix."""
    named = KINDS.get(path.suffix.lower())
    if named is None:
        what = f"has the suffix {path.suffix}" if path.suffix else "has no suffix"
        raise UnreadableFile(path, f"{what}, which cannot be read. Readable: {', '.join(READABLE)}.")
    with path.open("rb") as file:
        start = file.read(1024)
    if start.lstrip(b"\x00\t\r\n \xef\xbb\xbf").startswith(b"%PDF-"):
        return "pdf"
    if start.startswith(b"PK\x03\x04"):
        return _packed(path)
    for mark, what in _FOREIGN.items():
        if start.startswith(mark):
            raise UnreadableFile(path, f"is not what its suffix says: it is {what}.")
    if named == "text" and start.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "html"
    return named


def _packed(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(path, "is damaged: it is a zip file without its end. Copy it again.") from error
    if any(name.startswith("word/") for name in names):
        return "docx"
    return "archive"
