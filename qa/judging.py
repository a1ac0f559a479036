"""The signs that there are to one probability: do the documents answer the question? Pure.

Logistic regression over the signs, fitted by `qa.evaluation.calibrate` on development data and kept with the
models' entries in models/manifest.json.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from qa.config import Strictness

# What asks for a name, a number, a place; and what asks for more, or for a yes or no, though such a word is in it.
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where"
    r"|how\s+(?:many|much|long|old|far|often|tall|big|large|high|deep|fast|late|early))\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|if|among)\b|\bwhy\b"
    r"|\bhow\b(?!\s+(?:many|much|long|old|far|often|tall|big|large|high|deep|fast|late|early))"
    r"|\bwhat\s+(?:drove|drives|caused?s?|led|leads|explains?|are|were|makes?|happens?|happened)\b"
    r"|\bwhat\s+(?:should|can|could|would|do|did)\s+(?:i|we|you|one)\b"
    r"|\b(?:explain|describe|compare|summari[sz]e|discuss|outline)\b",
    re.IGNORECASE,
)
# A logit beyond this says no more than that it is large.
_LARGEST = 20.0
# The reader's logits seldom go beyond this.
_MOST_SUPPORT = 8.0


@dataclass(frozen=True)
class Signs:
    """What is known of a question and its evidence, as logits; None where it was not asked.

    `relevance` is the reranker's for the best passage; `answerable` and `margin` what the reader gave to the
    passage that ranks first; `refusal` how far the chat model's refusal was ahead of its best first word;
    `support` what the reader gave to the first claim of the answer; `agreement` is 1 when the answer holds the
    words that the reader takes for it, else 0.
    """

    relevance: float
    answerable: float | None = None
    margin: float | None = None
    refusal: float | None = None
    support: float | None = None
    agreement: float | None = None


SIGNS = tuple(field.name for field in fields(Signs))


def asks_for_words(question: str) -> bool:
    """Whether the answer may stand in the passage as a few words: a name, a number, a place.

    Of other questions, for a yes or no, for reasons, for whole descriptions, and of what is no question at all,
    the reader doubts more than it should, and the chat model refuses more: the relevance is weighed as well.
    """
    return _TOLD.search(question) is None and _ASKS.search(question) is not None


@dataclass(frozen=True)
class WorkingPoint:
    """From which probability an answer is shown, and what that costs: shares of the development questions.

    `threshold` is for questions that ask for words, `told` for all others.
    """

    threshold: float
    told: float
    refused_unanswerable: float
    refused_answerable: float

    def cost(self) -> str:
        """In words for the window."""
        return (
            f"refuses {_of_ten(self.refused_unanswerable)} questions that have no answer, and "
            f"{_one_of(self.refused_answerable)} that have"
        )


@dataclass(frozen=True)
class Judgement:
    """The weights of the signs, and the working points of each strictness.

    `before` needs no chat model; `after` uses what is known once it has read the prompt, of questions that ask
    for words, and `told` of all others. `doubt` is the probability of `before` under which the chat model is not
    asked; `support` the least logit of a claim; `sure` the least margin from which the reader's own answer is
    added to one that does not hold it.
    """

    before: Mapping[str, float]
    after: Mapping[str, float]
    told: Mapping[str, float]
    doubt: float
    support: float
    sure: float
    points: Mapping[str, WorkingPoint]

    def threshold(self, strictness: Strictness, words: bool) -> float:
        """The least probability with which an answer is shown; 0 when nothing is to be refused."""
        if strictness == "off":
            return 0.0
        point = self.points[strictness]
        return point.threshold if words else point.told

    def early(self, signs: Signs) -> float:
        """The probability before the chat model is asked."""
        return probability(signs, self.before)

    def late(self, signs: Signs, words: bool) -> float:
        """The probability when the answer is written; `words` as `asks_for_words` tells."""
        return probability(signs, self.after if words else self.told)

    def at_best(self, signs: Signs, words: bool) -> float:
        """The probability that an answer, whatever it will say, can still reach."""
        supports, agreements = (-_MOST_SUPPORT, _MOST_SUPPORT), (0.0, 1.0)
        ends = (replace(signs, support=s, agreement=a) for s in supports for a in agreements)
        return max(self.late(end, words) for end in ends)


def judgement(entry: Mapping[str, Any]) -> Judgement:
    """A `Judgement` from its entry in the manifest. Raises KeyError or TypeError for a damaged one."""
    points = {name: WorkingPoint(**point) for name, point in entry["points"].items()}
    before, after, told = (entry[name] for name in ("before", "after", "told"))
    return Judgement(before, after, told, entry["doubt"], entry["support"], entry["sure"], points)


def probability(signs: Signs, weights: Mapping[str, float]) -> float:
    """0 to 1; a sign that was not asked counts as its mean, which is 0 after the bias was fitted."""
    total = weights["bias"]
    for name, value in asdict(signs).items():
        if value is not None and name in weights:
            total += weights[name] * (max(-_LARGEST, min(_LARGEST, value)) - weights[f"{name} mean"])
    return 1 / (1 + math.exp(-total))


def _of_ten(share: float) -> str:
    return f"{round(10 * share)} of 10"


def _one_of(share: float) -> str:
    return f"1 of {round(1 / share)}" if share >= 0.01 else "hardly one"
