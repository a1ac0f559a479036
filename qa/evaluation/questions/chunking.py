"""Long texts with questions whose exact excerpts are known; and the same questions asked of the wrong text."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa.evaluation.questions.shape import (
    NEXT_STEP,
    Gold,
    Question,
    QuestionSet,
    SetError,
    part_of,
    read_lines,
    read_text,
    shown,
)
from qa.readers.document import canonical


def load(folder: Path, seed: int) -> QuestionSet:
    """questions.jsonl, and the text CORPUS.md of each corpus that it names. Raises SetError."""
    lines = list(read_lines(folder / "questions.jsonl"))
    corpora = list(dict.fromkeys(part_of(entry, "corpus", str, where) for where, entry in lines))
    # As text: read as Markdown, the signs that offsets count would be gone.
    texts = {corpus: read_text(folder / f"{corpus}.md") for corpus in corpora}
    files = {_name(corpus): canonical(text).encode() for corpus, text in texts.items()}
    questions = tuple(_question(where, entry, texts) for where, entry in lines)
    return QuestionSet("chunking", questions, files, "place")


def load_absent(folder: Path, seed: int) -> QuestionSet:
    """Each question asked of another corpus than its own, drawn by `seed`: nothing there answers it."""
    found = load(folder, seed)
    names = sorted(found.files or ())
    if len(names) < 2:
        raise SetError(f"{folder} holds one corpus; to ask one about another there must be two. {NEXT_STEP}")
    draw = random.Random(seed)
    questions = []
    for question in found.questions:
        other = draw.choice([name for name in names if name != _name(question.part)])
        questions.append(replace(question, unanswerable=True, gold=(), exact=(), answers=(), scope=(other,)))
    return QuestionSet("absent", tuple(questions), found.files)


def _name(corpus: str) -> str:
    return f"{corpus}.txt"


def _question(where: str, entry: dict[str, Any], texts: dict[str, str]) -> Question:
    text = part_of(entry, "question", str, where)
    corpus = part_of(entry, "corpus", str, where)
    excerpts = tuple(
        _excerpt(one, corpus, texts[corpus], where) for one in part_of(entry, "references", list, where)
    )
    if not excerpts:
        raise SetError(f"{where} has no references. {NEXT_STEP}")
    return Question(f"{corpus}: {text}", text, gold=excerpts, exact=excerpts, part=corpus)


def _excerpt(reference: Any, corpus: str, source: str, where: str) -> Gold:
    start, end = (part_of(reference, key, int, where) for key in ("start", "end"))
    text = part_of(reference, "text", str, where)
    if source[start:end] != text:
        raise SetError(f"{where}: [{start}:{end}] of {corpus}.md is not {shown(text)}. {NEXT_STEP}")
    # What reading leaves out (of "\r\n" the first) shifts what comes after it.
    start, end = len(canonical(source[:start])), len(canonical(source[:end]))
    return Gold(_name(corpus), None, start, end, canonical(text))
