"""The sets by name, and which of their questions a run asks."""

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from qa.evaluation.questions import chunking, financebench, hostile, hotpot, mtrag, own, squad
from qa.evaluation.questions.shape import QuestionSet, SetError

# Each is given the folder of its files and the seed of what it draws.
SETS: Mapping[str, Callable[[Path, int], QuestionSet]] = {
    "squad2": squad.load,
    "chunking": chunking.load,
    "absent": chunking.load_absent,
    "financebench": financebench.load,
    "mtrag": mtrag.load,
    "hotpot": hotpot.load,
    "hostile": hostile.load,
}
# Sets made of the files of another.
FOLDERS = {"absent": "chunking"}


def load(name: str, data: Path | None, seed: int = 1) -> QuestionSet:
    """The set of that name from its folder in `data`, or from `data` itself; or a user's JSON Lines file.

    Raises SetError.
    """
    if name not in SETS:
        path = Path(name).expanduser()
        if not path.is_file():
            raise SetError(
                f"There is no set {name!r} and no such file. Name one of {', '.join(SETS)}, or a JSON Lines file "
                'with {"question": "…", "answers": ["…"]} in each line.'
            )
        return _distinct(own.load(path))
    if data is None:
        raise SetError(f"Where is the set {name}? Name the folder that holds it with --data DIR.")
    folder = data / FOLDERS.get(name, name)
    if not folder.is_dir():
        folder = data
    if not folder.is_dir():
        raise SetError(f"{data} is not a folder. Name the folder of the set {name} with --data DIR.")
    return _distinct(SETS[name](folder, seed))


def _distinct(found: QuestionSet) -> QuestionSet:
    """Each id once; a question that is there twice is asked once."""
    return replace(found, questions=tuple({question.id: question for question in found.questions}.values()))


def chosen(
    found: QuestionSet,
    limit: int | None = None,
    seed: int = 1,
    only: Collection[str] = (),
    without: Collection[str] = (),
) -> QuestionSet:
    """The set with some of its questions, in an order drawn by `seed`; all its documents stay.

    `only` and `without` name parts: articles of squad2, corpora of chunking, files of financebench and so on. Of
    two limits the smaller asks a part of what the larger asks. Raises SetError when nothing is left.
    """
    parts = {question.part for question in found.questions}
    unknown = sorted((set(only) | set(without)) - parts)
    if unknown:
        raise SetError(f"The set {found.name} has no part {unknown[0]!r}. Its parts: {', '.join(sorted(parts))}.")
    questions = [q for q in found.questions if (not only or q.part in only) and q.part not in without]
    random.Random(seed).shuffle(questions)
    questions = questions[:limit]
    if not questions:
        raise SetError(
            f"No question of the set {found.name} is left to ask. Name fewer parts, or a higher --limit."
        )
    return replace(found, questions=tuple(questions))
