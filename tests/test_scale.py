"""The corpus that growth is measured with, and the measurement itself, on a small one."""

import json
from pathlib import Path

import pytest

from qa.config import Settings, silent
from qa.evaluation.corpus import CorpusError, write_corpus
from qa.evaluation.scale import ScaleError, growth, measure, parse_sizes, read_questions
from qa.library import passage_texts
from qa.readers import Reader
from qa.splitting import split

ANIMALS = ["otter", "heron", "badger", "plover", "marten", "beaver", "lapwing", "polecat", "dunlin", "stoat"]
PLACES = ["weir", "orchard", "museum", "quarry", "harbour", "chapel", "mill", "viaduct", "meadow", "signal box"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    sentences = [
        f"On the {number}th day of the survey a {animal} was seen not far from the old {place}."
        for number, (animal, place) in enumerate((animal, place) for animal in ANIMALS for place in PLACES)
    ]
    (folder / "survey.md").write_text(
        "# Survey\n\n" + " ".join(sentences[:50]) + "\n\n" + "\n".join(sentences[50:])
    )
    questions = [{"question": f"Where was the {animal} seen?"} for animal in ANIMALS[:4]]
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, questions)))
    return folder


def test_the_corpus_has_as_many_passages_as_asked_for_and_as_many_different_ones(
    data: Path, tmp_path: Path, settings: Settings
) -> None:
    files = write_corpus(data, tmp_path / "corpus", 300, 0.2)
    paths = [path for path in (tmp_path / "corpus").rglob("*") if path.is_file()]
    assert len(paths) == files
    assert {path.suffix for path in paths} == {".txt", ".md", ".html", ".rst"}
    texts: list[str] = []
    with Reader(settings) as reader:
        for path in paths:
            document = reader.read(path)
            texts += passage_texts(document, split(document, settings.passage_characters))
    assert 295 <= len(texts) <= 305
    assert 55 <= len(set(texts)) <= 65


def test_the_same_seed_makes_the_same_corpus(data: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_corpus(data, tmp_path / name, 150, 0.5)
    one, two = ({p.name: p.read_text() for p in (tmp_path / name).rglob("*.*")} for name in ("one", "two"))
    assert one == two


def test_a_folder_without_texts_or_questions_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="--data"):
        write_corpus(tmp_path, tmp_path / "corpus", 100, 1)
    with pytest.raises(CorpusError, match="cannot be read"):
        write_corpus(tmp_path / "nowhere", tmp_path / "corpus", 100, 1)
    with pytest.raises(ScaleError, match=r"questions\.jsonl"):
        read_questions(tmp_path)


@pytest.mark.parametrize("text", ["", "many", "1000,", "5"])
def test_sizes_that_cannot_be_measured_are_refused(text: str) -> None:
    with pytest.raises(ScaleError, match="--passages"):
        parse_sizes(text)


def test_growth_is_a_multiple_of_n_log_n() -> None:
    def size(passages: int, seconds: float) -> dict[str, object]:
        ways = {way: {"p50": seconds} for way in ("dense", "lexical", "fused")}
        scopes = dict.fromkeys(("all", "one document", "one folder", "nearly all"), ways)
        names = ("first_sync_s", "start_s", "unchanged_sync_s", "changed_file_s", "peak_memory_mb", "disk_mb")
        return {"passages": passages, "query_ms": scopes} | dict.fromkeys(names, seconds)

    grown = growth([size(1000, 1), size(10000, 40 / 3), size(100000, 40 / 3)])
    assert grown["first_sync_s"] == [1.0, 0.08]
    assert grown["query_ms.nearly all.fused.p50"] == [1.0, 0.08]


def test_a_measurement_is_whole_and_is_not_done_twice(data: Path, tmp_path: Path, settings: Settings) -> None:
    figures = measure(settings, data, [100], 0.3, tmp_path / "work", silent)
    (size,) = figures["sizes"]
    assert 95 <= size["passages"] <= 105
    assert 25 <= size["distinct_passages"] <= 35
    assert size["query_ms"].keys() == {"all", "one document", "one folder", "nearly all"}
    for ways in size["query_ms"].values():
        assert ways.keys() == {"dense", "lexical", "fused", "reranked"}
        assert all(0 < spread["p50"] <= spread["p95"] for spread in ways.values())
    assert size["dense_recall"] > 0.95
    assert 100 < size["peak_memory_mb"] < 1500
    assert size["disk_mb"] > 0.1
    assert measure(settings, data, [100], 0.3, tmp_path / "work", silent) == figures
