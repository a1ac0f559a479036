"""Every passage in the scope of a survey, in the order of the documents."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.retrieval import EVERYTHING
from qa.store import Filed, Scope, Store, StoredPassage
from qa.surveying.records import SurveyCoverage


@dataclass(frozen=True)
class Reach:
    """The documents of a survey, by name; what is removed while it runs is passed over."""

    store: Store
    documents: tuple[Filed, ...]

    @property
    def passages(self) -> int:
        """Passages in all of the documents."""
        return sum(document.passages for document in self.documents)

    def coverage(self, read: int | None = None) -> SurveyCoverage:
        """How much was read: all of it, where not said otherwise."""
        total = self.passages
        return SurveyCoverage(total if read is None else read, total, len(self.documents))

    def text(self, document: Filed) -> str | None:
        """The canonical text of a document; None when it is gone."""
        try:
            return self.store.text(document.id)
        except KeyError:
            return None

    def stored(self, document: Filed) -> list[StoredPassage]:
        """The passages of a document, in the order of its text."""
        return self.store.passages([number for number, _, _ in self.store.passages_in(document.id)])


def reach(store: Store, scope: Scope = EVERYTHING, names: Sequence[str] = ()) -> Reach:
    """The documents in `scope`, of those `names` only where given. Raises ScopeError."""
    documents = store.filed(store.scope_documents(scope))
    wanted = frozenset(names)
    return Reach(store, tuple(one for one in documents if not wanted or one.name in wanted))


class Places:
    """Which passage holds a place of a document."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._starts = lru_cache(maxsize=16)(self._read)

    def passage(self, document_id: int, at: int) -> int | None:
        """The number of the passage that holds offset `at`; None when the document is gone."""
        starts, numbers = self._starts(document_id)
        return numbers[max(0, bisect_right(starts, at) - 1)] if numbers else None

    def _read(self, document_id: int) -> tuple[list[int], list[int]]:
        rows = self.store.passages_in(document_id)
        return [start for _, start, _ in rows], [number for number, _, _ in rows]
