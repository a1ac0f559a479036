"""The text of a document without its orders, as the model reads it, unless a question asks about them."""

import re

from qa.orders.finding import Order, orders

_QUOTES = re.compile(r"“[^”]+”|\"[^\"]+\"|«[^»]+»|„[^“”]+[“”]")
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
