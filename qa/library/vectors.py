"""Vectors of passages: embedded once, wherever the same words come again."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from qa.embedding import Embedder, Floats
from qa.library.reading import ReadDocument
from qa.library.texts import passage_texts
from qa.store import Store, text_hash

# Passages that are embedded in one call, of several files where they are small. In batches of like lengths, mixed
# documents then pad 4 % more than all in one call would; groups of 64 pad 9 % more.
GROUP = 256
# Vectors kept that are not in the store yet, or not any more; 1.5 kB each.
KEPT = 20_000


class PassageVectors:
    """Embeds what the store holds no vector of yet."""

    def __init__(self, embedder: Embedder, store: Store) -> None:
        self._embedder = embedder
        self._store = store
        self._kept: dict[bytes, Floats] = {}
        self._bytes = embedder.dimensions * np.dtype(np.float32).itemsize

    def keep(self, names: Iterable[str]) -> None:
        """Remember the vectors of documents that are about to be removed: their text may come again elsewhere."""
        for document in (document for name in names for document in self._store.below(name)):
            document_id = self._store.document_id(document)
            if document_id is None or len(self._kept) >= KEPT:
                continue
            text = self._store.text(document_id)
            passages, vectors = self._store.document_passages(document_id, self._bytes)
            for passage, vector in zip(passages, vectors, strict=True):
                self._kept[text_hash(passage.headings, text[passage.start : passage.end])] = vector

    def of(self, documents: Sequence[ReadDocument], say: Callable[[int, int], None]) -> list[Floats]:
        """The vectors of each document's passages, shape (n, dimensions) each.

        `say` is told how many of how many are embedded, after each 256.
        """
        texts: list[str] = []
        hashes: list[bytes] = []
        for read in documents:
            if read.document is not None:
                texts += passage_texts(read.document, read.passages)
                words = read.document.text
                hashes += [text_hash(p.headings, words[p.start : p.end]) for p in read.passages]
        vectors = self._vectors(texts, hashes, say)
        parts: list[Floats] = []
        start = 0
        for read in documents:
            parts.append(vectors[start : start + len(read.passages)])
            start += len(read.passages)
        return parts

    def _vectors(self, texts: Sequence[str], hashes: Sequence[bytes], say: Callable[[int, int], None]) -> Floats:
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        known = self._store.known_vectors(list(dict.fromkeys(hashes)), self._bytes)
        known |= {key: self._kept[key] for key in set(hashes) & self._kept.keys()}
        new = {key: text for key, text in zip(hashes, texts, strict=True) if key not in known}
        order = list(new)
        for start in range(0, len(order), GROUP):
            say(start, len(order))
            chunk = order[start : start + GROUP]
            embedded = dict(zip(chunk, self._embedder.passages([new[key] for key in chunk]), strict=True))
            known |= embedded
            self._remember(embedded)
        if order:
            say(len(order), len(order))
        return np.stack([known[key] for key in hashes])

    def _remember(self, embedded: dict[bytes, Floats]) -> None:
        """Until they are committed, and a while longer."""
        self._kept |= embedded
        for key in list(self._kept)[: max(0, len(self._kept) - KEPT)]:
            del self._kept[key]
