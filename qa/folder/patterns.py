"""Patterns of file names, after those of .gitignore: which files the settings take in and leave out.

`*.pdf` names files and folders anywhere; a pattern with a slash before its end, `drafts/*.md`, begins at the
documents folder; one with a slash at its end, `old/`, names folders only. `*` and `?` stop at a slash, `**` does
not; `[a-c]` and `[!a-c]` are one character. A folder that is named takes everything below it along. `!` before a
pattern undoes the ones above it; the last that fits decides. Upper and lower case are the same.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.config import FootnoteError

_TOKEN = re.compile(r"(?s)\A\*\*/|/\*\*/|/\*\*\Z|\*+|\?|\[[!^]?\]?[^\]]*\]|\\.|.")
_FIXED = {"**/": "(?:.*/)?", "/**/": "/(?:.*/)?", "/**": "/.*", "?": "[^/]"}


class PatternError(FootnoteError):
    """A pattern that fits no file, or that cannot be understood."""


@dataclass(frozen=True)
class Pattern:
    """`expression` fits the whole of a path below the documents folder, with "/" between."""

    expression: re.Pattern[str]
    folders_only: bool
    undoes: bool


def compiled(texts: Sequence[str], setting: str = "") -> tuple[Pattern, ...]:
    """The patterns that `texts` say, in their order; blank ones say nothing.

    Raises PatternError, which names the line of `setting`.
    """
    patterns = []
    for line, text in enumerate(texts, 1):
        if not text.strip():
            continue
        if wrong := _wrong(text):
            raise PatternError(f"Line {line} of {setting} is {text!r}: {wrong}. Correct or remove it.")
        patterns.append(_pattern(text))
    return tuple(patterns)


def _wrong(text: str) -> str | None:
    """What is wrong with a pattern; None when files can be named so."""
    glob = text.removeprefix("!")
    parts = glob.rstrip("/").removeprefix("/").split("/")
    if parts == [""]:
        return "it names nothing"
    if not {"", ".", ".."}.isdisjoint(parts):
        return "it fits no file, since paths begin at the documents folder and have no empty, . or .. part"
    tokens = _TOKEN.findall(glob)
    if "\\" in tokens:
        return "nothing follows its last \\"
    if not {"[", "[]", "[!]", "[^]"}.isdisjoint(tokens):
        return r"its [ is not closed by a ] with letters between (\[ is the letter itself)"
    try:
        _pattern(text)
    except re.error as error:
        return f"its letters in [] cannot be understood ({error.msg})"
    return None


def named(patterns: Sequence[Pattern], path: str, folder: bool, before: bool = False) -> bool:
    """Whether `path` is named: by the last pattern that fits; by none: as the folder around it, `before`."""
    path = _normal(path)
    for pattern in reversed(patterns):
        if (folder or not pattern.folders_only) and pattern.expression.fullmatch(path):
            return not pattern.undoes
    return before


def _pattern(text: str) -> Pattern:
    undoes = text.startswith("!")
    glob = _normal(text[1:] if undoes else text)
    folders_only = glob.endswith("/")
    glob = glob.rstrip("/")
    anywhere = "(?:.*/)?" if "/" not in glob else ""
    expression = anywhere + "".join(_expressions(glob.removeprefix("/")))
    return Pattern(re.compile(expression, re.IGNORECASE | re.DOTALL), folders_only, undoes)


def _expressions(glob: str) -> Iterator[str]:
    for token in _TOKEN.findall(glob):
        if token in _FIXED:
            yield _FIXED[token]
        elif token.startswith("*"):
            yield "[^/]*"
        elif len(token) > 2 and token.startswith("["):
            negated = token[1] in "!^"
            members = re.sub(r"([\\\[\]&~|^])", r"\\\1", token[2 if negated else 1 : -1])
            yield f"(?!/)[{'^' if negated else ''}{members}]"
        else:
            yield re.escape(token[1:] if len(token) == 2 and token[0] == "\\" else token)


def _normal(path: str) -> str:
    return path if path.isascii() else unicodedata.normalize("NFC", path)
