"""Two things side by side: evidence is gathered for each on its own, and the answer cites both."""

from collections.abc import Generator, Sequence

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
# The least relevance (a logit) of a passage about a side, less where it has all its words; and how far the others
# may be behind the first.
LEAST, LEAST_NAMING, MARGIN = 0.0, -4.0, 4.0
TOKENS = 120

Passages = tuple[Source, ...]


def compared(
    plan: Plan, within: Reach, retriever: Retriever, writer: Writer
) -> Generator[Surveyed | Outcome, None, None]:
    """What the sources say of each side, one under the other; `Outcome` last.

    Nothing when the documents say nothing of one of the sides: then the question is an ordinary one. A small model
    that is asked for both at once mixes them up, so it is asked about one at a time.
    """
    pace = Pace(within, 2)
    names = [document.name for document in within.documents]
    sides = {name: _evidence(name, within, names, retriever) for name in (plan.subject, plan.other)}
    if not all(sides.values()):
        return
    lines: list[Line] = []
    for name, sources in sides.items():
        yield pace.now()
        question = f"What do the sources say about {name}?"
        written = yield from writer.lines(question, question, sources, TOKENS, pace)
        if not written:
            return
        lines += [
            Line(f"{name if '.' in name else name[:1].upper() + name[1:]}:"),
            *(Line(f"- {line.text}", line.words) for line in written),
        ]
        yield pace.step()
    read = len({(source.document_id, source.start) for sources in sides.values() for source in sources})
    yield Outcome(tuple(lines), SurveyCoverage(read, within.passages, len(within.documents)))


def _evidence(side: str, within: Reach, names: Sequence[str], retriever: Retriever) -> Passages:
    """The passages about one side: of a document that it names, else those that are found for it."""
    named = meant(side, names)
    if named and named.documents:
        chosen = [document for document in within.documents if document.name in named.documents]
        stored = [passage for document in chosen for passage in within.stored(document)]
        vectors = retriever.embedder.passages([passage.text for passage in stored])
        return found([Candidate(stored[row], 0.0) for row in strongest(vectors, MOST_OF_DOCUMENT)])
    ranked = retriever.search(side, scope=Scope(tuple(names)))
    about = [one for one in ranked if one.relevance >= (LEAST_NAMING if _names(one, side) else LEAST)]
    return found([one for one in about if one.relevance >= about[0].relevance - MARGIN][:MOST])


def _names(candidate: Candidate, side: str) -> bool:
    """Whether a passage, or what it stands under, has all the words of a side."""
    passage = candidate.passage
    return content(side) <= content("\n".join((*passage.headings, passage.text)))
