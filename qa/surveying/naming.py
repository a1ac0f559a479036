"""Which documents a question means: "the manual", "workshop-lease.txt", "the contracts", "everything"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.facts.folding import fold, stem

_WORD = re.compile(r"[^\W\d_]+|\d+")
_ARTICLE = re.compile(
    r"^(?:(?:all|each|every|any|both|of|in|from|the|this|that|these|those|my|our|your|single|whole|entire)\s+)+",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    "document file text source pdf paper page folder collection library everything it all".split()
)
_ALL = re.compile(
    r"(?:(?:all|each|every|any|both|of|in|the|these|those|my|our|your|whole|entire)\s+)*"
    r"(?:documents?|files?|texts?|sources?|papers|pdfs|folder|library|collection|corpus|everything|all)"
    r"(?:\s+(?:in|of)\s+(?:the|this|my|our)\s+(?:library|folder|collection))?",
    re.IGNORECASE,
)
_THIS = re.compile(r"(?:this|that|the(?:\s+whole)?)\s+(?:document|file|text|pdf|paper)|it|this", re.IGNORECASE)


@dataclass(frozen=True)
class Meant:
    """Names of documents, none for all in scope; and what the question calls them."""

    documents: tuple[str, ...]
    group: str = "documents"


def meant(words: str, names: Sequence[str], last: Sequence[str] = ()) -> Meant | None:
    """The documents that a phrase of a question names; None when it names none of them.

    `names` are the documents in scope, `last` those that the last answer rests on.
    """
    words = " ".join(words.split()).strip(" .?!\"'“”‘’")
    if _THIS.fullmatch(words):
        known = [name for name in last if name in set(names)]
        return Meant((known[0],)) if len(known) == 1 and len(names) > 1 else Meant(())
    if not words or _ALL.fullmatch(words):
        return Meant(())
    return _by_name(_ARTICLE.sub("", words), names)


def _by_name(words: str, names: Sequence[str]) -> Meant | None:
    exact = [name for name in names if words.casefold() in (name.casefold(), name.rpartition("/")[2].casefold())]
    if exact:
        return Meant(tuple(exact))
    parts = words.rpartition(".")
    suffix = parts[2].lower() if parts[1] and parts[2].isalnum() and len(parts[2]) <= 5 else ""
    asked = {stem(word) for word in _words(parts[0] if suffix else words)} - _GENERIC - {suffix}
    if not asked:
        return None
    named = tuple(name for name in names if asked <= _stems(name))
    plural = re.fullmatch(r"[^\W\d_]{3,}s", words) is not None
    return Meant(named, words if plural and len(named) > 1 else "documents") if named else None


def _stems(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _words(name))


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text).lower())
