"""Model files: what is needed, whether it is present and whole, and where its bytes come from.

The only code of Footnote that uses the network, and only when a model file is missing.
"""

from qa.weights.choosing import chat_model, model_folder, required
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
    MANIFEST,
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
    "MANIFEST",
    "MANY",
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
    "known_embeddings",
    "model_folder",
    "read_manifest",
    "required",
    "status",
    "verify",
]
