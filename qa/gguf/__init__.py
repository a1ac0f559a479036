"""GGUF models in llama.cpp. Everything that touches its C interface is here."""

from qa.gguf.loading import ModelError
from qa.gguf.model import BATCH, Gguf
from qa.gguf.vectors import GgufVectors

__all__ = ["BATCH", "Gguf", "GgufVectors", "ModelError"]
