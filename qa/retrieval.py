"""A question to the passages that may answer it: dense and lexical candidates, fused, then reranked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.config import Settings
from qa.embedding import Embedder, Reranker
from qa.index import PassageIndex
from qa.library import with_headings
from qa.store import Scope, Store, StoredPassage

# Reciprocal rank fusion, Cormack, Clarke and Buettcher (SIGIR 2009): their constant.
FUSION_CONSTANT = 60
EVERYTHING = Scope()
# Most passages that are taken from one ranking in search of different ones.
MOST_CANDIDATES = 2000


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

    def candidates(self, questions: Sequence[str], scope: Scope = EVERYTHING) -> list[StoredPassage]:
        """The best passages by fused dense and lexical rank for any of `questions`, best first.

        Copies of a passage, as in two versions of a file, count once. Raises ScopeError.
        """
        allowed = self.store.scope_documents(scope)
        vectors = [self.embedder.question(question) for question in questions]
        limit = self.settings.candidates
        while True:
            rankings = [self.index.nearest(vector, limit, allowed) for vector in vectors]
            rankings += [self.store.lexical(question, limit, allowed) for question in questions]
            passages, different = self._different(fuse(rankings))
            more = limit < MOST_CANDIDATES and any(len(ranking) == limit for ranking in rankings)
            if different == self.settings.reranked or not more:
                return passages
            # Among many copies of the same text, what else there is comes late.
            limit = min(4 * limit, MOST_CANDIDATES)

    def _different(self, ranked: Sequence[int]) -> tuple[list[StoredPassage], int]:
        """The first passages until `reranked` different texts are among them, and how many these are."""
        passages: list[StoredPassage] = []
        texts: set[str] = set()
        for start in range(0, len(ranked), self.settings.reranked):
            for passage in self.store.passages(ranked[start : start + self.settings.reranked]):
                if len(texts) == self.settings.reranked:
                    return passages, len(texts)
                passages.append(passage)
                texts.add(wording(passage.text))
        return passages, len(texts)

    def search(self, question: str, context: str = "", scope: Scope = EVERYTHING) -> list[Candidate]:
        """Reranked passages, most relevant first; empty for an empty library. Raises ScopeError.

        `context` is an earlier question that this one leans on: passages are sought and judged with and
        without it, and the better judgement counts.
        """
        questions = [question, f"{context} {question}"] if context else [question]
        passages = self.candidates(questions, scope)
        texts = [with_headings(passage.headings, passage.text) for passage in passages]
        if not texts:
            return []
        different = list(dict.fromkeys(texts))
        judged = np.max([self.reranker.relevance(asked, different) for asked in questions], axis=0)
        relevance = dict(zip(different, judged, strict=True))
        ranked = [Candidate(p, float(relevance[text])) for p, text in zip(passages, texts, strict=True)]
        return sorted(ranked, key=lambda candidate: -candidate.relevance)


def wording(text: str) -> str:
    """What two copies of a text have in common, however their lines are broken."""
    return " ".join(text.split())


def fuse(rankings: Sequence[Sequence[int]]) -> list[int]:
    """Ids by the sum of 1 / (60 + rank) over the rankings that hold them, best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, passage_id in enumerate(ranking, start=1):
            scores[passage_id] = scores.get(passage_id, 0.0) + 1 / (FUSION_CONSTANT + rank)
    return sorted(scores, key=lambda passage_id: -scores[passage_id])
