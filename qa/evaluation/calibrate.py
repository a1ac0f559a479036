"""Weigh the signs of an answer by what `evaluate` measured: `python -m qa.evaluation.calibrate RUN.json …`.

Prints the `judgement` that belongs into a model's entry in models/manifest.json. The runs must be of questions
that the reader was not trained on, with refusing switched off (QA_STRICTNESS=off).
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.config import FootnoteError
from qa.evaluation.questions.metrics import contains
from qa.judging import Signs, asks_for_words, probability

# Weighed before the chat model is asked, and after. The support of the claims, and whether reader and model agree,
# add nothing on articles that the weights were not fitted to (docs/EXPERIMENTS.md).
BEFORE = ("relevance", "answerable", "margin")
AFTER = ("answerable", "margin", "refusal")
# For a yes or no, for reasons and the like: with the relevance the signs tell more of these, less of the others.
TOLD = ("relevance", "answerable", "margin", "refusal")
# The most answerable questions that each strictness may refuse, as a share of those of all runs: of SQuAD's alone
# it is less, of questions about financial reports more (docs/EXPERIMENTS.md).
COSTS = {"careful": 0.25, "balanced": 0.08, "eager": 0.03}
DEFAULT = "balanced"
# The most answerable questions that are refused before the chat model is asked, and of right claims that fall.
DOUBTED = 0.005
FALLEN = 0.03
# How often the reader's own answer must be right to be added, on at least so many questions; a margin of none.
SURE = 0.5
FEWEST = 5
NEVER = 100.0
# L2 on standardised signs: a few hundred questions say little about each.
PENALTY = 5.0
STEPS = 50

_COMMAND = "QA_STRICTNESS=off python -m qa evaluate squad2 --data DIR --json > RUN.json"

Array = npt.NDArray[np.float64]


class CalibrationError(FootnoteError):
    """What was measured cannot be weighed."""


def calibrate(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The judgement fitted to the records of runs."""
    known = [record for record in records if record["signs"] and record["unanswerable"] is not None]
    answerable = np.array([not record["unanswerable"] for record in known])
    if len(set(answerable.tolist())) < 2:
        raise CalibrationError(
            "The runs need questions with an answer and questions without. Add a run of squad2."
        )
    signs = [Signs(**record["signs"]) for record in known]
    before, after, told = (fit(signs, answerable, names) for names in (BEFORE, AFTER, TOLD))
    early = np.array([probability(one, before) for one in signs])
    words = np.array([asks_for_words(_asked(record)) for record in known])
    parts = [record["part"] for record in known]
    late = np.where(words, _unseen(signs, answerable, parts, AFTER), _unseen(signs, answerable, parts, TOLD))
    right = [one.support for one, record in zip(signs, known, strict=True) if record["outcome"] == "right"]
    supported = [support for support in right if support is not None]
    if not supported:
        raise CalibrationError(f"No right answer of the runs was checked. Make them anew: {_COMMAND}.")
    points = _points(late, answerable, words)
    return {
        "before": before,
        "after": after,
        "told": told,
        "doubt": round(float(np.quantile(early[answerable], DOUBTED)), 4),
        "support": round(float(np.quantile(supported, FALLEN)), 2),
        "sure": round(
            _sure([one for one, p in zip(known, late, strict=True) if p >= _lowest(points[DEFAULT])]), 2
        ),
        "points": points,
        "questions": len(known),
    }


def _points(
    late: Array, answerable: npt.NDArray[np.bool_], words: npt.NDArray[np.bool_]
) -> dict[str, dict[str, float]]:
    """The working points of the probabilities `late`, which cost questions of both kinds alike."""
    points = {}
    for name, cost in COSTS.items():
        thresholds = [_quantile(late[answerable & kind], cost) for kind in (words, ~words)]
        refused = late < np.where(words, *thresholds)
        points[name] = {
            "threshold": round(thresholds[0], 4),
            "told": round(thresholds[1], 4),
            "refused_unanswerable": round(float(refused[~answerable].mean()), 3),
            "refused_answerable": round(float(refused[answerable].mean()), 3),
        }
    return points


def _lowest(point: Mapping[str, float]) -> float:
    return min(point["threshold"], point["told"])


def _quantile(values: Array, share: float) -> float:
    return float(np.quantile(values, share)) if len(values) else 0.0


def _asked(record: Mapping[str, Any]) -> str:
    return str(record.get("standalone") or record["question"])


def _unseen(
    signs: Sequence[Signs], answerable: npt.NDArray[np.bool_], parts: Sequence[str], names: Sequence[str]
) -> Array:
    """The probability of each question by weights fitted without its part (article), where there are several.

    So what a working point costs is told of questions that the weights were not fitted to.
    """
    late = np.empty(len(signs))
    for part in set(parts):
        inside = np.array([one == part for one in parts])
        others = ~inside if len(set(answerable[~inside].tolist())) == 2 else np.ones_like(inside)
        weights = fit([signs[n] for n in np.flatnonzero(others).tolist()], answerable[others], names)
        for n in np.flatnonzero(inside).tolist():
            late[n] = probability(signs[n], weights)
    return late


def _sure(records: Sequence[Mapping[str, Any]]) -> float:
    """The margin from which `SURE` of the reader's answers are right where the model's answers do not hold them.

    Of answers that would be shown; where the question has no answer, none is right. What is as long as a paragraph
    (chunking), or to be worked out (financebench), the reader's words cannot hold: such runs do not count.
    """
    told = [r for r in records if r.get("judge", "answer") == "answer"]
    apart = [r for r in told if r["likely"] and r["signs"]["agreement"] == 0]
    apart.sort(key=lambda r: -r["signs"]["margin"])
    right = np.array([not r["unanswerable"] and contains(r["likely"], r["answers"]) for r in apart])
    if not len(right):
        return NEVER
    shares = np.cumsum(right) / np.arange(1, len(right) + 1)
    enough = np.flatnonzero((shares >= SURE) & (np.arange(len(right)) >= FEWEST - 1))
    return float(apart[enough[-1]]["signs"]["margin"]) if len(enough) else NEVER


def fit(signs: Sequence[Signs], answerable: npt.NDArray[np.bool_], names: Sequence[str]) -> dict[str, float]:
    """Weights by name, the mean of each sign and the bias: logistic regression by Newton's method."""
    values = np.array([[np.nan if (v := getattr(one, name)) is None else v for name in names] for one in signs])
    values = np.clip(values, -20, 20)
    # A sign that was never asked, or was always the same, tells nothing.
    telling = [n for n in range(len(names)) if len(set(values[~np.isnan(values[:, n]), n])) > 1]
    values, names = values[:, telling], [names[n] for n in telling]
    means, scales = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    scaled = np.nan_to_num((values - means) / scales)
    weights = _newton(np.column_stack([np.ones(len(scaled)), scaled]), answerable.astype(float))
    fitted = {"bias": round(float(weights[0]), 4)}
    for name, weight, mean, scale in zip(names, weights[1:], means, scales, strict=True):
        fitted |= {name: round(float(weight / scale), 4), f"{name} mean": round(float(mean), 4)}
    return fitted


def _newton(inputs: Array, targets: Array) -> Array:
    weights = np.zeros(inputs.shape[1])
    penalty = PENALTY * np.eye(len(weights))
    penalty[0, 0] = 0
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chance - targets) + penalty @ weights
        curve = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + penalty
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def read_run(path: Path) -> list[dict[str, Any]]:
    """The questions of a run. Raises CalibrationError for a file that is none, or one without signs."""
    try:
        run = json.loads(path.read_text("utf-8"))
        records = [record | {"judge": run.get("judge", "answer")} for record in run["questions"]]
        if any(record["signs"] and record["unanswerable"] is not None for record in records):
            return records
    except OSError as error:
        raise CalibrationError(f"The run {path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CalibrationError(f"{path} is no run. Make one: {_COMMAND}.") from error
    raise CalibrationError(f"The run {path} says nothing of its answers' signs. Make it anew: {_COMMAND}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+", help="what `python -m qa evaluate … --json` printed")
    given = parser.parse_args()
    try:
        print(json.dumps(calibrate([record for run in given.runs for record in read_run(run)])))
    except FootnoteError as error:
        parser.exit(2, f"{error}\n")


if __name__ == "__main__":
    main()
