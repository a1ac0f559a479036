"""Ranked passages to the few that an answer is drawn from. Pure.

The best one is always among them; another one comes in when it is nearly as relevant, when it has words of the
question that those before it lack, or when one of the two names the other. So a question that needs two passages
gets both, though the second says nothing to it by itself; a question that one passage answers gets few, which a
small model answers best and soonest.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

from qa.facts import content
from qa.retrieval import Candidate, wording

# A passage this far below the best one (logits) adds too little for the time that it takes to read.
MARGIN = 3.0
# What a word of the question counts that nothing chosen has, times how rare it is; and what it counts to be named.
# Of 100 questions that need two passages (hotpot), both are chosen for 36 by relevance alone, for 78 with these.
WORD = 3.0
NAMED = 8.0
# Words of the question in a passage that is less relevant than this (logits) are there by chance.
LEAST = -8.0
# Names of documents and sections shorter than this, or that more of the passages hold, are words like any other.
SHORTEST_NAME = 4
MOST_NAMED = 3


def choose(candidates: Sequence[Candidate], question: str, most: int) -> list[Candidate]:
    """At most `most` of the candidates, in the order in which they were chosen, none a copy of another."""
    left = _different(candidates)
    if not left:
        return []
    words = {c.passage.id: content(f"{c.passage.document} {c.passage.text}") for c in left}
    rarity = _rarity(list(words.values()))
    names = _names(left)
    first = max(left, key=lambda candidate: candidate.rank)
    chosen = [first]
    lacking = content(question) - words[first.passage.id]
    while len(chosen) < most:
        left = [candidate for candidate in left if candidate not in chosen]
        worth = {
            c.passage.id: c.rank
            + WORD * sum(map(rarity, lacking & words[c.passage.id])) * (c.relevance > LEAST)
            + NAMED * any(_name_each_other(c, one, names) for one in chosen)
            for c in left
        }
        best = max(left, key=lambda candidate: worth[candidate.passage.id], default=None)
        if best is None or worth[best.passage.id] < first.rank - MARGIN:
            break
        chosen.append(best)
        lacking -= words[best.passage.id]
    return chosen


def _different(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those found for themselves, without copies: a footnote to each of them would tell nothing more."""
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        if not candidate.beside:
            first.setdefault(wording(candidate.passage.text), candidate)
    return list(first.values())


def _rarity(words: Sequence[frozenset[str]]) -> Callable[[str], float]:
    """How rare a word is among these passages: the logarithm of one in so many."""
    counts = Counter(word for known in words for word in known)
    return lambda word: math.log((len(words) + 1) / (counts[word] + 0.5))


def _names(candidates: Sequence[Candidate]) -> dict[int, tuple[str, ...]]:
    """By passage, what others would call it: its document and its sections, where these are names."""
    texts = [candidate.passage.text.lower() for candidate in candidates]
    found = {}
    for candidate in candidates:
        passage = candidate.passage
        file = re.sub(r"\.\w{1,5}$", "", passage.document.rsplit("/", 1)[-1])
        titles = {re.sub(r"\s*\(.*?\)", "", title).strip().lower() for title in (file, *passage.headings)}
        known = (title for title in titles if len(title) >= SHORTEST_NAME)
        found[passage.id] = tuple(t for t in known if sum(t in text for text in texts) <= MOST_NAMED)
    return found


def _name_each_other(one: Candidate, other: Candidate, names: dict[int, tuple[str, ...]]) -> bool:
    """Whether one of two passages of different documents has the name of the other in its text."""
    if one.passage.document_id == other.passage.document_id:
        return False
    pairs = ((one.passage, other.passage), (other.passage, one.passage))
    return any(
        re.search(rf"\b{re.escape(name)}\b", b.text, re.IGNORECASE) for a, b in pairs for name in names[a.id]
    )
