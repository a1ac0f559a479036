"""What is to be said of a document that was read, whatever its format: orders to a language model in its text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from qa.orders import Order, orders
from qa.readers.document import Document
from qa.readers.kinds import place
from qa.readers.pages import numbers

# Of one document; the rest is counted.
_MOST = 5
_CHARACTERS = 90
# Words beside a page that are more than the name of a file and a time.
_MARKS, _SPOKEN = 8, 3


def flagged(document: Document) -> Document:
    """The document with warnings for the orders that it gives."""
    found = list(_warnings(document))
    if len(found) > _MOST:
        more = len(found) - _MOST
        found[_MOST:] = [f"So {'does' if more == 1 else 'do'} {more} more of its pages or parts."]
    return replace(document, warnings=(*document.warnings, *found)) if found else document


def first_words(texts: Iterable[str]) -> str:
    """The beginning of texts as a quotation."""
    words = " ".join(" ".join(texts).split())
    return f"“{words if len(words) <= _CHARACTERS else words[:_CHARACTERS].rsplit(' ', 1)[0] + ' …'}”"


def left_out(where: str, texts: Iterable[str], how: str) -> str:
    """That text was left out which nobody sees. `where` begins the sentence, `how` goes on ("in white")."""
    texts = list(texts)
    count = len(" ".join(texts).split())
    words = "1 word" if count == 1 else f"{count:,} words"
    them = "it was" if count == 1 else "they were"
    return f"{where} holds {words} {how}, which nobody sees; {them} left out: {first_words(texts)}."


def unseen_warnings(pages: Iterable[tuple[int, Sequence[tuple[str, str]]]], unit: str = "Page") -> Iterator[str]:
    """For pages or slides (from 0) with (why unseen, what it says): a few in full, the others by number."""
    told = [
        (number, reason, words)
        for number, hidden in pages
        for reason in dict.fromkeys(reason for reason, _ in hidden)
        if (words := [text for why, text in hidden if why == reason]) and _matters(reason, words)
    ]
    yield from (left_out(f"{unit} {number + 1}", words, reason) for number, reason, words in told[:_MOST])
    if rest := [number for number, _, _ in told[_MOST:]]:
        yield f"{numbers(list(dict.fromkeys(rest)), unit)}: text that nobody can see was left out there too."


def _matters(reason: str, words: Iterable[str]) -> bool:
    """Not the marks that printers leave beside a page."""
    text = " ".join(words)
    spoken = sum(len(word) >= _SPOKEN and word.isalpha() for word in text.split())
    return spoken >= _MARKS or reason != "beside the page" or bool(orders(text))


def metadata_warnings(texts: Iterable[str]) -> tuple[str, ...]:
    """For the title, subject and keywords of a file, which nobody reads, and which are not read here."""
    found = [text for text in texts if orders(text)]
    if not found:
        return ()
    return (f"Its metadata (title, subject, keywords) gives orders to a language model: {first_words(found)}.",)


def _warnings(document: Document) -> Iterator[str]:
    found = orders(document.text)
    if not document.pages:
        yield from _said("It", document, found)
    for page in document.pages if found else ():
        own = [one for one in found if page.start <= one.start < page.end]
        where = place(document.kind, page.number, page.label)
        yield from _said(where[:1].upper() + where[1:], document, own)


def _said(where: str, document: Document, found: Sequence[Order]) -> Iterator[str]:
    if found:
        first = next((one for one in found if one.sure), found[0])
        gives = "gives orders" if first.sure else "may give orders"
        words = first_words([document.text[first.start : first.end]])
        yield f"{where} {gives} to a language model: {words}. They are treated as text."
