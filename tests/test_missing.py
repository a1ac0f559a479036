"""What a refusal says is missing: only what is so, and nothing where that is not sure."""

from collections.abc import Sequence

import pytest

from qa.missing import missing

HUT = ("The Ukrainian soldiers took the prisoner to a hut. He said that he came from North Korea.",)
TOWN = (
    "Diesel is sold at pier C every day except Sunday. Petrol is not sold in the harbour.",
    "The choir was founded in 1931 by Ada Lindqvist. Its first concert was given in the school hall.",
    "At fault code E15 the heat pump of the Norman Castle is switched off.",
)


def said(question: str, passages: Sequence[str] = TOWN, elsewhere: str = "") -> str:
    """The sentence when the library holds the passages and the words `elsewhere`."""
    words = f"{' '.join(passages)} {elsewhere}".lower()
    return missing(question, passages, lambda word: word.lower() in words)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What is the name of the prisoner?", "The documents mention the prisoner, but do not say the name."),
        ("Is the prisoner called Kim Jong Un?", "The documents mention the prisoner, but not Kim Jong Un."),
        ("Who is the prisoner?", "The documents mention the prisoner, but do not say who."),
        (
            "Who guarded the prisoner?",
            "The documents mention the prisoner, but do not say who guarded the prisoner.",
        ),
        ("What is the prisoner called?", "The documents mention the prisoner, but not what is asked."),
        ("Who is the president of France?", "The documents do not mention France."),
        (
            "When did the soldiers leave North Korea?",
            "The documents mention the soldiers and North Korea, but do not say when.",
        ),
    ],
)
def test_what_is_mentioned_and_what_is_asked_are_told_apart(question: str, sentence: str) -> None:
    assert said(question, HUT) == sentence


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What should I do at E99?", "The documents do not mention E99."),
        (
            "How much does petrol cost in the harbour?",
            "The documents mention the harbour, but do not say how much.",
        ),
        ("When did the choir sing in Paris?", "The documents mention the choir, but not Paris."),
        ("Which songs did the choir sing?", "The documents mention the choir, but do not say which songs."),
        ("What is the melting point of tungsten?", "The word “tungsten” is not in the documents."),
        ("Who conducts the choir in Paris and Rome?", "The documents mention the choir, but not Paris or Rome."),
    ],
)
def test_names_and_codes_that_stand_nowhere_are_named(question: str, sentence: str) -> None:
    assert said(question) == sentence


def test_a_word_that_stands_elsewhere_in_the_library_is_not_said_to_be_absent() -> None:
    assert said("When did the choir sing in Paris?", elsewhere="Paris") == (
        "The documents mention the choir, but do not say when."
    )
    assert said("What is the melting point of tungsten?", elsewhere="tungsten") == ""


def test_a_word_counts_as_mentioned_only_if_it_stands_in_a_shown_passage() -> None:
    assert "prisoner" not in said("Who is the prisoner?", TOWN, elsewhere="prisoner")
    # Both words stand there, but not together.
    assert said("Who built the school choir?") == ""


def test_another_form_of_a_name_leaves_its_absence_unsure() -> None:
    assert said("Who ruled Normandy?") == ""


@pytest.mark.parametrize(
    "question",
    [
        "Wann wurde der Chor gegründet?",
        "柴油在哪里卖？",
        "what?",
        "E",
        "Is diesel sold on Sunday?",
        "…",
        "Why not?",
    ],
)
def test_in_doubt_nothing_is_said(question: str) -> None:
    assert said(question) == ""


def test_months_and_general_words_are_no_things() -> None:
    assert said("In what month of the year was it, May or June?") == ""


def test_a_very_long_question_costs_little() -> None:
    assert said("the prisoner of the castle and " * 120) is not None


def test_a_fiscal_year_that_stands_there_in_other_words_is_not_called_absent() -> None:
    report = ("In fiscal 2023 the company opened 12 stores.",)
    assert "FY2023" not in said("How many stores did the company close in FY2023?", report)
    assert "FY2024" in said("How many stores did the company close in FY2024?", report)
