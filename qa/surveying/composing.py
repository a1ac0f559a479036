"""The lines of a survey to an answer: its text with markers, its claims, its sources in order of appearance."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.citations import MARKER, Claim, Quotation
from qa.evidence import Source, found
from qa.retrieval import Candidate
from qa.store import Store
from qa.surveying.reach import Places
from qa.surveying.records import Line

# Markers have up to three digits.
MOST_SOURCES = 999


@dataclass(frozen=True)
class Composed:
    """An answer that is whole: `claims` tile `written`, whose markers name `sources`."""

    written: str
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]


def compose(lines: Sequence[Line], store: Store) -> Composed:
    """The lines as an answer. A passage is one source, however many of its words are cited."""
    numbered: dict[int, int] = {}
    places = Places(store)
    parts: list[tuple[str, tuple[Quotation, ...]]] = []
    for line in lines:
        quotations = []
        for words in line.words:
            passage = places.passage(words.document_id, words.start)
            if passage is not None and (passage in numbered or len(numbered) < MOST_SOURCES):
                n = numbered.setdefault(passage, len(numbered) + 1)
                quotations.append(Quotation(n, words.start, words.end))
        # What a document writes like a footnote is none of ours.
        parts.append((MARKER.sub(r"(\1)", line.text), tuple(quotations)))
    sources = found([Candidate(passage, 0.0) for passage in store.passages(list(numbered))])
    return Composed(*_tiled(parts, {source.n for source in sources}), sources)


def _tiled(parts: Sequence[tuple[str, tuple[Quotation, ...]]], known: set[int]) -> tuple[str, tuple[Claim, ...]]:
    written, claims = "", []
    for text, quotations in parts:
        kept = tuple(quotation for quotation in quotations if quotation.n in known)
        footnotes = tuple(dict.fromkeys(quotation.n for quotation in kept))
        piece = text + "".join(f" [{n}]" for n in footnotes) + "\n"
        verdict = "supported" if footnotes else "stated"
        claims.append(
            Claim(" ".join(text.split()), footnotes, verdict, len(written), len(written) + len(piece), kept)
        )
        written += piece
    return written, tuple(claims)
