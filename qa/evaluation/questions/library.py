"""The library of a set: made once for its content and kept, so that a later run spends its time on questions."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qa.config import ROOT, Progress, Settings
from qa.engine import Engine, open_engine
from qa.evaluation.questions.shape import Question, QuestionSet, SetError
from qa.weights import embedding_identity

KEPT = "evaluation"
# What passages are made by: another version of it makes others of the same files.
CODE = (
    *("readers", "orders", "scripts.py", "splitting.py", "library/texts.py"),
    *("embedding/embedder.py", "embedding/onnx.py"),
)
# The settings that passages depend on.
READING = ("passage_characters", "text_characters", "ocr", "file_megabytes", "read_seconds", "read_megabytes")


@dataclass(frozen=True)
class Opened:
    """The open library of a set, and what was done to get it there."""

    engine: Engine
    folder: Path
    """Where what belongs to its evaluation is kept."""
    built: bool
    """Whether anything had to be read and embedded."""
    not_read: Mapping[str, str]
    """Documents that could not be read, with the reason."""


@contextmanager
def opened(found: QuestionSet, settings: Settings, chat: bool, progress: Progress) -> Iterator[Opened]:
    """The library with the set's documents, or the user's own, in step with its files.

    Raises SetError for gold places that are not in it.
    """
    folder = settings.state_folder.parent / KEPT
    if found.files is not None:
        folder /= f"{found.name}-{_content(found.files, settings)}"
        where = {"documents": (folder / "documents",), "state": folder / "state"}
        settings = settings.model_copy(update={**where, "include": (), "exclude": (), "hidden": False})
        _write(found.files, settings.documents[0], progress)
    with open_engine(settings, progress, chat=chat) as engine:
        report = engine.sync(progress)
        not_read = {entry.document: entry.reason or "" for entry in engine.documents() if entry.status == "failed"}
        for question in found.questions:
            check_places(question, engine, not_read)
        yield Opened(engine, folder, bool(report.added or report.changed), not_read)


def _content(files: Mapping[str, bytes], settings: Settings) -> str:
    """What a library is made of and how, as a hash: of other documents, or read or embedded in another way, it is
    another, beside this one."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    reading = [getattr(settings, name) for name in READING]
    digest.update(repr((embedding_identity(settings), reading, code(*CODE))).encode())
    return digest.hexdigest()[:12]


def code(*parts: str) -> str:
    """A hash of the program's own text, or of these parts of it."""
    digest = hashlib.sha256()
    for part in parts or (".",):
        place = ROOT / "qa" / part
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _write(files: Mapping[str, bytes], folder: Path, progress: Progress) -> None:
    """Write what is not there yet; a run that was stopped half way is gone on with."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, (name, content) in enumerate(files.items()):
            path = folder / name
            if not path.is_file() or path.read_bytes() != content:
                progress("writing documents", number, len(files), name)
                path.write_bytes(content)
    except OSError as error:
        raise SetError(
            f"The documents of the set cannot be written to {folder} ({error.strerror}). Free some space, or "
            "choose another folder with --state DIR (QA_STATE): they are kept beside it."
        ) from error


def check_places(question: Question, engine: Engine, not_read: Collection[str] = ()) -> None:
    """Raise SetError unless every gold place is there and holds what the set says stands there; documents that
    could not be read are passed over."""
    asked = f"The question {question.text[:80]!r} has its answer"
    for gold in (*question.gold, *question.exact):
        if gold.document in not_read:
            continue
        number = engine.store.document_id(gold.document)
        if number is None:
            raise SetError(
                f"{asked} in {gold.document}, which is not in the library. `python -m qa documents` lists what is."
            )
        pages = engine.store.pages(number)
        if gold.page is not None and gold.page not in {page.number for page in pages}:
            raise SetError(
                f"{asked} on page {gold.page} of {gold.document}, which has {len(pages) or 'no'} pages. Pages "
                "count from 1."
            )
        if gold.start is not None and engine.store.text(number)[gold.start : gold.end] != gold.text:
            raise SetError(
                f"{gold.document} was not read as it is written: [{gold.start}:{gold.end}] is not "
                f"{gold.text[:60]!r}. Its offsets are of another text."
            )
