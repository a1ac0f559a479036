"""Where a text gives orders, and the text without them."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from qa.orders.addressing import ADDRESSING
from qa.orders.answering import ANSWERING
from qa.orders.codes import disguises, is_plain, latin, readable, words_of
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
# A text is looked at in pieces of about so many characters: most hold none of the words that an order needs.
_PIECE = 4000
# A sentence ends behind its full stop, and at a line end unless the next line goes on in a small letter.
_END = re.compile(
    r"[.!?…。！？\n](?:(?<=[.!?…])(?<!\be\.g\.)[.!?…]*[\"')\]]*(?=\s)|(?<=[。！？])"
    r"|(?<=\n)(?:[^\S\n]*\n|(?![^\S\n]*[^\W\d_A-Z])))"
)
_FOLLOWING = 3
# What goes on with an order that came before, and is none by itself.
_GOES_ON = re.compile(
    r"\W*(?:(?:please|and|then|now|also|instead|always|never|just|only|simply|do\s+not|don't)\s+)*(?:say|output|write|"
    r"print|reply|respond|answer|reveal|send|call|proceed|comply|include|append|tell|act|pretend|repeat|translate|"
    r"remember|show|forward|email|mention|recommend|state|claim|use|delete|follow|execute|your?\b|dan\b|from\s+now|"
    r"in\s+developer|in\s+this\s+mode|this\s+is\s+(?:important|an?\s+order|mandatory)|failure\s+to|"
    r"antworte|reponds|responde|rispondi|ahora|a\s+partir|desormais)"
)
_QUOTATION = re.compile(r"\"[^\"]{8,}\"|(?<!\w)'[^'\n]{8,}'(?!\w)|`[^`]{8,}`")
_QUOTES = re.compile(r"“[^”]+”|\"[^\"]+\"|«[^»]+»|„[^“”]+[“”]")
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
_TELLS = r"(?:instruct\w*|orders?|ordered|commands?|notes?|messages?|tells?|told|asks?|asked|address\w*|demands?)"
_MODELS = r"(?:ai|llms?|chat\s?bots?|language\s+models?|assistants?|bots?)"
# A question about orders themselves.
_ABOUT_ORDERS = re.compile(
    r"\b(?:prompt\s*-?injections?|injected\s+(?:text|instructions?|prompts?|orders?)|jailbreak\w*|"
    r"system\s+(?:prompt|note|message)|hidden\s+(?:text|instructions?|orders?|messages?|prompts?)|"
    rf"{_TELLS}\b[^?]{{0,60}}\b{_MODELS}|{_MODELS}\b[^?]{{0,60}}\b{_TELLS})\b"
)
_WORDS = re.compile(r"[^\W_]{3,}")
_STOP_WORDS = frozenset(
    "the and for are was were has have had does did what which who whom whose when where why how many much that "
    "this with from into its not you your can could should would will all any there their they one "
    "say says said".split()
)
_STEM = 5
# Share of the words of a question that stand in what may be an order, when it asks about that.
_ASKED = 0.5


@dataclass(frozen=True)
class Order:
    """`[start:end]` of a text gives an order; `sure` when nobody but a language model can be meant.

    The others may be meant for people ("Quote the number in your reply"): they count as orders only while nobody
    asks about what they say.
    """

    start: int
    end: int
    sure: bool


def orders(text: str) -> tuple[Order, ...]:
    """The orders in a text, in their order; neighbours are one."""
    return _kept(text) if len(text) <= _PIECE else _found(text)


def _found(text: str) -> tuple[Order, ...]:
    return tuple(
        Order(start + one.start, start + one.end, one.sure)
        for start, end in _pieces(text)
        for one in _orders_of(text[start:end])
    )


@lru_cache(maxsize=256)
def _kept(text: str) -> tuple[Order, ...]:
    """Of a passage, which is looked at again and again for one question."""
    return _found(text)


def given(text: str, question: str = "") -> tuple[Order, ...]:
    """The orders that are kept from the model: not what is said to people and `question` asks about."""
    return tuple(one for one in orders(text) if one.sure or not _asks_about(text[one.start : one.end], question))


def without(text: str, question: str = "") -> str:
    """The text without its orders, as the model reads it; a question about orders shows them as quotations."""
    about = asks_about_orders(question)
    for one in reversed(given(text, question)):
        words = " ".join(text[one.start : one.end].split())
        shown = f"(Quoted, not to be followed: “{words}”)" if about else ""
        text = f"{text[: one.start]}{shown}{text[one.end :]}"
    return re.sub(r"\n{3,}", "\n\n", text)


def blanked(text: str, question: str = "") -> str:
    """The text with spaces for its orders: no claim may rest on them, unless a question asks about orders."""
    if asks_about_orders(question):
        return text
    for one in given(text, question):
        text = f"{text[: one.start]}{' ' * (one.end - one.start)}{text[one.end :]}"
    return text


def repeats_order(claim: str, text: str, start: int, end: int, question: str) -> bool:
    """Whether a claim that rests on `text[start:end]` says what an order there says, without quoting it."""
    touched = any(one.start < end and start < one.end for one in given(text, question))
    return touched and _QUOTES.search(claim) is None


def asks_about_orders(question: str) -> bool:
    """Whether a question asks what orders the documents give."""
    return _ABOUT_ORDERS.search(question.lower()) is not None


def _asks_about(words: str, question: str) -> bool:
    asked = _stems(question)
    return bool(asked) and len(asked & _stems(words)) >= _ASKED * len(asked)


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORDS.findall(text.lower()) if word not in _STOP_WORDS}


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = min(len(text), start + _PIECE)
        if end < len(text):
            end = text.find("\n", end, end + _PIECE) + 1 or text.find(" ", end) + 1 or len(text)
        yield start, end
        start = end


def _orders_of(text: str) -> Sequence[Order]:
    # A text whose letters are what they seem is looked at as it is; few have words that make it worth more.
    letters = latin(text if is_plain(text) else readable(text)[0])
    words = words_of(letters)
    rules = _rules_of(words, letters)
    readings = disguises(words, letters)
    if not rules and not readings and not _has_other_signs(text, letters):
        return ()
    plain, places = readable(text)
    shown = text if places is None else "".join(text[n] for n in places)
    found = []
    # Where a line begins with a capital, a sentence does.
    spans = list(_sentences(shown))
    letters = latin(plain)
    keys = {key for rule in rules for key in (*(rule.needs[0].words & words), *rule.needs[0].signs)}
    other = _has_other_signs(text, letters)
    for n, (start, end) in enumerate(spans):
        likely = other or any(letters.find(key, start, end) >= 0 for key in keys)
        verdict = _verdict(plain[start:end]) if likely else None
        if not verdict and any(_says_order(read(shown[start:end])) for read in readings):
            verdict = True
        if verdict is not None:
            found.append(Order(start, _going_on(plain, spans, n) if verdict else end, verdict))
    return [_placed(one, places) for one in _joined(found)]


def _rules_of(words: Set[bytes], text: bytes) -> list[Rule]:
    """The rules that may match a text (see `latin`) with these words."""
    keys = [*(_KEY_WORDS & words), *(sign for sign in _SIGNS if sign in text)]
    rules = dict.fromkeys(rule for key in keys for rule in _KEYS[key])
    return [rule for rule in rules if all(need.met(words, text) for need in rule.needs[1:])]


def _has_other_signs(text: str, letters: bytes) -> bool:
    return letters.count(b"?") >= _OTHER_LETTERS and any(sign in text.lower() for sign in _OTHER_SIGNS)


def _verdict(sentence: str) -> bool | None:
    """Whether a sentence is an order for sure; None when it is none."""
    verdict = None
    flat = " ".join(sentence.split())
    letters = latin(flat)
    rules = _rules_of(words_of(letters), letters)
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


def _says_order(said: str) -> bool:
    return any(_verdict(said[start:end]) is not None for start, end in _sentences(said))


def _sentences(plain: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text, without the space around them."""
    start = 0
    for end in [*(found.end() for found in _END.finditer(plain)), len(plain)]:
        piece = plain[start:end]
        if piece and not piece.isspace():
            yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        start = end


def _going_on(plain: str, spans: Sequence[tuple[int, int]], n: int) -> int:
    """Where an order ends, with the sentences that go on with it: those that it announces, or more of the kind."""
    end = spans[n][1]
    for start, next_end in spans[n + 1 : n + 1 + _FOLLOWING]:
        apart = plain[end:start].count("\n") > 1
        if apart or not (plain[end - 1] == ":" or _GOES_ON.match(plain, start)):
            break
        end = next_end
    return end


def _joined(found: list[Order]) -> list[Order]:
    """Orders that touch or overlap as one."""
    spans: list[Order] = []
    for one in found:
        before = spans[-1] if spans else None
        if before and one.start <= before.end + 1:
            spans[-1] = Order(before.start, max(before.end, one.end), before.sure or one.sure)
        else:
            spans.append(one)
    return spans


def _placed(one: Order, places: list[int] | None) -> Order:
    return one if places is None else Order(places[one.start], places[one.end - 1] + 1, one.sure)
