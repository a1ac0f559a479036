"""The life of one question, as a generator of events.

Closing it stops the model within one token, or within one batch while the prompt is being read.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from qa.answering.events import ClaimChecked, Event, EvidenceFound, Finished, Prompt, Timings, Token, Waiting
from qa.checking import Scorer, check
from qa.citations import Claim, claims, settled, shown
from qa.config import FootnoteError, Settings
from qa.conversation import Turn, search_context
from qa.embedding import Checker
from qa.evidence import Source, found, gather, naming
from qa.judging import Judgement, Signs
from qa.library import Coverage
from qa.llm import ChatModel, Favour, PromptRead
from qa.prompt import REFUSAL, REFUSAL_WORD, is_refusal, may_become_refusal, messages
from qa.retrieval import EVERYTHING, Candidate, Retriever
from qa.store import Scope, Store

# Less than any logit: the model is made to answer, and what it would rather have said is a sign.
NEVER = -1000.0


class QuestionError(FootnoteError):
    """The question is empty, has no words, or is too long."""


class Answerer:
    """Answers from one library with one model; holds nothing of a question."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        retriever: Retriever,
        model: ChatModel,
        coverage: Callable[[], Coverage] | None = None,
        checker: Checker | None = None,
        judgement: Judgement | None = None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.retriever = retriever
        self.model = model
        self.coverage = coverage
        self.checker = checker
        self.judgement = judgement

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
        inquiry = _Inquiry(question, f"{context} {question}".strip(), signs(candidates))
        if self._hopeless(inquiry):
            sources = found(candidates[: self.settings.sources])
            yield EvidenceFound(question, sources, clock.retrieved())
            yield self._refused(inquiry, sources, clock)
            return
        sources = gather(naming(candidates, question), self.store, self.settings, self.model.count)
        yield EvidenceFound(question, sources, clock.retrieved())
        if not sources:
            yield self._refused(inquiry, sources, clock)
            return
        prompt = self._prompt(question, sources, turns)
        with self.model.turnstile.queue() as ticket:
            while ahead := ticket.wait():
                yield Waiting(ahead)
            yield from self._written(inquiry, sources, prompt, clock)

    def _hopeless(self, inquiry: "_Inquiry") -> bool:
        """Whether the passages are so far from the question that the model need not be asked."""
        if inquiry.signs is None or inquiry.signs.relevance < self.settings.relevance_floor:
            return True
        judged = self._judgement(inquiry)
        if judged is None or self.settings.strictness == "off":
            return False
        return judged.early(inquiry.signs) < judged.doubt

    def _judgement(self, inquiry: "_Inquiry") -> Judgement | None:
        """What weighs the signs; None where the reader could not read."""
        return self.judgement if inquiry.signs and inquiry.signs.answerable is not None else None

    def _prompt(self, question: str, sources: tuple[Source, ...], turns: Sequence[Turn]) -> list[int]:
        """The prompt with as many of the last turns as leave room for an answer; the evidence is never cut."""
        room = self.model.context_tokens - self.settings.answer_tokens
        for last in range(min(len(turns), self.settings.history_turns), 0, -1):
            prompt = self.model.tokens(messages(question, sources, turns, last))
            if len(prompt) <= room:
                return prompt
        return self.model.tokens(messages(question, sources, (), 0))

    def _written(
        self, inquiry: "_Inquiry", sources: tuple[Source, ...], prompt: list[int], clock: "_Clock"
    ) -> Iterator[Event]:
        written = ""
        sent = 0
        done: list[Claim] = []
        # Where the signs are weighed, the model's own refusal is one of them, not the end.
        caution = NEVER if self._judgement(inquiry) else self.settings.caution
        for event in self.model.stream(prompt, self.settings.answer_tokens, REFUSAL_WORD, caution):
            if isinstance(event, PromptRead):
                clock.prompt_tokens = event.total
                yield Prompt(event.done, event.total)
                continue
            if isinstance(event, Favour):
                inquiry.learned(refusal=event.margin)
                continue
            clock.token()
            written += event.text
            if written.strip() and is_refusal(written):
                break
            if not event.text or may_become_refusal(written):
                continue
            yield Token(written[sent:])
            sent = len(written)
            new = settled(written, len(sources))[len(done) :]
            if any(claim.text == earlier.text for claim in new for earlier in done):
                # A small model that repeats itself goes on for ever.
                written = written[: new[0].start]
                break
            for claim in new:
                done.append(self._checked(claim, inquiry, sources))
                yield ClaimChecked(done[-1])
        if is_refusal(written):
            yield self._refused(inquiry, sources, clock)
            return
        if sent < len(written):
            yield Token(written[sent:])
        for claim in claims(written, len(sources))[len(done) :]:
            done.append(self._checked(claim, inquiry, sources))
            yield ClaimChecked(done[-1])
        cut = clock.answer_tokens >= min(self.settings.answer_tokens, self.model.context_tokens - len(prompt))
        yield self._judged(inquiry, sources, written, done, cut, clock)

    def _checked(self, claim: Claim, inquiry: "_Inquiry", sources: tuple[Source, ...]) -> Claim:
        scorer = self._scorer(inquiry, sources)
        least = self.judgement.support if self.judgement else 0.0
        checked, support = check(claim, inquiry.whole, sources, scorer, least)
        if scorer and inquiry.signs and inquiry.signs.support is None:
            inquiry.learned(support=support)
        return checked

    def _scorer(self, inquiry: "_Inquiry", sources: tuple[Source, ...]) -> Scorer | None:
        """The reader, where it knows the language; a library may hold several."""
        texts = [source.text for source in sources]
        known = self.checker and self.judgement and self.checker.knows(inquiry.whole, texts)
        return self.checker.supported if self.checker and known else None

    def _judged(
        self,
        inquiry: "_Inquiry",
        sources: tuple[Source, ...],
        written: str,
        done: list[Claim],
        cut: bool,
        clock: "_Clock",
    ) -> Finished:
        """The answer, unless too little speaks for it or its main claim fell."""
        confidence = self.confidence(inquiry)
        judged = self._judgement(inquiry)
        strictness = self.settings.strictness
        unlikely = judged and confidence is not None and confidence < judged.threshold(strictness)
        fell = bool(done) and done[0].verdict == "unsupported" and strictness != "off"
        if unlikely or fell:
            return self._refused(inquiry, sources, clock)
        answer = shown(written, done, len(sources)) + (" …" if cut else "")
        return Finished(
            inquiry.question,
            answer,
            False,
            tuple(done),
            sources,
            clock.timings(),
            written,
            cut,
            clock.coverage,
            confidence,
            inquiry.signs,
        )

    def confidence(self, inquiry: "_Inquiry") -> float | None:
        """The probability that the documents answer, by all that is known so far."""
        judged = self._judgement(inquiry)
        if judged is None or inquiry.signs is None:
            return None
        written = inquiry.signs.refusal is not None
        return judged.late(inquiry.signs) if written else judged.early(inquiry.signs)

    def _refused(self, inquiry: "_Inquiry", sources: tuple[Source, ...], clock: "_Clock") -> Finished:
        return Finished(
            inquiry.question,
            REFUSAL,
            True,
            (),
            sources,
            clock.timings(),
            REFUSAL,
            False,
            clock.coverage,
            self.confidence(inquiry),
            inquiry.signs,
        )


@dataclass
class _Inquiry:
    """One question, and the signs that gather while it is answered."""

    question: str
    whole: str
    """With the earlier question that it leans on."""
    signs: Signs | None
    """None when there is no passage at all."""

    def learned(self, **sign: float) -> None:
        """One more sign is known."""
        if self.signs is not None:
            self.signs = replace(self.signs, **sign)


def signs(candidates: Sequence[Candidate]) -> Signs | None:
    """What is known before the chat model is asked; None without a candidate."""
    if not candidates:
        return None
    readings = [candidate.reading for candidate in candidates if candidate.reading]
    return Signs(
        max(candidate.relevance for candidate in candidates),
        max((reading.answerable for reading in readings), default=None),
        max((reading.margin for reading in readings), default=None),
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
