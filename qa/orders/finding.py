"""Where a text gives orders."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.orders.codes import disguises, is_plain, latin, readable, words_of
from qa.orders.verdicts import has_other_signs, judged, rules_of

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
    rules = rules_of(words, letters)
    readings = disguises(words, letters)
    if not rules and not readings and not has_other_signs(text, letters):
        return ()
    plain, places = readable(text)
    shown = text if places is None else "".join(text[n] for n in places)
    found = []
    # Where a line begins with a capital, a sentence does.
    spans = list(_sentences(shown))
    letters = latin(plain)
    keys = {key for rule in rules for key in (*(rule.needs[0].words & words), *rule.needs[0].signs)}
    other = has_other_signs(text, letters)
    for n, (start, end) in enumerate(spans):
        likely = other or any(letters.find(key, start, end) >= 0 for key in keys)
        verdict = judged(plain[start:end]) if likely else None
        if not verdict and any(_says_order(read(shown[start:end])) for read in readings):
            verdict = True
        if verdict is not None:
            found.append(Order(start, _going_on(plain, spans, n) if verdict else end, verdict))
    return [_placed(one, places) for one in _joined(found)]


def _says_order(said: str) -> bool:
    return any(judged(said[start:end]) is not None for start, end in _sentences(said))


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
