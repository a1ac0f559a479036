"""Annual and quarterly reports, with questions whose evidence stands on known pages."""

from pathlib import Path
from typing import Any

from qa.evaluation.questions.shape import (
    NEXT_STEP,
    Gold,
    Question,
    QuestionSet,
    SetError,
    part_of,
    read_bytes,
    read_lines,
    texts_of,
)


def load(folder: Path, seed: int) -> QuestionSet:
    """questions.jsonl and every PDF file beside it, in one library. Raises SetError."""
    questions = tuple(_question(where, entry) for where, entry in read_lines(folder / "questions.jsonl"))
    files = {path.name: read_bytes(path) for path in sorted(folder.glob("*.pdf"))}
    missing = {gold.document for question in questions for gold in question.gold} - files.keys()
    if missing:
        raise SetError(f"{folder} lacks {min(missing)}, which questions.jsonl asks about. {NEXT_STEP}")
    return QuestionSet("financebench", questions, files, "numbers")


def _question(where: str, entry: dict[str, Any]) -> Question:
    document = part_of(entry, "document", str, where)
    pages = part_of(entry, "pages_from_0", list, where)
    if not pages or not all(isinstance(page, int) for page in pages):
        raise SetError(f"{where}: 'pages_from_0' is not a list of page numbers. {NEXT_STEP}")
    evidence = texts_of(entry, "evidence", where)
    shown = evidence if len(evidence) == len(pages) else [""] * len(pages)
    text = part_of(entry, "question", str, where)
    return Question(
        id=f"{document}: {text}",
        text=text,
        answers=(part_of(entry, "answer", str, where),),
        gold=tuple(Gold(document, page + 1, text=words) for page, words in zip(pages, shown, strict=True)),
        part=document,
    )
