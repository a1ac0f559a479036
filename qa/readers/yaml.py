"""YAML: the text is the source as it is, with its keys as headings.

It is not loaded: templates, comments and several documents in one file stay as their author wrote them, no tag
makes an object, and no alias can grow.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from qa.readers.document import Document, Heading, ReadLimits, finished
from qa.readers.text import as_it_stands

_KEY = re.compile(
    r"[ ]*(?P<item>(?:-[ ]+)*)(?P<key>\"[^\"]{1,80}\"|'[^']{1,80}'|[^\s#:'\"][^:#]{0,79}?):(?P<value>[ \t].*|$)"
)
_BLOCK = re.compile(r"[ \t]*(?:[&!]\S+[ \t]+)*[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?$")
_NOTHING = re.compile(r"[ \t]*(?:[&!]\S+[ \t]*)*(?:#.*)?$")
# Deeper keys are fields of what is described, not its sections.
_MOST_LEVELS = 3


def read(path: Path, limits: ReadLimits) -> Document:
    """The source; keys with more below them are headings. Raises UnreadableFile when it is empty or not text."""
    text, warnings = as_it_stands(path, limits)
    return finished(path, limits, "yaml", text, tuple(headings(text)), warnings=warnings)


def headings(text: str) -> Iterator[Heading]:
    """Keys without a value on their line, outside blocks of text, down to the third level."""
    indents: list[int] = []
    within = -1
    offset = 0
    for line in text.split("\n"):
        start, offset = offset, offset + len(line) + 1
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip() or line[indent] == "#" or (within >= 0 and indent > within):
            continue
        within = -1
        if line.startswith(("---", "...")):
            indents = []
            continue
        found = _KEY.match(line)
        if not found:
            continue
        indent += len(found["item"])
        while indents and indents[-1] >= indent:
            indents.pop()
        if _BLOCK.match(found["value"]):
            within = indent
        elif _NOTHING.match(found["value"]):
            indents.append(indent)
            if len(indents) <= _MOST_LEVELS:
                key = found["key"].strip().strip("'\"")
                yield Heading(
                    len(indents), key, start + len(line) - len(line.lstrip()), start + len(line.rstrip())
                )
