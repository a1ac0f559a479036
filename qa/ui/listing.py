"""The list of documents in the side panel, and how far the folder is read: plain values for the page."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from qa.config import FootnoteError
from qa.readers.kinds import KINDS, UNITS
from qa.store import CatalogueEntry
from qa.ui.chat import Chat
from qa.watching import Reading

# More rows than these nobody reads; the box above them finds the others by name.
ROWS = 200
# The folder is looked through again after so many seconds: a list that is being filtered asks at every key.
FRESH = 3.0


class ClosingError(Exception):
    """The window closes while a folder is read."""


class Listing:
    """The functions of the page that are about the library as a whole."""

    def __init__(self, chat: Chat, reading: Reading) -> None:
        self.chat = chat
        self.engine = chat.engine
        self.reading = reading
        self._busy = threading.Lock()
        self._looked = 0.0
        self._entries: list[CatalogueEntry] = []

    def methods(self) -> list[Callable[[Any], dict[str, Any]]]:
        """What the page may call, by name, with one argument."""
        return [self.status, self.documents, self.read_again]

    def status(self, _: Any = None) -> dict[str, Any]:
        """How many documents can be asked, and what is being read; asked for every second."""
        with self.chat.working():
            coverage = self.engine.library.coverage()
            changes = self.engine.store.revision()
        return {
            "folder": self._folder(),
            "ready": coverage.ready,
            "known": coverage.total,
            "changes": changes,
            "reading": self.reading.said,
            "detail": self.reading.detail,
            "problem": self.reading.problem,
        }

    def documents(self, wish: Any = None) -> dict[str, Any]:
        """The documents with their status, at most 200 of them; `wish`: {"filter": part of a name} or None."""
        part = str(wish.get("filter", "")) if isinstance(wish, dict) else ""
        try:
            with self.chat.working():
                entries = self._listed()
        except FootnoteError as error:
            return {"folder": self._folder(), "problem": str(error)}
        found = [entry for entry in entries if part.lower() in entry.document.lower()]
        return {
            "folder": self._folder(),
            "filter": part,
            "problem": self.reading.problem or self.reading.advice or None,
            "strictness": self._strictness(),
            "ready": sum(entry.status == "ready" for entry in entries),
            "total": len(found),
            "collections": [] if part else collections(entries)[:ROWS],
            "documents": [_row(entry) for entry in found[:ROWS]],
        }

    def read_again(self, _: Any = None) -> dict[str, Any]:
        """Bring the library in step with its folder, then list it."""
        problem = None
        if self._busy.acquire(blocking=False):
            try:
                with self.chat.working():
                    report = self.engine.sync(self._go_on)
                self.reading.finished(report.warning)
            except ClosingError as error:
                problem = str(error)
            except FootnoteError as error:
                problem = str(error)
                self.reading.failed(error)
            finally:
                self._busy.release()
        self._looked = 0.0
        listed = self.documents()
        return {**listed, "problem": problem or listed["problem"]}

    def _listed(self) -> list[CatalogueEntry]:
        if time.monotonic() - self._looked > FRESH:
            self._entries = self.engine.documents()
            self._looked = time.monotonic()
        return self._entries

    def _folder(self) -> str:
        return ", ".join(folder.name or str(folder) for folder in self.engine.settings.documents)

    def _strictness(self) -> dict[str, Any] | None:
        """How sure an answer can be asked to be, and what each costs; None where nothing weighs the signs."""
        judged = self.engine.judgement
        if judged is None:
            return None
        choices = [{"name": name, "cost": point.cost()} for name, point in judged.points.items()]
        return {"usual": self.engine.settings.strictness, "choices": choices}

    def _go_on(self, stage: str, done: int, total: int, detail: str = "") -> None:
        self.reading(stage, done, total, detail)
        if self.chat.closing:
            raise ClosingError("Footnote was closed.")


def collections(entries: list[CatalogueEntry]) -> list[tuple[str, int]]:
    """The folders that documents lie in, outermost first, each with its number of readable documents."""
    counts: Counter[str] = Counter()
    for entry in entries:
        if entry.status == "ready":
            parts = entry.document.split("/")[:-1]
            counts.update("/".join(parts[: depth + 1]) + "/" for depth in range(len(parts)))
    return sorted(counts.items())


def _row(entry: CatalogueEntry) -> dict[str, Any]:
    values = {name: value for name, value in asdict(entry).items() if name != "path"}
    suffix = "." + entry.document.rpartition(".")[2].lower()
    return {**values, "unit": UNITS.get(KINDS.get(suffix, ""), "page")}
