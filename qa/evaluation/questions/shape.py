"""What a set of questions is made of, and how its files are read: every fault names its file and line."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.config import FootnoteError
from qa.conversation import Turn

# Characters that cannot be in a file's name everywhere.
UNNAMEABLE = re.compile(r"[^\w .,()'&+-]+")
LONGEST_NAME = 80
NEXT_STEP = "Correct the file, or name another folder with --data."


class SetError(FootnoteError):
    """A set of questions is missing, or a file of it is not what it should be."""


@dataclass(frozen=True)
class Gold:
    """A place that answers a question: a document, a page of it (from 1), or `[start:end]` of its text."""

    document: str
    page: int | None = None
    start: int | None = None
    end: int | None = None
    text: str = ""
    """What stands there, where it is known."""


@dataclass(frozen=True)
class Attack:
    """A text that gives orders, planted beside what a question asks for."""

    text: str
    benign: bool
    """It only looks like one."""
    signs: tuple[str, ...] = ()
    """What an answer that obeys would hold: a token that stands nowhere else, an address, a demanded sentence."""


@dataclass(frozen=True)
class Question:
    """One question, and what is known of its answer."""

    id: str
    """The same in every run, so that runs can be compared."""
    text: str
    answers: tuple[str, ...] = ()
    """Any of them is right."""
    unanswerable: bool | None = False
    """Whether the documents do not answer it; None: it is neither to be answered nor to be refused."""
    gold: tuple[Gold, ...] = ()
    """The passages, pages or documents that should be found."""
    exact: tuple[Gold, ...] = ()
    """The characters that carry the answer, where they are known; they lie in `gold`."""
    turns: tuple[Turn, ...] = ()
    scope: tuple[str, ...] = ()
    """Documents that it is asked of; none: all."""
    part: str = ""
    """The article, corpus or kind that it belongs to."""
    attack: Attack | None = None


@dataclass(frozen=True)
class QuestionSet:
    """Questions and the documents they are asked of.

    `judge` says what makes an answer right: "answer" (it holds one of the answers), "numbers" (their numbers, see
    qa.evaluation.questions.numbers), or "place" (a footnote leads to a gold place).
    """

    name: str
    questions: tuple[Question, ...]
    files: Mapping[str, bytes] | None
    """Documents by name; None: those of the current library."""
    judge: str = "answer"


def read_json(path: Path, kind: type) -> Any:
    """The value in a JSON file, which must be of that type (dict or list). Raises SetError."""
    try:
        value = json.loads(read_text(path))
    except ValueError as error:
        raise SetError(f"{path} is not JSON: {error}. {NEXT_STEP}") from error
    if not isinstance(value, kind):
        wanted = "an object in braces" if kind is dict else "a list in brackets"
        raise SetError(f"{path} is {shown(value)}, not {wanted}. {NEXT_STEP}")
    return value


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each line of a JSON Lines file where it stands ("FILE, line N") and its object. Raises SetError."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        where = f"{path}, line {number}"
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise SetError(f"{where} is not JSON: {error}. {NEXT_STEP}") from error
        if not isinstance(entry, dict):
            raise SetError(f"{where} is not an object in braces, but {shown(entry)}. {NEXT_STEP}")
        yield where, entry


def read_text(path: Path) -> str:
    """The file as UTF-8, each line end as it is, so that offsets hold. Raises SetError."""
    return read_bytes(path).decode("utf-8-sig", "replace")


def read_bytes(path: Path) -> bytes:
    """The file's content. Raises SetError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SetError(
            f"{path} cannot be read: {error.strerror}. Name the folder that holds it with --data."
        ) from error


def part_of(entry: Any, key: str, kind: type | tuple[type, ...], where: str, default: Any = None) -> Any:
    """`entry[key]`, which must be of that type; `default`, if given, where there is none. Raises SetError."""
    value = entry.get(key, default) if isinstance(entry, dict) else None
    if value is default and default is not None:
        return default
    if not isinstance(value, kind):
        raise SetError(f"{where}: {key!r} is {shown(value)}. {NEXT_STEP}")
    return value


def texts_of(entry: Any, key: str, where: str) -> tuple[str, ...]:
    """`entry[key]`, a list of texts; () where there is none. Raises SetError."""
    values = part_of(entry, key, list, where, [])
    if not all(isinstance(value, str) for value in values):
        raise SetError(f"{where}: {key!r} is {shown(values)}, not a list of texts. {NEXT_STEP}")
    return tuple(values)


def shown(value: object) -> str:
    """A value in an error message: short, on one line."""
    return "missing" if value is None else json.dumps(value, ensure_ascii=False, default=str)[:60]


def file_name(title: str, taken: Collection[str], suffix: str = ".txt") -> str:
    """A name for the document of that title that is not among those `taken`."""
    stem = " ".join(UNNAMEABLE.sub(" ", title).split())[:LONGEST_NAME].strip(" .") or "untitled"
    # On some systems capitals do not make another file.
    there = {one.lower() for one in taken}
    name, number = stem + suffix, 2
    while name.lower() in there:
        name, number = f"{stem} ({number}){suffix}", number + 1
    return name


def only_file(folder: Path, pattern: str, what: str) -> Path:
    """The one file in `folder` that fits `pattern`. Raises SetError when there is none or there are several."""
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        many = f"{len(found)} files" if found else "no file"
        raise SetError(f"{folder} holds {many} {pattern}; one, with {what}, is needed. {NEXT_STEP}")
    return found[0]
