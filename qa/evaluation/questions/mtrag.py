"""MTRAG-UN: the last question of a conversation, some of which the passages do not answer."""

from pathlib import Path
from typing import Any

from qa.conversation import Turn
from qa.evaluation.questions.shape import (
    NEXT_STEP,
    Gold,
    Question,
    QuestionSet,
    SetError,
    file_name,
    only_file,
    part_of,
    read_lines,
    texts_of,
)
from qa.readers.document import canonical

# To be refused or not; None: the question is to be asked back, which is neither.
ANSWERABILITY = {"ANSWERABLE": False, "PARTIAL": False, "UNANSWERABLE": True, "UNDERSPECIFIED": None}


def load(folder: Path, seed: int) -> QuestionSet:
    """The one *.jsonl file; the reference passages of all conversations are the corpus. Raises SetError."""
    files: dict[str, bytes] = {}
    names: dict[str, str] = {}
    questions = []
    for where, entry in read_lines(only_file(folder, "*.jsonl", "the tasks")):
        gold = tuple(_passage(one, files, names, where) for one in part_of(entry, "contexts", list, where))
        questions.append(_question(entry, gold, where))
    return QuestionSet("mtrag", tuple(questions), files, "place")


def _passage(context: Any, files: dict[str, bytes], names: dict[str, str], where: str) -> Gold:
    number = part_of(context, "document_id", str, where)
    text = canonical(part_of(context, "text", str, where)).strip()
    if number not in names:
        title = canonical(part_of(context, "title", str, where, ""))
        names[number] = file_name(number, files)
        files[names[number]] = (text if text.startswith(title) else f"{title}\n\n{text}").encode()
    return Gold(names[number], text=text)


def _question(entry: dict[str, Any], gold: tuple[Gold, ...], where: str) -> Question:
    *earlier, last = _conversation(entry, where)
    kinds = texts_of(entry, "answerability", where)
    if len(kinds) != 1 or kinds[0] not in ANSWERABILITY:
        raise SetError(f"{where}: 'answerability' is not one of {', '.join(ANSWERABILITY)}. {NEXT_STEP}")
    targets = [part_of(target, "text", str, where) for target in part_of(entry, "targets", list, where)]
    return Question(
        id=part_of(entry, "task_id", str, where),
        text=last.question,
        answers=tuple(target.strip() for target in targets),
        unanswerable=ANSWERABILITY[kinds[0]],
        gold=gold,
        turns=tuple(earlier),
        part=kinds[0].lower(),
    )


def _conversation(entry: dict[str, Any], where: str) -> list[Turn]:
    """Its turns, the last without an answer."""
    turns: list[Turn] = []
    for said in part_of(entry, "input", list, where):
        text = part_of(said, "text", str, where)
        if part_of(said, "speaker", str, where) == "user":
            turns.append(Turn(text, ""))
        elif turns:
            turns[-1] = Turn(turns[-1].question, f"{turns[-1].answer} {text}".strip())
    if not turns or turns[-1].answer:
        raise SetError(f"{where}: 'input' does not end with a question of the user. {NEXT_STEP}")
    return turns
