"""A question to the passages that may answer it: dense and lexical candidates, fused, then reranked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.config import Settings
from qa.embedding import Embedder, Reranker
from qa.index import PassageIndex
from qa.library import with_headings
from qa.store import Store, StoredPassage

# Reciprocal rank fusion, Cormack, Clarke and Buettcher (SIGIR 2009): their constant.
FUSION_CONSTANT = 60


@dataclass(frozen=True)
class Candidate:
    """A passage and how well it answers the question: the cross-encoder's logit, about -11 to 11."""

    passage: StoredPassage
    relevance: float


class Retriever:
    """Searches one library; holds nothing of a question."""

    def __init__(
        self, settings: Settings, store: Store, index: PassageIndex, embedder: Embedder, reranker: Reranker
    ) -> None:
        self.settings = settings
        self.store = store
        self.index = index
        self.embedder = embedder
        self.reranker = reranker

    def candidates(self, questions: Sequence[str]) -> list[StoredPassage]:
        """The best passages by fused dense and lexical rank for any of `questions`, best first."""
        rankings = []
        for question in questions:
            rankings.append(self.index.nearest(self.embedder.question(question), self.settings.candidates))
            rankings.append(self.store.lexical(question, self.settings.candidates))
        return self.store.passages(fuse(rankings)[: self.settings.reranked])

    def search(self, question: str, context: str = "") -> list[Candidate]:
        """Reranked passages, most relevant first; empty for an empty library.

        `context` is an earlier question that this one leans on: passages are sought and judged with and
        without it, and the better judgement counts.
        """
        questions = [question, f"{context} {question}"] if context else [question]
        passages = self.candidates(questions)
        texts = [with_headings(passage.headings, passage.text) for passage in passages]
        if not texts:
            return []
        relevance = np.max([self.reranker.relevance(asked, texts) for asked in questions], axis=0)
        ranked = [Candidate(p, float(value)) for p, value in zip(passages, relevance, strict=True)]
        return sorted(ranked, key=lambda candidate: -candidate.relevance)


def fuse(rankings: Sequence[Sequence[int]]) -> list[int]:
    """Ids by the sum of 1 / (60 + rank) over the rankings that hold them, best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, passage_id in enumerate(ranking, start=1):
            scores[passage_id] = scores.get(passage_id, 0.0) + 1 / (FUSION_CONSTANT + rank)
    return sorted(scores, key=lambda passage_id: -scores[passage_id])
