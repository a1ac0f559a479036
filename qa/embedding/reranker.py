"""(question, passage) pairs to relevance."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qa.embedding.onnx import TOKENS, Floats, batches, feeds, session, tokenizer

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class Reranker:
    """ms-marco-MiniLM-L-12-v2: how well a passage answers a question, as a logit (about -11 to 11)."""

    def __init__(self, folder: Path, threads: int) -> None:
        self.tokenizer = tokenizer(folder / "tokenizer.json", TOKENS)
        self.session = session(folder / "model.onnx", threads)

    def relevance(self, question: str, texts: Sequence[str]) -> Floats:
        """Logits of `texts`, shape (n,), in their order; higher is more relevant."""
        encodings = self.tokenizer.encode_batch_fast([(question, text) for text in texts])
        logits = np.empty(len(texts), dtype=np.float32)
        for rows in batches([len(encoding.ids) for encoding in encodings]):
            given = feeds([encodings[row] for row in rows])
            (values,) = self.session.run(None, {name: given[name] for name in _INPUTS})
            logits[rows] = values[:, 0]
        return logits
