"""The real embedding model and reranker: shapes, units, order, and agreement with running one text at a time."""

import random
import threading

import numpy as np
import pytest

from qa.embedding import BATCH, TOKENS, Embedder, OnnxEncoder, Reranker, batches, feeds

DIMENSIONS = 384
WORDS = ["pump", "valve", "pressure", "garden", "minutes", "lease", "river", "weir", "museum", "rope", "sensor"]


def texts(count: int) -> list[str]:
    """Seeded texts of 1 to 120 words, in no order of length."""
    chance = random.Random(7)
    return [" ".join(chance.choices(WORDS, k=chance.randint(1, 120))) for _ in range(count)]


def test_vectors_are_units_of_384_numbers_in_single_precision(embedder: Embedder) -> None:
    vectors = embedder.passages(texts(BATCH + 3))
    assert vectors.shape == (BATCH + 3, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.question("Which valve?").shape == (DIMENSIONS,)
    assert np.isclose(np.linalg.norm(embedder.question("Which valve?")), 1, atol=1e-5)


def test_each_row_belongs_to_its_text_whatever_the_batch(embedder: Embedder) -> None:
    given = texts(3 * BATCH + 1)
    together = embedder.passages(given)
    alone = np.concatenate([embedder.passages([text]) for text in given])
    # int8 activations are scaled over the whole batch, so neighbours move a vector a little, never far.
    similarity = together @ alone.T
    assert np.diag(similarity).min() > 0.97
    backwards = embedder.passages(given[::-1])[::-1]
    assert np.einsum("ij,ij->i", together, backwards).min() > 0.97


def test_the_same_texts_give_the_same_vectors(embedder: Embedder) -> None:
    assert np.array_equal(embedder.passages(texts(20)), embedder.passages(texts(20)))


def test_no_texts_give_no_rows(embedder: Embedder, reranker: Reranker) -> None:
    assert embedder.passages([]).shape == (0, DIMENSIONS)
    assert reranker.relevance("Which valve?", []).shape == (0,)


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "🦜🦜🦜", "ﷺ", "漢字" * 50, "a" * 5000, "\u202e\ufeff"])
def test_odd_texts_have_a_vector_too(text: str, embedder: Embedder, reranker: Reranker) -> None:
    assert np.isclose(np.linalg.norm(embedder.passages([text])[0]), 1, atol=1e-5)
    assert np.isfinite(embedder.question(text)).all()
    assert np.isfinite(reranker.relevance(text, [text, "A valve."])).all()


def test_a_very_long_text_is_cut_at_512_tokens(embedder: Embedder) -> None:
    start = "valve " * (TOKENS + 10)
    long, longer = embedder.passages([start]), embedder.passages([start + "river " * 50_000])
    assert np.array_equal(long, longer)


def test_a_very_long_question_leaves_room_for_the_passage(reranker: Reranker) -> None:
    question = "At what pressure does the pump start? " * 500
    alone, with_question = reranker.tokenizer.encode_batch(
        ["It starts at 3 bar.", (question, "It starts at 3 bar.")]
    )
    assert len(with_question.ids) == TOKENS
    assert sum(with_question.type_ids) == len(alone.ids) - 1  # all but [CLS]
    assert np.isfinite(reranker.relevance(question, ["It starts at 3 bar."])).all()


def test_batches_hold_each_row_once_longest_first() -> None:
    lengths = [random.Random(3).randint(1, TOKENS) for _ in range(3)] + [5, 400, 5, 17, 512, 1, 1, 80]
    rows = list(batches(lengths))
    assert sorted(row for batch in rows for row in batch) == list(range(len(lengths)))
    assert all(len(batch) == BATCH for batch in rows[:-1])
    in_order = [lengths[row] for batch in rows for row in batch]
    assert in_order == sorted(lengths, reverse=True)
    assert list(batches([])) == []


def test_padding_is_no_longer_than_the_longest_of_its_batch(embedder: Embedder) -> None:
    assert isinstance(embedder.encoder, OnnxEncoder)
    encodings = embedder.encoder.tokenizer.encode_batch_fast(["valve", "valve river pump"])
    inputs = feeds(encodings)
    assert inputs["input_ids"].shape == (2, 5)
    assert inputs["attention_mask"].tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]


def test_a_question_is_nearest_to_the_passage_that_answers_it(embedder: Embedder) -> None:
    passages = [
        "The heat pump shows E15 when the gas sensor finds a refrigerant leak.",
        "Annual leave is 27 days, to be requested two weeks ahead.",
        "The museum is closed on Mondays.",
    ]
    vectors = embedder.passages(passages)
    for row, question in enumerate(["What does fault E15 mean?", "How many holidays do I get?", "Open Monday?"]):
        assert int(np.argmax(vectors @ embedder.question(question))) == row


def test_relevance_keeps_the_order_of_the_texts(reranker: Reranker) -> None:
    question = "How many days of annual leave are there?"
    answer = "Annual leave is 27 days, to be requested two weeks ahead."
    given = [*texts(9), answer, *texts(9)]
    relevance = reranker.relevance(question, given)
    assert relevance.shape == (19,)
    assert int(np.argmax(relevance)) == 9
    assert relevance[9] > 0 > np.delete(relevance, 9).max()


def test_several_threads_may_share_a_model(embedder: Embedder) -> None:
    given = texts(12)
    expected = embedder.passages(given)
    results: list[bool] = []
    threads = [
        threading.Thread(target=lambda: results.append(np.array_equal(embedder.passages(given), expected)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True, True, True]
