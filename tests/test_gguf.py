"""A real model through llama.cpp's C interface, and files that are none."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from small_model import small_model

from qa.gguf import Gguf, ModelError

CONTEXT = 1024


@pytest.fixture(scope="module")
def gguf() -> Iterator[Gguf]:
    model = Gguf(small_model(), threads=1, context_tokens=CONTEXT)
    yield model
    model.close()


def start_of(size: int) -> bytes:
    with small_model().open("rb") as file:
        return file.read(size)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a GGUF model file"),
        (b"PK\x03\x04" + bytes(100), "not a GGUF model file"),
        (b"GGUF", "incomplete, damaged"),
        (b"GGUF" + b"\xff" * 100, "incomplete, damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**50, 2**50), "incomplete, damaged"),
        (20, "incomplete, damaged"),
        (100_000, "incomplete, damaged"),
        (5_000_000, "incomplete, damaged"),
    ],
)
def test_a_file_that_is_not_a_whole_model_is_refused_by_name(
    content: bytes | int, said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(start_of(content) if isinstance(content, int) else content)
    with pytest.raises(ModelError, match=said) as refused:
        Gguf(path, threads=1, context_tokens=CONTEXT)
    assert str(path) in str(refused.value)
    assert "--model" in str(refused.value)
    assert capfd.readouterr() == ("", "")


def test_a_folder_or_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.gguf"):
        with pytest.raises(ModelError, match="cannot be opened") as refused:
            Gguf(path, threads=1, context_tokens=CONTEXT)
        assert str(path) in str(refused.value)


def test_a_model_is_found_under_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"mod\xe8le.gguf")
    path.symlink_to(small_model())
    Gguf(path, threads=1, context_tokens=CONTEXT).close()


def test_the_context_is_at_most_what_the_model_was_trained_on() -> None:
    model = Gguf(small_model(), threads=1, context_tokens=1_000_000)
    assert model.context_tokens == 8192
    model.close()
    model.close()


def test_pieces_of_tokens_make_the_text_again(gguf: Gguf) -> None:
    text = "Der Vögel 55 °C, 柴油 🛢 <|im_end|>\n\n\ttail "
    tokens = gguf.tokenize(text, add_bos=False, control=False)
    assert b"".join(map(gguf.piece, tokens)).decode() == text


def test_control_tokens_count_only_where_they_are_asked_for(gguf: Gguf) -> None:
    (control,) = gguf.tokenize(gguf.end_text(), add_bos=False, control=True)
    assert gguf.ends(control)
    assert gguf.piece(control) == b""
    plain = gguf.tokenize(gguf.end_text(), add_bos=False, control=False)
    assert control not in plain
    assert not any(map(gguf.ends, plain))


def test_lone_surrogates_and_zeros_are_tokenised(gguf: Gguf) -> None:
    assert gguf.tokenize("a\ud800b\0c", add_bos=False, control=False)
    assert gguf.tokenize("", add_bos=False, control=False) == []


def test_logits_are_the_same_after_the_state_was_put_back(gguf: Gguf) -> None:
    tokens = gguf.tokenize("The harbour office is open from", add_bos=False, control=False)
    gguf.forget_all()
    gguf.evaluate(tokens)
    state = gguf.save_state()
    gguf.evaluate(tokens[:1])
    expected = gguf.logits().copy()
    gguf.forget_all()
    assert gguf.load_state(state)
    gguf.evaluate(tokens[:1])
    np.testing.assert_array_equal(gguf.logits(), expected)


def test_what_was_read_can_be_forgotten_from_a_position_on(gguf: Gguf) -> None:
    tokens = gguf.tokenize("The harbour office is open from eight to", add_bos=False, control=False)
    gguf.forget_all()
    gguf.evaluate(tokens[:5])
    gguf.evaluate(tokens[5:6])
    expected = gguf.logits().copy()
    gguf.evaluate(tokens[6:])
    assert gguf.forget_from(5)
    gguf.evaluate(tokens[5:6])
    np.testing.assert_array_equal(gguf.logits(), expected)


@pytest.fixture
def short() -> Iterator[Gguf]:
    """A context shorter than the batch that longer ones use."""
    model = Gguf(small_model(), threads=1, context_tokens=256)
    yield model
    model.close()


def test_a_prompt_longer_than_a_batch_is_read_whole(gguf: Gguf) -> None:
    gguf.forget_all()
    gguf.evaluate([5] * 530)
    assert gguf.logits().shape == (gguf.vocabulary_size,)
    assert np.isfinite(gguf.logits()).all()


def test_reading_past_the_context_is_an_error_and_not_a_crash(short: Gguf) -> None:
    with pytest.raises(ModelError, match="could not read its prompt"):
        short.evaluate([5] * 300)
    short.forget_all()
    short.evaluate([5])
