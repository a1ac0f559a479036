"""Markdown: the text is the source as it is, so that every footnote shows what the author wrote."""

import re
from collections.abc import Iterator
from pathlib import Path

from qa.readers.document import Document, Heading, ReadLimits, finished, too_long
from qa.readers.text import read_text

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_TAGGED = re.compile(r" {0,3}<h([1-6])(?:[ \t][^>]*)?>(.{1,300})</h\1>[ \t]*$", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,300}>")
_CODED = re.compile(r"(data:[\w/+.-]{1,80};base64,)[A-Za-z0-9+/=]{200,}")
_COMMENT = re.compile(r" {0,3}<!--")
_FRONT_TITLE = re.compile(
    r"^title[ \t]*[:=][ \t]*(?P<quote>[\"']?)(?P<title>[^\n]{1,200}?)(?P=quote)[ \t]*$", re.MULTILINE
)
# What cannot be the text of a setext heading: list items, quotes, table rows, indented code.
_NOT_PARAGRAPH = re.compile(r"(?: {4}|\t| {0,3}(?:[-*+>|]|\d+[.)])(?:\s|$))")
# Longer ones are no headings to read, and markup in them could take the patterns below for ever.
_TITLE_CHARACTERS = 500
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3}|`+)(?=\S)(.+?)(?<=\S)\1")


def read(path: Path, limits: ReadLimits) -> Document:
    """The source, with its ATX and setext headings. Raises UnreadableFile when it is empty or not text."""
    source, warnings = read_text(path, path.read_bytes())
    text = without_pictures(source)
    if len(text) > limits.text_characters:
        raise too_long(path, limits)
    if text != source:
        warnings += ("Pictures that stand in the text as code were left out.",)
    found = list(headings(text))
    if all(heading.level > 1 for heading in found):
        found = [*_front_title(text), *found]
    return finished(path, limits, "markdown", text, tuple(found), warnings=warnings)


def without_pictures(text: str) -> str:
    """The text with the code of pictures inside it (data:image/png;base64,...) left out."""
    return _CODED.sub(r"\1", text) if "base64," in text else text


def headings(text: str) -> Iterator[Heading]:
    """Headings outside code fences, comments and front matter. The interval is the whole heading line or lines."""
    fence = ""
    comment = False
    before, last = "", ""
    offset = last_start = 0
    body = _front_matter(text)
    for line in _lines(text):
        start, offset = offset, offset + len(line)
        line = line.rstrip("\n")
        marker = _FENCE.match(line)
        if comment or (not fence and _COMMENT.match(line)):
            comment = "-->" not in line
            line = ""
        elif start < body or fence:
            if marker and fence and marker[1].startswith(fence) and not marker[2].strip():
                fence = ""
            line = ""
        elif marker and not (marker[1][0] == "`" and "`" in marker[2]):
            fence, line = marker[1], ""
        elif found := _ATX.match(line):
            if title := _title(_without_closing(line[found.end() :].strip())):
                yield Heading(len(found[1]), title, start, start + len(line))
            line = ""
        elif (found := _TAGGED.match(line)) and (title := _title(_TAG.sub("", found[2]))):
            yield Heading(int(found[1]), title, start, start + len(line))
            line = ""
        elif (found := _UNDERLINE.match(line)) and _is_paragraph(last) and not before.strip():
            yield Heading(1 if found[1][0] == "=" else 2, _title(last), last_start, start + len(line))
            line = ""
        before, last, last_start = last, line, start


def _lines(text: str) -> Iterator[str]:
    r"""Lines end at \n only: str.splitlines also ends them at form feeds and other rare characters."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _front_matter(text: str) -> int:
    """Length of the block of settings between two `---` or `+++` lines at the very start, 0 without one."""
    found = re.match(r"(---|\+\+\+)[ \t]*\n(?:.*\n)*?(?:\1|\.\.\.)[ \t]*(?:\n|$)", text)
    return found.end() if found else 0


def _front_title(text: str) -> Iterator[Heading]:
    """The title that the settings give a text without a heading of the first level."""
    if found := _FRONT_TITLE.search(text, 0, _front_matter(text)):
        yield Heading(1, found["title"].strip(), found.start(), found.end())


def _is_paragraph(line: str) -> bool:
    return bool(line.strip()) and not _NOT_PARAGRAPH.match(line)


def _without_closing(title: str) -> str:
    bare = title.rstrip("#")
    return bare if not bare or bare[-1] in " \t" else title


def _title(source: str) -> str:
    if len(source) > _TITLE_CHARACTERS:
        return source[:_TITLE_CHARACTERS].strip()
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", source)).strip()
