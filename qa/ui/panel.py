"""What the side panel shows of a document, as plain values: its text around the cited words.

The page puts every one of them in as text, never as markup.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from qa.evidence import Source
from qa.readers import place
from qa.ui.chat import Chat, Interval

# Documents up to this many characters are shown whole; of longer ones a part on each side of the cited words.
WHOLE = 200_000
AROUND = 30_000
MORE = 60_000

Piece = tuple[str, str]


class Panel:
    """The functions that the page calls. What comes from the page is checked; what goes there is JSON."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.engine = chat.engine

    def methods(self) -> list[Callable[[Any], dict[str, Any]]]:
        """What the page may call, by name, with one argument."""
        return [self.open_source, self.open_document, self.more_text]

    def open_source(self, link: Any) -> dict[str, Any]:
        """The document around a source. `link`: the answer's token, a hyphen, the source's number."""
        token, _, number = str(link).rpartition("-")
        try:
            source = self.chat.shown.source(token, int(number))
        except (KeyError, ValueError):
            return {"problem": "This footnote belongs to an earlier run of Footnote. Ask the question again."}
        with self.chat.working():
            quoted = self.chat.shown.quoted(token, source.n) or ((source.start, source.end),)
            return {"n": source.n, "headings": source.headings, **self._document(source, quoted)}

    def open_document(self, name: Any) -> dict[str, Any]:
        """A document from its beginning."""
        with self.chat.working():
            document_id = self.engine.store.document_id(str(name))
            if document_id is None:
                return {"problem": f"There is no readable document {name}."}
            source = Source(0, document_id, str(name), None, 0, 0, "", (), 0.0)
            return {"n": 0, "headings": (), **self._document(source, ())}

    def more_text(self, wish: Any) -> dict[str, Any]:
        """Text of a document that was opened in part. `wish`: {"id", "low", "high"} in characters."""
        try:
            document_id, low, high = (int(wish[name]) for name in ("id", "low", "high"))
            with self.chat.working():
                marks = self._marks(document_id)
                text = self.engine.store.text(document_id)
        except (KeyError, TypeError, ValueError):
            return {"problem": "The document has changed since it was opened. Open it again."}
        low = max(0, min(low, len(text)))
        high = max(low, min(high, low + MORE, len(text)))
        return {"low": low, "high": high, "pieces": list(pieces(text, marks, (low, high), (low, low), ()))}

    def _document(self, source: Source, quoted: Sequence[Interval]) -> dict[str, Any]:
        """The text around a source, or its own words alone when the document is no longer there."""
        store = self.engine.store
        head = {"id": source.document_id, "document": source.document, "place": source.place, "note": None}
        try:
            # Asked first: the store may still hold the text of a document that is gone.
            marks = self._marks(source.document_id)
            text = store.text(source.document_id)
        except KeyError:
            note = "This document has changed or was removed since the answer. These are the words as they were."
            return {**head, "note": note, "low": 0, "high": 0, "total": 0, "pieces": [("mark", source.text)]}
        if self.engine.library.has_changed(source.document):
            head["note"] = "The file has changed since it was read. This is the text that the answer rests on."
        low, high = shown_part(len(text), source.start, source.end)
        parts = list(pieces(text, marks, (low, high), (source.start, source.end), quoted))
        return {**head, "low": low, "high": high, "total": len(text), "pieces": parts}

    def _marks(self, document_id: int) -> dict[int, str]:
        """Where each page begins, and what it is called there. KeyError when the document is gone."""
        store = self.engine.store
        kind = store.kind(document_id)
        return {page.start: capital(place(kind, page.number, page.label)) for page in store.pages(document_id)}


def shown_part(total: int, start: int, end: int) -> tuple[int, int]:
    """Which part of `total` characters is shown at first when [start:end] is cited."""
    if total <= WHOLE:
        return 0, total
    return max(0, start - AROUND), min(total, end + AROUND)


def capital(words: str) -> str:
    """The words with a capital letter first, the others as they are."""
    return words[:1].upper() + words[1:]


def pieces(
    text: str, marks: dict[int, str], shown: Interval, passage: Interval, quoted: Sequence[Interval]
) -> Iterator[Piece]:
    """The text of the interval `shown` in order.

    As ("mark", …) in one of `quoted`, ("passage", …) elsewhere in `passage`, else ("text", …); ("page", name)
    begins a page. The offsets count characters of Python; JavaScript counts others, so the cutting is done here.
    """
    low, high = shown
    begun = {at: name for at, name in marks.items() if low <= at < high}
    bounds = itertools.chain(passage, *quoted)
    cuts = sorted({low, high, *begun, *(cut for cut in bounds if low < cut < high)})
    for begin, finish in itertools.pairwise(cuts):
        if begin in begun:
            yield "page", begun[begin]
        if any(start <= begin < end for start, end in quoted):
            yield "mark", text[begin:finish]
        else:
            yield "passage" if passage[0] <= begin < passage[1] else "text", text[begin:finish]
