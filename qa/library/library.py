"""The library: kept in step with its folders by one sync at a time, asked and changed meanwhile."""

import threading
from collections.abc import Sequence

from qa.catalogue import LIMITS, UnknownDocumentError, catalogue, limits, spelled
from qa.config import Progress, Settings, silent
from qa.embedding import Embedder
from qa.folder import path_of, scan
from qa.index import PassageIndex
from qa.library.checking import check_embedding
from qa.library.committing import following
from qa.library.ingesting import Ingestion
from qa.library.languages import language_advice
from qa.library.planning import RemovalError, SyncPlan, make_plan, too_many
from qa.library.report import Coverage, SyncReport
from qa.library.vectors import PassageVectors
from qa.state import uninterrupted
from qa.store import CatalogueEntry, Exclusion, FileState, Store, places

# Documents that are removed in one go.
REMOVED = 64
# Times that the documents are counted until none was committed in between.
LOOKS = 4


class Library:
    """The documents folders of `settings`, with the store and index that follow them. Threads may share it."""

    def __init__(self, settings: Settings, store: Store, index: PassageIndex, embedder: Embedder) -> None:
        self.settings = settings
        self.store = store
        self.index = index
        self.embedder = embedder
        check_embedding(settings, store)
        self._syncing = threading.Lock()
        # Held over each change of the store until the index has followed it.
        self._writing = threading.RLock()
        self._ingestion: Ingestion | None = None

    def plan(self, progress: Progress = silent) -> SyncPlan:
        """What `sync` would do now; nothing is changed. Raises FolderError."""
        return make_plan(self.settings, self.store, progress)

    def sync(self, progress: Progress = silent, force: bool = False) -> SyncReport:
        """Bring the library in step with the folder. What was committed before an interruption is kept.

        Waits for a sync that another thread began. `progress` is called in this thread twice a second or more,
        and what it raises ends the sync. Raises FolderError, before anything is changed, when the folder is
        missing, unreadable or empty; so it does (RemovalError) when more than QA_REMOVAL_SHARE of the library
        would go, unless `force` is set. Raises StoreError when there is no room to write.
        """
        with self._syncing:
            plan = make_plan(self.settings, self.store, progress, force)
            if plan.removes_too_much(self.settings.removal_share) and not force:
                raise RemovalError(too_many(plan))
            report = SyncReport(unchanged=plan.unchanged)
            vectors = PassageVectors(self.embedder, self.store)
            self.store.exclude(*plan.kept_out.noted, forget=plan.kept_out.forgotten)
            vectors.keep(plan.removed)
            self._remove_all(plan.removed)
            report.removed.extend(plan.removed)
            self._move({**plan.moves, **{state.name: state for state in plan.touched}})
            report.renamed.extend(plan.renamed.values())
            self._ingest(plan, report, vectors, progress)
            self._settle()
            report.warning = language_advice(self.settings, self.store)
            return report

    def documents(self) -> list[CatalogueEntry]:
        """Every document of the library and, as "pending", every file that the next sync would read."""
        return catalogue(self.settings, self.store)

    def coverage(self) -> Coverage:
        """How much of the folder can be asked now; without looking at the folder."""
        ingestion = self._ingestion
        if ingestion is None:
            ready = self.store.ready_count()
            return Coverage(ready, ready)
        # Documents are committed meanwhile: both counts from one moment, or nearly.
        waiting = -1
        for _ in range(LOOKS):
            before, waiting = waiting, ingestion.waiting
            if before == waiting:
                break
            ready = self.store.ready_count()
        return Coverage(ready, ready + waiting)

    def has_changed(self, name: str) -> bool:
        """Whether the file of a document is another than the one that was read, or gone."""
        known = self.store.file(name)
        if known is None:
            return True
        try:
            status = path_of(known.name, self.settings.documents).stat()
        except OSError:
            return True
        return (known.bytes, known.modified_ns) != (status.st_size, status.st_mtime_ns)

    def remove(self, name: str) -> list[str]:
        """Take a document, or all in a folder or archive, out of the library until `restore`.

        The files are not touched. Returns the names of the documents that were removed. Raises
        UnknownDocumentError.
        """
        name = self._named(name)
        with self._writing:
            gone = self.store.below(name)
            if self.store.excluded().isdisjoint(places(name)):
                self.store.exclude(Exclusion(name, self._contents(gone)))
            self._remove_all(gone)
            self.store.tidy()
            # Nothing may be added to the index meanwhile: its files are written to.
            self.index.wipe()
        return gone

    def restore(self, name: str) -> list[str]:
        """Undo `remove`, by the name of then or of now; the next sync reads the file again.

        Returns the names of now. Raises UnknownDocumentError.
        """
        excluded = self.store.exclusions()
        name = name.rstrip("/")
        below = [other for other in excluded if other.startswith(f"{name}/")]
        try:
            name = spelled(name, {*excluded, *(one.was for one in excluded.values())})
            below = [one.name for one in excluded.values() if name in (one.name, one.was)]
        except UnknownDocumentError as error:
            with_it = next((place for place in places(name) if place in excluded), None)
            if not below:
                raise UnknownDocumentError(
                    f"{name!r} was removed with {with_it!r}. Restore that."
                    if with_it
                    else f"{name!r} was not removed. `python -m qa documents --removed` lists what was."
                ) from error
        self.store.restore(below)
        return below

    def _contents(self, names: Sequence[str]) -> tuple[FileState, ...]:
        """The files that these documents were read from, by which they will be known again.

        Not those that are empty, or could not be read: others are like them that nobody removed.
        """
        found = (self.store.file(name) for name in names)
        files = {file.name: file for file in found if file and file.digest and file.bytes}
        return tuple(file for name, file in files.items() if self.store.document_id(name) is not None)

    def _named(self, name: str) -> str:
        """A document, folder or archive by its name. Raises UnknownDocumentError."""
        name = name.rstrip("/")
        names = {place for known in (*self.store.files(), *self.store.below(name)) for place in places(known)}
        if name not in names:
            names |= {place for entry in self.store.catalogue() for place in places(entry.document)}
            names |= {place for known in scan(self.settings) for place in places(known)}
        return spelled(name, names)

    def _move(self, moves: dict[str, FileState]) -> None:
        if moves:
            with self._writing, uninterrupted(), following(self.index) as done:
                done.add(self.store.move(moves))

    def _remove_all(self, names: Sequence[str]) -> None:
        for start in range(0, len(names), REMOVED):
            with self._writing, uninterrupted(), following(self.index) as done:
                for name in names[start : start + REMOVED]:
                    done.add(self.store.remove(name))

    def _ingest(self, plan: SyncPlan, report: SyncReport, vectors: PassageVectors, progress: Progress) -> None:
        if plan.files:
            self._ingestion = Ingestion(plan, report, self.settings, self.store)
            try:
                self._ingestion.run(vectors, self.index, self._writing, progress)
            finally:
                self._ingestion = None

    def _settle(self) -> None:
        """Note the limits that everything unreadable was read under, and wipe the words of what is gone."""
        if self.store.fact(LIMITS) != limits(self.settings):
            self.store.set_fact(LIMITS, limits(self.settings))
        self.store.tidy(now=False)
