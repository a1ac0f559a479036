"""Two things side by side: evidence is gathered for each on its own, and the answer rests on both."""

from collections.abc import Generator, Sequence
from dataclasses import replace

from qa.evidence import Source, found
from qa.facts.spans import content
from qa.retrieval import Candidate, Retriever
from qa.store import Scope
from qa.surveying.choosing import strongest
from qa.surveying.naming import meant
from qa.surveying.progress import Pace
from qa.surveying.reach import Reach
from qa.surveying.records import Line, Outcome, Plan, SurveyCoverage, Surveyed
from qa.surveying.writing import Writer

# Passages of each side; of a whole document its strongest ones.
MOST, MOST_OF_DOCUMENT = 3, 5
# The least relevance (a logit) of the best passage of a side, and how far the others may be behind it.
LEAST, MARGIN = 0.0, 4.0
TOKENS = 180

Passages = tuple[Source, ...]


def compared(
    plan: Plan, within: Reach, retriever: Retriever, writer: Writer
) -> Generator[Surveyed | Outcome, None, None]:
    """What the sources say of each side, and in what they differ; `Outcome` last.

    Nothing when the documents say nothing of one of the sides: then the question is an ordinary one.
    """
    pace = Pace(within, 3)
    names = [document.name for document in within.documents]
    sides: list[Passages] = []
    for name in (plan.subject, plan.other):
        sides.append(_evidence(name, within, names, retriever))
        if not sides[-1]:
            return
        yield pace.now()
    sources = _numbered([*sides[0], *sides[1]])
    request = (
        f"Compare {plan.subject} and {plan.other} in a few short sentences: say of each what the sources say, "
        "then in what they differ. End each sentence with the number of its source."
    )
    topic = f"Compare {plan.subject} and {plan.other}"
    lines = yield from writer.lines(request, topic, sources, TOKENS, pace)
    for side, name in zip(sides, (plan.subject, plan.other), strict=True):
        yield pace.step()
        if not _cites(lines, side, sides):
            ask = f"What do the sources say about {name}? End each sentence with the number of its source."
            lines += yield from writer.lines(
                ask, f"What is said about {name}?", _numbered(side), TOKENS // 2, pace
            )
        if not _cites(lines, side, sides):
            return
    head = Line(f"{plan.subject[:1].upper()}{plan.subject[1:]} and {plan.other}:")
    read = len({(source.document_id, source.start) for source in sources})
    coverage = SurveyCoverage(read, within.passages, len(within.documents))
    yield Outcome((head, *(Line(f"- {line.text}", line.words) for line in lines)), coverage)


def _evidence(side: str, within: Reach, names: Sequence[str], retriever: Retriever) -> Passages:
    """The passages about one side: of a document that it names, else those that are found for it."""
    named = meant(side, names)
    if named and named.documents:
        chosen = [document for document in within.documents if document.name in named.documents]
        stored = [passage for document in chosen for passage in within.stored(document)]
        vectors = retriever.embedder.passages([passage.text for passage in stored])
        return found([Candidate(stored[row], 0.0) for row in strongest(vectors, MOST_OF_DOCUMENT)])
    ranked = retriever.search(side, scope=Scope(tuple(names)))
    about = [one for one in ranked if content(side) & content(one.passage.text + " ".join(one.passage.headings))]
    best = max((candidate.relevance for candidate in about), default=LEAST - 1)
    near = [candidate for candidate in about if candidate.relevance >= best - MARGIN]
    return found(near[:MOST]) if best >= LEAST else ()


def _numbered(sources: Sequence[Source]) -> Passages:
    different = {(source.document_id, source.start): source for source in sources}
    return tuple(replace(source, n=n) for n, source in enumerate(different.values(), start=1))


def _cites(lines: Sequence[Line], side: Passages, sides: Sequence[Passages]) -> bool:
    """Whether a line rests on a passage of this side, of those that are not of both."""
    others = {(source.document_id, source.start) for other in sides if other is not side for source in other}
    own = [source for source in side if (source.document_id, source.start) not in others] or list(side)
    return any(
        words.document_id == source.document_id and source.start <= words.start < source.end
        for line in lines
        for words in line.words
        for source in own
    )
