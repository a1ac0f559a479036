"""Subtitles: what is said, in paragraphs that begin with the time at which they are said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from qa.readers.blocks import Block, assemble
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished
from qa.readers.text import read_text

_TIMES = re.compile(
    r"[ \t]*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,]\d{1,3})?[ \t]*-->[ \t]*"
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,]\d{1,3})?"
)
_VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+([^>]{1,100})>")
_MARKUP = re.compile(r"</?[^<>]{0,200}>|\{\\[^{}]{0,200}\}")
# A paragraph ends after a sentence beyond this length, after twice of it anywhere, and at a silence.
_CHARACTERS = 300
_SILENCE_SECONDS = 4
_SENTENCE_END = (".", "!", "?", "…", '"', "”", "。", "！", "？", "]", ")")


@dataclass(frozen=True)
class _Cue:
    start: int
    end: int
    """In whole seconds."""
    text: str


def read(path: Path, limits: ReadLimits) -> Document:
    """Paragraphs like "[00:01:05] What is said." Raises UnreadableFile when it has no cue."""
    source, warnings = read_text(path, path.read_bytes())
    cues = list(_cues(source))
    if not cues:
        raise UnreadableFile(path, "holds no subtitles: no line has two times like 00:01:05,000 --> 00:01:07,000.")
    text, _ = assemble(Block(paragraph) for paragraph in _paragraphs(cues))
    return finished(path, limits, "subtitles", text, warnings=warnings)


def _cues(source: str) -> Iterator[_Cue]:
    lines = source.split("\n")
    times = [(number, found) for number, line in enumerate(lines) if (found := _TIMES.match(line))]
    for place, (number, found) in enumerate(times):
        following = times[place + 1][0] if place + 1 < len(times) else len(lines) + 1
        text = _spoken(lines[number + 1 : following])
        start, end = _seconds(*found.groups()[:3]), _seconds(*found.groups()[3:])
        if text:
            yield _Cue(start, end, text)


def _spoken(lines: list[str]) -> str:
    """The text up to the empty line that ends a cue."""
    kept: list[str] = []
    for line in lines:
        if not line.strip():
            if kept:
                break
            continue
        kept.append(unescape(_MARKUP.sub("", _VOICE.sub(r"\1: ", line))).strip())
    return " ".join(" ".join(kept).split())


def _paragraphs(cues: list[_Cue]) -> Iterator[str]:
    said: list[str] = []
    start = end = 0
    for cue in cues:
        length = sum(map(len, said))
        silent = cue.start - end >= _SILENCE_SECONDS
        ended = bool(said) and length >= _CHARACTERS and said[-1].endswith(_SENTENCE_END)
        if said and (silent or ended or length >= 2 * _CHARACTERS):
            yield _paragraph(start, said)
            said = []
        if not said:
            start = cue.start
        # Live captions show the line before once more.
        if not said or cue.text != said[-1]:
            said.append(cue.text)
        end = cue.end
    yield _paragraph(start, said)


def _paragraph(start: int, said: list[str]) -> str:
    return f"[{start // 3600:02}:{start // 60 % 60:02}:{start % 60:02}] " + " ".join(said)


def _seconds(hours: str | None, minutes: str, seconds: str) -> int:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
