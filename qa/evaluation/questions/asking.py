"""One question asked: what was found for it, what became of its answer, and how long that took."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from qa.answering import (
    Event,
    EvidenceFound,
    Finished,
    QuestionError,
    Rewritten,
    Understood,
    checked_question,
    understood,
)
from qa.citations import MARKER, Claim
from qa.config import Progress
from qa.engine import Engine
from qa.evaluation.questions.metrics import normalised
from qa.evaluation.questions.places import different
from qa.evaluation.questions.shape import Question
from qa.evidence import Source, found, gather
from qa.store import Scope

# The verdict on a claim that may have been struck out.
UNSUPPORTED = "unsupported"
# Without a chat model nothing counts tokens: so many characters of English are one.
TOKEN_CHARACTERS = 4


@dataclass(frozen=True)
class Asked:
    """A question with all that came of it; times in seconds."""

    question: Question
    ranking: tuple[Source, ...]
    """The passages as retrieval ranks them, for the question with what its conversation adds."""
    ranking_alone: tuple[Source, ...]
    """The same for the question as it stands."""
    evidence: tuple[Source, ...]
    """What the answer was drawn from, or would be; for a refusal what came nearest."""
    finished: Finished | None
    """None when only the passages were asked for, or the question could not be asked."""
    evidence_s: float
    error: str = ""
    """Why it could not be asked."""
    standalone: str = ""
    """A follow-up as it was sought, where the chat model made it stand alone."""
    rewriting_s: float | None = None
    """None when nothing was rewritten."""


def ask_all(engine: Engine, questions: Sequence[Question], chat: bool, progress: Progress) -> Iterator[Asked]:
    """Each question in turn; without `chat` only its passages are sought, of follow-ups as the engine's chat model
    rewrites them if it has one."""
    for number, question in enumerate(questions):
        progress("questions", number, len(questions), question.text[:60])
        yield ask(engine, question, chat)
    progress("questions", len(questions), len(questions))


def ask(engine: Engine, question: Question, chat: bool) -> Asked:
    """One question. What a person could have asked in its place costs only itself: its error is kept."""
    try:
        text = checked_question(question.text, engine.settings)
    except QuestionError as error:
        return Asked(question, (), (), (), None, 0.0, str(error))
    scope = Scope(question.scope)
    heard = _Heard()
    # Before the ranking is looked at: nothing that is measured has been done before.
    for event in engine.answer(text, question.turns, scope) if chat else ():
        heard.hear(event)
    meant = _meant(text, question, engine, heard, chat)
    candidates = engine.retriever.search(meant.asked, meant.context, scope)
    if not chat:
        heard.evidence = ()
        if candidates:
            heard.evidence = gather(candidates, engine.store, engine.settings, _tokens, meant.asked)
        heard.evidence_s = perf_counter() - heard.started
    ranking = different(found(candidates), question)
    alone = ranking
    if meant.whole != text:
        alone = different(found(engine.retriever.search(text, scope=scope)), question)
    standalone = meant.asked if meant.asked != text else ""
    return Asked(
        question,
        ranking,
        alone,
        heard.evidence,
        heard.finished,
        heard.evidence_s,
        "",
        standalone,
        heard.rewriting_s,
    )


@dataclass
class _Heard:
    """What the events of a question said; times in seconds since it was asked."""

    started: float = field(default_factory=perf_counter)
    rewritten: str = ""
    rewriting_s: float | None = None
    evidence: tuple[Source, ...] = ()
    evidence_s: float = 0.0
    finished: Finished | None = None

    def hear(self, event: Event) -> None:
        match event:
            case Rewritten():
                self.rewritten, self.rewriting_s = event.standalone, perf_counter() - self.started
            case EvidenceFound():
                self.evidence, self.evidence_s = event.sources, event.seconds
            case Finished():
                self.finished = event


def _meant(text: str, question: Question, engine: Engine, heard: _Heard, chat: bool) -> Understood:
    """What was sought for a question that was answered, or is to be sought without an answer."""
    if heard.rewritten:
        return Understood(heard.rewritten)
    events = understood(text, question.turns, None if chat else engine.model, engine.settings)
    while True:
        try:
            heard.hear(next(events))
        except StopIteration as end:
            meant: Understood = end.value
            return meant


def refused(asked: Asked) -> bool:
    """Whether no answer was given."""
    return asked.finished is None or asked.finished.refused


def said(asked: Asked) -> str:
    """The answer without its markers, and without what is shown as not found."""
    return " ".join(claim.text for claim in shown_claims(asked))


def shown_claims(asked: Asked) -> list[Claim]:
    """The claims that stand in the answer; none of a refusal."""
    if asked.finished is None or asked.finished.refused:
        return []
    answer = " ".join(MARKER.sub("", asked.finished.answer).split())
    claims = [claim for claim in asked.finished.claims if normalised(claim.text)]
    return [claim for claim in claims if claim.verdict != UNSUPPORTED or claim.text in answer]


def cited(asked: Asked, claim: Claim) -> list[Source]:
    """The sources that a claim has a footnote to."""
    return [source for source in asked.evidence if source.n in claim.footnotes]


def _tokens(text: str) -> int:
    return len(text) // TOKEN_CHARACTERS
