"""The library: one sync of it, and what is asked of it between."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from shlex import quote

import numpy as np

from qa.catalogue import (
    LIMITS,
    TRY_AGAIN,
    UnknownDocumentError,
    catalogue,
    limits,
    missing,
    spelled,
)
from qa.config import Progress, Settings, silent
from qa.embedding import Embedder, Floats
from qa.folder import EmptyFolderError, FoundFile, digest, path_of, scan, shown
from qa.index import PassageIndex
from qa.library.planning import RemovalError, SyncPlan, make_plan, refusal
from qa.library.texts import passage_texts
from qa.readers import Document, Reader, UnreadableFile
from qa.splitting import Passage, prepare, split
from qa.state import uninterrupted
from qa.store import CatalogueEntry, Change, FileState, Store, StoreError, merged

# Passages of small files are embedded together up to this many: full batches without holding much.
GROUP = 64


@dataclass
class SyncReport:
    """What a sync did, as names of documents; `failed` maps a name to its reason."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0


@dataclass(frozen=True)
class Coverage:
    """How much of the folder can be asked: files whose present content was read, of all that can be read."""

    ready: int
    total: int


@dataclass(frozen=True)
class _Pending:
    """A document that was read and split, waiting for its vectors."""

    file: FileState
    document: Document
    passages: list[Passage]


@dataclass(frozen=True)
class _Work:
    """One sync under way."""

    plan: SyncPlan
    report: SyncReport

    def done(self, name: str) -> None:
        (self.report.changed if name in self.plan.changed else self.report.added).append(name)


class Library:
    """The documents folder of `settings`, with the store and index that follow it."""

    def __init__(self, settings: Settings, store: Store, index: PassageIndex, embedder: Embedder) -> None:
        self.settings = settings
        self.store = store
        self.index = index
        self.embedder = embedder
        check_embedding(settings, store)
        self._waiting: int = 0

    def coverage(self) -> Coverage:
        """How much of the folder can be asked now, as far as the last look at it knows; costs nothing."""
        ready = self.store.ready_count()
        return Coverage(ready, ready + self._waiting)

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

    def plan(self, progress: Progress = silent) -> SyncPlan:
        """What `sync` would do now; nothing is changed. Raises FolderError."""
        return make_plan(self.settings, self.store, progress)

    def sync(
        self,
        progress: Progress = silent,
        force: bool = False,
        confirm: Callable[[SyncPlan], bool] | None = None,
    ) -> SyncReport:
        """Bring the library in step with the folder. What was committed before an interruption is kept.

        Raises FolderError, before anything is changed, when the folder is missing, unreadable or empty; so it
        does (RemovalError) when more than QA_REMOVAL_SHARE of the library would go, unless `force` is set or
        `confirm`, which is then asked, agrees. Raises StoreError when there is no room to write.
        """
        plan = self.plan(progress)
        if plan.removes_too_much(self.settings.removal_share) and not force and not (confirm and confirm(plan)):
            raise RemovalError(_too_many(plan))
        work = _Work(plan, SyncReport(unchanged=plan.unchanged))
        self._forget_exclusions()
        self._move(plan, work.report)
        self._remove_all(plan.removed, work.report)
        self._read_all(plan.files, work, progress)
        self._settle()
        return work.report

    def documents(self) -> list[CatalogueEntry]:
        """Every file of the library and, as "pending", every file that the next sync would read."""
        return catalogue(self.settings, self.store)

    def remove(self, name: str) -> None:
        """Take a document out of the library until `restore`; the file itself is not touched."""
        known = self.store.files()
        name = spelled(name, known if name in known else {*known, *self._scan()})
        self.store.exclude(name)
        with self._following() as changes:
            changes.append(self.store.remove(name))
        self.store.tidy()

    def restore(self, name: str) -> None:
        """Undo `remove`; the next sync reads the file again."""
        try:
            self.store.include(spelled(name, self.store.excluded()))
        except UnknownDocumentError as error:
            raise UnknownDocumentError(
                f"{name!r} was not removed. `python -m qa documents` lists the documents."
            ) from error

    def _scan(self) -> dict[str, FoundFile]:
        return scan(self.settings)

    def _forget_exclusions(self) -> None:
        """What was removed and has left the folder may come back as another."""
        excluded = self.store.excluded()
        if excluded:
            try:
                found = self._scan()
            except EmptyFolderError:
                found = {}
            for name in missing(excluded, found):
                self.store.include(name)

    def _move(self, plan: SyncPlan, report: SyncReport) -> None:
        moves = {**plan.moves, **{state.name: state for state in plan.touched}}
        if moves:
            with self._following() as changes:
                changes.append(self.store.move(moves))
        report.renamed.extend(plan.renamed.values())

    def _settle(self) -> None:
        """Note the limits that everything unreadable was read under, and wipe the words of what is gone."""
        if self.store.fact(LIMITS) != limits(self.settings):
            self.store.set_fact(LIMITS, limits(self.settings))
        self.store.tidy()

    def _remove_all(self, names: Sequence[str], report: SyncReport) -> None:
        for start in range(0, len(names), GROUP):
            with self._following() as changes:
                for name in names[start : start + GROUP]:
                    changes.append(self.store.remove(name))
                    report.removed.append(name)

    def _read_all(self, stale: Sequence[FoundFile], work: _Work, progress: Progress) -> None:
        waiting: list[_Pending] = []
        with Reader(self.settings) as reader:
            if stale:
                reader.start()
                prepare(self.settings.passage_characters)
            for number, file in enumerate(stale):
                progress("reading documents", number, len(stale), file.name)
                pending = self._read(file, work, reader)
                if pending is not None:
                    waiting.append(pending)
                if sum(len(item.passages) for item in waiting) >= GROUP:
                    self._commit(waiting, work, progress)
                    waiting = []
            self._commit(waiting, work, progress)
        if stale:
            progress("reading documents", len(stale), len(stale))

    def _read(self, file: FoundFile, work: _Work, reader: Reader) -> _Pending | None:
        """Read one file, unless its content is known already; failures are listed, not raised."""
        state = FileState(file.name, file.bytes, file.modified_ns, "")
        reason = refusal(file, self.settings)
        try:
            if reason is not None:
                raise UnreadableFile(file.path, reason)
            state = replace(state, digest=digest(file.path))
            if self._copied(state, work):
                return None
            document = reader.read(file.path)
        except UnreadableFile as error:
            self._fail(state, error.reason, work)
            return None
        except OSError as error:
            # Permissions and disks change without changing the file.
            state = replace(state, modified_ns=TRY_AGAIN)
            self._fail(state, f"cannot be opened: {error.strerror}. Give yourself the right to read it.", work)
            return None
        return _Pending(state, document, split(document, self.settings.passage_characters))

    def _fail(self, state: FileState, reason: str, work: _Work) -> None:
        with self._following() as changes:
            changes.append(self.store.fail(state, reason))
        work.report.failed[state.name] = reason

    def _copied(self, state: FileState, work: _Work) -> bool:
        document_id = self.store.document_of(state.digest)
        if document_id is None:
            return False
        document = self.store.document(document_id)
        passages, vectors = self.store.document_passages(document_id)
        with self._following(vectors) as changes:
            changes.append(self.store.replace(state, document, passages, vectors))
        work.done(state.name)
        return True

    def _commit(self, waiting: list[_Pending], work: _Work, progress: Progress) -> None:
        """Embed the passages of several documents together, then commit each in a transaction of its own."""
        texts = [text for item in waiting for text in passage_texts(item.document, item.passages)]
        vectors = self._embed(texts, waiting[-1].file.name if waiting else "", progress)
        start = 0
        with self._following(vectors) as changes:
            for item in waiting:
                rows = vectors[start : start + len(item.passages)]
                start += len(item.passages)
                changes.append(self.store.replace(item.file, item.document, item.passages, rows))
                work.done(item.file.name)

    @contextmanager
    def _following(self, vectors: Floats | None = None) -> Iterator[list[Change]]:
        """Collects changes of the store, which the index then repeats together, however the block ends.

        A change of Chroma costs some 20 ms, whatever its size: more than reading and embedding a small file.
        """
        changes: list[Change] = []
        with uninterrupted():
            try:
                yield changes
            finally:
                if changes:
                    self.index.follow(merged(changes), vectors)

    def _embed(self, texts: list[str], name: str, progress: Progress) -> Floats:
        parts = []
        for start in range(0, len(texts), GROUP * 4):
            if len(texts) > GROUP * 4:
                progress("embedding passages", start, len(texts), name)
            parts.append(self.embedder.passages(texts[start : start + GROUP * 4]))
        return np.concatenate(parts) if parts else np.empty((0, 0), dtype=np.float32)


def check_embedding(settings: Settings, store: Store) -> None:
    """Refuse a store that another embedding model or passage length filled; note both in a new one."""
    ours = f"{settings.embedding}, passages of {settings.passage_characters} characters"
    theirs = store.fact("embedding")
    if theirs is None:
        store.set_fact("embedding", ours)
    elif theirs != ours:
        folders = " ".join(f"--documents {quote(shown(path))}" for path in settings.documents)
        folders = f"{folders} --state {quote(shown(settings.state_folder))}"
        raise StoreError(
            f"This library was embedded with {theirs}; the settings now say {ours}. Set them back, or run\n"
            f"  python -m qa sync --rebuild {folders}\nto read and embed every document again."
        )


def _too_many(plan: SyncPlan) -> str:
    return (
        f"This sync would remove {len(plan.removed)} of {plan.known} documents, {plan.removed[0]} first: they are "
        "no longer in the documents folder. Nothing was changed. If a disk is not connected, connect it. If they "
        "are to go, run `python -m qa sync --yes` with the same --documents DIR (QA_DOCUMENTS)."
    )
