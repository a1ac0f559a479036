"""(question, passage) pairs to relevance."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qa.embedding.embedder import Embedder
from qa.embedding.onnx import TOKENS, Floats, batches, feeds, session, tokenizer
from qa.language import language_of, understands

LANGUAGES = ("en",)
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
# Between the nearest passage and the middle one, where vectors judge instead of the cross-encoder.
_SPREAD = 6.0
_LEAST_SPREAD = 0.02
# From one passage to the next, where nothing can judge and the order that they were found in stays.
_STEP = 0.5
# Of each passage, to tell the language of all.
_START = 300


class Reranker:
    """ms-marco-MiniLM-L-12-v2: how well a passage answers a question, as a logit (about -11 to 11).

    It knows English. In other languages it is no better than chance, and its logits say nothing: the right
    passage has -11 in German and 7 in Russian, and so have the wrong ones. There the vectors of `embedder` judge,
    if it knows the language, with 0 for the best; else the order in which the passages were found stays.
    """

    def __init__(self, folder: Path, threads: int, embedder: Embedder | None = None) -> None:
        self.tokenizer = tokenizer(folder / "tokenizer.json", TOKENS)
        self.session = session(folder / "model.onnx", threads)
        self.embedder = embedder

    def relevance(self, question: str, texts: Sequence[str]) -> Floats:
        """Logits of `texts`, shape (n,), in their order; higher is more relevant."""
        if self.embedder is not None and texts:
            language = language_of("\n".join(text[:_START] for text in texts))
            asked = language_of(question)
            if not (understands(LANGUAGES, language) and understands(LANGUAGES, asked)):
                return _nearness(self.embedder, question, texts, language)
        return self._logits(question, texts)

    def _logits(self, question: str, texts: Sequence[str]) -> Floats:
        encodings = self.tokenizer.encode_batch_fast([(question, text) for text in texts])
        logits = np.empty(len(texts), dtype=np.float32)
        for rows in batches([len(encoding.ids) for encoding in encodings]):
            given = feeds([encodings[row] for row in rows])
            (values,) = self.session.run(None, {name: given[name] for name in _INPUTS})
            logits[rows] = values[:, 0]
        return logits


def _nearness(embedder: Embedder, question: str, texts: Sequence[str], language: str | None) -> Floats:
    """Relevance by the vectors, whatever their scale: 0 for the nearest text, -6 for the middle one."""
    if not understands(embedder.model.languages, language):
        return 0 - np.arange(len(texts), dtype=np.float32) * _STEP
    similarity = embedder.passages(texts) @ embedder.question(question)
    best = similarity.max()
    nearness: Floats = (similarity - best) * (_SPREAD / max(best - np.median(similarity), _LEAST_SPREAD))
    return nearness
