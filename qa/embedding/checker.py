"""(question, passage) to where the answer stands and whether there is one; a claim to whether it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Encoding

from qa.embedding.onnx import Floats, Inputs, batches, feeds, session, tokenizer
from qa.language import language_of, understands

LANGUAGES = ("en",)
# As in training; a passage is seldom longer than 150 tokens.
TOKENS = 320
# An answer longer than this is a sentence, which is for the chat model to write.
LONGEST_ANSWER = 30
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_START = 300


@dataclass(frozen=True)
class Reading:
    """What a passage says to a question.

    `answerable` is a logit (about -8 to 8), `margin` how far the best words beat "it is not here" (-15 to 15);
    these words are `[start:end]` of the text that was read.
    """

    answerable: float
    margin: float
    start: int
    end: int


class Checker:
    """The reader that Footnote trains (models/README.md): a small cross-encoder with four answers to a passage."""

    def __init__(self, model: Path, vocabulary: Path, threads: int) -> None:
        self.tokenizer = tokenizer(vocabulary, TOKENS)
        self.session = session(model, threads)

    def knows(self, question: str, texts: Sequence[str]) -> bool:
        """Whether it can judge: in languages other than English its numbers say nothing."""
        said = "\n".join(text[:_START] for text in texts)
        return understands(LANGUAGES, language_of(said)) and understands(LANGUAGES, language_of(question))

    def read(self, question: str, texts: Sequence[str], after: Sequence[int] | None = None) -> list[Reading]:
        """A reading of each text, in their order; the answer is sought behind its first `after` characters."""
        # The fast way keeps no offsets.
        encodings = self.tokenizer.encode_batch([(question, text) for text in texts])
        readings: dict[int, Reading] = {}
        for rows in batches([len(encoding.ids) for encoding in encodings]):
            starts, ends, answerable, _ = self._run(feeds([encodings[row] for row in rows]))
            for at, row in enumerate(rows):
                begin = after[row] if after else 0
                first, last, margin = _best(encodings[row], starts[at], ends[at], begin)
                offsets = encodings[row].offsets
                readings[row] = Reading(float(answerable[at]), margin, offsets[first][0], offsets[last][1])
        return [readings[row] for row in range(len(texts))]

    def supported(self, question: str, claim: str, texts: Sequence[str]) -> Floats:
        """Logits (about -8 to 8), shape (n,): how well each text supports `claim` as an answer to `question`."""
        encodings = self.tokenizer.encode_batch_fast([(f"{question} {claim}", text) for text in texts])
        logits = np.empty(len(texts), dtype=np.float32)
        for rows in batches([len(encoding.ids) for encoding in encodings]):
            logits[rows] = self._run(feeds([encodings[row] for row in rows]))[3]
        return logits

    def _run(self, given: Inputs) -> list[Floats]:
        outputs: list[Floats] = self.session.run(None, {name: given[name] for name in _INPUTS})
        return outputs


def _best(encoding: Encoding, start: Floats, end: Floats, after: int) -> tuple[int, int, float]:
    """First and last token of the likeliest answer, and by how much (logits) it beats that there is none."""
    inside = np.array(
        [
            part == 1 and offsets[0] >= after
            for part, offsets in zip(encoding.sequence_ids, encoding.offsets, strict=True)
        ]
    )
    tokens = np.flatnonzero(inside)
    if not len(tokens):
        return 0, 0, -np.inf
    begins, ends = start[tokens], end[tokens]
    sums = begins[:, None] + ends[None, :]
    length = np.arange(len(tokens))
    within = (length[None, :] >= length[:, None]) & (length[None, :] < length[:, None] + LONGEST_ANSWER)
    first, last = np.unravel_index(np.argmax(np.where(within, sums, -np.inf)), sums.shape)
    return int(tokens[first]), int(tokens[last]), float(sums[first, last] - start[0] - end[0])
