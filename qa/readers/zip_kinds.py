"""What kind of document a zip package is, by what it declares and by the names of its parts."""

import re
import zipfile
from pathlib import Path
from typing import IO

from qa.readers.document import UnreadableFile
from qa.readers.foreign import PACKAGES, refusal
from qa.readers.packed import DAMAGE

LOCKABLE = ("docx", "pptx", "xlsx", "xlsb")
"""Kinds that the lock of Office may hold."""

_OPEN_DOCUMENT = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
_OFFICE_PARTS = (
    ("xl/workbook.bin", "xlsb"),
    ("word/", "docx"),
    ("ppt/", "pptx"),
    ("xl/", "xlsx"),
    ("META-INF/container.xml", "epub"),
)
# The main part of an Office file may lie in any folder; what it is, the file declares.
_MAIN = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.(wordprocessing|presentation|spreadsheet)ml"
    rb"|ms-(word|powerpoint|excel)(?!\.sheet\.binary))\.[\w.]*main\b"
)
_MAINS = {b"wordprocessing": "docx", b"presentation": "pptx", b"spreadsheet": "xlsx"} | {
    b"word": "docx",
    b"powerpoint": "pptx",
    b"excel": "xlsx",
}
_DECLARED = "application/vnd.oasis.opendocument."
# How far its beginning is read where an OpenDocument file does not declare itself: styles come before the body.
_MOST_BYTES = 4_000_000
_ENTRY = re.compile(rb"<[\w:.-]*file-entry\b[^>]*>")
_WHOLE = re.compile(rb"full-path\s*=\s*([\"'])/\1")
_MEDIA = re.compile(rb"media-type\s*=\s*[\"']application/vnd\.oasis\.opendocument\.([a-z]+)")
_BODY = re.compile(rb"opendocument:xmlns:office:.*?<[\w.-]+:body\b[^>]*>\s*<[\w.-]+:([a-z]+)", re.DOTALL)


def packed_kind(path: Path, file: IO[bytes], named: str | None) -> str:
    """The kind of the zip package in `file`. Raises UnreadableFile where it is damaged, or no document."""
    try:
        with zipfile.ZipFile(file) as package:
            return _package_kind(path, package, named)
    except DAMAGE as error:
        # The reader that its name asks for may say more, or make something of it.
        if named in {*LOCKABLE, *_OPEN_DOCUMENT.values(), "epub"}:
            return str(named)
        raise UnreadableFile(path, "is damaged: it is a zip file without its end. Copy it again.") from error


def _package_kind(path: Path, package: zipfile.ZipFile, named: str | None) -> str:
    declared = _beginning(package, "mimetype", 200).decode("ascii", "replace").strip()
    if declared == "application/epub+zip":
        return "epub"
    if declared.startswith(_DECLARED):
        return _open_document(path, declared.removeprefix(_DECLARED).split("-")[0])
    plain = [name.replace("\\", "/").lstrip("/") for name in package.namelist()]
    lower = [name.lower() for name in plain]
    if "[content_types].xml" in lower or named in {*LOCKABLE, "epub"}:
        for start, kind in _OFFICE_PARTS:
            if any(name.startswith(start.lower()) for name in lower):
                return kind
        if main := _MAIN.search(_beginning(package, "[Content_Types].xml", _MOST_BYTES)):
            return _MAINS[main[1] or main[2]]
    elif "meta-inf/container.xml" in lower:
        return "epub"
    elif "content.xml" in lower and (form := _undeclared(package)):
        return _open_document(path, form)
    elif "content.xml" in lower and "meta-inf/manifest.xml" in lower and named in _OPEN_DOCUMENT.values():
        return str(named)
    if named == "archive":
        return "archive"
    for start, what, advice in PACKAGES:
        if any(name.startswith(start) for name in plain):
            raise UnreadableFile(path, refusal(what, advice))
    return "archive"


def _open_document(path: Path, form: str) -> str:
    if form not in _OPEN_DOCUMENT:
        raise UnreadableFile(path, refusal(f"an OpenDocument {form}", "Export it as PDF."))
    return _OPEN_DOCUMENT[form]


def _undeclared(package: zipfile.ZipFile) -> str:
    """The form of an OpenDocument file that lacks its `mimetype`; empty where it is none."""
    for entry in _ENTRY.findall(_beginning(package, "META-INF/manifest.xml", _MOST_BYTES)):
        if _WHOLE.search(entry) and (form := _MEDIA.search(entry)):
            return form[1].decode()
    body = _BODY.search(_beginning(package, "content.xml", _MOST_BYTES))
    return body[1].decode() if body else ""


def _beginning(package: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Of a part; empty where there is none, or it is damaged or locked."""
    if name not in package.NameToInfo:
        return b""
    try:
        with package.open(name) as part:
            return part.read(most)
    except DAMAGE:
        return b""
