"""Ranked passages to numbered sources: exact, within the budget, merged, widened; on random documents."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.choosing import MARGIN
from qa.config import Settings
from qa.evidence import WIDENING, Source, evidence_text, found, gather, naming, quoted
from qa.readers import Document, Page
from qa.retrieval import Candidate
from qa.splitting import split
from qa.store import FileState, Store

SETTINGS = Settings(passage_characters=100, evidence_tokens=100, sources=6)
WORDS = ["word", "Wort", "mot.", "end. ", "stop! ", " ", "\n", "\n\n", "- ", "“quoted.” ", "3.5 ", "(so.) ", "é, "]


def words(text: str) -> int:
    """Stands for a model's tokenizer."""
    return len(text.split())


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = "".join(draw(st.lists(st.sampled_from(WORDS), min_size=5, max_size=200))) + "x"
    if not draw(st.booleans()):
        return Document(text, (), (), "text", ())
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(text) - 1)), max_size=4)))
    pages = tuple(Page(n, a, b) for n, (a, b) in enumerate(pairwise([0, *cuts, len(text)]), start=1))
    return Document(text, pages, (), "pdf", ())


@contextmanager
def filled(contents: Sequence[Document]) -> Iterator[Store]:
    """A real store that holds `contents`."""
    with tempfile.TemporaryDirectory() as folder, closing(Store(Path(folder) / "library.sqlite")) as store:
        for number, document in enumerate(contents):
            passages = split(document, SETTINGS.passage_characters)
            vectors = np.zeros((len(passages), 384), dtype=np.float32)
            name = f"{number}.txt"
            store.replace(FileState(name, 1, 1, name), document, passages, vectors)
        yield store


def candidates(store: Store, relevances: Sequence[float]) -> list[Candidate]:
    """Every passage of the store, ranked by the `relevances`, which are repeated."""
    ids = [i for batch, _ in store.vectors() for i in batch]
    ranked = [Candidate(p, relevances[n % len(relevances)]) for n, p in enumerate(store.passages(ids))]
    return sorted(ranked, key=lambda candidate: -candidate.relevance)


relevances = st.lists(st.floats(-11, 11, width=16), min_size=1, max_size=20)


@given(st.lists(documents(), min_size=1, max_size=3), relevances)
@settings(max_examples=120, deadline=None)
def test_sources_keep_every_law_of_evidence(contents: list[Document], values: list[float]) -> None:
    with filled(contents) as store:
        ranked = candidates(store, values)
        sources = gather(ranked, store, SETTINGS, words)
        originals = [candidate.passage for candidate in ranked]
        assert [source.n for source in sources] == list(range(1, len(sources) + 1)) != []
        assert sources[0].relevance == ranked[0].relevance
        assert all(one.relevance >= other.relevance for one, other in pairwise(sources))
        assert len(sources) <= SETTINGS.sources
        tokens = sum(words(quoted(source)) for source in sources)
        assert tokens <= SETTINGS.evidence_tokens or len(sources) == 1
        for source in sources:
            assert source.text == store.text(source.document_id)[source.start : source.end] != ""
            assert source.relevance >= ranked[0].relevance - MARGIN
            covered = [
                p
                for p in originals
                if (p.document_id, p.page) == (source.document_id, source.page)
                and p.start < source.end
                and source.start < p.end
            ]
            assert min(p.start for p in covered) - WIDENING <= source.start
            assert source.end <= max(p.end for p in covered) + WIDENING
            if source.page is not None:
                (page,) = (p for p in store.pages(source.document_id) if p.number == source.page)
                assert page.start <= source.start < source.end <= page.end
        for one, other in combinations(sources, 2):
            if (one.document_id, one.page) == (other.document_id, other.page):
                assert one.end < other.start or other.end < one.start


@given(documents(), relevances)
@settings(max_examples=60, deadline=None)
def test_a_search_shows_the_passages_as_they_are(document: Document, values: list[float]) -> None:
    with filled([document]) as store:
        ranked = candidates(store, values)
        sources = found(ranked)
        assert [source.n for source in sources] == list(range(1, len(ranked) + 1))
        assert [source.text for source in sources] == [candidate.passage.text for candidate in ranked]
        assert all(source.text == document.text[source.start : source.end] for source in sources)


def gathered(text: str, wanted: Sequence[str], values: Sequence[float], **changed: int) -> tuple[Source, ...]:
    """The sources when the passages that hold `wanted` words are found, with these relevances."""
    with filled([Document(text, (), (), "text", ())]) as store:
        passages = [candidate.passage for candidate in candidates(store, [0.0])]
        ranked = [
            Candidate(next(p for p in passages if word in p.text), value)
            for word, value in zip(wanted, values, strict=True)
        ]
        ranked.sort(key=lambda candidate: -candidate.relevance)
        return gather(ranked, store, SETTINGS.model_copy(update=changed), words)


PARAGRAPHS = "\n\n".join(
    f"Here {name} begins. It fills most of one passage, as it should. Here {name} stops."
    for name in ("alpha", "beta", "gamma", "delta", "epsilon")
)


def test_passages_that_touch_become_one_source_that_ranks_as_its_best_part() -> None:
    (source,) = gathered(PARAGRAPHS, ["alpha begins", "beta begins"], [1.0, 3.0])
    assert source.relevance == 3.0
    assert "alpha begins" in source.text
    assert "beta stops" in source.text


def test_passages_apart_stay_apart_and_the_best_is_first() -> None:
    one, other = gathered(PARAGRAPHS, ["alpha begins", "delta begins"], [1.0, 3.0])
    assert "delta" in one.text
    assert "alpha" in other.text
    assert evidence_text((one, other)) == f"[1] 0.txt\n{one.text.strip()}\n\n[2] 0.txt\n{other.text.strip()}"


def test_a_document_replaced_since_it_was_found_is_left_out() -> None:
    one, other = (Document(f"{word} ends here.", (), (), "text", ()) for word in ("One", "Other"))
    with filled([one, other]) as store:
        ranked = candidates(store, [5.0, 4.0])
        store.remove("0.txt")
        assert [source.text for source in gather(ranked, store, SETTINGS, words)] == [other.text]
        store.remove("1.txt")
        assert gather(ranked, store, SETTINGS, words) == ()


def test_a_passage_far_below_the_best_is_left_out() -> None:
    (source,) = gathered(PARAGRAPHS, ["alpha begins", "delta begins"], [3.0, 3.0 - MARGIN - 0.1])
    assert "alpha" in source.text


def test_a_source_that_does_not_fit_is_left_out_whole_but_never_the_best() -> None:
    assert len(gathered(PARAGRAPHS, ["alpha begins", "delta begins"], [3.0, 2.9])) == 2
    (source,) = gathered(PARAGRAPHS, ["alpha begins", "delta begins"], [3.0, 2.9], evidence_tokens=25)
    assert "alpha" in source.text
    (source,) = gathered(PARAGRAPHS, ["alpha begins", "beta begins"], [3.0, 2.9], evidence_tokens=1)
    assert source.text.strip().startswith("Here alpha begins")
    assert source.text.strip().endswith("Here alpha stops.")


def test_a_passage_grows_to_whole_sentences_at_both_ends() -> None:
    sentence = "This sentence is so long that one passage of a hundred characters cannot hold it all, "
    text = "Before. " + sentence + "as it goes on to the target and still farther, for a while. After it."
    (source,) = gathered(text, ["target"], [1.0])
    assert source.text.strip().startswith("This sentence")
    assert source.text.strip().endswith("for a while.")


def test_a_passage_grows_to_whole_sentences_of_any_script() -> None:
    text = "前言很短。" + "这句话写得很长，" * 12 + "一直写到目标，" + "还要继续写，" * 9 + "才算结束。后文也短。"
    (source,) = gathered(text, ["目标"], [1.0])
    assert source.text.startswith("这句话")
    assert source.text.endswith("才算结束。")


def test_a_passage_without_sentence_ends_nearby_stays_as_it_is() -> None:
    text = "word " * 400
    with filled([Document(text, (), (), "text", ())]) as store:
        ranked = candidates(store, [0.0, *[-20.0] * 100])
        middle = [c for c in ranked if c.passage.start > WIDENING and c.passage.end < len(text) - WIDENING][:1]
        (source,) = gather(middle, store, SETTINGS, words)
        assert (source.start, source.end) == (middle[0].passage.start, middle[0].passage.end)


def test_a_title_names_document_page_and_headings() -> None:
    source = Source(1, 1, "manual.pdf", 3, 0, 1, "x", ("Pump", "Noise"), 0.0, "page 3")
    assert source.title == "manual.pdf, page 3, Pump > Noise"
    assert quoted(source) == "[1] manual.pdf, page 3, Pump > Noise\nx"


def test_copies_of_a_passage_are_cited_once_and_the_first_is_kept() -> None:
    text = "The pump starts at 3 bar."
    said = (text, text.replace(" ", "\n"), "Ropes were made.", text)
    copies = [Document(one, (), (), "text", ()) for one in said]
    with filled(copies) as store:
        ranked = candidates(store, [5.0, 4.0, 3.0, 5.0])
        sources = gather(ranked, store, SETTINGS, words)
        assert [source.document for source in sources] == ["0.txt", "2.txt"]
        assert len(found(ranked)) == 4, "a search shows every place"


def test_a_place_is_said_as_its_format_calls_it() -> None:
    pages = (Page(1, 0, 10, "Budget"), Page(2, 10, 20, "Notes"))
    for kind, place in (("pdf", "page 2 (printed Notes)"), ("xlsx", "sheet 2, Notes"), ("pptx", "slide 2, Notes")):
        with filled([Document("Money in. Money out.", pages, (), kind, ())]) as store:
            ranked = candidates(store, [1.0, 2.0])
            assert ranked[0].passage.place == place
            assert gather(ranked, store, SETTINGS, words)[0].title == f"0.txt, {place}"


ROWS = [
    "E01 No water flow Open the valves\nE07 Outside sensor defective Call service",
    "E11 High pressure Clean the filter\nE15 Refrigerant leak Power off, keep away",
    "Codes are shown in red. After E15 the house is aired.",
]


def rows_named(question: str, texts: Sequence[str]) -> list[str]:
    contents = [Document(text, (), (), "text", ()) for text in texts]
    with filled(contents) as store:
        return [candidate.passage.text for candidate in naming(candidates(store, [1.0]), question)]


def test_a_row_that_the_question_names_is_not_put_beside_other_parts_of_its_table() -> None:
    assert rows_named("What do I do at E15?", ROWS) == [ROWS[1]]
    assert rows_named("what does e07 mean", ROWS) == [ROWS[0]]
    assert rows_named("(E15...) " + "-." * 1500, ROWS) == [ROWS[1]]
    assert rows_named("Which is worse, E07 or E15?", ROWS) == ROWS[:2]
    cells = ["Code: QX-3; Price: 4\nCode: QX-4; Price: 9", "Code: QX-5; Price: 8\nCode: QX-6; Price: 7"]
    assert rows_named("What is the price of QX-6?", cells) == [cells[1]]


def test_without_a_named_row_all_candidates_stay() -> None:
    for question in ("What is shown in red?", "What is E99?", "Which codes are there?"):
        assert rows_named(question, ROWS) == ROWS
    # A line that happens to begin with a code is no row.
    prose = ["COVID-19 was seen in May.\nThe school closed.", "In June COVID-19 was gone."]
    assert rows_named("When was COVID-19 seen?", prose) == prose
