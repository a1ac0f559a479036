"""What a follow-up takes from the turns before it."""

import pytest

from qa.conversation import Turn, search_context, transcript

TURNS = [
    Turn("Who founded the choir?", "Ada Lindqvist founded it [1]. She was a teacher [1, 2]."),
    Turn("Where is diesel sold?", "At pier C [2]."),
]


@pytest.mark.parametrize(
    "question",
    ["And on which days is it sold there?", "Why?", "What about petrol?", "When did they start to do this?"],
)
def test_a_follow_up_leans_on_the_question_before_it(question: str) -> None:
    assert search_context(question, TURNS) == "Where is diesel sold?"


def test_a_question_that_stands_alone_is_searched_alone() -> None:
    assert search_context("How much do visiting boats pay for a night in the harbour?", TURNS) == ""


def test_the_first_question_leans_on_nothing() -> None:
    assert search_context("Why?", []) == ""


def test_the_transcript_holds_the_last_turns_without_their_markers() -> None:
    assert transcript(TURNS, 1) == "Earlier question: Where is diesel sold?\nEarlier answer: At pier C."
    both = transcript(TURNS, 2)
    assert both.index("Ada Lindqvist founded it. She was a teacher.") < both.index("Where is diesel sold?")
    assert "[" not in both
    assert transcript(TURNS, 5) == both


def test_no_turns_are_an_empty_transcript() -> None:
    assert transcript(TURNS, 0) == ""
    assert transcript([], 2) == ""
