"""A user's own questions, about the documents of the current library."""

from pathlib import Path
from typing import Any

from qa.conversation import Turn
from qa.evaluation.questions.shape import (
    Gold,
    Question,
    QuestionSet,
    SetError,
    part_of,
    read_lines,
    shown,
    texts_of,
)

KEYS = ("question", "answers", "document", "page", "unanswerable", "evidence", "follows", "note")


def load(path: Path) -> QuestionSet:
    """A JSON Lines file of {"question", "answers"?, "document"?, "page"? (from 1), "unanswerable"?}.

    Also "follows", an earlier question of the file that this one follows; "evidence", what stands at the place;
    "note", which is not read. Raises SetError.
    """
    questions: dict[str, Question] = {}
    for where, entry in read_lines(path):
        question = _question(where, entry, questions)
        questions[question.id] = question
    if not questions:
        raise SetError(f'{path} holds no question. Write one a line: {{"question": "…", "answers": ["…"]}}')
    return QuestionSet(path.stem, tuple(questions.values()), None)


def _question(where: str, entry: dict[str, Any], earlier: dict[str, Question]) -> Question:
    unknown = sorted(entry.keys() - set(KEYS))
    if unknown:
        raise SetError(f"{where}: there is no {unknown[0]!r}. A line may hold: {', '.join(KEYS)}.")
    text = part_of(entry, "question", str, where)
    unanswerable = part_of(entry, "unanswerable", bool, where, False)
    answers = texts_of(entry, "answers", where)
    if unanswerable and answers:
        raise SetError(f"{where} has answers and is marked as unanswerable. Take one of them out.")
    turns = _turns(entry.get("follows"), earlier, where)
    return Question(
        id="\n".join([*(turn.question for turn in turns), text]),
        text=text,
        answers=answers,
        unanswerable=unanswerable,
        gold=_gold(entry, where),
        turns=turns,
        part="unanswerable" if unanswerable else "answerable",
    )


def _gold(entry: dict[str, Any], where: str) -> tuple[Gold, ...]:
    document, page = entry.get("document"), entry.get("page")
    if document is None and page is None:
        return ()
    if not isinstance(document, str):
        raise SetError(f"{where}: 'document' is {shown(document)}. Name it as `python -m qa documents` does.")
    if page is not None and (not isinstance(page, int) or page < 1):
        raise SetError(f"{where}: 'page' is {shown(page)}. Pages count from 1; leave it out where there are none.")
    return (Gold(document, page, text=part_of(entry, "evidence", str, where, "")),)


def _turns(follows: object, earlier: dict[str, Question], where: str) -> tuple[Turn, ...]:
    """The conversation so far, in which each question was given its first answer."""
    if follows is None:
        return ()
    before = next((q for q in earlier.values() if q.text == follows), None)
    if before is None:
        raise SetError(f"{where}: 'follows' is {shown(follows)}, which no line before it asks. Correct it.")
    return (*before.turns, Turn(before.text, next(iter(before.answers), "")))
