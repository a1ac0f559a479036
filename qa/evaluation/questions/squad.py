"""SQuAD 2.0: articles as one corpus; half of the questions have no answer in their paragraph."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.evaluation.questions.shape import Gold, Question, QuestionSet, SetError, file_name, part_of, read_json
from qa.readers.document import canonical

BETWEEN = "\n\n"


def load(folder: Path, seed: int) -> QuestionSet:
    """Every *.json file of the folder; an article is a document of its paragraphs. Raises SetError."""
    files: dict[str, bytes] = {}
    questions: list[Question] = []
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise SetError(f"{folder} holds no .json file of SQuAD 2.0. Name another folder with --data.")
    for path in paths:
        for number, article in enumerate(part_of(read_json(path, dict), "data", list, str(path))):
            where = f"{path}, article {number}"
            title = part_of(article, "title", str, where)
            name = file_name(title.replace("_", " "), files)
            paragraphs = part_of(article, "paragraphs", list, where)
            contexts = [canonical(part_of(paragraph, "context", str, where)) for paragraph in paragraphs]
            files[name] = BETWEEN.join(contexts).encode()
            start = 0
            for paragraph, context in zip(paragraphs, contexts, strict=True):
                gold = Gold(name, None, start, start + len(context), context)
                questions += _questions(paragraph, gold, title, where)
                start += len(context) + len(BETWEEN)
    return QuestionSet("squad2", tuple(questions), files)


def _questions(paragraph: Any, gold: Gold, title: str, where: str) -> Iterator[Question]:
    for asked in part_of(paragraph, "qas", list, where):
        text = part_of(asked, "question", str, where)
        where_asked = f"{where}, question {text[:60]!r}"
        answers = part_of(asked, "answers", list, where_asked)
        texts = tuple(dict.fromkeys(part_of(answer, "text", str, where_asked) for answer in answers))
        unanswerable = bool(asked.get("is_impossible", not texts))
        if not unanswerable and not texts:
            raise SetError(f"{where_asked} has no answer and is not marked as impossible. Correct the file.")
        yield Question(
            id=str(asked.get("id") or f"{title}: {text}"),
            text=text,
            answers=texts,
            unanswerable=unanswerable,
            gold=(gold,),
            exact=() if unanswerable else (_exact(answers[0], gold, where_asked),),
            part=title,
        )


def _exact(answer: Any, gold: Gold, where: str) -> Gold:
    text = part_of(answer, "text", str, where)
    at = part_of(answer, "answer_start", int, where)
    if gold.text[at : at + len(text)] != text:
        at = gold.text.find(text)
    if at < 0:
        raise SetError(f"{where}: the answer {text[:60]!r} is not in its paragraph. Correct the file.")
    start = (gold.start or 0) + at
    return Gold(gold.document, None, start, start + len(text), text)
