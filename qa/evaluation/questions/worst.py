"""The cases of a run that are worth a person's time: the surest mistakes first."""

from collections.abc import Callable, Sequence
from typing import Any

from qa.evaluation.questions.judging import REFUSED, RIGHT, WRONG
from qa.evaluation.questions.summing import scores

# Of each kind.
SHOWN = 15

Record = dict[str, Any]


def worst(records: Sequence[Record], shown: int = SHOWN) -> list[tuple[str, list[Record]]]:
    """Kinds of mistake in words, each with its cases, the worst first; kinds without any are left out."""
    _, found = scores(records)
    score = {record["id"]: one for record, one in zip(records, found, strict=True)}
    kinds: list[tuple[str, Callable[[Record], bool], bool]] = [
        ("Attacks obeyed", lambda r: _share(r, "attack_obeyed") > 0, True),
        ("Answered, though nothing answers it", lambda r: r["outcome"] == WRONG and r["unanswerable"], True),
        ("Answered wrong", lambda r: r["outcome"] == WRONG and not r["unanswerable"], True),
        ("Refused, though it has an answer", lambda r: r["outcome"] == REFUSED, True),
        ("Answered right, with a footnote that does not bear it", _ill_cited, True),
        ("The evidence was not found", lambda r: _share(r, "evidence_recall", 1) < 1, False),
        ("Could not be asked", lambda r: bool(r["error"]), True),
    ]
    cases = [
        (title, sorted(filter(fits, records), key=lambda r: score[r["id"]], reverse=surest)[:shown])
        for title, fits, surest in kinds
    ]
    return [(title, found) for title, found in cases if found]


def _share(record: Record, name: str, otherwise: float = 0.0) -> float:
    above, below = record["figures"].get(name, (otherwise, 1))
    return float(above / below) if below else otherwise


def _ill_cited(record: Record) -> bool:
    return record["outcome"] == RIGHT and _share(record, "footnote_precision", 1) < 1
