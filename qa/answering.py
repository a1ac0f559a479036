"""The life of one question, as a generator of events.

Closing it stops the model within one token, or within one batch while the prompt is being read.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qa.citations import Claim, claims, settled, tidy
from qa.config import FootnoteError, Settings
from qa.conversation import Turn, search_context
from qa.evidence import Source, found, gather, naming
from qa.library import Coverage
from qa.llm import ChatModel, PromptRead
from qa.prompt import REFUSAL, REFUSAL_WORD, is_refusal, may_become_refusal, messages
from qa.retrieval import EVERYTHING, Retriever
from qa.store import Scope, Store


class QuestionError(FootnoteError):
    """The question is empty, has no words, or is too long."""


@dataclass(frozen=True)
class EvidenceFound:
    """Retrieval is done: what the answer will be drawn from, or for a refusal what came nearest."""

    question: str
    sources: tuple[Source, ...]
    seconds: float


@dataclass(frozen=True)
class Waiting:
    """`ahead` other questions are served first."""

    ahead: int


@dataclass(frozen=True)
class Prompt:
    """`done` of `total` new tokens of the prompt are read."""

    done: int
    total: int


@dataclass(frozen=True)
class Token:
    """The next piece of the answer as the model writes it, markers included."""

    text: str


@dataclass(frozen=True)
class ClaimChecked:
    """A sentence of the answer is complete."""

    claim: Claim


@dataclass(frozen=True)
class Timings:
    """Seconds from the question's arrival, and tokens: of the prompt only those that had to be read."""

    retrieval_s: float
    first_token_s: float | None
    total_s: float
    prompt_tokens: int
    answer_tokens: int


@dataclass(frozen=True)
class Finished:
    """The whole answer. `answer` holds its markers as [n]; `claims` give offsets in `written`.

    `coverage` says how much of the folder could be searched when the evidence was sought.
    """

    question: str
    answer: str
    refused: bool
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    timings: Timings
    written: str = ""
    cut: bool = False
    coverage: Coverage | None = None
    confidence: float | None = None
    """Probability that the documents answer the question (0 to 1); None where nothing judged it."""


Event = EvidenceFound | Waiting | Prompt | Token | ClaimChecked | Finished


class Answerer:
    """Answers from one library with one model; holds nothing of a question."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        retriever: Retriever,
        model: ChatModel,
        coverage: Callable[[], Coverage] | None = None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.retriever = retriever
        self.model = model
        self.coverage = coverage

    def answer(self, question: str, turns: Sequence[Turn] = (), scope: Scope = EVERYTHING) -> Iterator[Event]:
        """Events of one question, `Finished` last; it is asked of the documents in `scope` alone.

        Raises QuestionError, ScopeError for a name that the library does not hold, and ModelError when it does
        not fit.
        """
        clock = _Clock(self.coverage() if self.coverage else None)
        question = checked_question(question, self.settings)
        context = search_context(question, turns)
        # A question that stands alone is answered alone: earlier turns on other things mislead a small model.
        turns = turns if context else ()
        candidates = self.retriever.search(question, context, scope)
        if not candidates or candidates[0].relevance < self.settings.relevance_floor:
            sources = found(candidates[: self.settings.sources])
            yield EvidenceFound(question, sources, clock.retrieved())
            yield _refused(question, sources, clock)
            return
        sources = gather(naming(candidates, question), self.store, self.settings, self.model.count)
        yield EvidenceFound(question, sources, clock.retrieved())
        if not sources:
            yield _refused(question, sources, clock)
            return
        prompt = self._prompt(question, sources, turns)
        with self.model.turnstile.queue() as ticket:
            while ahead := ticket.wait():
                yield Waiting(ahead)
            yield from self._written(question, sources, prompt, clock)

    def _prompt(self, question: str, sources: tuple[Source, ...], turns: Sequence[Turn]) -> list[int]:
        """The prompt with as many of the last turns as leave room for an answer; the evidence is never cut."""
        room = self.model.context_tokens - self.settings.answer_tokens
        for last in range(min(len(turns), self.settings.history_turns), 0, -1):
            prompt = self.model.tokens(messages(question, sources, turns, last))
            if len(prompt) <= room:
                return prompt
        return self.model.tokens(messages(question, sources, (), 0))

    def _written(
        self, question: str, sources: tuple[Source, ...], prompt: list[int], clock: "_Clock"
    ) -> Iterator[Event]:
        written = ""
        shown = 0
        done: list[Claim] = []
        for event in self.model.stream(prompt, self.settings.answer_tokens, REFUSAL_WORD, self.settings.caution):
            if isinstance(event, PromptRead):
                clock.prompt_tokens = event.total
                yield Prompt(event.done, event.total)
                continue
            clock.token()
            written += event.text
            if written.strip() and is_refusal(written):
                break
            if not event.text or may_become_refusal(written):
                continue
            yield Token(written[shown:])
            shown = len(written)
            new = settled(written, len(sources))[len(done) :]
            if any(claim.text == earlier.text for claim in new for earlier in done):
                # A small model that repeats itself goes on for ever.
                written = written[: new[0].start]
                break
            done += new
            yield from map(ClaimChecked, new)
        if is_refusal(written):
            yield _refused(question, sources, clock)
            return
        if shown < len(written):
            yield Token(written[shown:])
        final = claims(written, len(sources))
        yield from map(ClaimChecked, final[len(done) :])
        limit = min(self.settings.answer_tokens, self.model.context_tokens - len(prompt))
        cut = clock.answer_tokens >= limit
        answer = tidy(written, len(sources)) + (" …" if cut else "")
        yield Finished(
            question, answer, False, tuple(final), sources, clock.timings(), written, cut, clock.coverage
        )


def checked_question(question: str, settings: Settings) -> str:
    """The question without surrounding space. Raises QuestionError when it is empty, wordless or too long."""
    # Lone surrogates come from terminals and JSON; nothing behind this line can store them.
    question = question.replace("\0", " ").encode("utf-8", "replace").decode().strip()
    if not question:
        raise QuestionError("The question is empty. Type one and ask again.")
    if not any(map(str.isalnum, question)):
        # Something is always nearest to a vector, whatever it was made of: nothing would judge it unanswerable.
        raise QuestionError("The question has no words, only signs. Put it in words and ask again.")
    if len(question) > settings.question_characters:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {settings.question_characters:,} are "
            "read (QA_QUESTION_CHARACTERS). Shorten it, or put the long part into the documents folder."
        )
    return question


def _refused(question: str, sources: tuple[Source, ...], clock: "_Clock") -> Finished:
    return Finished(question, REFUSAL, True, (), sources, clock.timings(), REFUSAL, False, clock.coverage)


class _Clock:
    """Times of one question, and what was there to be searched when it came."""

    def __init__(self, coverage: Coverage | None) -> None:
        self.coverage = coverage
        self.started = time.perf_counter()
        self.retrieval = 0.0
        self.first_token: float | None = None
        self.prompt_tokens = 0
        self.answer_tokens = 0

    def retrieved(self) -> float:
        self.retrieval = time.perf_counter() - self.started
        return self.retrieval

    def token(self) -> None:
        self.answer_tokens += 1
        if self.first_token is None:
            self.first_token = time.perf_counter() - self.started

    def timings(self) -> Timings:
        total = time.perf_counter() - self.started
        return Timings(self.retrieval, self.first_token, total, self.prompt_tokens, self.answer_tokens)
