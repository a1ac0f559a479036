"""What the side panel shows, as plain values: a document's text around the cited words, and the list of documents.

The page puts every one of them in as text, never as markup.
"""

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from qa.config import FootnoteError
from qa.evidence import Source
from qa.readers import Page
from qa.ui.chat import Chat

# Documents up to this many characters are shown whole; of longer ones a part on each side of the cited words.
WHOLE = 200_000
AROUND = 30_000
MORE = 60_000

Piece = tuple[str, str | int]


class ClosingError(Exception):
    """The window closes while a folder is read."""


class Panel:
    """The functions that the page calls. What comes from the page is checked; what goes there is JSON."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.engine = chat.engine
        self._reading = threading.Lock()

    def methods(self) -> list[Callable[[Any], dict[str, Any]]]:
        """What the page may call, by name, with one argument."""
        return [self.open_source, self.open_document, self.more_text, self.documents, self.read_again]

    def open_source(self, link: Any) -> dict[str, Any]:
        """The document around a source. `link`: the answer's token, a hyphen, the source's number."""
        token, _, number = str(link).rpartition("-")
        try:
            source = self.chat.shown.source(token, int(number))
        except (KeyError, ValueError):
            return {"problem": "This footnote belongs to an earlier run of Footnote. Ask the question again."}
        with self.chat.working():
            return {"n": source.n, "headings": source.headings, **self._document(source)}

    def open_document(self, name: Any) -> dict[str, Any]:
        """A document from its beginning."""
        with self.chat.working():
            document_id = self.engine.store.document_id(str(name))
            if document_id is None:
                return {"problem": f"There is no readable document {name}."}
            source = Source(0, document_id, str(name), None, 0, 0, "", (), 0.0)
            return {"n": 0, "headings": (), **self._document(source)}

    def more_text(self, wish: Any) -> dict[str, Any]:
        """Text of a document that was opened in part. `wish`: {"id", "low", "high"} in characters."""
        try:
            document_id, low, high = (int(wish[name]) for name in ("id", "low", "high"))
            with self.chat.working():
                pages = self.engine.store.pages(document_id)
                text = self.engine.store.text(document_id)
        except (KeyError, TypeError, ValueError):
            return {"problem": "The document has changed since it was opened. Open it again."}
        low = max(0, min(low, len(text)))
        high = max(low, min(high, low + MORE, len(text)))
        return {"low": low, "high": high, "pieces": list(pieces(text, pages, low, high, low, low))}

    def documents(self, _: Any = None) -> dict[str, Any]:
        """The folder and its files with their status."""
        folder = self.engine.settings.documents
        try:
            with self.chat.working():
                entries = self.engine.documents()
        except FootnoteError as error:
            return {"folder": folder.name or str(folder), "documents": [], "problem": str(error)}
        listed = [{name: value for name, value in asdict(entry).items() if name != "path"} for entry in entries]
        return {"folder": folder.name or str(folder), "documents": listed, "reading": self._reading.locked()}

    def read_again(self, _: Any = None) -> dict[str, Any]:
        """Bring the library in step with its folder, then list it."""
        problem = None
        if self._reading.acquire(blocking=False):
            try:
                with self.chat.working():
                    self.engine.sync(self._go_on)
            except (FootnoteError, ClosingError) as error:
                problem = str(error)
            finally:
                self._reading.release()
        listed = self.documents()
        return {**listed, "problem": problem} if problem else listed

    def _go_on(self, stage: str, done: int, total: int, detail: str = "") -> None:
        if self.chat.closing:
            raise ClosingError("Footnote was closed.")

    def _document(self, source: Source) -> dict[str, Any]:
        """The text around a source, or its own words alone when the document is no longer there."""
        store = self.engine.store
        head = {"id": source.document_id, "document": source.document, "page": source.page, "note": None}
        try:
            # Asked first: the store may still hold the text of a document that is gone.
            pages = store.pages(source.document_id)
            text = store.text(source.document_id)
        except KeyError:
            note = "This document has changed or was removed since the answer. These are the words as they were."
            return {**head, "note": note, "low": 0, "high": 0, "total": 0, "pieces": [("mark", source.text)]}
        if self._is_stale(source.document):
            head["note"] = "The file has changed since it was read. This is the text that the answer rests on."
        low, high = shown_part(len(text), source.start, source.end)
        parts = list(pieces(text, pages, low, high, source.start, source.end))
        return {**head, "low": low, "high": high, "total": len(text), "pieces": parts}

    def _is_stale(self, name: str) -> bool:
        """Whether the file is another than the one that was read."""
        known = self.engine.store.files().get(name)
        try:
            status = (self.engine.settings.documents / name).stat()
        except OSError:
            return True
        return known is not None and (known.bytes, known.modified_ns) != (status.st_size, status.st_mtime_ns)


def shown_part(total: int, start: int, end: int) -> tuple[int, int]:
    """Which part of `total` characters is shown at first when [start:end] is cited."""
    if total <= WHOLE:
        return 0, total
    return max(0, start - AROUND), min(total, end + AROUND)


def pieces(text: str, pages: Sequence[Page], low: int, high: int, start: int, end: int) -> Iterator[Piece]:
    """`text[low:high]` in order, as ("text", …), as ("mark", …) in [start:end]; ("page", number) begins a page.

    The offsets count characters of Python; JavaScript counts others, so the cutting is done here.
    """
    numbers = {page.start: page.number for page in pages if low <= page.start < high}
    cuts = sorted({low, high, *numbers, *(cut for cut in (start, end) if low < cut < high)})
    for begin, finish in itertools.pairwise(cuts):
        if begin in numbers:
            yield "page", numbers[begin]
        yield "mark" if start <= begin < end else "text", text[begin:finish]
