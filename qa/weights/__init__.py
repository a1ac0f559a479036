"""Model files: what is needed, whether it is present and whole, and where its bytes come from.

The only code of Footnote that uses the network, and only when a model file is missing.
"""

from qa.weights.choosing import chat_model, judgement, model_folder, reader_model, required
from qa.weights.embeddings import (
    MANY,
    EmbeddingModel,
    embedding_entry,
    embedding_identity,
    embedding_model,
    known_embeddings,
)
from qa.weights.fetching import fetch, verify
from qa.weights.manifest import (
    EMBEDDING,
    READER,
    RERANKER,
    Model,
    ModelFile,
    Part,
    WeightsError,
    read_manifest,
    status,
)

__all__ = [
    "EMBEDDING",
    "MANY",
    "READER",
    "RERANKER",
    "EmbeddingModel",
    "Model",
    "ModelFile",
    "Part",
    "WeightsError",
    "chat_model",
    "embedding_entry",
    "embedding_identity",
    "embedding_model",
    "fetch",
    "judgement",
    "known_embeddings",
    "model_folder",
    "read_manifest",
    "reader_model",
    "required",
    "status",
    "verify",
]
