"""Embedding models in the GGUF format, in llama.cpp."""

from collections.abc import Sequence

import numpy as np

from qa.embedding.onnx import Floats
from qa.gguf import GgufVectors
from qa.weights import EmbeddingModel


class GgufEncoder:
    """A GGUF embedding model, whose file holds its vocabulary: texts to one vector each."""

    def __init__(self, model: EmbeddingModel, threads: int) -> None:
        self._gguf = GgufVectors(model.model, threads, model.tokens, model.pooling)

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Vectors of at least one text, shape (n, dimensions), in their order; not of unit length."""
        # One by one: a text fills a batch of llama.cpp already.
        return np.stack([self._gguf.vector(self._gguf.tokenize(text)) for text in texts])
