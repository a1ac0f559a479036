"""The measures of retrieval and of answers. Pure: values in, shares (0 to 1) out."""

import math
import re
import string
from collections import Counter
from collections.abc import Collection, Sequence

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)

Span = tuple[str, int, int]
"""`[start:end]` of the text of a document."""


def normalised(text: str) -> str:
    """Lower case, without punctuation and articles, with single spaces (SQuAD's evaluation script)."""
    return " ".join(ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split())


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """1 when the answer is one of `golds`, both normalised."""
    return float(any(normalised(answer) == normalised(gold) for gold in golds))


def f1(answer: str, golds: Sequence[str]) -> float:
    """Harmonic mean of precision and recall of the answer's words, for the gold answer that it fits best."""
    return max((_f1(normalised(answer).split(), normalised(gold).split()) for gold in golds), default=0.0)


def _f1(words: list[str], gold: list[str]) -> float:
    if not words or not gold:
        return float(words == gold)
    common = (Counter(words) & Counter(gold)).total()
    return 2 * common / (len(words) + len(gold))


def contains(text: str, golds: Sequence[str]) -> bool:
    """Whether one of `golds` stands in `text` as whole words, both normalised; an s may follow (its genitive)."""
    within = normalised(text)
    wanted = filter(None, map(normalised, golds))
    return any(re.search(rf"(?<!\w){re.escape(gold)}s?(?!\w)", within) for gold in wanted)


def recall_at(k: int, reached: Sequence[Collection[int]], total: int) -> float:
    """Share of the `total` gold places that the first `k` of a ranking reach; `reached`: which each one does."""
    return len({gold for one in reached[:k] for gold in one}) / total


def reciprocal_rank(reached: Sequence[Collection[int]]) -> float:
    """1 / rank of the first that reaches any gold place; 0 when none does."""
    return next((1 / rank for rank, one in enumerate(reached, start=1) if one), 0.0)


def ndcg_at(k: int, reached: Sequence[Collection[int]], total: int) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002) with a gain of 1 for each rank that
    reaches a gold place which none before it reached."""
    gain, seen = 0.0, set[int]()
    for rank, one in enumerate(reached[:k], start=1):
        gain += bool(set(one) - seen) / math.log2(rank + 1)
        seen |= set(one)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(total, k) + 1))
    return gain / ideal


def characters_within(budget: int, ranked: Sequence[Span], gold: Sequence[Span]) -> tuple[float, float, float]:
    """(recall, precision, intersection over union) of the gold characters in the first `budget` characters of a
    ranking, whose last passage is cut where the budget ends (the measures of Chroma's chunking evaluation)."""
    taken: list[Span] = []
    for document, start, end in ranked:
        end = min(end, start + budget)
        budget -= end - start
        if end > start:
            taken.append((document, start, end))
    found, wanted = _size(taken), _size(gold)
    both = found + wanted - _size([*taken, *gold])
    return both / wanted, both / found if found else 0.0, both / (found + wanted - both)


def overlap(one: Span, other: Span) -> int:
    """Number of characters that are in both."""
    return max(0, min(one[2], other[2]) - max(one[1], other[1])) if one[0] == other[0] else 0


def _size(spans: Sequence[Span]) -> int:
    """Number of characters in any of the spans."""
    total, document, reach = 0, "", 0
    for name, start, end in sorted(spans):
        if name != document:
            document, reach = name, 0
        total += max(0, end - max(start, reach))
        reach = max(reach, end)
    return total
