"""The default model on the shipped corpus: enough right answers with the right footnote, enough refusals."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qa.answering import Finished
from qa.config import ROOT, load_settings
from qa.conversation import Turn
from qa.engine import Engine, open_engine

RIGHT = 22
REFUSED = 10
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "seed_questions.jsonl").read_text("utf-8").splitlines()
]

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Asked:
    """A seed question and what came of it."""

    question: dict[str, Any]
    finished: Finished

    @property
    def right(self) -> bool:
        """Whether the answer holds what was expected."""
        answer = plain(self.finished.answer)
        return not self.finished.refused and any(plain(a) in answer for a in self.question.get("answers", ()))

    @property
    def cited(self) -> bool:
        """Whether a footnote of the answer leads to the document, and page, that holds the evidence."""
        footnotes = {n for claim in self.finished.claims for n in claim.footnotes}
        wanted = (self.question.get("document"), self.question.get("page"))
        return any((s.document, s.page) == wanted for s in self.finished.sources if s.n in footnotes)


def plain(text: str) -> str:
    """Lower case, with one kind of space, dash and quotation mark."""
    return " ".join(text.lower().translate(str.maketrans("–—’“”\u2011", '--\'""-')).split())


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Asked]]:
    """Every question, asked once; a follow-up with the turn that it follows."""
    folder = tmp_path_factory.mktemp("seeds")
    with open_engine(load_settings(documents=ROOT / "seeds", state=folder / "state")) as engine:
        engine.sync()
        answers: dict[str, Finished] = {}
        for entry in QUESTIONS:
            earlier = answers.get(entry.get("follows", ""))
            turns = [Turn(earlier.question, earlier.answer)] if earlier else []
            answers[entry["question"]] = answer(engine, entry["question"], turns)
        yield [Asked(entry, answers[entry["question"]]) for entry in QUESTIONS]


def answer(engine: Engine, question: str, turns: list[Turn]) -> Finished:
    *_, last = engine.answer(question, turns)
    assert isinstance(last, Finished)
    return last


def table(asked: list[Asked]) -> str:
    """One line a question, for whoever has to find out what went wrong."""
    rows = []
    for one in asked:
        kind = "none" if one.question.get("unanswerable") else "some"
        verdict = "refused" if one.finished.refused else "right" if one.right else "other"
        cited = "cited" if one.cited else ""
        rows.append(f"{kind} {verdict:8}{cited:6} {one.question['question']}\n        {one.finished.answer!r}")
    return "\n".join(rows)


def test_enough_questions_are_answered_right_with_the_right_footnote(asked: list[Asked]) -> None:
    answerable = [one for one in asked if "answers" in one.question]
    right = [one for one in answerable if one.right and one.cited]
    print(f"{len(right)} of {len(answerable)} right with the right footnote\n{table(answerable)}")
    assert len(right) >= RIGHT


def test_enough_questions_without_an_answer_are_refused(asked: list[Asked]) -> None:
    unanswerable = [one for one in asked if one.question.get("unanswerable")]
    refused = [one for one in unanswerable if one.finished.refused]
    print(f"{len(refused)} of {len(unanswerable)} refused\n{table(unanswerable)}")
    assert len(refused) >= REFUSED


def test_every_footnote_names_a_source_that_was_shown(asked: list[Asked]) -> None:
    for one in asked:
        finished = one.finished
        for claim in finished.claims:
            assert set(claim.footnotes) <= {source.n for source in finished.sources}
