"""A question to the passages that may answer it: dense and lexical candidates, fused, then reranked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from qa.config import Settings
from qa.embedding import Checker, Embedder, Reading, Reranker
from qa.index import PassageIndex
from qa.library import with_headings
from qa.store import Scope, Store, StoredPassage

# Reciprocal rank fusion, Cormack, Clarke and Buettcher (SIGIR 2009): their constant.
FUSION_CONSTANT = 60
EVERYTHING = Scope()
# Most passages that are taken from one ranking in search of different ones.
MOST_CANDIDATES = 2000
# Passages that the reader reads, the most relevant first; and how its logit counts beside the reranker's.
READ = 4
READER_WEIGHT = 0.25
# Passages beside a good one are often part of the same answer: they are sought to this many steps from it, and a
# step costs so much relevance. Of chunking's gold characters 3,200 hold .86 without them, .91 with them.
STEPS = 2
STEP_COST = 2.0


@dataclass(frozen=True)
class Candidate:
    """A passage and how well it answers the question: the cross-encoder's logit, about -11 to 11."""

    passage: StoredPassage
    relevance: float
    reading: Reading | None = None
    """What the reader made of it, offsets in the passage's text; None where it was not asked."""
    bonus: float = 0.0
    """What the reader adds to its relevance; of one that was not read, the least that any other got."""
    beside: bool = False
    """Whether it is here for standing beside another one, which it has its relevance from."""

    @property
    def rank(self) -> float:
        """By what candidates are ordered."""
        return self.relevance + self.bonus


class Retriever:
    """Searches one library; holds nothing of a question."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        index: PassageIndex,
        embedder: Embedder,
        reranker: Reranker,
        checker: Checker | None = None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.index = index
        self.embedder = embedder
        self.reranker = reranker
        self.checker = checker

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
        ranked.sort(key=lambda candidate: -candidate.relevance)
        return self._with_neighbours(self._read(question if not context else questions[1], ranked))

    def _read(self, question: str, ranked: list[Candidate]) -> list[Candidate]:
        """The candidates, the first of them read, in their new order."""
        texts = [with_headings(c.passage.headings, c.passage.text) for c in ranked[:READ]]
        if self.checker is None or not self.checker.knows(question, texts):
            return ranked
        after = [len(text) - len(c.passage.text.strip()) for text, c in zip(texts, ranked[:READ], strict=True)]
        readings = self.checker.read(question, texts, after)
        least = READER_WEIGHT * min(reading.answerable for reading in readings)
        read = [
            replace(
                candidate,
                reading=_within(candidate.passage.text, reading, heading),
                bonus=READER_WEIGHT * reading.answerable,
            )
            for candidate, reading, heading in zip(ranked[:READ], readings, after, strict=True)
        ]
        rest = [replace(candidate, bonus=least) for candidate in ranked[READ:]]
        return sorted([*read, *rest], key=lambda candidate: -candidate.rank)

    def _with_neighbours(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        """The candidates, and among them the passages beside them in their documents."""
        known = {candidate.passage.id for candidate in ranked}
        best: dict[int, Candidate] = {}
        for candidate in ranked:
            for steps, number in self.store.neighbours(candidate.passage, STEPS):
                relevance = candidate.relevance - STEP_COST * steps
                near = replace(candidate, relevance=relevance, reading=None, beside=True)
                if number not in known and (number not in best or near.rank > best[number].rank):
                    best[number] = near
        added = [replace(best[passage.id], passage=passage) for passage in self.store.passages(list(best))]
        return sorted([*ranked, *added], key=lambda candidate: -candidate.rank)


def _within(text: str, reading: Reading, heading: int) -> Reading:
    """A reading of a passage under its headings, with offsets in the passage alone."""
    blank = len(text) - len(text.lstrip())
    start, end = (max(0, at - heading) + blank for at in (reading.start, reading.end))
    return replace(reading, start=start, end=end)


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
