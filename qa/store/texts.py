"""Documents and passages as they were read, remembered while nothing changes."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from qa.readers import Document, Page
from qa.readers.kinds import place
from qa.store.database import Database
from qa.store.records import StoredPassage
from qa.store.rows import as_headings, as_pages, as_strings, as_text, decoding


class Texts:
    """Showing and citing passages slices the same few documents again and again.

    Each is remembered under a number of the moment, so that nothing outlives a change.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._text = lru_cache(maxsize=8)(self._read_text)
        self._pages = lru_cache(maxsize=64)(self._read_pages)

    def text(self, document_id: int) -> str:
        """A document's canonical text. KeyError when it is gone."""
        with self._database.snapshot() as moment:
            return self._text(document_id, moment)

    def pages(self, document_id: int) -> tuple[Page, ...]:
        """The pages of a document, in order. KeyError when it is gone."""
        with self._database.snapshot() as moment:
            return self._pages(document_id, moment)

    def document(self, document_id: int) -> Document:
        """The document as it was read. KeyError when it is gone."""
        with self._database.snapshot():
            headings, kind, warnings = self._row("headings, kind, warnings", document_id)
            return Document(
                self.text(document_id),
                self.pages(document_id),
                as_headings(headings),
                kind,
                as_strings(warnings, "warnings"),
            )

    def kind(self, document_id: int) -> str:
        """The format that a document was read as. KeyError when it is gone."""
        return str(self._row("kind", document_id)[0])

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """The passages of these ids that exist, in the order of `ids`."""
        # Of one moment, so that no document leaves between its row and its text.
        with self._database.snapshot():
            rows = self._database.rows(
                "SELECT p.id, d.id, d.name, p.start, p.end, p.page, p.headings, d.kind FROM passages p "
                "JOIN documents d ON d.id = p.document_id WHERE p.id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            )
            found = {row[0]: self._passage(row) for row in rows}
        return [found[passage_id] for passage_id in ids if passage_id in found]

    def some_passages(self, count: int, of: int) -> list[StoredPassage]:
        """About `count` of the `of` passages that there are, spread evenly."""
        rows = self._database.rows("SELECT id FROM passages WHERE id % ? = 0 ORDER BY id", (max(1, of // count),))
        return self.passages([row[0] for row in rows])

    def neighbours(self, passage: StoredPassage, steps: int) -> list[tuple[int, int]]:
        """(steps away, id) of the passages up to `steps` before and behind this one in its document."""
        near = []
        for side, order in (("<", "DESC"), (">", "ASC")):
            rows = self._database.rows(
                f"SELECT id FROM passages WHERE document_id = ? AND start {side} ? ORDER BY start {order} LIMIT ?",
                (passage.document_id, passage.start, steps),
            )
            near += [(away, row[0]) for away, row in enumerate(rows, start=1)]
        return near

    def _passage(self, row: tuple[Any, ...]) -> StoredPassage:
        passage_id, document_id, name, start, end, page, headings, kind = row
        pages = () if page is None else self.pages(document_id)
        label = next((one.label for one in pages if one.number == page), "")
        with decoding("passages"):
            text = self.text(document_id)[start:end]
        path = as_strings(headings, "the headings of a passage")
        where = place(kind, page, label)
        return StoredPassage(passage_id, document_id, as_text(name, "a name"), start, end, page, path, text, where)

    def _read_text(self, document_id: int, moment: int) -> str:
        rows = self._database.rows("SELECT text FROM texts WHERE document_id = ?", (document_id,))
        if not rows:
            raise KeyError(document_id)
        return as_text(rows[0][0])

    def _read_pages(self, document_id: int, moment: int) -> tuple[Page, ...]:
        return as_pages(self._row("pages", document_id)[0])

    def _row(self, columns: str, document_id: int) -> tuple[Any, ...]:
        rows = self._database.rows(f"SELECT {columns} FROM documents WHERE id = ?", (document_id,))
        if not rows:
            raise KeyError(document_id)
        return rows[0]
