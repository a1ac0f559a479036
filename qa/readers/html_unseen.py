"""What stands in the source of a page and is not shown: elements hidden by their style, comments, descriptions."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from qa.orders import orders
from qa.readers.flagging import first_words, left_out, metadata_warnings

_SPACE = re.compile(r"\s+")
_TINY = re.compile(r"(?:^|;)font-size:(?:0|[01](?:\.\d+)?(?:px|pt))(?:[a-z%]*)(?:!important)?(?:;|$)")
_WHITE = re.compile(
    r"(?:^|;)color:(?:#fff(?:fff)?|white|rgba?\(255,255,255[^)]*\)|transparent)(?:!important)?(?:;|$)"
)
# Scripts make these appear, and readers of screens read them aloud: they go only when they give orders.
_OFTEN_SHOWN = re.compile(r"(?:^|;)opacity:0(?:\.0+)?(?:;|$)|(?:^|;)(?:left|top|text-indent|margin-left):-\d{3,}")
_GROUND = re.compile(r"background(?!-color:(?:#fff|white))")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_MOST = 300
# A menu that opens is no text that hides.
_WORDS = 8
_SENTENCE = re.compile(r"[.!?](?:\s|$)")
HIDDEN, TINY, WHITE, ASIDE = "hidden by their style", "too small to read", "in white on white", "put out of sight"


def unseen(root: Any) -> Iterator[tuple[Any, str]]:
    """(element, why) of what nobody sees beyond what is declared hidden."""
    for element in root.xpath("//*[@style]"):
        style = _SPACE.sub("", element.get("style", "")).lower()
        if _TINY.search(style) and not _grows(element):
            yield element, TINY
        elif _WHITE.search(style) and not _GROUND.search(style) and _stands_on_white(element):
            yield element, WHITE
        elif _OFTEN_SHOWN.search(style) and orders(words_of(element)):
            yield element, ASIDE


def words_of(element: Any) -> str:
    """The words of an element on one line."""
    return " ".join(" ".join(element.itertext()).split())


def told(found: list[tuple[str, str]], source: str) -> tuple[str, ...]:
    """Warnings for what was left out, (why, words), and for orders in comments and descriptions."""
    warnings = []
    for why in dict.fromkeys(why for why, _ in found):
        words = [text for reason, text in found if reason == why and _matters(why, text)]
        if words:
            warnings.append(left_out("It", words, why))
    said = [comment[1] for comment, _ in zip(_COMMENT.finditer(source), range(_MOST), strict=False)]
    if given := [words for words in said if orders(words)]:
        left = "gives orders to a language model, and was left out"
        warnings.append(f"A comment in its source {left}: {first_words(given)}.")
    return (*warnings, *metadata_warnings(_descriptions(source)))


def _descriptions(source: str) -> Iterator[str]:
    tags = re.findall(r"<meta\b[^>]{0,2000}>", source[:200_000], re.IGNORECASE)[:_MOST]
    yield from chain.from_iterable(re.findall(r"content\s*=\s*[\"']([^\"']{8,})[\"']", tag) for tag in tags)


def _matters(why: str, text: str) -> bool:
    enough = len(text.split()) >= _WORDS and _SENTENCE.search(text) is not None
    return enough or why != HIDDEN or bool(orders(text))


def _grows(element: Any) -> bool:
    """Whether a part of it has a size of its own: some pages set the gaps between parts to nothing so."""
    return any("font" in part.get("style", "") or part.get("class") for part in element.iterdescendants("*"))


def _stands_on_white(element: Any) -> bool:
    """Nothing around it names a colour, or a class that may have one."""
    return not any(
        one.get("class") or one.get("id") or one.get("bgcolor") or one.get("background")
        or "background" in one.get("style", "") or one.tag in ("button", "th", "header", "nav", "footer")
        for one in element.iterancestors()
    )  # fmt: skip
