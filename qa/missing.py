"""What a refusal can say of what is missing: which things of the question the documents mention.

Plain rules over the question's own words. A thing counts as mentioned only if its words stand together in a
passage that is shown; as not mentioned only if its telling word stands in no document. In doubt nothing is said.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.facts import codes, names, stems
from qa.language import language_of, understands

# Things of each kind that one sentence names.
_MOST = 2
_SHORTEST = 3
_LONGEST_CLAUSE = 60
_DEFINITE = r"(?:the|this|these|those|his|her|its|their|our|my|your)"
_INDEFINITE = r"(?:a|an|any|each|every|no|some|all|both)"
_PREPOSITION = r"(?:of|in|for|with|about|on|at|by|from|between|during|under|against|within|without|per)"
_VERB = (
    r"(?:is|are|was|were|be|been|being|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)"
)
_WORD = r"[A-Za-z][\w'’-]*"
_THING = re.compile(rf"\b(?:({_DEFINITE})|{_PREPOSITION})\s+(?=((?:{_WORD}\s+){{0,3}}{_WORD}))", re.IGNORECASE)
_HELPED = re.compile(r"\b(?:do|does|did|can|could|will|would|shall|should|may|might|must) $", re.IGNORECASE)
# Where a thing ends: words that none has in its name, and the verbs that follow one in a question.
_ENDS = re.compile(
    rf"(?:{_DEFINITE}|{_INDEFINITE}|{_PREPOSITION}|{_VERB}|and|or|but|not|to|than|as|that|which|who|whom|when|where|"
    r"what|why|how|if|it|they|he|she|we|you|i|there|here|most|more|many|much|other|such|same|so|ever|never|also|still|"
    r"after|before|into|through|over|up|out|due|else|cannot|having|done|mean|means|become|became|get|got|come|came|"
    r"go|went|happen|happens|occur|occurs|begin|began|end|start|take|took|make|made|give|gave|given|found|built|held|"
    r"sold|bought|known|born|taught|led|left|lost|won|kept|paid|sent|set|put|cost|costs|need|needs|use|work|live|say|"
    r"says|said|lie|lies|look|play|want|own)",
    re.IGNORECASE,
)
_VERBAL = re.compile(r"\w{2,}(?:ed|ing)")
# "FY2023" is written "fiscal 2023" as well: only the year tells whether it is there.
_FISCAL = re.compile(r"^(?:FY|CY)['’]?(?=\d{2,4}$)")
_ADJECTIVE = re.compile(r"\w+(?:ish|an|ese|ic|ch|i|ean|ern)")
_DAYS = frozenset(
    """january february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday""".split()
)
# Words that describe: none of them is a thing by itself.
_DESCRIBING = re.compile(
    r"(?:.*(?:al|ous|ive|ful|ic|able|ible|less|ary|ern|ish|est|ly)|old|new|first|second|third|last|next|main|big|"
    r"large|small|great|high|low|long|short|early|late|young|good|bad|only|different|certain|major|modern)",
    re.IGNORECASE,
)
# What is asked about a thing, and what says too little to be one.
_GENERAL = frozenset(
    """name names number numbers amount date dates year years day days month months time times place places kind
    kinds type types sort way ways part parts example examples thing things reason reasons purpose effect effects
    difference differences meaning definition case result results role people person man woman world end beginning
    order fact use cause causes price cost size length height weight age value percentage share level rate title
    term word words group country city state area region century period point points document documents passage
    text list total majority average addition general front middle side top bottom""".split()
)
_LEAD = r"(?:(?:in|on|at|by|for|from|to|of|with|during) )?"
_ASKED = re.compile(
    rf"{_LEAD}(who|whom|when|where|why|how (?:many|much|long|old|far|often|tall|big|large|fast|high)|how)\b",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(rf"[Ww]hat (?:is|was|are|were) (the ({'|'.join(sorted(_GENERAL))}))\b")
_WHICH = re.compile(rf"{_LEAD}(?:what|which) ((?:{_WORD} ){{1,3}}?)(?={_VERB} )", re.IGNORECASE)
_ENGLISH = re.compile(
    r"\b(?:who|whom|whose|what|when|where|why|how|which|is|are|do|does|did|the)\b", re.IGNORECASE
)
# Already in the order of a clause: the word that asks is the subject.
_SUBJECT = re.compile(rf"who (?!{_VERB} |else ).+", re.IGNORECASE)


@dataclass(frozen=True)
class _Thing:
    """What the question speaks of: as it is shown, and the word without which it is not mentioned."""

    shown: str
    head: str
    name: bool


def missing(question: str, passages: Sequence[str], known: Callable[[str], bool]) -> str:
    """A sentence on what the documents mention of the question and what not; empty when nothing is sure.

    `passages` are those that are shown; `known` tells whether a word stands in any document that was asked.
    """
    if not _ENGLISH.search(question) or not understands(("en",), language_of(question) or "en"):
        return ""
    question = " ".join(question.split()).rstrip("?!. ")
    things = _things(question, passages)
    there = [thing for thing in things if _is_shown(thing, passages)]
    # A word that a passage has in another form, "Norman" beside "Normandy", is not sure to be absent.
    absent = [
        thing
        for thing in things
        if thing not in there and not _has_like(thing.head, passages) and not known(thing.head)
    ]
    mentioned = _listed([thing.shown for thing in there[:_MOST]])
    named = [thing.shown for thing in absent if thing.name][:_MOST]
    if named:
        beside = f"mention {mentioned}, but not" if mentioned else "do not mention"
        return f"The documents {beside} {_listed(named, 'or')}."
    if mentioned:
        return f"The documents mention {mentioned}, but {_unsaid(question)}."
    # The same may be said in another word: only that this one is absent is sure.
    return f"The word “{absent[0].head}” is not in the documents." if absent else ""


def _listed(parts: Sequence[str], last: str = "and") -> str:
    return f" {last} ".join(parts)


def _things(question: str, passages: Sequence[str]) -> list[_Thing]:
    """Names and codes, and what a determiner or a preposition stands before; each once, in their order."""
    named = [name.text for name in names(question)] + [code.text for code in codes(question)]
    named = [name for name in named if len(name) > 1 and name.lower() not in _DAYS and f"{name}-" not in question]
    found = [(question.find(name), _named(question, name, passages)) for name in named]
    taken = set(" ".join(thing.shown for _, thing in found).split())
    for match in _THING.finditer(question):
        words = _whole(match[2].split(), bool(match[1]))
        if _HELPED.search(question[: match.start()]) and len(words) > 1 and not _is_together(words, passages):
            # "Did the choir sing": the verb comes behind the thing.
            words = _whole(words[:-1], definite=True)
        if words and words[-1].lower() not in _GENERAL and not taken & set(words):
            the = "the " if match[1] and match[1].lower() == "the" else ""
            found.append((match.start(2), _Thing(f"{the}{' '.join(words)}", words[-1], name=False)))
    ordered = [thing for _, thing in sorted(found, key=lambda pair: pair[0])]
    return list({thing.shown.lower().removeprefix("the "): thing for thing in ordered}.values())


def _named(question: str, name: str, passages: Sequence[str]) -> _Thing:
    """A name, with the noun behind it where it is an adjective or the passages have both: "the French army"."""
    head = _FISCAL.sub("", re.sub(r"['’]s?$", "", name.split()[-1]))
    behind = re.search(rf"{re.escape(name)} ([a-z]\w+)", question)
    noun = behind[1] if behind and not _ENDS.fullmatch(behind[1]) and not _VERBAL.fullmatch(behind[1]) else ""
    if noun and (_ADJECTIVE.fullmatch(head) or any(f"{name} {noun}" in passage for passage in passages)):
        name = f"{name} {noun}"
    ends = rf"['’]s?\b|$|[,;:]| (?:{_PREPOSITION}|{_VERB})\b"
    the = re.search(rf"\bthe {re.escape(name)}{'' if ' ' in name else f'(?:{ends})'}", question, re.IGNORECASE)
    return _Thing(f"the {name}" if the else name, head, name=True)


def _whole(words: Sequence[str], definite: bool) -> list[str]:
    """The words up to the first that no name of a thing holds; none when they only describe."""
    kept: list[str] = []
    for word in words:
        verbal = _VERBAL.fullmatch(word) and (kept or not definite)
        if _ENDS.fullmatch(word) or verbal or word[0].isupper():
            break
        kept.append(re.sub(r"['’]s?$", "", word))
        if word != kept[-1]:
            break
    describes = not kept or _DESCRIBING.fullmatch(kept[-1]) or kept[-1].endswith("ed")
    return [] if describes or len(kept[-1]) < _SHORTEST else kept


def _is_shown(thing: _Thing, passages: Sequence[str]) -> bool:
    """Whether the words of a thing stand one after the other in a passage, in any of their forms."""
    return _is_together(re.sub(rf"^{_DEFINITE} ", "", thing.shown).split(), passages)


def _is_together(words: Sequence[str], passages: Sequence[str]) -> bool:
    wanted = _line(" ".join(words))
    return bool(wanted.strip()) and any(wanted in _line(passage) for passage in passages)


def _line(text: str) -> str:
    return f" {' '.join(stems(text))} "


def _has_like(word: str, passages: Sequence[str]) -> bool:
    begin = word.lower()[:4]
    return any(re.search(rf"\b{re.escape(begin)}", passage, re.IGNORECASE) for passage in passages)


def _unsaid(question: str) -> str:
    """What is asked for and not said, as far as the question shows it plainly."""
    if _SUBJECT.fullmatch(question) and len(question) <= _LONGEST_CLAUSE:
        return f"do not say who{question[3:]}"
    if asked := _ASKED.match(question) or _WHAT_IS.match(question):
        return f"do not say {asked[1].lower()}"
    asked = _WHICH.match(question)
    if asked and asked[1].islower() and not any(map(_ENDS.fullmatch, asked[1].split())):
        return f"do not say which {asked[1].strip()}"
    return "not what is asked"
