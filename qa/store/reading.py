"""What is committed, as it is read: all of it safe from several threads, none of it changing anything.

Rows that do not hold what they should, since somebody or a disk changed them, raise DamagedError.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from qa.readers import Document, Page
from qa.splitting import Passage
from qa.store import exclusions, files, surveys
from qa.store.database import Database
from qa.store.lexical import among, lexical
from qa.store.listing import catalogue
from qa.store.records import CatalogueEntry, Exclusion, FileState, Scope, StoredPassage
from qa.store.rows import Vectors, as_count
from qa.store.scope import scope_documents
from qa.store.texts import Texts
from qa.store.vectors import document_passages, known_vectors, vectors, vectors_of


class Reading:
    """The half of the store that reads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._texts = Texts(database)
        self._counts = lru_cache(maxsize=1)(self._read_counts)
        self._sizes = lru_cache(maxsize=8)(self._read_sizes)
        self._scope = lru_cache(maxsize=8)(self._read_scope)

    def fact(self, name: str) -> str | None:
        """Which embedder filled the store, how often its passages changed, and the like; None when not noted."""
        rows = self._database.rows("SELECT value FROM facts WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def exclusions(self) -> dict[str, Exclusion]:
        """What is kept out of the library by `exclude`, by name."""
        return exclusions.exclusions(self._database)

    def keeps_out(self, digest: str) -> bool:
        """Whether content of this digest is that of something excluded, and of no document."""
        return exclusions.keeps_out(self._database, digest)

    def excluded(self) -> set[str]:
        """Names kept out of the library by `exclude`."""
        return {row[0] for row in self._database.rows("SELECT name FROM excluded")}

    def revision(self) -> int:
        """How often the set of passages has changed; equal revisions hold equal passages."""
        return as_count(self.fact("revision"))

    def passage_count(self) -> int:
        """Number of passages."""
        return int(self._database.rows("SELECT count(*) FROM passages")[0][0])

    def sizes(self, allowed: frozenset[int]) -> tuple[int, int]:
        """Number of passages of these documents, and of all; counted once while nothing changes."""
        with self._database.snapshot() as moment:
            return self._sizes(allowed, moment)

    def _read_sizes(self, allowed: frozenset[int], moment: int) -> tuple[int, int]:
        counts = self._counts(moment)
        return sum(counts.get(document_id, 0) for document_id in allowed), sum(counts.values())

    def _read_counts(self, moment: int) -> dict[int, int]:
        return dict(self._database.rows("SELECT document_id, count(*) FROM passages GROUP BY document_id"))

    def scope_documents(self, scope: Scope) -> frozenset[int] | None:
        """Ids of the documents of `scope`; None for all. Raises ScopeError for a name that is not there."""
        with self._database.snapshot() as moment:
            return self._scope(scope, moment)

    def _read_scope(self, scope: Scope, moment: int) -> frozenset[int] | None:
        return scope_documents(self._database, scope)

    def among(self, ids: Sequence[int], allowed: frozenset[int]) -> list[int]:
        """Those of the passages `ids` that belong to the documents `allowed`, in their order."""
        return among(self._database, ids, allowed)

    def files(self) -> dict[str, FileState]:
        """Every known file of the folder by name, the failed ones included, the members of archives not."""
        return files.files(self._database)

    def file(self, name: str) -> FileState | None:
        """The file that a document was read from, or the archive that holds it; None when there is none."""
        return files.file_of(self._database, name)

    def failed(self) -> set[str]:
        """Names of the files that could not be read, or of which a member could not."""
        return files.failed(self._database)

    def below(self, name: str) -> list[str]:
        """Names of the document of that name and of all in the folder or archive of that name."""
        return files.below(self._database, name)

    def ready_count(self) -> int:
        """How many documents were read, members of archives among them."""
        return files.ready_count(self._database)

    def known_vectors(self, hashes: Sequence[bytes], size: int = 0) -> dict[bytes, Vectors]:
        """Vectors of passages with these hashes of their text (`text_hash`), as far as there are such.

        DamagedError when one is damaged, or not of `size` bytes where that is given.
        """
        return known_vectors(self._database, hashes, size)

    def catalogue(self) -> list[CatalogueEntry]:
        """Every known file, by name; `path` is the name here, since the store does not know the folder."""
        return catalogue(self._database)

    def document_id(self, name: str) -> int | None:
        """The id of a document that was read, by its name; None when there is none."""
        rows = self._database.rows("SELECT id FROM documents WHERE name = ? AND failure IS NULL", (name,))
        return rows[0][0] if rows else None

    def document_of(self, digest: str) -> int | None:
        """The id of a document that was read from content of this digest; None when there is none."""
        rows = self._database.rows(
            "SELECT id FROM documents WHERE digest = ? AND failure IS NULL AND kind != ?", (digest, files.ARCHIVE)
        )
        return rows[0][0] if rows else None

    def document(self, document_id: int) -> Document:
        """The document as it was read. KeyError when it is gone."""
        return self._texts.document(document_id)

    def pages(self, document_id: int) -> tuple[Page, ...]:
        """The pages of a document, in order. KeyError when it is gone."""
        return self._texts.pages(document_id)

    def kind(self, document_id: int) -> str:
        """The format that a document was read as. KeyError when it is gone."""
        return self._texts.kind(document_id)

    def text(self, document_id: int) -> str:
        """A document's canonical text. KeyError when it is gone."""
        return self._texts.text(document_id)

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """The passages of these ids that exist, in the order of `ids`."""
        return self._texts.passages(ids)

    def neighbours(self, passage: StoredPassage, steps: int) -> list[tuple[int, int]]:
        """(steps away, id) of the passages up to `steps` before and behind this one in its document."""
        return self._texts.neighbours(passage, steps)

    def some_passages(self, count: int) -> list[StoredPassage]:
        """About `count` passages, spread evenly over the library; all of a smaller one."""
        return self._texts.some_passages(count, self.passage_count())

    def vectors(self, batch: int = 1000) -> Iterator[tuple[list[int], Vectors]]:
        """All vectors in batches: ids and an array of shape (n, dimensions), by ascending id."""
        return vectors(self._database, batch)

    def vectors_of(
        self, allowed: frozenset[int], batch: int = 1000, size: int = 0
    ) -> Iterator[tuple[list[int], Vectors]]:
        """The vectors of these documents, `size` bytes each, in batches: ids and an array (n, dimensions)."""
        return vectors_of(self._database, allowed, batch, size)

    def document_passages(self, document_id: int, size: int = 0) -> tuple[list[Passage], Vectors]:
        """One document's passages in the order of the text, and their vectors of shape (n, dimensions).

        DamagedError when one is damaged, or not of `size` bytes where that is given.
        """
        return document_passages(self._database, document_id, size)

    def lexical(self, question: str, limit: int, allowed: frozenset[int] | None = None) -> list[int]:
        """Ids of the passages that share words with the question, best BM25 first; of the documents `allowed`."""
        if allowed is None:
            return lexical(self._database, question, limit)
        size, total = self.sizes(allowed)
        return lexical(self._database, question, limit, allowed, size / max(1, total))

    def filed(self, allowed: frozenset[int] | None = None) -> list[surveys.Filed]:
        """The documents that were read and have passages, of the `allowed` only where given, by name."""
        with self._database.snapshot() as moment:
            return surveys.filed(self._database, self._counts(moment), allowed)

    def holding(self, phrase: str, allowed: Collection[int]) -> set[int]:
        """Those of the `allowed` documents that hold each telling word of a phrase, in any form, anywhere."""
        return surveys.holding(self._database, phrase, allowed)

    def passages_in(self, document_id: int) -> list[tuple[int, int, int]]:
        """Number, start and end of each passage of a document, in the order of its text."""
        return surveys.passages_in(self._database, document_id)
