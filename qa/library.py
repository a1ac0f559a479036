"""A folder of documents kept in step with the store and the index: add, change, rename, remove, resume."""

from collections.abc import Iterator
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
    retried,
    same,
    spelled,
)
from qa.config import Progress, Settings, silent
from qa.embedding import Embedder, Floats
from qa.folder import FoundFile, digest, scan, shown
from qa.index import PassageIndex
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
class _Pending:
    """A document that was read and split, waiting for its vectors."""

    file: FileState
    document: Document
    passages: list[Passage]


@dataclass(frozen=True)
class _Work:
    """One sync under way."""

    known: dict[str, FileState]
    gone: dict[str, FileState]
    """Known files that are not in the folder under their name; less those found under another."""
    retried: set[str]
    report: SyncReport

    def done(self, name: str) -> None:
        (self.report.changed if name in self.known else self.report.added).append(name)


class Library:
    """The documents folder of `settings`, with the store and index that follow it."""

    def __init__(self, settings: Settings, store: Store, index: PassageIndex, embedder: Embedder) -> None:
        self.settings = settings
        self.store = store
        self.index = index
        self.embedder = embedder
        check_embedding(settings, store)

    def sync(self, progress: Progress = silent) -> SyncReport:
        """Bring the library in step with the folder. What was committed before an interruption is kept.

        Raises FolderError, before anything is changed, when the folder is missing, unreadable or empty; and
        StoreError when there is no room to write.
        """
        found = self._scan()
        for name in missing(self.store.excluded(), found):
            self.store.include(name)
        excluded = self.store.excluded()
        wanted = {name: file for name, file in found.items() if name not in excluded}
        known = self.store.files()
        again = retried(self.settings, self.store)
        gone = {name: known[name] for name in missing(known.keys(), wanted)}
        work = _Work(known, gone, again, SyncReport())
        stale = [file for name, file in wanted.items() if name in again or not same(file, known.get(name))]
        work.report.unchanged = len(wanted) - len(stale)
        self._read_all(stale, work, progress)
        self._remove_all(sorted(gone), work.report)
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
        return scan(self.settings.documents, self.settings.state_folder)

    def _settle(self) -> None:
        """Note the limits that everything unreadable was read under, and wipe the words of what is gone."""
        if self.store.fact(LIMITS) != limits(self.settings):
            self.store.set_fact(LIMITS, limits(self.settings))
        self.store.tidy()

    def _remove_all(self, names: list[str], report: SyncReport) -> None:
        for start in range(0, len(names), GROUP):
            with self._following() as changes:
                for name in names[start : start + GROUP]:
                    changes.append(self.store.remove(name))
                    report.removed.append(name)

    def _read_all(self, stale: list[FoundFile], work: _Work, progress: Progress) -> None:
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
        try:
            if file.refusal is not None:
                raise UnreadableFile(file.path, file.refusal)
            if file.bytes <= self.settings.file_megabytes * 1e6:
                state = replace(state, digest=digest(file.path))
                if self._recognised(state, work):
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

    def _recognised(self, state: FileState, work: _Work) -> bool:
        """Whether the content is known: touched, renamed, or a copy, whose vectors serve again."""
        before = work.known.get(state.name)
        if before is not None and before.digest == state.digest and state.name not in work.retried:
            self.store.touch(state.name, state)
            work.report.unchanged += 1
            return True
        old_name = next((name for name, old in work.gone.items() if old.digest == state.digest), None)
        if old_name is not None and before is None:
            self.store.touch(old_name, state)
            del work.gone[old_name]
            work.report.renamed.append(state.name)
            return True
        return self._copied(state, work)

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


def passage_texts(document: Document, passages: list[Passage]) -> Iterator[str]:
    """What is embedded of each passage: its headings, so that it can be understood alone, and its words."""
    for passage in passages:
        yield with_headings(passage.headings, document.text[passage.start : passage.end])


def with_headings(headings: tuple[str, ...], text: str) -> str:
    """A passage's text under the path of its headings."""
    return " > ".join(headings) + "\n" + text.strip() if headings else text.strip()


def check_embedding(settings: Settings, store: Store) -> None:
    """Refuse a store that another embedding model or passage length filled; note both in a new one."""
    ours = f"{settings.embedding}, passages of {settings.passage_characters} characters"
    theirs = store.fact("embedding")
    if theirs is None:
        store.set_fact("embedding", ours)
    elif theirs != ours:
        folders = f"--documents {quote(shown(settings.documents))} --state {quote(shown(settings.state_folder))}"
        raise StoreError(
            f"This library was embedded with {theirs}; the settings now say {ours}. Set them back, or run\n"
            f"  python -m qa sync --rebuild {folders}\nto read and embed every document again."
        )
