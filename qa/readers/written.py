"""What kind of document a text is: by its markup and form, and by its name where these leave it open."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qa.readers import delimited
from qa.readers.document import canonical
from qa.readers.encoding import decode

# Longer texts are not parsed to see whether they are JSON.
_MOST_JSON = 50_000_000
_SAMPLE = 100_000
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
_CUE = re.compile(r"\d\d?:\d\d[.,:\d]{0,12} {0,4}-->")
# One at a time: where a pattern takes many, comments without an end have it try every way to cut them.
_PROLOG = re.compile(r"(?:<\?xml[^>]*\?>|<!--.*?-->)\s*", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(!doctype\s+)?([a-z][a-z0-9:_-]*)", re.IGNORECASE)
# What a page without its first tag begins with, where the name is that of a table or of an office program.
_PAGE_PARTS = {"body", "center", "div", "head", "h1", "meta", "p", "style", "table", "title"}
# Source code in which pages stand.
_TEMPLATES = (".php", ".vue", ".svelte")
_YAML = re.compile(r"\s*(?:- |\? |[\[{%#]|---|[^\s#:][^#:\n]*:(?:\s|$))", re.MULTILINE)
_TEXTS = {
    *("markdown", "rst", "subtitles", "code", "json", "xml", "yaml", "notebook", "html", "mhtml", "eml", "mbox"),
    "csv",
}
# Texts that are read as they stand.
_AS_IT_IS = {"code", "markdown", "rst", "yaml"}


def written_kind(path: Path, head: bytes, named: str | None) -> str:
    """The kind of the text in `path`, which begins with `head`. `named` is the kind by its name."""
    start = _words(head).lstrip()
    if not start:
        return named if named in _TEXTS else "text"
    kind = _marked(path, start, named) or _of_its_name(path, start, named)
    return kind or _formed(path, start, named) or "text"


def _words(head: bytes) -> str:
    """The beginning as text, good enough to see markup."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace").lstrip("\ufeff")
    return head.replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _marked(path: Path, start: str, named: str | None) -> str | None:
    """HTML, XML and JSON, where the name does not make these something else."""
    markup = _tag(start)
    root = markup[2].lower() if markup else ""
    if named == "code" and path.suffix.lower() in _TEMPLATES:
        return None
    if root == "html" or (root in _PAGE_PARTS and (named == "csv" or not _is_text_by_name(named))):
        return "html"
    if start.startswith("<?xml") or (markup and markup[1] and named not in _AS_IT_IS):
        return named if named == "html" and root in _PAGE_PARTS else "xml"
    if start.startswith(("{", "[")) and named not in ("code", "yaml", "json"):
        return _json(path)
    return "notebook" if start.startswith("{") and named == "json" and _json(path) == "notebook" else None


def _tag(start: str) -> re.Match[str] | None:
    """The first tag or document type, behind comments; None where something else is first."""
    place = 0
    while prolog := _PROLOG.match(start, place):
        place = prolog.end()
    return _TAG.match(start, place)


def _is_text_by_name(named: str | None) -> bool:
    return named is None or named == "text" or named in _TEXTS


def _of_its_name(path: Path, start: str, named: str | None) -> str | None:
    """The kind of its name, where the content does not plainly lack what makes that kind."""
    fits: dict[str, Callable[[], object]] = {
        "csv": lambda: not delimited.is_prose(_beginning(path)),
        "yaml": lambda: _YAML.search(start),
        "subtitles": lambda: start.startswith("WEBVTT") or _CUE.search(_beginning(path)),
        "notebook": lambda: start.startswith("{"),
        "eml": lambda: _fields(start) & (_MAIL_HEADERS | _MAIL_MARKS | {"content-type"}) or _MBOX.match(start),
        "mbox": lambda: start.startswith("From ") or _fields(start) & (_MAIL_HEADERS | _MAIL_MARKS),
        "mhtml": lambda: _fields(start) & (_MAIL_HEADERS | _MAIL_MARKS | {"content-type"}),
    }
    if named == "html" and (mail := _mime(start)):
        return mail
    if named == "mbox" and not start.startswith("From ") and (mail := _mime(start)):
        return "mbox" if mail == "eml" else mail
    if named not in _TEXTS:
        return None
    return named if named not in fits or fits[str(named)]() else None


def _formed(path: Path, start: str, named: str | None) -> str | None:
    """Mailboxes, mails, subtitles and tables by their form."""
    if _MBOX.match(start):
        return "mbox"
    if start.startswith("WEBVTT") or _SRT.match(start):
        return "subtitles"
    if (mail := _mime(start)) is not None:
        return mail
    return "csv" if named != "csv" and delimited.is_table(_beginning(path)) else None


def _beginning(path: Path) -> str:
    """Decoded; empty where it is no text."""
    with path.open("rb") as file:
        data = file.read(_SAMPLE)
    decoded = decode(data if len(data) < _SAMPLE else data[: data.rfind(b"\n") + 1] or data)
    return canonical(decoded[0]) if decoded else ""


def _fields(start: str) -> set[str]:
    """The names of its header fields in small letters."""
    return {name.lower() for name in _HEADER.findall(start.replace("\r\n", "\n").partition("\n\n")[0])}


def _mime(start: str) -> str | None:
    """A mail or a saved page, by its header fields."""
    names = _fields(start)
    if not names & _MAIL_MARKS or not _HEADER.match(start):
        return None
    page = "snapshot-content-location" in names or re.search(r"(?i)^From: <Saved by ", start, re.MULTILINE)
    # Programs that save a document as one page (Word, Excel, Confluence) name nobody whom it is from.
    if "multipart/related" in start.lower() and (page or not names & {"from", "to", "received"}):
        return "mhtml"
    return "eml" if len(names & _MAIL_HEADERS) >= 2 else None


def _json(path: Path) -> str | None:
    found = _parsed(path)
    if isinstance(found, dict) and isinstance(found.get("nbformat"), int):
        return "notebook"
    return "json" if isinstance(found, dict | list) else None


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
        # Brackets that nobody closes are no JSON, however many.
        return [] if decoded[0].rstrip().endswith(("]", "}")) else None
    except ValueError:
        lines = decoded[0].strip().split("\n")
    try:
        parsed = [json.loads(line) for line in lines[:3]]
    except (ValueError, RecursionError):
        return None
    return parsed if len(parsed) > 1 and all(isinstance(line, dict) for line in parsed) else None
