"""Rows of tables, counted in the table: only where it is certain which table and which rows are meant."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.config import load_settings
from qa.engine import open_engine
from qa.store import Store
from qa.surveying import Outcome, compose, reach, recognise_rows
from qa.surveying.tallying import tallied

MINUTES = """# Minutes

## Planets

| Planet | Moons |
|---|---|
| Mars | 2 |
| Venus | 0 |

## 9. Action items

| No. | Action | Owner | Due |
|---|---|---|---|
| A1 | Sign the contract | Amara Dube | 21 March 2025 |
| A2 | Write to all households | Priya Nadkarni | 31 March 2025 |
| A3 | Order the lamps | Tomas Lindqvist | 4 April 2025 |
| A4 | Obtain three offers | Priya Nadkarni | 4 April 2025 |

## Quotes

| Contractor | Price | Guarantee |
|---|---|---|
| Ridgeline | £46,800 | 15 years |
| Castle & Sons | £52,150 | 20 years |
| Penhale | £43,900 | 15 years |
"""
STAFF = "Name,Team,City\nAnn Bell,Sales,Leeds\nBo Carr,Sales,York\nCy Dunn,IT,Leeds\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "minutes.md").write_text(MINUTES, encoding="utf-8")
    (folder / "employees.csv").write_text(STAFF, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def store(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    settings = load_settings(documents=folder, state=tmp_path_factory.mktemp("state"), threads=1)
    with open_engine(settings, chat=False) as engine:
        engine.sync()
        yield engine.store


def outcome(store: Store, question: str) -> Outcome | None:
    plan = recognise_rows(question, lambda: ["minutes.md", "employees.csv"])
    found = list(tallied(plan, reach(store, names=plan.documents))) if plan else []
    return found[0] if found else None


def test_rows_are_counted_as_the_question_describes_them(store: Store) -> None:
    asked = {
        "How many action items are there?": 4,
        "How many action items does Priya Nadkarni have?": 2,
        "How many action items are due on 4 April 2025?": 2,
        "How many action items are there in the minutes?": 4,
        "How many contractors are there?": 3,
        "How many contractors have a guarantee of 15 years?": 2,
    }
    counts = {question: found.lines[0].text for question in asked if (found := outcome(store, question))}
    assert {question: int(text.split()[0]) for question, text in counts.items()} == asked


def test_each_counted_row_is_a_line_with_its_footnote(store: Store) -> None:
    found = outcome(store, "How many action items does Priya Nadkarni have?")
    assert found is not None
    answer = compose(found.lines, store)
    assert answer.written.startswith(
        "2 action items: the table under “9. Action items” in minutes.md has 2 rows with Owner: Priya Nadkarni."
    )
    assert "- A2 · Write to all households · Priya Nadkarni · 31 March 2025 [1]" in answer.written
    rows = [store.text(words.document_id)[words.start : words.end] for line in found.lines for words in line.words]
    assert rows == [line for line in MINUTES.split("\n") if "Priya" in line]


def test_rows_of_a_file_of_separated_values_are_counted(store: Store) -> None:
    found = outcome(store, "How many names are there in employees.csv?")
    assert found is not None
    assert found.lines[0].text.startswith("3 names")


@pytest.mark.parametrize(
    "question",
    [
        # The number stands in a cell; the rows are not what is asked for.
        "How many moons does Mars have?",
        "How many moons are there?",
        # A word that the table does not explain.
        "How many action items are overdue?",
        "How many action items does Priya Nadkarni regret?",
        "How many action items does Luis Ferreira have?",
        "How many households are there?",
        "How many guests were at the meeting?",
        "How many people live in Leeds?",
    ],
)
def test_what_is_not_certain_is_an_ordinary_question(store: Store, question: str) -> None:
    assert outcome(store, question) is None
