"""Signs to a probability: each counts as it should, what was not asked counts nothing, costs are said truly."""

import json
import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa.config import ROOT
from qa.evaluation.calibrate import AFTER, BEFORE, COSTS, NEVER, SURE, CalibrationError, calibrate, fit, read_run
from qa.judging import SIGNS, Judgement, Signs, WorkingPoint, asks_for_words, judgement, probability

WEIGHTS = {"bias": 0.5, "relevance": 0.3, "relevance mean": 2.0, "answerable": 1.0, "answerable mean": -1.0}


def test_each_sign_counts_from_its_mean() -> None:
    at_means = Signs(2.0, -1.0)
    assert probability(at_means, WEIGHTS) == pytest.approx(1 / (1 + math.exp(-0.5)))
    assert probability(replace(at_means, answerable=1.0), WEIGHTS) > probability(at_means, WEIGHTS)
    assert probability(replace(at_means, relevance=0.0), WEIGHTS) < probability(at_means, WEIGHTS)


def test_what_was_not_asked_counts_as_its_mean_and_what_has_no_weight_not_at_all() -> None:
    assert probability(Signs(2.0), WEIGHTS) == probability(Signs(2.0, -1.0, 9.0, -9.0, 5.0), WEIGHTS)


def test_the_largest_logits_do_not_overflow() -> None:
    assert probability(Signs(-math.inf, -1e9), WEIGHTS) < 0.01
    assert probability(Signs(math.inf, 1e9), WEIGHTS) > 0.99


def test_a_working_point_says_what_it_costs() -> None:
    assert WorkingPoint(0.5, 0.4, 0.93, 0.125).cost() == (
        "refuses 9 of 10 questions that have no answer, and 1 of 8 that have"
    )
    assert "hardly one that have" in WorkingPoint(0.1, 0.1, 0.5, 0.001).cost()


def test_the_manifest_has_a_judgement_whose_strictnesses_cost_more_the_stricter_they_are() -> None:
    entries = json.loads((ROOT / "models" / "manifest.json").read_text("utf-8"))["models"]
    judgements = [judgement(entry["judgement"]) for entry in entries if "judgement" in entry]
    assert judgements
    for one in judgements:
        careful, balanced, eager = (one.points[name] for name in ("careful", "balanced", "eager"))
        for words in (True, False):
            least = [one.threshold(name, words) for name in ("careful", "balanced", "eager", "off")]
            assert least == sorted(least, reverse=True) and len(set(least)) == 4 and least[-1] == 0
        assert careful.refused_unanswerable >= balanced.refused_unanswerable >= eager.refused_unanswerable
        assert 0 < one.doubt < balanced.threshold


def test_a_question_for_words_and_one_for_a_yes_are_weighed_apart() -> None:
    after, told = {"bias": 1.0}, {"bias": -1.0, "relevance": 2.0, "relevance mean": 0.0}
    judge = Judgement({"bias": 0.0}, after, told, 0.0, 0.0, 0.0, {"balanced": WorkingPoint(0.6, 0.3, 0.5, 0.1)})
    near, far = Signs(2.0, 0.0), Signs(-2.0, 0.0)
    assert judge.late(near, True) == judge.late(far, True) == judge.at_best(far, True)
    assert judge.late(near, False) > 0.9 and judge.late(far, False) == judge.at_best(far, False) < 0.1
    assert (judge.threshold("balanced", True), judge.threshold("balanced", False)) == (0.6, 0.3)


def made_up(count: int) -> tuple[list[Signs], np.ndarray]:
    """Signs of questions of which half are answerable; the reader tells them apart, the reranker hardly."""
    chance = np.random.default_rng(5)
    answerable = np.arange(count) % 2 == 0
    told = np.where(answerable, 2.0, -2.0) + chance.normal(0, 1.5, count)
    noise = chance.normal(0, 3, count)
    signs = [Signs(float(r), float(a), float(a) / 2, None, float(a)) for r, a in zip(noise, told, strict=True)]
    return signs, answerable


def test_a_fit_gives_weight_to_the_sign_that_tells_and_survives_one_that_was_never_asked() -> None:
    signs, answerable = made_up(400)
    weights = fit(signs, answerable, BEFORE)
    assert weights["answerable"] + weights["margin"] / 2 > 5 * abs(weights["relevance"])
    chances = np.array([probability(one, weights) for one in signs])
    # Calibrated: of those said to be 80 to 100 % sure, so many are answerable.
    sure = chances > 0.8
    assert chances[sure].mean() == pytest.approx(answerable[sure].mean(), abs=0.06)


def test_a_sign_that_tells_nothing_gets_no_weight() -> None:
    signs, answerable = made_up(100)
    weights = fit([replace(one, refusal=2.0) for one in signs], answerable, SIGNS)
    assert "refusal" not in weights and "agreement" not in weights and "answerable" in weights


def run(
    signs: list[Signs], answerable: np.ndarray, likely: str = "", question: str = "When was the weir built?"
) -> list[dict[str, Any]]:
    """The questions of a run in which every answerable one was answered right."""
    return [
        {
            "signs": asdict(one),
            "unanswerable": not can,
            "outcome": "right" if can else "wrong",
            "likely": likely,
            "question": question,
            "part": f"article {n // 2 % 5}",
            "answers": ["1871"] if can else [],
        }
        for n, (one, can) in enumerate(zip(signs, answerable, strict=True))
    ]


def test_calibrating_gives_what_a_judgement_is_read_from_and_costs_that_are_so() -> None:
    signs, answerable = made_up(400)
    signs = [
        replace(one, refusal=-(one.answerable or 0.0), agreement=float(n % 3 == 0)) for n, one in enumerate(signs)
    ]
    found: Judgement = judgement(json.loads(json.dumps(calibrate(run(signs, answerable)))))
    assert set(AFTER) <= set(found.after)
    late = np.array([found.late(one, True) for one in signs])
    for name, most in COSTS.items():
        point = found.points[name]
        assert point.refused_answerable == pytest.approx(most, abs=0.01)
        assert point.refused_answerable == pytest.approx(np.mean(late[answerable] < point.threshold), abs=0.03)
        assert point.refused_unanswerable == pytest.approx(np.mean(late[~answerable] < point.threshold), abs=0.03)
    assert found.points["careful"].refused_unanswerable > 0.7
    early = np.array([found.early(one) for one in signs])
    assert np.mean(early[answerable] < found.doubt) <= 0.03


def test_both_kinds_of_question_pay_the_same_share() -> None:
    signs, answerable = made_up(400)
    # Of the second half the reader doubts more.
    doubted = [replace(one, answerable=(one.answerable or 0.0) - 3) for one in signs[200:]]
    both = run(signs[:200], answerable[:200]) + run(doubted, answerable[200:], question="Is it the weir?")
    points = calibrate(both)["points"]
    for name, most in COSTS.items():
        assert points[name]["refused_answerable"] == pytest.approx(most, abs=0.02)
        assert points[name]["told"] < points[name]["threshold"]


def test_what_is_judged_by_its_place_says_nothing_of_the_readers_own_words() -> None:
    signs, answerable = made_up(400)
    told = run([replace(one, agreement=0.0) for one in signs], answerable, "1871")
    assert calibrate([record | {"judge": "place"} for record in told])["sure"] == NEVER


def test_the_readers_own_answer_is_added_only_where_it_is_mostly_right() -> None:
    signs, answerable = made_up(400)
    told = [replace(one, agreement=0.0) for one in signs]
    sure = calibrate(run(told, answerable, "1871"))["sure"]
    margins = np.array([one.margin or 0.0 for one in told])
    assert sure < NEVER and np.mean(answerable[margins >= sure]) >= SURE
    assert calibrate(run(told, answerable, "1902"))["sure"] == NEVER


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no json", "is no run"),
        ("[]", "is no run"),
        ('{"summary": {}}', "is no run"),
        ('{"questions": [{"question": "q"}]}', "is no run"),
        ('{"questions": []}', "says nothing of its answers"),
        ('{"questions": [{"signs": null, "unanswerable": true}]}', "says nothing of its answers"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(
    content: str | None, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "run.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CalibrationError, match=said) as raised:
        read_run(path)
    assert "run.json" in str(raised.value)


def test_runs_of_one_kind_of_question_cannot_be_weighed() -> None:
    signs, answerable = made_up(40)
    with pytest.raises(CalibrationError, match="questions without"):
        calibrate(run(signs, np.ones_like(answerable)))
    with pytest.raises(CalibrationError, match="was checked"):
        calibrate(run([replace(one, support=None) for one in signs], answerable))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who built the weir?", True),
        ("How many days of leave are there?", True),
        ("In what year did it burn down?", True),
        ("Is petrol sold in the harbour?", False),
        ("Why was the oven repaired?", False),
        ("What drove the change of the margin?", False),
        ("How does the pump restart?", False),
        ("What should I do about fault E15?", False),
        ("Library parking", False),
        ("But the harbour has an office, hasn't it?", False),
        ("I would like to know if petrol is sold.", False),
        ("Please tell me who built the weir.", True),
    ],
)
def test_questions_for_a_few_words_are_told_from_all_others(question: str, told: bool) -> None:
    assert asks_for_words(question) is told
