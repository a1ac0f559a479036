"""Fusion by its law; search with the real embedder, reranker and index."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_library import small_engine, small_settings

from qa.engine import Engine, open_engine
from qa.retrieval import STEP_COST, STEPS, fuse
from qa.store import Scope, ScopeError

rankings = st.lists(st.lists(st.integers(1, 30), unique=True, max_size=20), max_size=5)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with small_engine(tmp_path_factory.mktemp("library"), chat=False) as engine:
        yield engine


@given(rankings)
def test_fusion_holds_each_passage_once_by_its_summed_reciprocal_ranks(rankings: list[list[int]]) -> None:
    fused = fuse(rankings)
    assert sorted(fused) == sorted({i for ranking in rankings for i in ranking})
    scores = [sum(1 / (61 + r.index(i)) for r in rankings if i in r) for i in fused]
    assert all(one >= other - 1e-12 for one, other in pairwise(scores))


def test_fusion_prefers_what_both_rankings_found() -> None:
    assert fuse([[1, 2, 3], [4, 2, 5]])[0] == 2
    assert fuse([[7, 8, 9]]) == [7, 8, 9]
    assert fuse([]) == []


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Where can I buy diesel?", "pier C"),
        ("Who started the choir?", "Ada Lindqvist"),
        ("Why did the oven break the second time?", "broken fan"),
        ("KELLER", "firm Keller"),
        ("What does a night cost for a guest's yacht?", "18 euros"),
    ],
)
def test_the_passage_that_answers_is_first(engine: Engine, question: str, words: str) -> None:
    best = engine.retriever.search(question)[0]
    assert words in best.passage.text


def test_candidates_are_ranked_and_each_is_an_interval_of_its_document(engine: Engine) -> None:
    found = engine.retriever.search("What is sold in the harbour?")
    assert [c.rank for c in found] == sorted((c.rank for c in found), reverse=True)
    assert len({c.passage.id for c in found}) == len(found)
    for candidate in found:
        passage = candidate.passage
        assert passage.text == engine.store.text(passage.document_id)[passage.start : passage.end]


def test_no_more_passages_are_taken_than_hold_so_many_different_texts(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    retriever = engine.retriever
    monkeypatch.setattr(retriever, "settings", engine.settings.model_copy(update={"reranked": 2}))
    fetched: list[int] = []
    passages = engine.store.passages
    monkeypatch.setattr(engine.store, "passages", lambda ids: (fetched.extend(ids), passages(ids))[1])
    ids = [passage_id for batch, _ in engine.store.vectors() for passage_id in batch]
    found, different = retriever._different(ids * 3)
    assert (len(found), different) == (2, 2)
    assert len(fetched) <= 4, "nothing is read after"


def test_a_question_about_something_else_is_below_the_floor(engine: Engine) -> None:
    found = engine.retriever.search("What is the melting point of tungsten?")
    assert found[0].relevance < engine.settings.relevance_floor


def test_a_follow_up_finds_what_the_question_before_it_was_about(engine: Engine) -> None:
    found = engine.retriever.search("And in winter?", "Is diesel sold in the harbour?")
    assert "the pump is closed" in found[0].passage.text


@pytest.mark.parametrize("question", ["?", "the", '"', "NEAR(a b)", "x" * 4000, "🛢", "a OR (", "柴油"])
def test_any_question_can_be_searched(engine: Engine, question: str) -> None:
    assert isinstance(engine.retriever.search(question), list)


@pytest.mark.parametrize("name", ["choir.txt", "bakery.html", "harbour.md"])
def test_a_search_in_scope_finds_only_what_is_in_it(engine: Engine, name: str) -> None:
    for question in ("Where can I buy diesel?", "Who started the choir?", "oven"):
        found = engine.retriever.search(question, scope=Scope((name,)))
        assert {candidate.passage.document for candidate in found} == {name}


def test_a_search_in_an_unknown_place_names_what_is_near(engine: Engine) -> None:
    with pytest.raises(ScopeError, match=r"Near it: choir\.txt"):
        engine.retriever.search("Who started the choir?", scope=Scope(("choirs.txt",)))


def test_many_copies_do_not_hide_what_else_there_is(engine: Engine) -> None:
    folder = engine.settings.documents[0] / "copies"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.txt").write_text("Diesel is sold at pier C every day except Sunday.")
    try:
        engine.sync()
        passages = engine.retriever.candidates(["Where is diesel sold?"])
        assert "harbour.md" in {passage.document for passage in passages}
        assert len({" ".join(passage.text.split()) for passage in passages}) > 3
        found = engine.retriever.search("Where is diesel sold?")
        copies = {candidate.relevance for candidate in found if candidate.passage.document.startswith("copies/")}
        assert len(copies) == 1, "the same words are judged alike"
    finally:
        for path in folder.iterdir():
            path.unlink()
        engine.library.sync(force=True)


def test_the_passages_beside_one_that_is_found_come_behind_it_by_their_distance(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    lines = [f"Paragraph {n} tells of the weather in the valley, and of nothing else at all." for n in range(12)]
    lines[6] = "The keeper of the lighthouse was Ottilie Gross, who held the office for forty years."
    (tmp_path / "documents" / "valley.txt").write_text("\n\n".join(lines), encoding="utf-8")
    settings = small_settings(tmp_path, passage_characters=100, candidates=1, reranked=1)
    with open_engine(settings, chat=False) as engine:
        engine.sync()
        best, *others = engine.retriever.search("Who was the keeper of the lighthouse?")
    assert "Ottilie" in best.passage.text and best.reading is not None and not best.beside
    assert all(other.beside and other.reading is None for other in others)
    distances = sorted(abs(other.passage.start - best.passage.start) for other in others)
    assert [abs(other.passage.start - best.passage.start) for other in others] == distances
    expected = sorted(step for step in range(1, STEPS + 1) for _ in range(2))
    assert [(best.relevance - other.relevance) / STEP_COST for other in others] == pytest.approx(expected)


def test_the_reader_reads_the_first_passages_and_points_into_their_text(engine: Engine) -> None:
    found = engine.retriever.search("Who founded the choir?")
    read = [candidate for candidate in found if candidate.reading]
    assert read and found[0].reading
    start, end = found[0].reading.start, found[0].reading.end
    assert found[0].passage.text[start:end].strip() == "Ada Lindqvist"
