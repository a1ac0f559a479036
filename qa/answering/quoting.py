"""The answer in the document's own words, where the reader is sure of it and the chat model did not give it."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.citations import Claim, Quotation
from qa.evidence import Source
from qa.facts import content, sentences
from qa.retrieval import Candidate

# A longer sentence is no answer to be read at a glance.
LONGEST = 320


@dataclass(frozen=True)
class Likely:
    """What the reader takes for the answer: words of one source, and the sentence or row that they stand in.

    `margin` (logits) says by how much it prefers them to "it is not here". Offsets count in the source's text.
    """

    words: str
    margin: float
    source: Source
    start: int
    end: int
    row: bool = False
    """Whether it is a row of a table, which says one thing only."""

    def is_behind(self, claim: Claim) -> bool:
        """Whether a claim rests on the same row: then quoting it would tell nothing more."""
        start, end = self.source.start + self.start, self.source.start + self.end
        return self.row and any(q.n == self.source.n and q.start < end and q.end > start for q in claim.quotations)

    def is_in(self, written: str) -> bool:
        """Whether an answer holds these words, in whatever form and order."""
        return bool(words := content(self.words)) and words <= content(written)

    @property
    def place(self) -> Quotation:
        """Where the sentence or row stands."""
        return Quotation(self.source.n, self.source.start + self.start, self.source.start + self.end)

    @property
    def quoted(self) -> str:
        """The sentence or row as it stands in the document."""
        return self.source.text[self.start : self.end]

    @property
    def sentence(self) -> str:
        """The same on one line."""
        return " ".join(self.quoted.split())

    def claim(self, written: str) -> tuple[str, Claim]:
        """What to add to the answer as it is written so far, and the claim that it makes."""
        text = f"In the words of the document: “{self.sentence}”"
        added = f"{' ' if written and not written[-1].isspace() else ''}{text} [{self.source.n}]"
        start = len(written)
        claim = Claim(text, (self.source.n,), "supported", start, start + len(added), (self.place,))
        return added, claim


def likely(candidates: Sequence[Candidate], sources: Sequence[Source]) -> Likely | None:
    """The reader's answer from the passage that ranks first among those it read; None when that is no source."""
    read = [candidate for candidate in candidates if candidate.reading]
    if not read:
        return None
    best = max(read, key=lambda candidate: candidate.rank)
    reading, passage = best.reading, best.passage
    if reading is None or reading.end <= reading.start:
        return None
    start, end = passage.start + reading.start, passage.start + reading.end
    for source in sources:
        if source.document_id == passage.document_id and source.start <= start and end <= source.end:
            first, last = start - source.start, end - source.start
            around = [span for span in sentences(source.text) if span.start < last and span.end > first]
            if around and around[-1].end - around[0].start <= LONGEST:
                words = source.text[first:last]
                first_row = around[0].row
                return Likely(words, reading.margin, source, around[0].start, around[-1].end, first_row)
    return None
