"""Texts to unit vectors, with whatever embedding model is configured."""

import unicodedata
from collections.abc import Sequence

import numpy as np

from qa.config import FootnoteError
from qa.embedding.gguf import GgufEncoder
from qa.embedding.onnx import Floats, OnnxEncoder
from qa.weights import EmbeddingModel


class EmbeddingError(FootnoteError):
    """An embedding model whose vectors are not what its description says."""


class Embedder:
    """The embedding model that `model` describes: its files, prefixes and pooling are its publisher's."""

    def __init__(self, model: EmbeddingModel, threads: int) -> None:
        self.model = model
        self.name = model.name
        self.encoder = GgufEncoder(model, threads) if model.is_gguf else OnnxEncoder(model, threads)
        self.dimensions = self.encoder.vectors(["a"]).shape[1]
        if model.dimensions not in (None, self.dimensions):
            self.close()
            raise EmbeddingError(
                f"The embedding model {model.name} gives vectors of {self.dimensions} numbers, not "
                f"{model.dimensions} as its description says. Correct the description, or choose another model "
                "with QA_EMBEDDING."
            )

    def close(self) -> None:
        """Free the model; nothing can be embedded after."""
        if isinstance(self.encoder, GgufEncoder):
            self.encoder.close()

    def passages(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of `texts`, shape (n, dimensions), in order; text past the model's tokens is not seen."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        return self._units([self.model.passage_prefix + text for text in texts])

    def question(self, text: str) -> Floats:
        """Unit vector of a question, shape (dimensions,)."""
        vector: Floats = self._units([self.model.question_prefix + text])[0]
        return vector

    def _units(self, texts: Sequence[str]) -> Floats:
        if self.model.compatible:
            texts = [" ".join(unicodedata.normalize("NFKC", text).split()) for text in texts]
        vectors = self.encoder.vectors(texts)
        units: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return units
