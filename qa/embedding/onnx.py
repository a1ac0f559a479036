"""Transformers in the ONNX format, on the processor: sessions, tokenizers, batches, pooling."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from qa.weights import EmbeddingModel, WeightsError

Floats = npt.NDArray[np.float32]
Inputs = dict[str, npt.NDArray[np.int64]]

TOKENS = 512
# Small batches of similar length waste the least work on padding: 70 passages/s at 8 to 16, 36 at 32.
BATCH = 8
# What inputs are called in different exports, by a part of their name, the telling ones first.
_INPUTS = (
    ("mask", "attention_mask"),
    ("type", "token_type_ids"),
    ("segment", "token_type_ids"),
    ("position", "position_ids"),
    ("", "input_ids"),
)


class OnnxEncoder:
    """An embedding model with its tokenizer.json: texts to one vector each, however the export names things.

    Its output is a vector for each token, pooled as the model's entry says, or one vector already pooled.
    """

    def __init__(self, model: EmbeddingModel, threads: int) -> None:
        if model.tokenizer is None:
            raise WeightsError(
                f"The description of {model.name} names no tokenizer: the path of its tokenizer.json."
            )
        self.tokenizer = tokenizer(model.tokenizer, model.tokens)
        self.session = session(model.model, threads)
        self.output, tokenwise = _output(self.session)
        self._pool = POOLING[model.pooling] if tokenwise else _pooled
        self._inputs = {given.name: (_meaning(given.name), given.type) for given in self.session.get_inputs()}

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Vectors of at least one text, shape (n, dimensions), in their order; not of unit length."""
        encodings = self.tokenizer.encode_batch_fast(list(texts))
        vectors: Floats | None = None
        for rows in batches([len(encoding.ids) for encoding in encodings]):
            given = feeds([encodings[row] for row in rows])
            some = self._pool(self.run(given), given["attention_mask"])
            if vectors is None:
                vectors = np.empty((len(texts), some.shape[1]), dtype=np.float32)
            vectors[rows] = some
        assert vectors is not None
        return vectors

    def run(self, given: Inputs) -> Floats:
        """The model alone: its output for what `feeds` made."""
        named = {
            name: given[meaning].astype(np.int32) if kind == "tensor(int32)" else given[meaning]
            for name, (meaning, kind) in self._inputs.items()
        }
        (output,) = self.session.run([self.output], named)
        hidden: Floats = output
        return hidden


def _cls(hidden: Floats, mask: npt.NDArray[np.int64]) -> Floats:
    return hidden[:, 0]


def _mean(hidden: Floats, mask: npt.NDArray[np.int64]) -> Floats:
    weights = mask[:, :, None].astype(np.float32)
    mean: Floats = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
    return mean


def _last(hidden: Floats, mask: npt.NDArray[np.int64]) -> Floats:
    last: Floats = hidden[np.arange(len(hidden)), np.maximum(mask.sum(axis=1) - 1, 0)]
    return last


def _pooled(output: Floats, mask: npt.NDArray[np.int64]) -> Floats:
    return output


POOLING: dict[str, Callable[[Floats, npt.NDArray[np.int64]], Floats]] = {"cls": _cls, "mean": _mean, "last": _last}


def _output(session: onnxruntime.InferenceSession) -> tuple[str, bool]:
    """The output to use, and whether it has a vector for each token; one that has is preferred."""
    outputs = {output.name: len(output.shape) for output in session.get_outputs()}
    for rank in (3, 2):
        if names := [name for name, dimensions in outputs.items() if dimensions == rank]:
            return names[0], rank == 3
    raise WeightsError(f"This ONNX model gives no vectors: its outputs are {', '.join(outputs)}.")


def _meaning(name: str) -> str:
    return next(meaning for part, meaning in _INPUTS if part in name.lower())


def batches(lengths: Sequence[int], size: int = BATCH) -> Iterator[list[int]]:
    """Row numbers in batches of `size`, longest first so that memory peaks at once and then stays."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    for start in range(0, len(order), size):
        yield order[start : start + size]


def feeds(encodings: Sequence[Encoding]) -> Inputs:
    """What a transformer may want to know, each of shape (batch, longest), padded with zeros on the right."""
    longest = max(len(encoding.ids) for encoding in encodings)
    ids, mask, types = (np.zeros((len(encodings), longest), dtype=np.int64) for _ in range(3))
    for row, encoding in enumerate(encodings):
        length = len(encoding.ids)
        ids[row, :length] = encoding.ids
        mask[row, :length] = 1
        types[row, :length] = encoding.type_ids
    positions = np.broadcast_to(np.arange(longest, dtype=np.int64), ids.shape)
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types, "position_ids": positions}


def tokenizer(path: Path, tokens: int) -> Tokenizer:
    """The tokenizer of a model that sees `tokens` of a text. Raises WeightsError when the file is none."""
    try:
        loaded = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise WeightsError(
            f"{path} is no tokenizer ({error}). Fetch it again, or choose another model."
        ) from error
    loaded.no_padding()
    loaded.enable_truncation(tokens, strategy="longest_first")
    return loaded


def session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """The model, ready to run. Raises WeightsError when the file is no ONNX model."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that spin between calls would take the processor from the chat model.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions have no base of their own
        raise WeightsError(f"{path} is no ONNX model that works here ({error}). Choose another model.") from error
