"""Texts to unit vectors, and (question, passage) pairs to relevance.

The models come from `weights`; none is ever changed after loading, and each may be used by several threads.
"""

from qa.embedding.checker import Checker, Reading
from qa.embedding.embedder import Embedder, EmbeddingError
from qa.embedding.gguf import GgufEncoder
from qa.embedding.onnx import BATCH, TOKENS, Floats, OnnxEncoder, batches, feeds
from qa.embedding.reranker import Reranker

__all__ = [
    "BATCH",
    "TOKENS",
    "Checker",
    "Embedder",
    "EmbeddingError",
    "Floats",
    "GgufEncoder",
    "OnnxEncoder",
    "Reading",
    "Reranker",
    "batches",
    "feeds",
]
