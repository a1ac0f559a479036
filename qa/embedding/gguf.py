"""Embedding models in the GGUF format, in llama.cpp."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from qa.embedding.onnx import Floats
from qa.gguf import GgufVectors
from qa.weights import EmbeddingModel


class GgufEncoder:
    """A GGUF embedding model, whose file holds its vocabulary: texts to one vector each."""

    def __init__(self, model: EmbeddingModel, threads: int) -> None:
        self._gguf = GgufVectors(model.model, threads, model.tokens, model.pooling)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="embed")

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Vectors of at least one text, shape (n, dimensions), in their order; not of unit length."""
        return np.stack(list(self._pool.map(self._vector, texts)))

    def close(self) -> None:
        """Free the model, once what is being embedded is done; nothing can be embedded after."""
        self._pool.shutdown(cancel_futures=True)
        self._gguf.close()

    def _vector(self, text: str) -> Floats:
        return self._gguf.vector(self._gguf.tokenize(text))
