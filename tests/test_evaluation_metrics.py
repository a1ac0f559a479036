"""The measures, against values worked out by hand."""

import math

import pytest

from qa.evaluation.questions.bootstrap import interval, paired
from qa.evaluation.questions.metrics import (
    characters_within,
    contains,
    exact_match,
    f1,
    ndcg_at,
    normalised,
    overlap,
    recall_at,
    reciprocal_rank,
)
from qa.evaluation.questions.numbers import agrees, values
from qa.evaluation.questions.refusing import area, refusal_curve, refused_at, risk_area, risk_coverage


def test_answers_are_compared_without_case_articles_punctuation_and_space() -> None:
    assert normalised("  The  U.S.-led\tforce, an 'Army'. ") == "usled force army"
    assert exact_match("The Eiffel Tower!", ["eiffel tower"]) == 1
    assert exact_match("Eiffel Tower in Paris", ["Eiffel Tower"]) == 0
    assert exact_match("", ["Paris"]) == 0


def test_f1_is_that_of_the_words_for_the_best_gold_answer() -> None:
    # two of three words right, two of four found: 2 * 2 / (3 + 4)
    assert f1("red brick house", ["old red brick church"]) == pytest.approx(4 / 7)
    assert f1("red brick house", ["blue", "red"]) == pytest.approx(2 / 4)
    assert f1("red red", ["red"]) == pytest.approx(2 / 3)
    assert f1("blue", ["red"]) == 0
    assert f1("", ["red"]) == 0
    assert f1("red", []) == 0


def test_an_answer_contains_a_gold_answer_as_whole_words() -> None:
    assert contains("It was built in 1,931 by the sisters.", ["1931"])
    assert contains("Warsaw's river is the Vistula.", ["Warsaw"])
    assert not contains("It was built in 1931.", ["193", "31"])
    assert not contains("The hero was here.", ["her"])
    assert not contains("Anything.", ["the", "", "…"])


def test_rankings_count_each_gold_place_once() -> None:
    reached = [set(), {0}, {0}, {1}, set()]
    assert [recall_at(k, reached, 3) for k in (1, 2, 4, 10)] == [0, 1 / 3, 2 / 3, 2 / 3]
    assert reciprocal_rank(reached) == 1 / 2
    assert reciprocal_rank([set()]) == 0
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg_at(10, reached, 3) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert ndcg_at(1, [{0, 1}], 2) == 1
    assert ndcg_at(10, [], 2) == 0


def test_characters_within_a_budget_are_counted_to_the_one_where_it_ends() -> None:
    ranked = [("a", 0, 100), ("b", 50, 150), ("a", 100, 200)]
    gold = [("a", 80, 120), ("b", 140, 160)]
    # 100 of a: 20 of the 60 gold characters
    assert characters_within(100, ranked, gold) == pytest.approx((20 / 60, 20 / 100, 20 / 140))
    # 100 of a, 95 of b: 5 more
    assert characters_within(195, ranked, gold) == pytest.approx((25 / 60, 25 / 195, 25 / 230))
    assert characters_within(1000, ranked, gold) == pytest.approx((50 / 60, 50 / 300, 50 / 310))
    assert characters_within(800, [], gold) == (0, 0, 0)
    # What is found twice is found once.
    assert characters_within(800, [("a", 0, 50), ("a", 25, 75)], [("a", 50, 60)]) == pytest.approx(
        (1, 10 / 75, 10 / 75)
    )


def test_overlap_needs_the_same_document() -> None:
    assert overlap(("a", 0, 10), ("a", 5, 20)) == 5
    assert overlap(("a", 0, 10), ("b", 5, 20)) == 0
    assert overlap(("a", 0, 10), ("a", 10, 20)) == 0


def test_an_interval_holds_its_figure_and_narrows_with_more_questions() -> None:
    few, many = interval([(1.0, 1), (0.0, 1)] * 10), interval([(1.0, 1), (0.0, 1)] * 500)
    assert few is not None and many is not None
    assert few[0] == many[0] == 0.5
    # The normal approximation: 1.96 * sqrt(0.25 / n)
    assert few[2] - few[1] == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 20), abs=0.06)
    assert many[2] - many[1] == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 1000), abs=0.01)


def test_an_interval_is_the_same_each_time_and_of_sums() -> None:
    ratios = [(2.0, 4.0), (1.0, 1.0), (0.0, 0.0)]
    found = interval(ratios, seed=3)
    assert found == interval(ratios, seed=3)
    assert found is not None and found[0] == 3 / 5
    assert interval([(0.0, 0.0)]) is None
    assert interval([]) is None


def test_a_paired_difference_is_surer_than_two_intervals() -> None:
    one = [(float(n % 3 > 0), 1.0) for n in range(90)]
    other = [(float(n % 3 > 1), 1.0) for n in range(90)]
    found = paired(one, other)
    assert found is not None
    assert found[0] == pytest.approx(1 / 3)
    assert found[1] > 0.2
    assert paired(one, one) == (0, 0, 0)


def test_the_curve_of_refusals_goes_from_none_to_all_with_equal_scores_together() -> None:
    assert refusal_curve([3, 2, 1, 4], [0, 2]) == [
        *((0, 0), (0, 0.5)),
        *((0.25, 0.5), (0.5, 1.0), (0.75, 1.0), (1.0, 1.0)),
    ]
    assert refusal_curve([], []) == [(0, 0)]


def test_its_area_is_how_often_an_answerable_question_scores_higher() -> None:
    # Pairs: 3>0, 3>2, 2>0, 2=2 (half), 1>0, 1<2
    found = area([3, 2, 1], [0, 2])
    assert found is not None and found[0] == pytest.approx(4.5 / 6)
    assert area([1, 2], []) is None


def test_refused_at_a_tenth_wrongly_refuses_no_more() -> None:
    answerable = [float(n) for n in range(10)]
    # One may be refused: all below 1.
    assert refused_at(answerable, [-1, 0.5, 1, 7])[0] == 0.5  # type: ignore[index]
    assert refused_at(answerable[:9], [-1, 0.5, 1, 7])[0] == 0.25  # type: ignore[index]
    assert refused_at(answerable, [1], wrongly=1.0)[0] == 1  # type: ignore[index]


def test_risk_is_of_the_surest_answers_first() -> None:
    points = risk_coverage([0.9, 0.8, 0.8, 0.1], [False, True, False, True], of=8)
    assert points == [(1 / 8, 0), (3 / 8, 1 / 3), (4 / 8, 2 / 4)]
    assert risk_area(points) == pytest.approx((0 * 1 + 2 / 3 + 1 / 2) / 4)
    assert risk_area([]) is None


def test_numbers_are_values_in_their_unit() -> None:
    assert list(values("$2,018mn and 1.32% of 969 stores, 13.2 billion")) == [2018e6, 1.32, 969, 13.2e9]
    assert list(values("In FY2023, Q2 of 2024, on May 12, 2023 and 3 June 3M had (1) a [2]")) == []


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        ("Sales were $2,018mn.", "Sales were 2,018 [1].", True),
        ("Sales were $2,018mn.", "Sales were $2.0 billion.", True),
        ("Sales were $2,018mn.", "Sales were $2.1 billion.", False),
        ("It fell by 1.7%, from 5.1% to 3.4%.", "From 5.1 % to 3.4 %.", True),
        ("It fell by 1.7%, from 5.1% to 3.4%.", "It fell to 3.4 %.", False),
        ("It fell by 1.7%.", "It rose by 1.7 %.", False),
        ("It fell by 1.7%.", "It was 1.7 %.", True),
        ("No, 20% of the assets are fixed.", "Yes: 20 % are fixed.", False),
        ("36%. This assumes that 12 months are meant.", "12 %", False),
        ("The consumer business.", "Its consumer segment.", True),
        ("The consumer business.", "Its pharmacy.", False),
    ],
)
def test_an_answer_is_judged_by_its_numbers(gold: str, answer: str, right: bool) -> None:
    assert agrees("What were they?", gold, answer) is right


def test_what_the_question_says_proves_nothing() -> None:
    assert not agrees("Were there 982 stores?", "969, after 982", "There were 982 stores.")
    assert not agrees("Did wages increase or decrease?", "Wages increased.", "Wages did one of both.")
    assert agrees("Did wages increase or decrease?", "Wages increased.", "They increased.")
