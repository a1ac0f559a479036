"""A question about whole documents as events: progress, then the whole answer."""

from collections.abc import Generator, Sequence

from qa.answering.events import Event, EvidenceFound, Finished, Token
from qa.answering.inquiry import Clock
from qa.citations import tidy
from qa.conversation import Turn
from qa.store import Scope
from qa.surveying import Outcome, Surveyor, compose, reach, recognise, recognise_rows


def surveyed(
    question: str, turns: Sequence[Turn], scope: Scope, surveyor: Surveyor, clock: Clock
) -> Generator[Event, None, bool]:
    """The events of a survey, `Finished` last. Gives false, after progress at most, for any other question."""
    store = surveyor.store
    last = turns[-1].documents if turns else ()

    def names() -> list[str]:
        return [document.name for document in reach(store, scope).documents]

    plan = recognise(question, names, last) or recognise_rows(question, names, last)
    within = reach(store, scope, plan.documents) if plan else None
    if plan is None or within is None or not within.documents:
        return False
    outcome: Outcome | None = None
    for step in surveyor.survey(plan, within):
        if isinstance(step, Outcome):
            outcome = step
        else:
            yield step
    if outcome is None:
        return False
    composed = compose(outcome.lines, store)
    yield EvidenceFound(question, composed.sources, clock.retrieved())
    clock.token()
    yield Token(composed.written)
    yield Finished(
        question=question,
        answer=tidy(composed.written, len(composed.sources)),
        refused=not outcome.found,
        claims=composed.claims,
        sources=composed.sources,
        timings=clock.timings(),
        written=composed.written,
        coverage=clock.coverage,
        survey=outcome.coverage,
    )
    return True
