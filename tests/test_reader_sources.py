"""What the reader learns beside SQuAD: each set is read as it is published, and some of it is only judged by."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from qa.evaluation.reader_examples import Example
from qa.evaluation.reader_sources import SOURCES, source_examples

TOWNS = "Aalen Breda Celle Delft Emden Fulda Gouda Hanau Ieper Jena Kampen Lemgo Meppel Namur Oss Passau".split()


def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Unit vectors of the letters of texts."""
    counts = np.array([[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvw"] for text in texts])
    vectors = counts + np.float32(0.01)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def boolq(town: str) -> dict[str, Any]:
    passage = f"The town of {town} has a ``harbour'' on the river, which was dug by its weavers."
    return {"title": town, "question": f"does {town} have a harbour", "answer": True, "passage": passage}


def qed(town: str) -> dict[str, Any]:
    paragraph = f"The mayor of {town} , Ada {town} - Smit , was elected ( by lot ) for a year ."
    answer = {"start": 0, "end": 0, "string": f"Ada {town} - Smit"}
    return {
        "title_text": town,
        "question_text": f"who is the mayor of {town}",
        "paragraph_text": paragraph,
        "original_nq_answers": [[answer]],
        "annotation": {"explanation_type": "none" if town == TOWNS[-1] else "single_sentence"},
    }


def covidqa(town: str) -> dict[str, Any]:
    counted = f"In {town} they counted the sick from house to house, and then those of the farms. " * 8
    context = f"{counted}The fever came with the ships from the south, they say. {counted}"
    answer = {"text": "The fever came with the ships", "answer_start": context.index("The fever")}
    asked = {"question": f"Why did the fever come to {town}?", "answers": [answer], "is_impossible": False}
    return {"paragraphs": [{"context": context, "qas": [asked]}]}


def tatqa(town: str) -> dict[str, Any]:
    def asked(question: str, answer: Any, where: str, derivation: str = "") -> dict[str, Any]:
        return {"question": question, "answer": answer, "answer_from": where, "derivation": derivation}

    return {
        "table": {"table": [["", "2018", "2017"], ["Tolls", "1,204", "998"], ["Rents", "77", "65"]]},
        "paragraphs": [
            {"order": 2, "text": f"Rents rose as {town} built houses. " * 12},
            {"order": 1, "text": f"The books of {town} are kept by the treasurer. " * 12},
        ],
        "questions": [
            asked("What were the tolls in 2018?", ["1,204"], "table"),
            asked("By how much did tolls rise from 2017 to 2018?", 206, "table", "1,204 - 998"),
            asked("Who keeps the books?", ["the treasurer"], "text"),
            asked("How many ships came?", ["41 ships"], "text"),
        ],
    }


def written(name: str, folder: Path) -> Path:
    """The set with one entry for each town, as it is published."""
    if name in ("boolq", "qed"):
        text = "\n".join(json.dumps({"boolq": boolq, "qed": qed}[name](town)) for town in TOWNS)
    elif name == "pubmedqa":
        papers = {
            str(n): {
                "QUESTION": f"Does the water of {town} cure the gout?",
                "CONTEXTS": ["We asked why people drink it.", f"Of 40 patients in {town} 3 were cured."],
                "LONG_ANSWER": f"The water of {town} seems to do nothing.",
            }
            for n, town in enumerate(TOWNS)
        }
        text = json.dumps(papers)
    elif name == "covidqa":
        text = json.dumps({"data": [covidqa(town) for town in TOWNS]})
    else:
        text = json.dumps([tatqa(town) for town in TOWNS])
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(params=sorted(SOURCES))
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[list[Example], list[Example]]:
    return source_examples(request.param, written(request.param, tmp_path), embed, 3)


def test_every_eighth_document_is_only_judged_by(made: tuple[list[Example], list[Example]]) -> None:
    learn, judge = made
    judged = {TOWNS[0], TOWNS[8]}
    of_towns = [e for e in learn if any(town in e.passage for town in TOWNS)]
    assert of_towns and not any(town in e.passage for e in learn for town in judged)
    assert judge and any(e.holds for e in judge)


def test_offsets_point_at_words_and_both_answers_are_learned(made: tuple[list[Example], list[Example]]) -> None:
    learn, _ = made
    assert {e.holds for e in learn} == {True, False}
    for example in learn:
        assert example.question.endswith("?")
        if example.start >= 0:
            words = example.passage[example.start : example.end]
            assert words.strip() and example.holds


def test_a_yes_is_no_words_of_the_passage_and_other_documents_mislead(tmp_path: Path) -> None:
    learn, _ = source_examples("boolq", written("boolq", tmp_path), embed, 3)
    assert all(e.start == -1 and not e.claim for e in learn)
    for example in learn:
        asked = next(town for town in TOWNS if town in example.question)
        assert (f"town of {asked}" in example.passage) == example.holds
        assert "``" not in example.passage


def test_punctuation_of_natural_questions_is_put_back_and_what_has_no_answer_is_left_out(tmp_path: Path) -> None:
    learn, judge = source_examples("qed", written("qed", tmp_path), embed, 3)
    found = [e.passage[e.start : e.end] for e in learn if e.start >= 0]
    assert f"Ada {TOWNS[2]}-Smit" in found
    assert any("Smit, was elected (by lot) for a year." in e.passage for e in learn)
    assert not any(TOWNS[-1] in e.question and e.holds for e in [*learn, *judge] if not e.claim)


def test_a_sum_is_answered_by_the_table_that_holds_its_figures(tmp_path: Path) -> None:
    learn, _ = source_examples("tatqa", written("tatqa", tmp_path), embed, 3)
    sums = [e for e in learn if e.question.startswith("By how much") and e.holds and not e.claim]
    assert sums and all("1,204 998" in e.passage.replace(" | ", " ") and e.start == -1 for e in sums)
    tolls = [e for e in learn if e.question == "What were the tolls in 2018?" and e.holds and not e.claim]
    assert {e.passage[e.start : e.end] for e in tolls} == {"1,204"}
    # What no passage holds is not learned as an answer, nor as none: nobody knows what the rest would say.
    assert not any("ships" in e.question for e in learn)


def test_a_question_about_another_year_is_not_answered(tmp_path: Path) -> None:
    learn, _ = source_examples("tatqa", written("tatqa", tmp_path), embed, 3)
    changed = [e for e in learn if "tolls in" in e.question and "2018" not in e.question]
    assert changed and not any(e.holds for e in changed)
