"""Two runs question by question: what changed, how surely, and which answers changed sides."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.evaluation.questions.bootstrap import paired
from qa.evaluation.questions.judging import RIGHT
from qa.evaluation.questions.shape import SetError, read_text
from qa.evaluation.questions.summing import ALONE, FIGURES, LOWER, shape

# What two runs should have in common for their difference to mean one thing.
CONDITIONS = ("model", "embedding", "code", "machine", "documents", "passages")


def read_run(path: Path) -> dict[str, Any]:
    """A run that `evaluate --json` printed. Raises SetError."""
    try:
        run = json.loads(read_text(path))
        for record in run["questions"]:
            _ = record["id"], record["figures"].items(), record["outcome"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetError(
            f"{path} is no run to compare with ({type(error).__name__}: {error}). Make one with "
            "`python -m qa evaluate … --json > RUN.json`."
        ) from error
    return dict(run)


def compare(run: dict[str, Any], other: dict[str, Any], seed: int = 1) -> dict[str, Any]:
    """`run` minus `other` over the questions that both asked, with paired 95 % intervals.

    Raises SetError when they have no question in common.
    """
    before = {record["id"]: record for record in other["questions"]}
    pairs = [(record, before[record["id"]]) for record in run["questions"] if record["id"] in before]
    if not pairs:
        raise SetError(
            f"The runs have no question in common: one is of {run['set']}, the other of {other.get('set')}. "
            "Ask the same set with the same --seed."
        )
    judged = [(one, two) for one, two in pairs if one["outcome"] and two["outcome"]]
    return {
        "questions": len(pairs),
        "only_in_this": len(run["questions"]) - len(pairs),
        "only_in_other": len(before) - len(pairs),
        "changed": {key: [other.get(key), run[key]] for key in CONDITIONS if other.get(key) != run[key]}
        | dict(_settings(run["settings"], other.get("settings", {}))),
        "differences": dict(_differences(pairs, seed)),
        "gained": [_flip(one, two) for one, two in judged if two["outcome"] != RIGHT == one["outcome"]],
        "lost": [_flip(one, two) for one, two in judged if one["outcome"] != RIGHT == two["outcome"]],
    }


def better(name: str, difference: dict[str, float]) -> bool | None:
    """Whether the figure became better; None when its interval holds 0."""
    if difference["low"] <= 0 <= difference["high"]:
        return None
    return (difference["value"] > 0) != (name in LOWER)


def _settings(mine: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for name in sorted(mine.keys() | other.keys()):
        if mine.get(name) != other.get(name):
            yield name, [other.get(name), mine.get(name)]


def _differences(
    pairs: list[tuple[dict[str, Any], dict[str, Any]]], seed: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    followed = any(one["turns"] for one, _ in pairs)
    for name in FIGURES:
        if name.endswith(ALONE) and not followed:
            continue
        both = [
            (a["figures"][name], b["figures"][name])
            for a, b in pairs
            if name in a["figures"] and name in b["figures"]
        ]
        found = shape(paired([one for one, _ in both], [two for _, two in both], seed)) if both else None
        if found:
            yield name, {**found, "questions": len(both)}


def _flip(one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one["id"],
        "question": one["question"],
        "answers": one["answers"],
        "unanswerable": one["unanswerable"],
        "before": {"outcome": two["outcome"], "answer": two.get("answer", "")},
        "after": {"outcome": one["outcome"], "answer": one["answer"]},
    }
