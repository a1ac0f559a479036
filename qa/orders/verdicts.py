"""Whether one sentence is an order: the rules that may match it, and what makes it none after all."""

import re
from collections.abc import Set

from qa.orders.addressing import ADDRESSING
from qa.orders.answering import ANSWERING
from qa.orders.codes import latin, words_of
from qa.orders.foreign import FOREIGN
from qa.orders.rules import Rule

_RULES = (*ADDRESSING, *ANSWERING, *FOREIGN)
# The words and signs of the first need, the rarest → the rules that need one.
_KEYS = {
    key: frozenset(rule for rule in _RULES if key in rule.needs[0].words or key in rule.needs[0].signs)
    for key in dict.fromkeys(key for rule in _RULES for key in (*rule.needs[0].words, *rule.needs[0].signs))
}
_KEY_WORDS = frozenset(key for rule in _RULES for key in rule.needs[0].words)
_SIGNS = tuple(key for key in _KEYS if key not in _KEY_WORDS and key.isascii())
_OTHER_SIGNS = tuple(key.decode() for key in _KEYS if not key.isascii())
# So many letters of other scripts are no English text with a few foreign signs.
_OTHER_LETTERS = 8
_QUOTATION = re.compile(r"\"[^\"]{8,}\"|(?<!\w)'[^'\n]{8,}'(?!\w)|`[^`]{8,}`")
# What stands around a quotation that is talked about.
_TALKS = re.compile(
    r"\b(?:attack\w*|inject\w*|jailbreak\w*|phrases?|examples?|such\s+as|like|for\s+instance|e\.g|says?|said|wrote|"
    r"writes|reads?|called|known|users?\s+(?:may|might|can|who)|typ(?:e|ed|ing)|asks?|asked|contain\w*|titled|entitled|"
    r"prompts?|strings?|hidden|commands?|researchers?|detect\w*|filters?|block\w*)\b"
)
# An order with a condition or a topic of its own may be meant for people.
_CONDITION = re.compile(r"\b(?:if|when|unless|once|should|in\s+case|where)\b[^.]{3,}?[,:]?\s*$")
_TOPIC = re.compile(
    r"\W{0,3}\s*(?:regarding|concerning|about|relating\s+to|on\s+page|in\s+(?:step|section|chapter|part|paragraph)|"
    r"for\s+(?:the|your|this|model)|if|when|unless|until|dated|of\s+\d|from\s+(?:our|my|the\s+\d|\d))\b"
)
_FOR_MODELS = re.compile(
    r"\b(?:ai|llm|language\s+model|chat\s?bot|assistant|prompt|summari[sz]\w*|respond|output|reply|answer)\b"
)


def rules_of(words: Set[bytes], text: bytes) -> list[Rule]:
    """The rules that may match a text (see `latin`) with these words."""
    keys = [*(_KEY_WORDS & words), *(sign for sign in _SIGNS if sign in text)]
    rules = dict.fromkeys(rule for key in keys for rule in _KEYS[key])
    return [rule for rule in rules if all(need.met(words, text) for need in rule.needs[1:])]


def has_other_signs(text: str, letters: bytes) -> bool:
    """Whether a text, whose letters (see `latin`) these are, holds words of another script that an order needs."""
    return letters.count(b"?") >= _OTHER_LETTERS and any(sign in text.lower() for sign in _OTHER_SIGNS)


def judged(sentence: str) -> bool | None:
    """Whether a sentence is an order for sure; None when it is none."""
    verdict = None
    flat = " ".join(sentence.split())
    letters = latin(flat)
    rules = rules_of(words_of(letters), letters)
    if not letters.isascii() or b"?" in letters:
        rules += (rule for sign in _OTHER_SIGNS if sign in flat for rule in _KEYS[sign.encode()])
    for rule in rules:
        for found in rule.pattern.finditer(flat):
            if _is_talked_about(flat, found):
                continue
            if rule.sure and not _is_for_people(flat, found):
                return True
            verdict = False
    return verdict


def _is_talked_about(sentence: str, found: re.Match[str]) -> bool:
    """Whether it stands in quotation marks, in a sentence that says something about it."""
    for quotation in _QUOTATION.finditer(sentence):
        if quotation.start() <= found.start() and found.end() <= quotation.end() + 1:
            around = f"{sentence[: quotation.start()]} {sentence[quotation.end() :]}"
            return _TALKS.search(around) is not None
    return False


def _is_for_people(sentence: str, found: re.Match[str]) -> bool:
    before, behind = sentence[: found.start()], sentence[found.end() :]
    if any(map(_FOR_MODELS.search, (before, found[0], behind))):
        return False
    return _CONDITION.search(before + found[0][:1]) is not None or _TOPIC.match(behind) is not None
