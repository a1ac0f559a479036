"""What the reader learns from: offsets are right, held-out articles stay apart, a seed gives the same again."""

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from qa.evaluation.reader_examples import Example, examples, statement
from qa.evaluation.reader_tables import table_examples

PARAGRAPH = (
    "The mill at {0} was built in {1} by Ada {0}. It burned down in {2} and was never rebuilt. "
    "The village of {0} bought the ruin in {3} for {4} crowns. " + "Nothing else is known of it. " * 14
)


def entry(title: str, first: int) -> dict[str, Any]:
    """An article of three paragraphs in SQuAD's form, with questions that have an answer and one that has none."""
    paragraphs = []
    for number in range(3):
        year = first + 10 * number
        context = PARAGRAPH.format(title.title(), year, year + 31, year + 40, 200 + number)
        qas = [
            asked(context, f"When was the mill at {title.title()} built?", str(year)),
            asked(context, f"In what year did the mill of {year} burn down?", str(year + 31)),
            asked(context, "How much did the ruin cost?", f"{200 + number} crowns"),
            {
                "question": "Who rebuilt the mill?",
                "is_impossible": True,
                "answers": [],
                "plausible_answers": [{"text": f"Ada {title.title()}", "answer_start": context.index("Ada")}],
            },
        ]
        paragraphs.append({"context": context, "qas": qas})
    return {"title": title, "paragraphs": paragraphs}


def asked(context: str, question: str, answer: str) -> dict[str, Any]:
    found = [{"text": answer, "answer_start": context.index(answer)}]
    return {"question": question, "is_impossible": False, "answers": found}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "squad.json"
    data = [entry("dalen", 1800), entry("vik", 1900), entry("held_out", 1700)]
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    return path


def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Unit vectors of the letters of texts."""
    counts = np.array([[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvw"] for text in texts])
    vectors = counts + np.float32(0.01)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def made(file: Path, seed: int = 1) -> tuple[list[Example], list[Example]]:
    return examples([file], ["held_out"], embed, seed)


def test_the_answer_stands_where_its_offsets_say(file: Path) -> None:
    learn, judge = made(file)
    found = [e for e in [*learn, *judge] if e.start >= 0]
    assert len(found) >= 27 and all(e.holds for e in found)
    for example in found:
        words = example.passage[example.start : example.end]
        assert words and words[0] != " " and words.removesuffix(" crowns").isdigit()


def test_what_holds_without_a_claim_has_a_place_and_nothing_else_has(file: Path) -> None:
    for example in made(file)[0]:
        if not example.claim:
            assert example.holds == (example.start >= 0)
        else:
            assert (example.start, example.end) == (-1, -1)


def test_articles_that_are_held_out_are_judged_by_and_never_learned(file: Path) -> None:
    learn, judge = made(file)
    assert learn and judge
    assert not any("Held_Out" in e.passage or "Held_Out" in e.question for e in learn)
    learned = {e.passage for e in learn if "mill" in e.passage}
    assert learned.isdisjoint(e.passage for e in judge)


def test_one_seed_gives_the_same_examples_and_another_others(file: Path) -> None:
    assert made(file, 1) == made(file, 1)
    assert made(file, 1) != made(file, 2)


def test_a_misleading_passage_does_not_hold_the_answer(file: Path) -> None:
    learn, _ = made(file)
    places = {(e.question, e.passage) for e in learn if e.start >= 0}
    wrong = [e for e in learn if not e.claim and not e.holds]
    assert wrong
    assert not any((e.question, e.passage) in places for e in wrong)


def test_a_changed_number_stands_nowhere_in_its_passage(file: Path) -> None:
    learn = [example for seed in range(6) for example in made(file, seed)[0]]
    changed = [e for e in learn if not e.holds and not e.claim and "did the mill of" in e.question]
    swapped = [e for e in changed if e.question.split("mill of ")[1].split()[0] not in e.passage]
    assert swapped


def test_a_statement_holds_the_answer_and_does_not_ask() -> None:
    for seed in range(20):
        said = statement("When was the mill built?", "1871", random.Random(seed))
        assert "1871" in said and "?" not in said and not said.lower().startswith("when")


def test_tables_point_at_the_cell_of_the_row_that_is_asked_for() -> None:
    placed = [e for e in table_examples(40, 3) if e.start >= 0]
    assert len(placed) == 80
    for example in placed:
        line = example.passage[example.passage.rfind("\n", 0, example.start) + 1 : example.end]
        label = re.match(r"(?:item: )?([A-Z]\d+|\w+ \d)", line)
        assert label is not None and label[1] in example.question


def test_tables_have_questions_about_rows_and_columns_that_are_not_there() -> None:
    found = list(table_examples(40, 3))
    assert sum(not e.holds and not e.claim for e in found) == 80
    assert sum(e.holds and bool(e.claim) for e in found) == 80
    assert found == list(table_examples(40, 3)) != list(table_examples(40, 4))
