"""A folder of documents kept in step with the store and the index: add, change, rename, remove, resume."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from qa.config import FootnoteError, Progress, Settings, silent
from qa.embedding import Embedder
from qa.folder import FoundFile, digest, scan
from qa.index import PassageIndex
from qa.readers import Document, Reader, UnreadableFile
from qa.splitting import Passage, split
from qa.store import CatalogueEntry, FileState, Store, StoreError

# Passages of small files are embedded together up to this many: full batches without holding much.
GROUP = 64


class UnknownDocumentError(FootnoteError):
    """There is no document of that name."""


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

        Raises FolderError, before anything is changed, when the folder is missing, unreadable or empty.
        """
        found = scan(self.settings.documents, self.settings.state_folder)
        known = self.store.files()
        excluded = self.store.excluded()
        for name in excluded - found.keys():
            self.store.include(name)
        wanted = {name: file for name, file in found.items() if name not in excluded}
        report = SyncReport()
        gone = {name: known[name] for name in known.keys() - wanted.keys()}
        stale = [file for name, file in wanted.items() if not _same(file, known.get(name))]
        report.unchanged = len(wanted) - len(stale)
        self._read_all(stale, known, gone, report, progress)
        for name in sorted(gone):
            self.index.follow(self.store.remove(name))
            report.removed.append(name)
        return report

    def documents(self) -> list[CatalogueEntry]:
        """Every file of the library and, as "pending", every file that the next sync would read."""
        return catalogue(self.settings, self.store)

    def remove(self, name: str) -> None:
        """Take a document out of the library until `restore`; the file itself is not touched."""
        if name not in self.store.files() and name not in scan(
            self.settings.documents, self.settings.state_folder
        ):
            raise UnknownDocumentError(f"There is no document {name!r}. `python -m qa documents` lists them.")
        self.store.exclude(name)
        self.index.follow(self.store.remove(name))

    def restore(self, name: str) -> None:
        """Undo `remove`; the next sync reads the file again."""
        if not self.store.include(name):
            raise UnknownDocumentError(f"{name!r} was not removed. `python -m qa documents` lists the documents.")

    def _read_all(
        self,
        stale: list[FoundFile],
        known: dict[str, FileState],
        gone: dict[str, FileState],
        report: SyncReport,
        progress: Progress,
    ) -> None:
        waiting: list[_Pending] = []
        with Reader(self.settings) as reader:
            for number, file in enumerate(stale):
                progress("reading documents", number, len(stale), file.name)
                (report.changed if file.name in known else report.added).append(file.name)
                pending = self._read(file, known, gone, reader, report)
                if pending is not None:
                    waiting.append(pending)
                if sum(len(item.passages) for item in waiting) >= GROUP:
                    self._commit(waiting, progress)
                    waiting = []
            self._commit(waiting, progress)
        if stale:
            progress("reading documents", len(stale), len(stale))

    def _read(
        self,
        file: FoundFile,
        known: dict[str, FileState],
        gone: dict[str, FileState],
        reader: Reader,
        report: SyncReport,
    ) -> _Pending | None:
        """Read one file, unless its content is known already; failures are listed, not raised."""
        state = FileState(file.name, file.bytes, file.modified_ns, "")
        try:
            if file.refusal is not None:
                raise UnreadableFile(file.path, file.refusal)
            if file.bytes <= self.settings.file_megabytes * 1e6:
                state = replace(state, digest=digest(file.path))
                if self._recognised(state, known, gone, report):
                    return None
            document = reader.read(file.path)
        except (UnreadableFile, OSError) as error:
            if isinstance(error, UnreadableFile):
                reason = error.reason
            else:
                # The next sync tries again: permissions and disks change without changing the file.
                state = replace(state, modified_ns=-1)
                reason = f"cannot be opened: {error.strerror}"
            self.index.follow(self.store.fail(state, reason))
            report.failed[file.name] = reason
            return None
        return _Pending(state, document, split(document, self.settings.passage_characters))

    def _recognised(
        self, state: FileState, known: dict[str, FileState], gone: dict[str, FileState], report: SyncReport
    ) -> bool:
        """Whether the content is known: touched, renamed, or a copy, whose vectors serve again."""
        before = known.get(state.name)
        if before is not None and before.digest == state.digest:
            self.store.touch(state.name, state)
            report.changed.remove(state.name)
            report.unchanged += 1
            return True
        old_name = next((name for name, old in gone.items() if old.digest == state.digest), None)
        if old_name is not None and before is None:
            self.store.touch(old_name, state)
            del gone[old_name]
            report.added.remove(state.name)
            report.renamed.append(state.name)
            return True
        return self._copied(state)

    def _copied(self, state: FileState) -> bool:
        document_id = self.store.document_of(state.digest)
        if document_id is None:
            return False
        document = self.store.document(document_id)
        passages, vectors = self.store.document_passages(document_id)
        self.index.follow(self.store.replace(state, document, passages, vectors), vectors)
        return True

    def _commit(self, waiting: list[_Pending], progress: Progress) -> None:
        """Embed the passages of several documents together, then commit each in a transaction of its own."""
        texts = [text for item in waiting for text in passage_texts(item.document, item.passages)]
        vectors = self._embed(texts, waiting[-1].file.name if waiting else "", progress)
        start = 0
        for item in waiting:
            rows = vectors[start : start + len(item.passages)]
            start += len(item.passages)
            self.index.follow(self.store.replace(item.file, item.document, item.passages, rows), rows)

    def _embed(self, texts: list[str], name: str, progress: Progress) -> npt.NDArray[np.float32]:
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


def catalogue(settings: Settings, store: Store) -> list[CatalogueEntry]:
    """What the store holds beside what the folder holds; needs neither models nor the lock."""
    found = scan(settings.documents, settings.state_folder)
    known = store.files()
    excluded = store.excluded()
    entries = {
        entry.document: replace(entry, path=str(settings.documents / entry.document))
        for entry in store.catalogue()
    }
    for name, file in found.items():
        if name not in excluded and not _same(file, known.get(name)):
            entries[name] = CatalogueEntry(name, str(file.path), "pending", None, file.bytes, 0, 0, 0)
    return [entries[name] for name in sorted(entries)]


def check_embedding(settings: Settings, store: Store) -> None:
    """Refuse a store that another embedding model or passage length filled; note both in a new one."""
    ours = f"{settings.embedding}, passages of {settings.passage_characters} characters"
    theirs = store.fact("embedding")
    if theirs is None:
        store.set_fact("embedding", ours)
    elif theirs != ours:
        raise StoreError(
            f"This library was embedded with {theirs}; the settings now say {ours}. Set them back, or run "
            "`python -m qa sync --rebuild` to read and embed every document again."
        )


def _same(file: FoundFile, state: FileState | None) -> bool:
    return state is not None and (file.bytes, file.modified_ns) == (state.bytes, state.modified_ns)
