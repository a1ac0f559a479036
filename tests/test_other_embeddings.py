"""Embedding models of all kinds: ONNX exports with other names, GGUF models, the multilingual one, bad entries."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_onnx import INT32, write_model

from qa.config import ROOT, FootnoteError, Settings
from qa.embedding import Embedder, EmbeddingError, GgufEncoder, Reranker
from qa.gguf import ModelError
from qa.weights import (
    RERANKER,
    EmbeddingModel,
    WeightsError,
    embedding_identity,
    embedding_model,
    read_manifest,
)

MODELS = ROOT / "models"
SMOLLM = MODELS / "smollm2-135m-instruct-q4_1.gguf"
MULTILINGUAL = "multilingual-e5-small"
TABLE = np.random.default_rng(5).standard_normal((12, 8)).astype(np.float32)


def described(folder: Path, **entry: Any) -> None:
    given = {
        "model": "mine/model.onnx",
        "tokenizer": "mine/tokenizer.json",
        "languages": ["de"],
        "pooling": "mean",
    }
    (folder / "mine.json").write_text(json.dumps(given | entry))


def unit(vector: Any) -> Any:
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize(
    ("pooling", "expected"), [("cls", TABLE[3]), ("mean", TABLE[[3, 4, 5]].mean(axis=0)), ("last", TABLE[5])]
)
def test_tokens_are_pooled_as_the_entry_says_and_padding_does_not_count(
    tmp_path: Path, pooling: str, expected: Any
) -> None:
    write_model(tmp_path / "mine", TABLE)
    described(tmp_path, pooling=pooling)
    embedder = Embedder(embedding_model("mine", tmp_path), threads=1)
    assert embedder.dimensions == 8
    vectors = embedder.passages(["w3 w4 w5", "w1", "w6 w7 w8 w9 w10 w11"])
    np.testing.assert_allclose(vectors[0], unit(expected), atol=1e-6)
    np.testing.assert_allclose(vectors[1], unit(TABLE[1]), atol=1e-6)


@pytest.mark.parametrize(
    "inputs",
    [
        ("input_ids",),
        ("input_ids", "attention_mask", "token_type_ids", "position_ids"),
        ("tokens", "input_mask", "segment_ids"),
    ],
)
def test_inputs_and_outputs_are_known_by_what_they_are_called_in_other_exports(
    tmp_path: Path, inputs: tuple[str, ...]
) -> None:
    write_model(tmp_path / "mine", TABLE, inputs=inputs, output="token_embeddings", kind=INT32)
    described(tmp_path)
    vector = Embedder(embedding_model("mine", tmp_path), threads=1).question("w3 w4")
    np.testing.assert_allclose(vector, unit(TABLE[[3, 4]].mean(axis=0)), atol=1e-6)


def test_a_model_that_pools_itself_is_taken_at_its_word(tmp_path: Path) -> None:
    write_model(tmp_path / "mine", TABLE, output="sentence_embedding", pooled=True)
    described(tmp_path)
    vector = Embedder(embedding_model("mine", tmp_path), threads=1).question("w3 w4")
    np.testing.assert_allclose(vector, unit(TABLE[[3, 4]].max(axis=0)), atol=1e-6)


def test_prefixes_come_before_questions_and_passages_and_the_text_is_cut_at_the_models_tokens(
    tmp_path: Path,
) -> None:
    write_model(tmp_path / "mine", TABLE)
    described(tmp_path, question_prefix="w1 ", passage_prefix="w2 ", tokens=8)
    embedder = Embedder(embedding_model("mine", tmp_path), threads=1)
    np.testing.assert_allclose(embedder.question("w3"), unit(TABLE[[1, 3]].mean(axis=0)), atol=1e-6)
    np.testing.assert_allclose(embedder.passages(["w3"])[0], unit(TABLE[[2, 3]].mean(axis=0)), atol=1e-6)
    assert np.array_equal(embedder.question("w3 " * 7), embedder.question("w3 " * 7 + "w9 w9"))


def test_vectors_of_another_size_than_described_are_refused(tmp_path: Path) -> None:
    write_model(tmp_path / "mine", TABLE)
    described(tmp_path, dimensions=384)
    with pytest.raises(EmbeddingError, match="vectors of 8 numbers, not 384"):
        Embedder(embedding_model("mine", tmp_path), threads=1)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 something else", b"{}"])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    write_model(tmp_path / "mine", TABLE)
    described(tmp_path)
    (tmp_path / "mine" / name).write_bytes(content)
    with pytest.raises(WeightsError, match=name):
        Embedder(embedding_model("mine", tmp_path), threads=1)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"pooling": "sum"}, "pooling = 'sum'. It must be cls, mean or last"),
        ({"pooling": "model"}, "must say its pooling"),
        ({"languages": "de"}, "languages = 'de'. It must be a list"),
        ({"languages": []}, "It must be a list"),
        ({"tokens": "512"}, "It must be a number of tokens"),
        ({"model": None}, "It must be a path"),
        ({"prefix": "query: "}, "says 'prefix', which means nothing here"),
        ({"model": "mine/other.onnx"}, r"other\.onnx is missing\. Put it there, correct .*mine\.json"),
    ],
)
def test_a_wrong_entry_is_refused_with_what_is_wrong(tmp_path: Path, entry: dict[str, Any], reason: str) -> None:
    write_model(tmp_path / "mine", TABLE)
    described(tmp_path, **entry)
    with pytest.raises(WeightsError, match=reason):
        Embedder(embedding_model("mine", tmp_path), threads=1)


@pytest.mark.parametrize("content", ["", "[1]", '{"languages": ["de"]}', "\x00"])
def test_an_entry_that_says_too_little_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "mine.json").write_text(content)
    with pytest.raises(WeightsError, match=r"mine\.json"):
        embedding_model("mine", tmp_path)


@pytest.mark.parametrize("name", ["none", "", "../mine", "a/b"])
def test_a_name_that_nothing_describes_lists_the_models_and_shows_an_entry(tmp_path: Path, name: str) -> None:
    with pytest.raises(WeightsError, match=r"Choose one of: bge-small-en-v1.5.*(?s:.)*\"pooling\""):
        embedding_model(name, tmp_path)


def test_a_known_model_that_is_not_fetched_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"weights fetch multilingual-e5-small"):
        embedding_model(MULTILINGUAL, tmp_path)


def test_every_embedding_model_of_the_manifest_says_its_languages_and_how_it_is_used() -> None:
    for model in (model for model in read_manifest() if model.role == "embedding"):
        assert model.languages
        assert {"model", "pooling", "tokens", "dimensions", "question_prefix", "passage_prefix"} <= set(
            model.embedding
        )
        assert model.embedding["model"] in {file.name for file in model.files}


def test_another_description_of_ones_own_model_means_other_vectors(tmp_path: Path) -> None:
    settings = Settings(models=tmp_path, embedding="mine")
    assert embedding_identity(settings) == "mine"
    write_model(tmp_path / "mine", TABLE)
    described(tmp_path)
    first = embedding_identity(settings)
    described(tmp_path, languages=["fr"], upstream="elsewhere")
    assert embedding_identity(settings) == first
    described(tmp_path, pooling="cls")
    assert embedding_identity(settings) != first
    assert embedding_identity(Settings()) == Settings().embedding


# GGUF.


def gguf(pooling: str, tokens: int = 32) -> EmbeddingModel:
    return EmbeddingModel("smol", SMOLLM, None, ("en",), pooling, tokens)  # type: ignore[arg-type]


@pytest.mark.parametrize("pooling", ["mean", "last"])
def test_any_gguf_makes_vectors_the_same_however_many_are_asked_for(pooling: str) -> None:
    embedder = Embedder(gguf(pooling), threads=2)
    texts = ["The pump starts at 3 bar.", "A museum", "", "Closed on Mondays. " * 12]
    vectors = embedder.passages(texts)
    assert vectors.shape == (4, embedder.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for row, text in enumerate(texts):
        np.testing.assert_allclose(vectors[row], embedder.question(text), atol=1e-4)
    longer = embedder.question("Closed on Mondays. " * 14)
    if pooling == "mean":
        np.testing.assert_allclose(vectors[3], longer, atol=1e-4)


def test_a_gguf_that_says_no_pooling_needs_an_entry_that_does() -> None:
    with pytest.raises(ModelError, match=r"how it pools.*QA_EMBEDDING"):
        Embedder(gguf("model"), threads=1)


def test_a_gguf_entry_needs_a_path_and_languages_only(tmp_path: Path) -> None:
    (tmp_path / "mine.gguf").write_bytes(b"GGUF")
    (tmp_path / "mine.json").write_text('{"model": "mine.gguf", "languages": ["many"]}')
    model = embedding_model("mine", tmp_path)
    assert (model.pooling, model.tokenizer, model.is_gguf) == ("model", None, True)
    with pytest.raises(FootnoteError, match=r"mine\.gguf cannot be loaded"):
        Embedder(model, threads=1)


def test_a_model_that_is_closed_frees_its_threads_and_embeds_nothing_more() -> None:
    embedder = Embedder(gguf("mean"), threads=2)
    embedder.passages(["a", "b", "c"])
    assert [thread for thread in threading.enumerate() if thread.name.startswith("embed")]
    embedder.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("embed")]
    with pytest.raises(RuntimeError, match="shutdown"):
        embedder.question("a")
    embedder.close()


# The multilingual model.

FACTS = {
    "de": [
        ("Das Museum hat dienstags bis sonntags geöffnet; montags bleibt es zu.", "Wann ist die Ausstellung zu?"),
        ("Zeigt die Wärmepumpe E15, ist Kältemittel ausgetreten: Gerät abschalten.", "Was bedeutet E15?"),
        ("Die Buslinie 9 fährt alle zwanzig Minuten zum Flughafen.", "Wie komme ich zum Flugzeug?"),
    ],
    "ru": [
        ("Музей открыт со вторника по воскресенье; в понедельник он закрыт.", "Когда нельзя посетить выставку?"),
        ("Если насос показывает код E15, произошла утечка: выключите прибор.", "Что значит E15?"),
        ("Автобус номер 9 ходит до аэропорта каждые двадцать минут.", "Как добраться до самолёта?"),
    ],
    "zh": [
        ("博物馆周二至周日开放，周一闭馆。", "哪一天不能参观展览？"),
        ("热泵显示代码E15时，说明制冷剂泄漏：请关闭设备。", "E15是什么意思？"),
        ("9路公共汽车每二十分钟开往机场。", "怎样去坐飞机？"),
    ],
}


@pytest.fixture(scope="module")
def multilingual() -> Iterator[Embedder]:
    if not (MODELS / MULTILINGUAL / "model-q4_0.gguf").is_file():
        pytest.skip("multilingual-e5-small is not fetched")
    yield Embedder(embedding_model(MULTILINGUAL, MODELS), threads=2)


def test_the_multilingual_model_finds_the_answer_in_each_language(multilingual: Embedder) -> None:
    assert isinstance(multilingual.encoder, GgufEncoder)
    for facts in FACTS.values():
        vectors = multilingual.passages([passage for passage, _ in facts])
        assert vectors.shape == (3, 384)
        for row, (_, question) in enumerate(facts):
            assert int(np.argmax(vectors @ multilingual.question(question))) == row


def test_the_multilingual_model_reads_wide_and_narrow_signs_and_breaks_of_lines_alike(
    multilingual: Embedder,
) -> None:
    one, other = multilingual.passages(["ＡＢＣ １２３\r\nﬁn", "ABC 123 fin"])
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_where_the_reranker_knows_no_language_the_vectors_judge(multilingual: Embedder) -> None:
    reranker = Reranker(MODELS / RERANKER, 2, multilingual)
    for facts in FACTS.values():
        passages = [passage for passage, _ in facts]
        for row, (_, question) in enumerate(facts):
            relevance = reranker.relevance(question, passages)
            assert int(np.argmax(relevance)) == row
            assert relevance.max() == 0


def test_where_neither_knows_the_language_the_order_of_the_search_stays(embedder: Embedder) -> None:
    reranker = Reranker(MODELS / RERANKER, 2, embedder)
    relevance = reranker.relevance("Когда закрыт музей?", [passage for passage, _ in FACTS["ru"]])
    assert relevance.tolist() == [0, -0.5, -1]
    english = ["The museum is closed on Mondays.", "Bus 9 runs to the airport."]
    asked = "When is the museum closed?"
    assert np.array_equal(
        reranker.relevance(asked, english), Reranker(MODELS / RERANKER, 2).relevance(asked, english)
    )
