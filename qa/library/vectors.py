"""Vectors of passages: embedded once, wherever the same words come again."""

from collections.abc import Iterable, Sequence

import numpy as np

from qa.config import Progress
from qa.embedding import Embedder, Floats
from qa.library.reading import ReadDocument
from qa.library.texts import passage_texts
from qa.store import Store, text_hash

# Passages of small files are embedded together up to this many: full batches of like lengths.
GROUP = 256
# Vectors kept that are not in the store yet, or not any more; 1.5 kB each.
KEPT = 20_000


class PassageVectors:
    """Embeds what the store holds no vector of yet."""

    def __init__(self, embedder: Embedder, store: Store) -> None:
        self._embedder = embedder
        self._store = store
        self._kept: dict[bytes, Floats] = {}

    def keep(self, names: Iterable[str]) -> None:
        """Remember the vectors of documents that are about to be removed: their text may come again elsewhere."""
        for name in names:
            document_id = self._store.document_id(name)
            if document_id is None or len(self._kept) >= KEPT:
                continue
            text = self._store.text(document_id)
            passages, vectors = self._store.document_passages(document_id)
            for passage, vector in zip(passages, vectors, strict=True):
                self._kept[text_hash(passage.headings, text[passage.start : passage.end])] = vector

    def of(self, documents: Sequence[ReadDocument], progress: Progress) -> list[Floats]:
        """The vectors of each document's passages, shape (n, dimensions) each."""
        texts: list[str] = []
        hashes: list[bytes] = []
        for read in documents:
            if read.document is not None:
                texts += passage_texts(read.document, read.passages)
                words = read.document.text
                hashes += [text_hash(p.headings, words[p.start : p.end]) for p in read.passages]
        vectors = self._vectors(texts, hashes, documents[-1].file.name if documents else "", progress)
        parts: list[Floats] = []
        start = 0
        for read in documents:
            parts.append(vectors[start : start + len(read.passages)])
            start += len(read.passages)
        return parts

    def _vectors(self, texts: Sequence[str], hashes: Sequence[bytes], name: str, progress: Progress) -> Floats:
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        known = self._store.known_vectors(list(dict.fromkeys(hashes)))
        known |= {key: self._kept[key] for key in set(hashes) & self._kept.keys()}
        new = {key: text for key, text in zip(hashes, texts, strict=True) if key not in known}
        embedded = dict(zip(new, self._embed(list(new.values()), name, progress), strict=True))
        self._remember(embedded)
        known |= embedded
        return np.stack([known[key] for key in hashes])

    def _embed(self, texts: list[str], name: str, progress: Progress) -> Floats:
        parts = [np.empty((0, 0), dtype=np.float32)]
        for start in range(0, len(texts), GROUP):
            if len(texts) > GROUP:
                progress("embedding passages", start, len(texts), name)
            parts.append(self._embedder.passages(texts[start : start + GROUP]))
        if len(texts) > GROUP:
            progress("embedding passages", len(texts), len(texts), name)
        return np.concatenate(parts[1:]) if parts[1:] else parts[0]

    def _remember(self, embedded: dict[bytes, Floats]) -> None:
        """Until they are committed, and a while longer."""
        self._kept |= embedded
        for key in list(self._kept)[: max(0, len(self._kept) - KEPT)]:
            del self._kept[key]
