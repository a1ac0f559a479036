"""The shipped corpus and the questions asked of it: complete, consistent, and in our own words."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.config import ROOT, load_settings
from qa.readers import Document, Reader

SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared" / "seeds"
REPORT = "kursk-prisoner-report.txt"
LONGEST_SHARED_RUN = 8
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "seed_questions.jsonl").read_text("utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if "answers" in question]
UNANSWERABLE = [question for question in QUESTIONS if question.get("unanswerable")]

# What the shared article states, each in a form that our text must hold somewhere.
FACTS = (
    "21 January 2025",
    "2025-01-21",
    "Ukrainian Airborne Assault Forces Command",
    "95th Airborne Assault Brigade",
    "first prisoner of war",
    "suicide",
    "In 2024",
    "had not ended",
    "1,250 square kilometres",
    "Kursk Oblast",
    "invincible",
    "counter-terrorist operation",
    "more troops and more air support",
    "10,000 to 12,000",
    "November 2024",
    "attacked fiercely",
    "Drone operators",
    "pull back",
    "mortar fire",
    "air strikes",
    "Nobody got out",
    "a drone operator noticed someone moving",
    "green scarf",
    "offered the man help",
    "narrow eyes",
    "uniform",
    "Russian, Ukrainian and English",
    "grenade",
    "knife",
    "sausage",
    "let him keep it",
    "jaw",
    "arm were bandaged",
    "medical care",
    "pickup point",
    "safe distance",
    "went in front",
    "vehicle",
    "nervous",
    "trench",
    "concrete posts",
    "head hard against",
    "unconscious",
    "seize a weapon",
    "end his own life",
    "orders not to surrender",
    "bulletproof vest was too big",
    "several jackets",
    "better equipment",
    "President Volodymyr Zelenskyy",
    "exchange",
    "Kim Jong Un",
    "questioning",
    "cargo ferry",
    "over 100 more military personnel",
    "was not trained on Russian military equipment",
    "DPRK",
)


@pytest.fixture(scope="module")
def corpus() -> Iterator[dict[str, Document]]:
    """Every seed document by file name, read as the product reads it."""
    with Reader(load_settings()) as reader:
        yield {path.name: reader.read(path) for path in sorted(SEEDS.iterdir())}


def squeezed(text: str) -> str:
    return " ".join(text.split())


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".pdf", ".docx"])
def test_the_corpus_has_a_document_of_every_format(suffix: str) -> None:
    assert list(SEEDS.glob(f"*{suffix}"))


def test_every_document_is_read_without_a_warning(corpus: dict[str, Document]) -> None:
    assert {name: document.warnings for name, document in corpus.items() if document.warnings} == {}


def test_the_corpus_has_a_lifelike_length(corpus: dict[str, Document]) -> None:
    assert 25_000 <= sum(len(document.text) for document in corpus.values()) <= 55_000


def test_the_manual_keeps_its_pages_and_the_handbook_its_headings(corpus: dict[str, Document]) -> None:
    assert [page.number for page in corpus["heat-pump-manual.pdf"].pages] == list(range(1, 9))
    titles = [heading.title for heading in corpus["staff-handbook.docx"].headings]
    assert "10. Whistleblowing" in titles


@pytest.mark.parametrize("fact", FACTS)
def test_the_report_states_every_fact_of_the_shared_article(fact: str) -> None:
    assert fact in (SEEDS / REPORT).read_text("utf-8")


def test_the_report_copies_no_run_of_words_from_the_shared_article() -> None:
    articles = sorted(SHARED.glob("*.txt"))
    if not articles:
        pytest.skip("the shared article is not beside this repository")
    ours = runs((SEEDS / REPORT).read_text("utf-8"), LONGEST_SHARED_RUN + 1)
    for article in articles:
        assert not ours & runs(article.read_text("utf-8"), LONGEST_SHARED_RUN + 1)


def test_there_are_enough_questions_with_and_without_an_answer() -> None:
    assert len(ANSWERABLE) >= 24
    assert len(UNANSWERABLE) >= 10
    assert len(ANSWERABLE) + len(UNANSWERABLE) == len(QUESTIONS)
    assert len({question["question"] for question in QUESTIONS}) == len(QUESTIONS)


def test_every_document_is_asked_about() -> None:
    assert {question["document"] for question in ANSWERABLE} == {path.name for path in SEEDS.iterdir()}


def test_a_follow_up_names_an_earlier_question() -> None:
    asked: set[str] = set()
    for question in QUESTIONS:
        assert "follows" not in question or question["follows"] in asked
        asked.add(question["question"])


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["question"])
def test_the_evidence_stands_in_one_document_and_holds_the_answer(
    question: dict[str, Any], corpus: dict[str, Document]
) -> None:
    evidence = squeezed(question["evidence"])
    assert any(answer in evidence.lower() for answer in question["answers"])
    holders = [name for name, document in corpus.items() if evidence in squeezed(document.text)]
    assert holders == [question["document"]]


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["question"])
def test_a_page_is_given_where_the_document_has_pages_and_holds_the_evidence(
    question: dict[str, Any], corpus: dict[str, Document]
) -> None:
    document = corpus[question["document"]]
    assert (question["page"] is not None) == bool(document.pages)
    for page in document.pages:
        held = squeezed(question["evidence"]) in squeezed(document.text[page.start : page.end])
        assert held == (page.number == question["page"])
