"""HotpotQA: questions that need two passages out of a thousand."""

from pathlib import Path
from typing import Any

from qa.evaluation.questions.shape import (
    NEXT_STEP,
    Gold,
    Question,
    QuestionSet,
    SetError,
    file_name,
    part_of,
    read_json,
    texts_of,
)
from qa.readers.document import canonical


def load(folder: Path, seed: int) -> QuestionSet:
    """The questions of NAME.json and the passages of NAME_corpus.json, a document each. Raises SetError."""
    names: dict[str, str] = {}
    files: dict[str, bytes] = {}
    questions: list[Question] = []
    corpora = sorted(folder.glob("*_corpus.json"))
    if not corpora:
        raise SetError(f"{folder} holds no NAME_corpus.json of passages. Name another folder with --data.")
    for corpus in corpora:
        passages = read_json(corpus, dict)
        for title in passages:
            if title not in names:
                names[title] = file_name(title, files)
                text = "".join(texts_of(passages, title, str(corpus)))
                files[names[title]] = canonical(f"{title}\n\n{text.strip()}\n").encode()
        path = corpus.with_name(corpus.name.replace("_corpus", ""))
        asked = read_json(path, list)
        questions += [_question(entry, names, f"{path}, question {n}") for n, entry in enumerate(asked)]
    return QuestionSet("hotpot", tuple(questions), files)


def _question(entry: Any, names: dict[str, str], where: str) -> Question:
    facts = part_of(entry, "supporting_facts", list, where)
    titles = list(dict.fromkeys(str(fact[0]) for fact in facts if isinstance(fact, list) and fact))
    missing = [title for title in titles if title not in names]
    if missing or not titles:
        raise SetError(f"{where}: its passage {missing[:1]} is not in the corpus. {NEXT_STEP}")
    return Question(
        id=part_of(entry, "_id", str, where),
        text=part_of(entry, "question", str, where),
        answers=(part_of(entry, "answer", str, where),),
        gold=tuple(Gold(names[title]) for title in titles),
        part=part_of(entry, "type", str, where, "hotpot"),
    )
