"""Ranked passages to numbered sources within a token budget, and sources to the prompt."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from qa.choosing import choose
from qa.config import Settings
from qa.orders import without
from qa.retrieval import Candidate
from qa.scripts import ENDED_SENTENCE, SENTENCE, SURE_SENTENCE
from qa.store import Store, StoredPassage

# How far a passage may grow at either end to begin and end with a sentence, in characters.
WIDENING = 200

# What a row of a table is called by: a code such as E15 or QX-204 at the start of a line, or of its first cell.
LABEL = re.compile(r"^(?:[^\n:;|]{1,40}: |\|? ?)?([A-Za-z]{1,6}[-.]?\d{1,6}[A-Za-z]?)\b", re.MULTILINE)

SENTENCE_END = re.compile(rf"{SENTENCE}|{SURE_SENTENCE}|\n\s*\n|\n(?=[-*•#|])")


@dataclass(frozen=True)
class Source:
    """Numbered evidence: `text` is exactly `[start:end]` of the document's canonical text."""

    n: int
    document_id: int
    document: str
    page: int | None
    start: int
    end: int
    text: str
    headings: tuple[str, ...]
    relevance: float
    place: str = ""
    """The page in words, as the format calls it ("slide 2"); empty where it has none."""

    @property
    def title(self) -> str:
        """Document, place and headings, as the model and the reader see them."""
        return ", ".join(part for part in (self.document, self.place, " > ".join(self.headings)) if part)


def gather(
    candidates: Sequence[Candidate],
    store: Store,
    settings: Settings,
    count: Callable[[str], int],
    question: str = "",
) -> tuple[Source, ...]:
    """The sources for a question, best first: as few as will do (`qa.choosing`), within the token budget.

    `count` is the number of tokens of a text for the model that will read it. A source is whole or absent; the
    best passage is always there, unless its document was replaced meanwhile. Of copies the first is taken.
    """
    parts = []
    for candidate in choose(naming(candidates, question), question, settings.sources):
        # A document that was read again since it was found is gone under its old number.
        with suppress(KeyError):
            parts.append(_widened(candidate, store))
    while True:
        sources = tuple(replace(source, n=n) for n, source in enumerate(_merge(parts, store), start=1))
        if len(parts) <= 1 or sum(count(quoted(source)) for source in sources) <= settings.evidence_tokens:
            return sources
        parts.pop()


def naming(candidates: Sequence[Candidate], question: str) -> list[Candidate]:
    """The candidates with the rows that the question names by their codes; all where none is named.

    A table is often longer than a passage, and beside a part with other rows a small model takes the wrong one.
    """
    asked = {code.upper() for code in re.findall(r"\w+(?:[.-]\w+)*", question)}
    named = [candidate for candidate in candidates if asked & _labels(candidate.passage.text)]
    return named or list(candidates)


def _labels(text: str) -> set[str]:
    """Codes of the rows in `text`. One alone is no table: a line may happen to begin with a code."""
    labels = [label.upper() for label in LABEL.findall(text)]
    shapes = Counter(re.sub(r"\d+", "0", label) for label in labels)
    return {label for label in labels if shapes[re.sub(r"\d+", "0", label)] > 1}


def found(candidates: Sequence[Candidate]) -> tuple[Source, ...]:
    """The passages as they are, numbered in their order: what a search shows, and a refusal beside it."""
    return tuple(_source(c.passage, c.relevance, n) for n, c in enumerate(candidates, start=1))


def nearest(candidates: Sequence[Candidate], most: int) -> tuple[Source, ...]:
    """The first `most` of those found for themselves: what is shown beside a refusal."""
    return found([candidate for candidate in candidates if not candidate.beside][:most])


def quoted(source: Source, question: str = "") -> str:
    """A source as it stands in the prompt, without orders to the model."""
    title, text = (without(words, question) for words in (source.title, source.text))
    return f"[{source.n}] {title}\n{text.strip()}"


def _source(passage: StoredPassage, relevance: float, n: int = 0) -> Source:
    return Source(
        n,
        passage.document_id,
        passage.document,
        passage.page,
        passage.start,
        passage.end,
        passage.text,
        passage.headings,
        relevance,
        passage.place,
    )


def _widened(candidate: Candidate, store: Store) -> Source:
    """The passage, grown to whole sentences where they begin or end nearby on the same page."""
    source = _source(candidate.passage, candidate.relevance)
    text = store.text(source.document_id)
    low, high = _page_bounds(store, source)
    start, end = source.start, source.end
    before = text[max(low, start - WIDENING) : start]
    if before and not _ends_sentence(before):
        ends = [match.end() for match in SENTENCE_END.finditer(before)]
        start -= len(before) - ends[-1] if ends else 0
    if not _ends_sentence(text[start:end]):
        match = SENTENCE_END.search(
            text[end : min(high, end + WIDENING)] + ("\n\n" if high <= end + WIDENING else "")
        )
        end = min(high, end + match.end()) if match else end
    return replace(source, start=start, end=end, text=text[start:end])


def _ends_sentence(text: str) -> bool:
    return re.search(ENDED_SENTENCE, text) is not None


def _page_bounds(store: Store, source: Source) -> tuple[int, int]:
    if source.page is None:
        return 0, len(store.text(source.document_id))
    pages = store.pages(source.document_id)
    return next((p.start, p.end) for p in pages if p.number == source.page)


def _merge(sources: Sequence[Source], store: Store) -> list[Source]:
    """Join sources of one document and page that touch or overlap; the joined one ranks as its best part."""
    merged: list[Source] = []
    for source in sorted(sources, key=lambda s: (s.document_id, s.page or 0, s.start)):
        last = merged[-1] if merged else None
        if (
            last
            and (last.document_id, last.page) == (source.document_id, source.page)
            and source.start <= last.end
        ):
            end = max(last.end, source.end)
            merged[-1] = replace(
                max(last, source, key=lambda s: s.relevance),
                start=last.start,
                end=end,
                text=store.text(source.document_id)[last.start : end],
            )
        else:
            merged.append(source)
    return sorted(merged, key=lambda s: -s.relevance)


def evidence_text(sources: Sequence[Source], question: str = "") -> str:
    """All sources as they stand in the prompt."""
    return "\n\n".join(quoted(source, question) for source in sources)
