"""The exact words that a claim rests on, and the rows of tables."""

import pytest

from qa.facts import best_span, mismatch

FAULTS = """5.1 Fault codes
Code Meaning What to do
E03 Pressure of heating water above 2.7 bar Let water out, have the expansion vessel checked
E07 Outdoor sensor lost Emergency operation at curve 0.6, call service
E12 Low pressure in the refrigerant circuit Do not reset, call service
E15 Refrigerant leak Power off at the fuse box, keep away, call service
W04 Yearly service is due Make an appointment

5.2 Afterwards
Wait until the ring of light is green. Then press the knob
for ten seconds, and note the code in the log book.
"""
SALES = """3M Company
(Millions, except per share amounts) 2022 2021 2020
Net sales 34,229 35,355 32,184
Cost of sales 19,232 18,795 16,605
Operating income 6,539 7,369 7,161
Net income 5,777 5,921 5,449
"""
CITIES = """City | Country | People
Paris | France | 2,161,000
Lyon | France | 516,092
Graz | Austria | 291,072
"""
QUESTION = "What must I do when E15 is shown?"


@pytest.mark.parametrize(
    "claim",
    [
        "Emergency operation at curve 0.6, call service.",
        "E15: emergency operation at curve 0.6.",
        "E15 means that the outdoor sensor is lost.",
        "The outdoor sensor is lost.",
        "Do not reset, call service.",
        "Let water out and have the expansion vessel checked.",
        "Make an appointment.",
        "Power off at the fuse box and have the vessel checked.",
        "E07 Outdoor sensor lost Emergency operation at curve 0.6, call service",
    ],
)
def test_a_claim_from_the_row_of_another_code_is_told(claim: str) -> None:
    reason = mismatch(claim, FAULTS, QUESTION)
    assert reason is not None
    if claim.startswith("Emergency"):
        assert reason == "E15 and 0.6 stand in different rows"


@pytest.mark.parametrize(
    "claim",
    [
        "Power off at the fuse box, keep away, call service.",
        "Switch the power off at the fuse box, keep away and call the service.",
        "E15 means a refrigerant leak.",
        "There is a refrigerant leak.",
        "Call service.",
        "Wait until the ring of light is green.",
        "Press the knob for ten seconds.",
    ],
)
def test_a_claim_from_the_row_that_is_asked_about_passes(claim: str) -> None:
    assert mismatch(claim, FAULTS, QUESTION) is None


def test_the_code_may_stand_in_the_claim_alone() -> None:
    assert mismatch("E15 is shown when the outdoor sensor is lost.", FAULTS) is not None
    assert mismatch("E07 is shown when the outdoor sensor is lost.", FAULTS) is None


def test_two_rows_may_be_compared() -> None:
    claim = "E07 means that the outdoor sensor is lost, and E15 a refrigerant leak."
    assert mismatch(claim, FAULTS, "What is the difference between E07 and E15?") is None


def test_a_code_that_no_row_has_is_told() -> None:
    assert mismatch("The outdoor sensor is lost.", FAULTS, "What is E99?") == "E99 is not in the passage"


def test_a_table_without_the_code_of_the_question_does_not_answer_it() -> None:
    part = "".join(line for line in FAULTS.splitlines(keepends=True) if not line.startswith("E15"))
    assert mismatch("Call service.", part, QUESTION) == "E15 is not in the passage"


@pytest.mark.parametrize(
    ("claim", "passes"),
    [
        ("Net sales were $34,229 million.", True),
        ("Net sales were $34.2 billion.", True),
        ("Net income was $5,777 million.", True),
        ("Net income was $34,229 million.", False),
        ("Net income was $34.2 billion.", False),
        ("Operating income was $5,777 million.", False),
        ("Net sales were 34,229 and net income was 5,777.", True),
    ],
)
def test_a_figure_belongs_to_its_row(claim: str, passes: bool) -> None:
    assert (mismatch(claim, SALES) is None) is passes


@pytest.mark.parametrize(
    ("claim", "question", "passes"),
    [
        ("Lyon has 516,092 people.", "", True),
        ("Lyon has 291,072 people.", "", False),
        ("291,072", "How many people live in Lyon?", False),
        ("516,092", "How many people live in Lyon?", True),
        ("Paris has more people (2,161,000) than Graz (291,072).", "", True),
    ],
)
def test_a_cell_belongs_to_its_row(claim: str, question: str, passes: bool) -> None:
    assert (mismatch(claim, CITIES, question) is None) is passes


@pytest.mark.parametrize(
    ("claim", "question", "passes"),
    [
        ("Net sales were $34,229 million in 2022.", "", True),
        ("Net sales were $35,355 million in 2021.", "", True),
        ("Net sales were $34,229 million in 2021.", "", False),
        ("Net sales were $34,229 million.", "What were net sales in 2021?", False),
        ("Net sales were $35.4 billion.", "What were net sales in 2021?", True),
        ("Net sales fell from $35,355 million in 2021 to $34,229 million in 2022.", "", True),
    ],
)
def test_a_figure_belongs_to_its_column(claim: str, question: str, passes: bool) -> None:
    reason = mismatch(claim, SALES, question)
    assert reason is None if passes else reason == "2021 and 34,229 million stand in different columns"


def test_a_cell_with_the_head_of_its_column_belongs_to_it() -> None:
    sheet = "Name: Ann | Born: 1960 | Hired: 1991\nName: Bob | Born: 1971 | Hired: 1999\n"
    assert mismatch("Ann was hired in 1991.", sheet) is None
    assert mismatch("Ann was hired in 1999.", sheet) == "Ann and 1999 stand in different rows"
    assert mismatch("Ann was hired in 1960.", sheet) == "Hired and 1960 stand in different columns"


def test_the_reason_names_both_cells() -> None:
    assert mismatch("Lyon has 291,072 people.", CITIES) == "Lyon and 291,072 stand in different rows"


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (
            "For E15, power off at the fuse box.",
            "E15 Refrigerant leak Power off at the fuse box, keep away, call service",
        ),
        (
            "Emergency operation at curve 0.6",
            "E07 Outdoor sensor lost Emergency operation at curve 0.6, call service",
        ),
        ("Wait until the ring is green.", "Wait until the ring of light is green."),
        (
            "Press the knob for ten seconds.",
            "Then press the knob\nfor ten seconds, and note the code in the log book.",
        ),
        (
            "When the ring is green, press the knob for ten seconds.",
            "Wait until the ring of light is green. Then press the knob\nfor ten seconds, and note the code in "
            "the log book.",
        ),
    ],
)
def test_the_narrowest_row_or_sentence_is_pointed_at(claim: str, words: str) -> None:
    start, end = best_span(claim, FAULTS)
    assert FAULTS[start:end] == words


def test_the_sentence_with_the_number_is_preferred_to_the_one_with_more_words() -> None:
    passage = "The pump of the house holds water for the house. Its tank holds 300 l. The tank is blue."
    start, end = best_span("The tank of the pump of the house holds 300 litres.", passage)
    assert "Its tank holds 300 l." in passage[start:end]


def test_the_cell_of_a_table_is_pointed_at_by_its_row() -> None:
    start, end = best_span("Graz has 291,072 people.", CITIES)
    assert CITIES[start:end] == "Graz | Austria | 291,072"


def test_nothing_is_pointed_at_where_no_word_is_shared() -> None:
    assert best_span("Kim Jong Un", FAULTS) == (0, 0)
    assert best_span("", FAULTS) == (0, 0)
    assert best_span("A pump.", "") == (0, 0)


def test_an_abbreviation_ends_no_sentence() -> None:
    passage = "Dr. Ada Lindqvist came at 5 p.m. on Monday. She left."
    start, end = best_span("Ada Lindqvist came on Monday.", passage)
    assert passage[start:end] == "Dr. Ada Lindqvist came at 5 p.m. on Monday."
