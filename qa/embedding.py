"""Texts to unit vectors, and (question, passage) pairs to relevance, with ONNX models on the processor.

Both models come from `weights`; neither is ever changed after loading, and both may be used by several threads.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

Floats = npt.NDArray[np.float32]

DIMENSIONS = 384
TOKENS = 512
# bge's published instruction; passages take none (BAAI/bge-small-en-v1.5 model card).
QUESTION_PREFIX = "Represent this sentence for searching relevant passages: "
# Small batches of similar length waste the least work on padding: 70 passages/s at 8 to 16, 36 at 32.
BATCH = 8


class Embedder:
    """bge-small-en-v1.5: text to a unit vector of 384 dimensions (the normalised vector of its first token)."""

    def __init__(self, folder: Path, threads: int) -> None:
        self.name = folder.name
        self.tokenizer = _tokenizer(folder)
        self.session = _session(folder, threads)

    def passages(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of `texts`, shape (n, 384), in their order; text past 512 tokens is not seen."""
        encodings = self.tokenizer.encode_batch_fast(list(texts))
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for rows in batches([len(encoding.ids) for encoding in encodings]):
            vectors[rows] = self._vectors([encodings[row] for row in rows])
        return vectors

    def question(self, text: str) -> Floats:
        """Unit vector of a question, shape (384,)."""
        vector: Floats = self._vectors(self.tokenizer.encode_batch_fast([QUESTION_PREFIX + text]))[0]
        return vector

    def _vectors(self, encodings: Sequence[Encoding]) -> Floats:
        (hidden,) = self.session.run(["last_hidden_state"], feeds(encodings))
        first: Floats = hidden[:, 0]
        unit: Floats = first / np.linalg.norm(first, axis=1, keepdims=True)
        return unit


class Reranker:
    """ms-marco-MiniLM-L-12-v2: how well a passage answers a question, as a logit (about -11 to 11)."""

    def __init__(self, folder: Path, threads: int) -> None:
        self.tokenizer = _tokenizer(folder)
        self.session = _session(folder, threads)

    def relevance(self, question: str, texts: Sequence[str]) -> Floats:
        """Logits of `texts`, shape (n,), in their order; higher is more relevant."""
        encodings = self.tokenizer.encode_batch_fast([(question, text) for text in texts])
        logits = np.empty(len(texts), dtype=np.float32)
        for rows in batches([len(encoding.ids) for encoding in encodings]):
            (values,) = self.session.run(None, feeds([encodings[row] for row in rows]))
            logits[rows] = values[:, 0]
        return logits


def batches(lengths: Sequence[int], size: int = BATCH) -> Iterator[list[int]]:
    """Row numbers in batches of `size`, longest first so that memory peaks at once and then stays."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    for start in range(0, len(order), size):
        yield order[start : start + size]


def feeds(encodings: Sequence[Encoding]) -> dict[str, npt.NDArray[np.int64]]:
    """The model's inputs, each of shape (batch, longest), padded with zeros on the right."""
    longest = max(len(encoding.ids) for encoding in encodings)
    ids, mask, types = (np.zeros((len(encodings), longest), dtype=np.int64) for _ in range(3))
    for row, encoding in enumerate(encodings):
        length = len(encoding.ids)
        ids[row, :length] = encoding.ids
        mask[row, :length] = 1
        types[row, :length] = encoding.type_ids
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


def _tokenizer(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS, strategy="longest_first")
    return tokenizer


def _session(folder: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that spin between calls would take the processor from the chat model.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
