"""Answers to claims: exact tiling, the same however the text is cut, markers read as they are written."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.citations import MARKER, Claim, claims, segments, settled, tidy

SOURCES = 4
FRAGMENTS = [
    *("[1]", "[2]", "[9]", "[1, 2]", "[2-4]", "[", "]", "1", "2", ",", ";", ":", "-", ".", "!", "?", "…", "。"),
    *("\n", "\n\n", " ", "  ", '"', "”", ")", "*", "a", "A", "b", "No.", "e.g.", "Dr.", "3.5", "Yes", "and", "é"),
    *("[Source 1]", "[1", "[1]. ", ". ", "word ", "Word "),
]
answers = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)


def texts(answer: str, sources: int = SOURCES) -> list[str]:
    return [claim.text for claim in claims(answer, sources)]


def footnotes(answer: str, sources: int = SOURCES) -> list[tuple[int, ...]]:
    return [claim.footnotes for claim in claims(answer, sources)]


@given(answers)
@settings(max_examples=500)
def test_claims_tile_the_answer(answer: str) -> None:
    found = claims(answer, SOURCES)
    assert "".join(answer[claim.start : claim.end] for claim in found) == answer
    assert all(claim.start < claim.end for claim in found)
    assert all(one.end == other.start for one, other in pairwise(found))


@given(answers)
@settings(max_examples=500, deadline=None)
@example("A. [b. A]")
@example("A. [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]. A")
@example("A. [1\n, 2] A")
@example('a." [1] A')
@example("A:\n- a\n- A")
def test_text_that_arrives_later_changes_no_settled_claim(answer: str) -> None:
    whole = claims(answer, SOURCES)
    for end in range(len(answer) + 1):
        early = settled(answer[:end], SOURCES)
        assert early == whole[: len(early)]


@given(answers)
@settings(max_examples=300)
def test_every_footnote_names_a_source_once_and_the_verdict_says_whether_there_is_one(answer: str) -> None:
    for claim in claims(answer, SOURCES):
        assert set(claim.footnotes) <= set(range(1, SOURCES + 1))
        assert len(set(claim.footnotes)) == len(claim.footnotes)
        assert claim.verdict == ("cited" if claim.footnotes else "uncited")


@given(answers)
@settings(max_examples=300)
def test_a_tidied_answer_holds_the_footnotes_of_its_claims_and_no_other_markers(answer: str) -> None:
    named = [part for part in segments(answer, SOURCES) if isinstance(part, int)]
    tidied = tidy(answer, SOURCES)
    assert [part for part in segments(tidied, SOURCES) if isinstance(part, int)] == named
    assert all(1 <= int(match.group(1)) <= SOURCES for match in MARKER.finditer(tidied))


def test_a_claim_has_its_words_its_footnotes_and_its_place() -> None:
    answer = "Diesel is sold [1]. Petrol is not [2]."
    assert claims(answer, SOURCES) == [
        Claim("Diesel is sold.", (1,), "cited", 0, 20),
        Claim("Petrol is not.", (2,), "cited", 20, 38),
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Sold [1][2].", (1, 2)),
        ("Sold [1] [2].", (1, 2)),
        ("Sold [1, 2].", (1, 2)),
        ("Sold [1; 3].", (1, 3)),
        ("Sold [1 and 2].", (1, 2)),
        ("Sold [2-4].", (2, 3, 4)),
        ("Sold [2–4].", (2, 3, 4)),
        ("Sold [Source 2].", (2,)),
        ("Sold [sources 1, 2].", (1, 2)),
        ("Sold. [3]", (3,)),
        ("Sold [1], at pier C [2].", (1, 2)),
        ("Sold [2] and sold [2].", (2,)),
        ("Sold [9].", ()),
        ("Sold [0].", ()),
        ("Sold [1, 9].", (1,)),
        ("Sold [1-99].", (1,)),
        ("Sold [4-2].", (4, 2)),
        ("Sold [twice].", ()),
        ("Sold [1.", ()),
        ("Sold.", ()),
    ],
)
def test_markers_are_read_as_models_write_them(answer: str, expected: tuple[int, ...]) -> None:
    assert footnotes(answer) == [expected]


def test_a_sentence_without_a_marker_is_uncited_beside_one_that_is_cited() -> None:
    verdicts = [claim.verdict for claim in claims("Diesel is sold [1]. Everybody likes it.", SOURCES)]
    assert verdicts == ["cited", "uncited"]


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    assert footnotes("Diesel is sold. [1] Petrol is not. [2], [3] Oil is.") == [(1,), (2, 3), ()]


def test_a_marker_that_names_no_source_leaves_no_trace_in_the_words() -> None:
    assert texts("Diesel is sold [7].") == ["Diesel is sold."]
    assert tidy("Diesel is sold [7]. Petrol [1, 8] is not.", SOURCES) == "Diesel is sold. Petrol [1] is not."


def test_a_marker_without_space_after_it_joins_no_words() -> None:
    assert texts("Diesel [1]is sold.") == ["Diesel is sold."]


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. J. R. Smith of Acme Inc. wrote it.",
        "It costs 3.5 euros, i.e. 350 cents.",
        "It took approx. 5 hours.",
        "See No. 5 and fig. 2 on p. 7.",
        "Visit www.example.org today.",
        "It was founded on 3.5.1931 by Ada.",
        "He said: so be it.",
        "It waited ... and waited.",
    ],
)
def test_abbreviations_numbers_and_addresses_end_no_sentence(sentence: str) -> None:
    assert texts(f"{sentence} Then it rained.") == [sentence, "Then it rained."]


@pytest.mark.parametrize(
    "sentence",
    [
        "The tank is kept at 55 °C.",
        "It answers within 30 ms.",
        "The fuse takes 12 V.",
        "The weir is 12 m.",
        "It opens at 8 a.m.",
        "They sell bread, rolls etc.",
        "No.",
        "Is it?",
        "Stop!",
        "He said “no.”",
        "They left (late.)",
        "It cost 5,000.",
    ],
)
def test_a_sentence_that_ends_in_a_unit_or_a_quotation_ends(sentence: str) -> None:
    assert texts(f"{sentence} Then it rained.") == [sentence, "Then it rained."]


def test_items_of_a_list_are_claims_and_the_line_before_them_goes_with_the_first() -> None:
    answer = "There are two:\n- diesel [1]\n- petrol [2]\n\n1. Oil is sold.\n2. Wood is not [3]."
    assert texts(answer) == ["There are two: - diesel", "- petrol", "1. Oil is sold.", "2. Wood is not."]
    assert footnotes(answer) == [(1,), (2,), (), (3,)]


def test_sentences_of_languages_without_spaces_are_told_apart() -> None:
    assert texts("柴油出售。汽油不出售。") == ["柴油出售。", "汽油不出售。"]


def test_an_empty_answer_has_no_claims() -> None:
    assert claims("", SOURCES) == []
    assert settled("Only one so far [1].", SOURCES) == []
