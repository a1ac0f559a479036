"""Whether a passage says the contrary of a claim: the same words, one with "not" and the other without."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from qa.facts.folding import fold, stem
from qa.facts.spans import clauses, content, sentences
from qa.facts.words import DENIALS, DENYING, word_set

# Below this share of the claim's words a sentence is about something else.
SHARED = 0.6
_FEWEST_WORDS, _FEWEST_UNSAID = 2, 4
# "Not" that denies nothing, or sets a bound.
_NO_DENIAL = re.compile(
    r"\bnot (?:only|just|merely|until|necessarily|least)\b|\bwhether or not\b|\bif not\b|\bwhy not\b|\bno doubt\b|"
    r"\b(?:no|not) (?:more|less|fewer|later|earlier|sooner|longer|higher|lower|greater) than\b|\bno matter\b|"
    r"\bnot limited to\b|\bno\.? ?\d|\bno one\b(?= but)|\bnot exceed\w*|\blast but not\b|\bnot to mention\b|"
    r"\bno sooner\b|"
    r"\bnothing but\b|\bnone other\b|\bnone the less\b|\bnever(?:theless|-ending)\b|\bnon-stop\b|\bcannot but\b"
)
# "No, it is": an answer to a question, which the rest says again.
_ANSWER = re.compile(r"\s*(?:no|yes)\s*[,.;:!–-]", re.IGNORECASE)
# "Every day except Sunday" denies only what is said of Sunday.
_EXCEPTION = re.compile(r",?\s+except(?:ing)?\b[^,;.:()]*", re.IGNORECASE)
_CELL_END = re.compile(r"\s*\|\s*|\t+")
# A cell of so many words, none of which is the claim's, is a remark of its own: "breakfast not included".
_FEWEST_IN_REMARK = 2
# What something is, is not denied by what was not done to it: "were not restored".
_IS_A = re.compile(r"\b(?:is|are|was|were|be|been)\s+(?:a|an|the)\b", re.IGNORECASE)
_NOT_DONE = re.compile(r"(?:\b(?:not|never)|n['’]t)\s+(?:\w+ly\s+)?(\w+ed)\b", re.IGNORECASE)
# What is said on a condition may be said of its contrary.
_CONDITION = frozenset(("if", "unless", "whether", "until"))
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_PLUS, _MINUS = 1, -1
_SENTENCE_SHARE = 0.35
# What a clause and one of the claim's must share, of each, to be one statement.
_ALIKE, _FEWEST_IN_CLAUSE = 0.83, 3
_DENYING_STEMS = frozenset(map(stem, DENIALS | DENYING))
_VERBS = word_set(
    """is are was were be been has have had do does did can could may might must shall should will would isn't
    aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't can't couldn't cannot mustn't won't
    wouldn't"""
)


@lru_cache(maxsize=2048)
def polarity(text: str) -> frozenset[int]:
    """1 when a text affirms, -1 when it denies, both when that cannot be told ("he did not refuse")."""
    words = _WORD.findall(_NO_DENIAL.sub(" ", _ANSWER.sub("", fold(text).lower())))
    denials = sum(word in DENIALS or word.endswith("n't") for word in words)
    denials -= "neither" in words and "nor" in words
    denying = sum(word in DENYING for word in words)
    if (denials and denying) or denials > 1 or (denials + denying and not _CONDITION.isdisjoint(words)):
        return frozenset((_PLUS, _MINUS))
    return frozenset((_MINUS if denials or denying else _PLUS,))


def is_contrary(claim: str, passage: str) -> bool:
    """Whether the sentences that share most words with a claim all have the other polarity than it, or the
    clauses that are one of its clauses almost word for word.

    False in doubt: for a claim of a word or two, where no sentence shares enough, where any that does agrees.
    """
    words = content(claim) - _DENYING_STEMS
    said = bool((_VERBS | DENIALS) & set(_WORD.findall(fold(claim).lower())))
    # A few words without a verb are an answer to "what", of what is denied too.
    if len(words) < (_FEWEST_WORDS if said else _FEWEST_UNSAID):
        return False
    if _IS_A.search(claim):
        passage = _NOT_DONE.sub(lambda found: found[0] if stem(found[1]) in words else found[1], passage)
    near = list(_near(words, passage, _SENTENCE_SHARE if said else SHARED))
    parts = [polarity(part) for part in _clauses(claim) if content(part)]
    return _differs(polarity(claim).union(*parts), near) or any(
        _is_denied(part, passage) for part in _clauses(claim)
    )


def _differs(mine: frozenset[int], near: Sequence[frozenset[int]]) -> bool:
    return bool(near) and len(mine) == 1 and not any(mine & theirs for theirs in near)


def _is_denied(part: str, passage: str) -> bool:
    """Whether the passage has the clause `part` of a claim only in the other polarity."""
    words = content(part) - _DENYING_STEMS
    if len(words) < _FEWEST_IN_CLAUSE:
        return False
    alike = []
    for span in sentences(passage):
        for clause in _clauses(_concerning(passage[span.start : span.end], words)):
            theirs = content(clause) - _DENYING_STEMS
            if min(_share(words, theirs), _share(theirs, words)) >= _ALIKE:
                alike.append(polarity(clause))
    return _differs(polarity(part), alike)


def _concerning(sentence: str, words: frozenset[str]) -> str:
    """The sentence, or row, without the exceptions and the remarks that share none of `words`."""
    sentence = _EXCEPTION.sub(lambda found: found[0] if words & content(found[0]) else "", sentence)
    cells = _CELL_END.split(sentence)
    if len(cells) == 1:
        return sentence
    return " | ".join(cell for cell in cells if not _is_remark(content(cell) - _DENYING_STEMS, words))


def _is_remark(own: frozenset[str], words: frozenset[str]) -> bool:
    return len(own) >= _FEWEST_IN_REMARK and not words & own


@lru_cache(maxsize=2048)
def _clauses(sentence: str) -> tuple[str, ...]:
    return tuple(clauses(sentence))


def _near(words: frozenset[str], passage: str, covered: float) -> Iterator[frozenset[int]]:
    """The polarity of each sentence that shares enough words, and of the clauses in it that do by themselves.

    `covered` is the share of the sentence's own words that the claim must have.
    """
    for span in sentences(passage):
        sentence = _concerning(passage[span.start : span.end], words)
        if _share(words, content(sentence)) < SHARED:
            continue
        parts = [part for part in _clauses(sentence) if _share(words, content(part)) >= SHARED]
        own = [part for part in parts if _share(content(part) - _DENYING_STEMS, words) >= covered]
        yield from map(polarity, own)
        if not own and _share(content(sentence) - _DENYING_STEMS, words) < covered:
            continue
        # Words of several clauses, or a denial in another one: either may be meant.
        yield polarity(sentence) | (frozenset() if own else frozenset().union(*map(polarity, _clauses(sentence))))


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0
