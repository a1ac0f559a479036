"""Whether a question can be understood without the turns before it, as far as its English words tell.

Rules, not a model: a question that stands alone must cost nothing. They look for words that point at something
which the question itself does not name, for parts that are missing, and for replies to the last answer.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from qa.conversation import Turn
from qa.facts.names import names
from qa.facts.spans import content
from qa.facts.words import FUNCTION, word_set

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[.,;:?!]")
_SIGNS = frozenset(".,;:?!")
_AUXILIARIES = word_set(
    "am is are was were do does did have has had can could may might must shall should will would isn't aren't "
    "wasn't weren't don't doesn't didn't hasn't haven't hadn't can't couldn't won't wouldn't shouldn't"
)
_ASKING = word_set("who whom whose what which when where why how")
_OBJECTS = word_set("it them him her")
_PRONOUNS = _OBJECTS | word_set("its he his she hers they their theirs itself himself herself themselves")
_POINTERS = word_set("this these those such")
_DETERMINERS = word_set(
    "a an the this these those my your our his her its their each every any some no all both many most several "
    "few more two three four five another other certain"
)
_PREPOSITIONS = word_set(
    "of in on at by for from with about between under over into during after before against through without "
    "within near since until besides despite except unlike than as"
)
_JOINTS = word_set("and or but when if because after before while although though whereas since")
_LINKS = _JOINTS | word_set("that which who to")
# Behind these a word is a noun, or belongs to one.
_OPENERS = _DETERMINERS | _PREPOSITIONS | _AUXILIARIES | _JOINTS | word_set("what which whose")
# What a request is wrapped in: no subject of it.
_WRAPPING = word_set(
    "know tell give explain say said says think thought mean meant want wanted need show describe find hear heard "
    "please like work works happen happens happened mention mentioned talk ask asking understand see help sure "
    "long much many far old often big"
)
_OPENING = re.compile(
    r"\s*(?:(?:ok|okay|oh|wow|hm+|well|(?:i am |i'm )?sorry|yes|no|interesting|thanks|thank you|i see)[\s,.!]+)*"
    r"(?:and|but|or|so|then|what about|how about|what if|why not|how come|i mean|i meant|i'm asking|i am asking|"
    r"i'm referring|i am referring|you mean|you said|you say|do you mean|did you mean|are you sure|is that|not|"
    r"in that case|same (?:for|with|question)|(?:apart from|besides|other than) that)\b"
    r"|\s*(?:no|yes|yeah|sorry|oops|wait)\b\s*[,.:;!–-]",
    re.IGNORECASE,
)
# Something besides what was said.
_BESIDES = re.compile(
    r"\b(?:else|instead|otherwise|the (?:former|latter)|ones|(?:this|that|which|another|each|either|neither) one"
    r"|the (?:same|others?)(?= (?:for|with|true|apply|applies|go|goes|happen|one|ones|two)\b|\s*[?.!]*\s*$)"
    r"|(?:one|do|does|did) (?:it|this|that|so)(?=\s*[?.!]*\s*$)|one(?=\s*[?.!]*\s*$))\b",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\s*(?:what|which|any|(?:is|are) there(?: any)?) other\b(?!.*\bthan\b)", re.IGNORECASE)
# "About that", "was that", "that sounds", "after that?": not "the man that" and not "the fact that the".
_THAT = re.compile(
    r"(?:\b(?:is|was|does|did|has|would|will|can|could|about|of|for|with|like|after|before|from|to|in|on|at|by|do|"
    r"than|why|how|since|during)\s+that\b(?!\s+(?:the|a|an|there|it|they|he|she|we|you|i)\b)"
    r"|^\s*that(?=\s+(?:is|was|would|sounds?|means?|makes?|does|did|seems?)\b|'s\b)|\bthat(?=\s*[?.!,]))",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"(?<!\bis )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )(?<!n't )\bthere\b(?!\s+(?:is|are|was|were|be)\b)",
    re.IGNORECASE,
)
# "Is it true that", "how long does it take", "what does it mean to": nothing is pointed at.
_EMPTY_IT = re.compile(
    r"\b(?:is|was|isn't|would|will|can|could|might|may) it (?:be )?(?:also |still |ever |not |more |so )*"
    r"(?:\w+ (?:to|that|for|if|when|who|which)\b|called|known|said|believed|thought|like)"
    r"|\bit (?:is|was|would be|will be|can be|became|becomes) (?:also |still |not |more |so )*"
    r"\w+ (?:to|that|for|if|when|who|which)\b"
    r"|\bit (?:takes?|took|means?|costs?|hurts?|makes? sense)(?= (?!place\b|over\b|part\b))"
    r"|\b(?:long|many \w+|much \w+) \w+ it take\b|\bit (?:seems?|appears?) (?:to|that|like)\b|\btime is it\b",
    re.IGNORECASE,
)
_NICETIES = (
    r"thanks?(?: you)?(?: (?:so|very) much| a lot| again)?|thx|cheers|ok(?:ay)?|great|good(?: to know)?|nice|cool|"
    r"perfect|awesome|wow|interesting|excellent|amazing|wonderful|i see|i understand|understood|got it|sure|right|"
    r"that(?:'s| is| was) (?:great|good|fine|all|ok(?:ay)?|helpful|nice|interesting|it|right|correct)|makes sense|"
    r"very helpful|no problem|never ?mind|hello|hi|hey|bye|goodbye|good (?:morning|evening|night|day)|yes|no|"
    r"please|oh|well|all right|alright|welcome|for (?:that|the|your) (?:information|info|help|answer)"
)
_NICETY = re.compile(rf"(?:(?:{_NICETIES})(?![^\W_])[\s,.!)]*)+", re.IGNORECASE)
# What is quoted points at nothing outside of itself.
_QUOTED = re.compile(r"[\"“„«][^\"“”»]*[\"”»]|(?<!\w)[‘'].+?[’'](?!\w)")
# A fragment of more words says enough by itself to be searched for.
FRAGMENT = 5
# Turns whose things may be spoken of as known.
RECENT = 2


def is_question(text: str) -> bool:
    """Whether it asks for anything: thanks, greetings and assent do not."""
    return _NICETY.fullmatch(text.strip()) is None


def search_context(question: str, turns: Sequence[Turn]) -> str:
    """The earlier question that a follow-up leans on; empty when the question stands alone."""
    return turns[-1].whole if leans(question, turns) else ""


def leans(question: str, turns: Sequence[Turn]) -> bool:
    """Whether the question cannot be understood, or not as it is meant, without the turns before it."""
    if not turns or not is_question(question):
        return False
    question = _QUOTED.sub(" Quotation ", question)
    named = {part.low for name in names(question) for part in name.parts}
    return bool(
        _is_incomplete(question)
        or (_OTHER.match(question) and not named)
        or _clause_less(_BESIDES, question, named)
        or _refers(question, named)
        or (not named and _names_known(_words(question), turns))
    )


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _is_incomplete(question: str) -> bool:
    """Whether it goes on from something said, or is a word or two, or asks about nothing, or has no verb."""
    if _OPENING.match(question):
        return True
    plain = [word for word in _words(question) if word not in _SIGNS]
    if len(plain) <= 2 or not any(map(_is_content, plain)):
        return True
    if any(word in _AUXILIARIES or word in _ASKING for word in plain):
        return False
    return len(plain) <= FRAGMENT and not any(len(name.parts) > 1 for name in names(question))


def stands_alone(question: str) -> bool:
    """Whether by its form the question is whole and points at nothing; what it speaks of may still be unsaid."""
    return not _is_incomplete(question) and not refers(question)


def refers(question: str) -> bool:
    """Whether a pronoun or the like points at something that the question has not named before it."""
    question = _QUOTED.sub(" Quotation ", question)
    return _refers(question, {part.low for name in names(question) for part in name.parts})


def _clause_less(pattern: re.Pattern[str], question: str, named: Collection[str]) -> bool:
    """Whether the pattern is found where no clause before it has named anything."""
    found = pattern.finditer(question)
    return any(not _clause_before(_words(question[: match.end()])[:-1], named) for match in found)


def _refers(question: str, named: Collection[str]) -> bool:
    if _clause_less(_THAT, question, named) or _clause_less(_THERE, question, named):
        return True
    words = _words(_EMPTY_IT.sub(" ", question))
    for place, word in enumerate(words):
        if word in _PRONOUNS and not _has_antecedent(words, place, named):
            return True
        if word in _POINTERS and not _is_open(words, place) and not _clause_before(words[:place], named):
            return True
    return False


def _is_open(words: Sequence[str], place: int) -> bool:
    """ "Those who", "such as": what is meant follows."""
    after = words[place + 1] if place + 1 < len(words) else ""
    return words[place] in ("those", "such") and after in ("who", "whose", "that", "as", "of", "with", "in")


def _clause_before(before: Sequence[str], named: Collection[str]) -> bool:
    """Whether a clause that is over names something."""
    ends = [place for place, word in enumerate(before) if word in _SIGNS or (place and word in _LINKS)]
    return bool(ends) and any(_nominals(before[: ends[-1]], named))


def _has_antecedent(words: Sequence[str], place: int, named: Collection[str]) -> bool:
    """Whether something is named before the pronoun there that it may stand for."""
    before = words[:place]
    if _clause_before(before, named):
        return True
    after = words[place + 1] if place + 1 < len(words) else "."
    if words[place] in _OBJECTS and after in _SIGNS and not _LINKS & set(before):
        # "How does the firm use it?": not the firm.
        return False
    starts = [at for at, word in enumerate(before) if word in _SIGNS]
    clause = before[starts[-1] + 1 if starts else 0 :]
    # "What sports does it offer": what stands before the first verb is asked for.
    first = next((at for at, word in enumerate(clause) if word in _AUXILIARIES), None)
    if first is not None and _ASKING & set(clause[:first]):
        clause = clause[first:]
    return any(_nominals(clause, named))


def _nominals(words: Sequence[str], named: Collection[str]) -> Iterator[str]:
    """Words that are names, or by their place nouns."""
    opened = True
    for word in words:
        if word in named or (opened and _is_content(word)):
            yield word
        opened = word in _OPENERS


def _is_content(word: str) -> bool:
    return word[0].isalnum() and word not in FUNCTION and word not in _WRAPPING and word not in _AUXILIARIES


def _names_known(words: Sequence[str], turns: Sequence[Turn]) -> bool:
    """Whether it speaks of "the …" that the last turns spoke of.

    What was asked about by this very name before needs no other name now.
    """
    last = turns[-RECENT:]
    said = content("\n".join(f"{turn.whole}\n{turn.answer}" for turn in last))
    asked = {pair for turn in last for pair in pairwise(_words(turn.whole))}
    definite = (
        words[at + 1 : at + 3]
        for at, word in enumerate(words)
        if word in ("the", "my", "your", "our") and tuple(words[at : at + 2]) not in asked
    )
    return any(content(word) & said for pair in definite for word in pair if _is_content(word))
