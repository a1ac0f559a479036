"""Whether a rewritten follow-up still asks what was asked: nothing lost, nothing from elsewhere."""

import re
from collections.abc import Sequence

from qa.conversation import Turn
from qa.facts import mismatch
from qa.facts.negation import polarity
from qa.facts.spans import content
from qa.facts.words import word_set
from qa.rewriting.leaning import refers

# A rewritten question is the follow-up and what it leans on; more is an answer, or the conversation again.
MOST_ADDED_WORDS = 24
# Of the words of the follow-up that carry meaning, the share that must be there again.
KEPT = 0.7
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# Words that stand for something, or begin a reply: a rewriting is there to replace them.
_REPLACED = content(
    "mean means meant thanks thank sorry wait hear heard think thought know tell say said saying speaking okay "
    "please oops wow interesting thing things explain understand pls want ask asking case question kind good fine "
    "different"
)
_ASKING = word_set("who whom whose when where why which")


def faithful(question: str, turns: Sequence[Turn], standalone: str) -> bool:
    """Whether `standalone` is made of the words of the question and of the turns, and keeps the question's facts.

    Its names, numbers, dates and denials, what it asks for (who, when, …), and most of its other words.
    """
    if not standalone or "\n" in standalone:
        return False
    if len(standalone.split()) > len(question.split()) + MOST_ADDED_WORDS:
        return False
    known = content(" ".join([question, *(f"{turn.whole} {turn.question} {turn.answer}" for turn in turns)]))
    return (
        content(standalone) <= known
        and _puts_in(question, standalone)
        and _keeps_words(question, standalone)
        and _keeps_form(question, standalone)
        and mismatch(question, standalone) is None
        and bool(polarity(question) & polarity(standalone))
    )


def _puts_in(question: str, standalone: str) -> bool:
    """Whether what the question points at was put in from the conversation, not from the question itself."""
    return not refers(question) or not content(standalone) <= content(question)


def _keeps_words(question: str, standalone: str) -> bool:
    asked = content(question) - _REPLACED
    return len(asked & content(standalone)) >= KEPT * len(asked)


def _keeps_form(question: str, standalone: str) -> bool:
    """Whether it asks for the same: a person, a time, a place, a reason."""
    before, after = ({word.lower() for word in _WORD.findall(text)} & _ASKING for text in (question, standalone))
    return before <= after or not _WORD.findall(question)
