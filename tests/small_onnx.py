"""An ONNX embedding model of a few bytes, with names and types of one's own: a table of vectors, looked up."""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

FLOAT, INT32, INT64 = 1, 6, 7  # TensorProto.DataType


def write_model(
    folder: Path,
    table: npt.NDArray[np.float32],
    inputs: tuple[str, ...] = ("input_ids", "attention_mask"),
    output: str = "last_hidden_state",
    kind: int = INT64,
    pooled: bool = False,
) -> None:
    """model.onnx, whose first input looks `table` up, and tokenizer.json for the words w0, w1, …

    Its output has a vector for each token, or the largest of each dimension when `pooled`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = "found" if pooled else output
    nodes = [_node("Gather", ["table", inputs[0]], found)]
    if pooled:
        axis = _bytes(5, _bytes(1, b"axes") + _int(8, 1) + _int(20, 7))
        keep = _bytes(5, _bytes(1, b"keepdims") + _int(3, 0) + _int(20, 2))
        nodes.append(_node("ReduceMax", [found], output) + axis + keep)
    shape = ["batch"] if pooled else ["batch", "tokens"]
    graph = b"".join(_bytes(1, node) for node in nodes)
    graph += _bytes(2, b"g") + _bytes(5, _tensor("table", table))
    graph += b"".join(_bytes(11, _value(name, kind, ["batch", "tokens"])) for name in inputs)
    graph += _bytes(12, _value(output, FLOAT, [*shape, table.shape[1]]))
    model = _int(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, b"") + _int(2, 17))
    (folder / "model.onnx").write_bytes(model)
    tokenizer = Tokenizer(WordLevel({f"w{row}": row for row in range(len(table))}, unk_token="w0"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))


def _node(operation: str, inputs: list[str], output: str) -> bytes:
    named = b"".join(_bytes(1, name.encode()) for name in inputs)
    return named + _bytes(2, output.encode()) + _bytes(4, operation.encode())


def _tensor(name: str, values: npt.NDArray[np.float32]) -> bytes:
    dims = b"".join(_int(1, size) for size in values.shape)
    return dims + _int(2, FLOAT) + _bytes(8, name.encode()) + _bytes(9, values.astype("<f4").tobytes())


def _value(name: str, kind: int, shape: list[str | int]) -> bytes:
    dims = b"".join(_bytes(1, _bytes(2, d.encode()) if isinstance(d, str) else _int(1, d)) for d in shape)
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _int(1, kind) + _bytes(2, dims)))


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += struct.pack("B", value & 127 | 128)
        value >>= 7
    return out + struct.pack("B", value)


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value
