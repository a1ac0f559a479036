"""A document, or several, in a few sentences of which each has its footnote."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from qa.embedding import Embedder
from qa.evidence import Source
from qa.facts.spans import sentences
from qa.orders import orders
from qa.store import Filed, StoredPassage
from qa.surveying.choosing import strongest, telling
from qa.surveying.progress import Pace
from qa.surveying.reach import Reach
from qa.surveying.records import Line, Outcome, Surveyed, Words, documents
from qa.surveying.writing import Writer

# Groups of passages that the model reads for one answer, at about ten seconds each on two cores; of further
# documents only their most telling sentence is quoted.
MOST_GROUPS = 24
MOST_WRITTEN = 16
# Passages that fit a group, about.
GROUP = 6
# Sentences of the whole answer, and of one document among several.
MOST_SENTENCES = 12
MOST_OF_ONE = 3
TOKENS = 110
_SHORTEST, _LONGEST = 40, 300
_REQUEST = (
    "Summarise the sources in {many}: the most important facts, in plain words. End each sentence with the number "
    "of its source."
)


@dataclass(frozen=True)
class _Part:
    """A group of passages, and the sentences that sum it up."""

    document: Filed
    heading: str
    lines: tuple[Line, ...]


def summarised(within: Reach, writer: Writer, embedder: Embedder) -> Generator[Surveyed | Outcome, None, None]:
    """The sentences of every section that their sources bear out, of many the most telling; `Outcome` last."""
    chosen, read = _chosen(within)
    written = [(document, group) for document, some in chosen[:MOST_WRITTEN] for group in writer.groups(some)]
    pace = Pace(within, len(written))
    parts: list[_Part] = []
    yield pace.now()
    for document, group in written:
        few = "two sentences" if len(written) > 2 else "three to five sentences"
        lines = yield from writer.lines(_REQUEST.format(many=few), "", group, TOKENS, pace)
        parts.append(_Part(document, _heading(group), tuple(lines) or tuple(_quoted(group))))
        yield pace.step()
    for document, some in chosen[MOST_WRITTEN:]:
        parts.append(_Part(document, "", tuple(_quoted(some))))
    summary = tuple(_lines(_reduced(parts, embedder), len(within.documents)))
    nothing = (Line("The documents hold no sentences to sum up."),)
    yield Outcome(summary or nothing, within.coverage(read), bool(summary))


def _chosen(within: Reach) -> tuple[list[tuple[Filed, list[StoredPassage]]], int]:
    """The passages of each document that are read, the strongest of each stretch where there are too many."""
    share = min(1.0, MOST_GROUPS * GROUP / max(1, within.passages))
    chosen, read = [], 0
    for place, document in enumerate(within.documents):
        numbers = within.store.passages_in(document.id)
        many = max(GROUP, round(len(numbers) * share)) if place < MOST_WRITTEN else 1
        if many < len(numbers):
            _, vectors = within.store.document_passages(document.id)
            numbers = (
                [numbers[row] for row in strongest(vectors, many)] if len(vectors) == len(numbers) else numbers
            )
        some = within.store.passages([number for number, _, _ in numbers])
        read += len(some)
        if some:
            chosen.append((document, some))
    return chosen, read


def _heading(group: Sequence[Source]) -> str:
    """What the passages of a group stand under, as far as they have it in common."""
    paths = [source.headings for source in group if source.headings]
    return paths[0][min(1, len(paths[0]) - 1)] if paths else ""


def _quoted(group: Sequence[Source] | Sequence[StoredPassage]) -> Iterator[Line]:
    """A sentence of the passages as it stands there, where the model found none that holds."""
    for one in group:
        for span in sentences(one.text):
            text = one.text[span.start : span.end]
            fits = _SHORTEST <= len(text) <= _LONGEST and text.rstrip()[-1] in ".!?"
            if fits and not span.row and not orders(text):
                start = one.start + span.start
                yield Line(" ".join(text.split()), (Words(one.document_id, start, start + len(text)),))
                return


def _reduced(parts: Sequence[_Part], embedder: Embedder) -> list[_Part]:
    """The parts with their most telling sentences: chosen, not rewritten, so that each keeps its footnote."""
    several = len({part.document.id for part in parts}) > 1
    kept: list[_Part] = []
    for document in dict.fromkeys(part.document for part in parts):
        mine = [(part, line) for part in parts if part.document == document for line in part.lines]
        most = MOST_OF_ONE if several else MOST_SENTENCES
        rows = (
            range(len(mine))
            if len(mine) <= most
            else telling(embedder.passages([line.text for _, line in mine]), most)
        )
        for part in parts:
            lines = tuple(mine[row][1] for row in rows if mine[row][0] is part)
            if lines:
                kept.append(_Part(part.document, part.heading, lines))
    return kept


def _lines(parts: Sequence[_Part], total: int) -> Iterator[Line]:
    if not parts:
        return
    several = len({part.document.id for part in parts}) > 1
    if several:
        yield Line(f"{documents(total)[:1].upper()}{documents(total)[1:]}, each in a few sentences:")
    else:
        yield Line(f"{parts[0].document.name} in a few sentences:")
    headed = not several and len({part.heading for part in parts}) > 2
    before = ""
    for part in parts:
        under = part.document.name if several else part.heading if headed else ""
        if under and under != before:
            yield Line(under)
            before = under
        yield from (Line(f"- {line.text}", line.words) for line in part.lines)
