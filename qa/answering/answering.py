"""The life of one question, as a generator of events.

Closing it stops the model within one token, or within one batch while the prompt is being read.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from qa.answering.disagreeing import date_of, disagreement
from qa.answering.events import ClaimChecked, Event, EvidenceFound, Prompt, Token, Waiting
from qa.answering.inquiry import Clock, Inquiry, checked_question, signs
from qa.answering.narrowing import narrowed
from qa.answering.quoting import likely
from qa.answering.surveys import surveyed
from qa.answering.understanding import understood
from qa.answering.verdicts import Verdicts
from qa.citations import Claim, claims, settled
from qa.config import Settings
from qa.conversation import Turn
from qa.embedding import Checker
from qa.evidence import Source, gather, nearest
from qa.judging import Judgement
from qa.library import Coverage
from qa.llm import ChatModel, Favour, PromptRead
from qa.prompt import REFUSAL_WORD, is_refusal, may_become_refusal, messages
from qa.retrieval import EVERYTHING, Retriever
from qa.store import Scope, Store
from qa.surveying import Surveyor


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
        self.verdicts = Verdicts(settings, checker, judgement)
        self.surveyor = Surveyor(settings, store, retriever, model, checker, judgement)

    def answer(self, question: str, turns: Sequence[Turn] = (), scope: Scope = EVERYTHING) -> Iterator[Event]:
        """Events of one question, `Finished` last; it is asked of the documents in `scope` alone.

        Raises QuestionError, ScopeError for a name that the library does not hold, and ModelError when it does
        not fit.
        """
        clock = Clock(self.coverage() if self.coverage else None)
        question = checked_question(question, self.settings)
        if (yield from surveyed(question, turns, scope, self.surveyor, clock)):
            return
        meant = yield from understood(question, turns, self.model, self.settings)
        candidates = self.retriever.search(meant.asked, meant.context, scope)
        inquiry = Inquiry(question, meant.whole, signs(candidates), meant.asked if meant.asked != question else "")
        inquiry.known = partial(self._stands, scope)
        if self.verdicts.hopeless(inquiry):
            sources = nearest(candidates, self.settings.sources)
            yield EvidenceFound(question, sources, clock.retrieved())
            yield self.verdicts.refused(inquiry, sources, clock)
            return
        sources = gather(candidates, self.store, self.settings, self.model.count, meant.asked)
        yield EvidenceFound(question, sources, clock.retrieved())
        if not sources:
            yield self.verdicts.refused(inquiry, sources, clock)
            return
        inquiry.likely = likely(candidates, sources)
        inquiry.candidates = candidates
        brief = narrowed(sources, inquiry.likely, inquiry.whole) if inquiry.words else sources
        prompt = self._prompt(meant.asked, brief, meant.turns)
        with self.model.turnstile.queue() as ticket:
            while ahead := ticket.wait():
                yield Waiting(ahead)
            yield from self._written(inquiry, sources, prompt, clock)

    def _date(self, source: Source) -> str:
        """The date of a source's document, in words; empty when it is gone or says none."""
        with suppress(KeyError):
            file = self.store.file(source.document)
            return date_of(source, self.store.text(source.document_id), file.modified_ns if file else 0)
        return ""

    def _stands(self, scope: Scope, word: str) -> bool:
        """Whether a word stands in any document of the scope, in any form."""
        return bool(self.store.lexical(word, 1, self.store.scope_documents(scope)))

    def _prompt(self, question: str, sources: tuple[Source, ...], turns: Sequence[Turn]) -> list[int]:
        """The prompt with as many of the last turns as leave room for an answer; the evidence is never cut."""
        room = self.model.context_tokens - self.settings.answer_tokens
        for last in range(min(len(turns), self.settings.history_turns), 0, -1):
            prompt = self.model.tokens(messages(question, sources, turns, last))
            if len(prompt) <= room:
                return prompt
        return self.model.tokens(messages(question, sources, (), 0))

    def _written(
        self, inquiry: Inquiry, sources: tuple[Source, ...], prompt: list[int], clock: Clock
    ) -> Iterator[Event]:
        written = ""
        sent = 0
        done: list[Claim] = []
        caution = self.verdicts.caution(inquiry)
        for event in self.model.stream(prompt, self.settings.answer_tokens, REFUSAL_WORD, caution):
            if isinstance(event, PromptRead):
                clock.prompt_tokens = event.total
                yield Prompt(event.done, event.total)
                continue
            if isinstance(event, Favour):
                inquiry.learned(refusal=event.margin)
                if self.verdicts.lost(inquiry):
                    yield self.verdicts.refused(inquiry, sources, clock)
                    return
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
                with clock.checked():
                    done.append(self.verdicts.checked(claim, inquiry, sources))
                yield ClaimChecked(done[-1])
        if is_refusal(written):
            yield self.verdicts.refused(inquiry, sources, clock)
            return
        if sent < len(written):
            yield Token(written[sent:])
        for claim in claims(written, len(sources))[len(done) :]:
            with clock.checked():
                done.append(self.verdicts.checked(claim, inquiry, sources))
            yield ClaimChecked(done[-1])
        if quoted := self.verdicts.quoted(inquiry, written, done):
            added, claim = quoted
            inquiry.quoted = True
            written += added
            done.append(claim)
            yield Token(added)
            yield ClaimChecked(claim)
        if differing := disagreement(done, written, sources, inquiry.candidates, self._date):
            added, claim, sources = differing
            written += added
            done.append(claim)
            yield EvidenceFound(inquiry.question, sources, clock.retrieval)
            yield Token(added)
            yield ClaimChecked(claim)
        cut = clock.answer_tokens >= min(self.settings.answer_tokens, self.model.context_tokens - len(prompt))
        yield self.verdicts.finished(inquiry, sources, written, done, cut, clock)
