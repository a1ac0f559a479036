"""The reader that ships: where it says an answer stands, in which order, and what it makes of odd texts."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from qa.config import ROOT, load_settings
from qa.embedding import Checker
from qa.library import with_headings
from qa.weights import READER, WeightsError, judgement, read_manifest, reader_model, verify

QUESTION = "When was the mill built?"
MILL = "The mill by the river was built in 1871. It burned down in 1902 and was never rebuilt."
BOATS = "Visiting boats pay 18 euros a night. The office is open from 8 to 20."


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    yield Checker(*reader_model(load_settings(models=ROOT / "models")), threads=1)


def words(text: str, checker: Checker, question: str = QUESTION, after: int = 0) -> str:
    """What the reader points at in a text."""
    (reading,) = checker.read(question, [text], [after])
    return text[reading.start : reading.end]


@pytest.mark.parametrize(
    "text",
    [
        MILL,
        with_headings(("Valley history", "Mills"), MILL),
        f"🙂🏞️ 𝒜 Größe naïve — {MILL} 🙂",
        f"\n\n  {MILL}\t ",
        f"{BOATS}\n\n{MILL}\n\n{BOATS}",
        f"水車小屋 {MILL}",
    ],
)
def test_the_words_of_the_answer_are_exact_whatever_stands_around_them(text: str, checker: Checker) -> None:
    assert words(text, checker).strip(" .") in ("1871", "in 1871")


def test_an_answer_is_not_sought_in_the_headings(checker: Checker) -> None:
    heading = with_headings(("Built in 1780", "The mill"), MILL)
    (reading,) = checker.read(QUESTION, [heading], [len(heading) - len(MILL)])
    assert reading.start >= len(heading) - len(MILL)
    assert "1871" in heading[reading.start : reading.end]


def test_a_text_without_a_place_for_an_answer_has_none(checker: Checker) -> None:
    for text, after in (("", 0), ("   ", 0), (MILL, len(MILL)), (MILL, 10_000)):
        (reading,) = checker.read(QUESTION, [text], [after])
        assert reading.margin == -np.inf and reading.start == reading.end == 0


def test_a_very_long_passage_is_read_to_where_the_model_sees(checker: Checker) -> None:
    long = f"{MILL} {BOATS * 400}"
    (reading,) = checker.read(QUESTION, [long])
    assert "1871" in long[reading.start : reading.end]
    (behind,) = checker.read(QUESTION, [f"{BOATS * 400} {MILL}"])
    assert 0 <= behind.start <= behind.end <= len(BOATS * 400)


def test_a_very_long_question_is_read_with_what_room_there_is(checker: Checker) -> None:
    (reading,) = checker.read("why " * 900, [MILL])
    assert 0 <= reading.start <= reading.end <= len(MILL)


def test_readings_come_in_the_order_of_the_texts_whatever_their_lengths(checker: Checker) -> None:
    texts = [BOATS * 9, MILL, "", BOATS, f"{BOATS} {MILL}", "Short."] * 4
    together = checker.read(QUESTION, texts)
    for text, reading in zip(texts[:6], together[:6], strict=True):
        (alone,) = checker.read(QUESTION, [text])
        assert (alone.start, alone.end) == (reading.start, reading.end)
        assert alone.answerable == pytest.approx(reading.answerable, abs=0.3)
    assert together[1].answerable > max(together[0].answerable, together[3].answerable) + 2
    assert checker.read(QUESTION, []) == []


def test_a_claim_is_supported_by_the_text_that_says_it_and_not_by_others(checker: Checker) -> None:
    logits = checker.supported(QUESTION, "The mill was built in 1871.", [BOATS, MILL, ""])
    assert logits.shape == (3,) and np.isfinite(logits).all()
    assert logits.argmax() == 1
    assert checker.supported(QUESTION, "It was built in 1871.", []).shape == (0,)


@pytest.mark.parametrize(
    ("question", "texts", "known"),
    [
        (QUESTION, [MILL, BOATS], True),
        ("Wann wurde die Mühle gebaut und von wem ist das nicht bekannt?", [MILL], False),
        (
            QUESTION,
            ["Die Mühle am Fluss wurde im Jahr 1871 gebaut und ist 1902 bis auf die Mauern abgebrannt."],
            False,
        ),
        ("水車小屋はいつ建てられましたか", ["水車小屋は1871年に建てられました"], False),
        ("1871?", ["1871 1902"], True),
    ],
)
def test_it_knows_which_languages_it_cannot_judge(
    question: str, texts: list[str], known: bool, checker: Checker
) -> None:
    assert checker.knows(question, texts) == known


def test_a_missing_reader_is_named_with_what_to_do(tmp_path: Path) -> None:
    settings = load_settings(models=tmp_path)
    with pytest.raises(WeightsError, match=r"footnote-reader.model\.onnx is missing.*weights fetch"):
        reader_model(settings)


def test_a_damaged_reader_is_found(tmp_path: Path) -> None:
    (model,) = (model for model in read_manifest() if model.name == READER)
    path = tmp_path / model.files[0].name
    path.parent.mkdir()
    path.write_bytes(b"x" * model.files[0].bytes)
    (found,) = verify([model], load_settings(models=tmp_path))
    assert found[1].startswith("damaged") and not path.exists()


def test_the_reader_that_ships_is_the_one_of_the_manifest() -> None:
    (model,) = (model for model in read_manifest() if model.name == READER)
    settings = load_settings(models=ROOT / "models")
    assert verify([model], settings) == [(model.files[0], "valid")]
    assert model.files[0].committed and model.files[0].bytes < 40_000_000
    assert set(judgement(settings)["points"]) == {"careful", "balanced", "eager"}
