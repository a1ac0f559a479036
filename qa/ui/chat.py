"""Conversations: questions in, messages for the chat widget out. Knows nothing of the widget."""

import contextlib
import secrets
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from qa.answering import Event, Finished, Rewriting, Surveyed, Token
from qa.citations import Quotation
from qa.config import FootnoteError, Strictness
from qa.conversation import Turn
from qa.engine import Engine
from qa.evidence import Source
from qa.render import AnswerView, answer_html, follow, question_html
from qa.retrieval import EVERYTHING
from qa.store import Scope

Message = dict[str, str]

# Seconds between two pictures of an answer that is being written: each costs the processor that writes it.
REDRAW = 0.1
# Answers whose footnotes still open; an answer keeps a few thousand characters of sources.
REMEMBERED = 2000
# Seconds that an answer is given to end when the window closes. One token takes a tenth.
PATIENCE = 20.0


@dataclass
class Conversation:
    """One browser tab: its messages as shown, its turns as the model is told them.

    `stop` asks for the end of its answer; `left` says that nobody looks at it any more; `failed` that the last
    question was not answered; `scope` names the documents and folders that its questions are limited to;
    `strictness` how sure an answer must be, None for the setting.
    """

    messages: list[Message] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    busy: bool = False
    stop: bool = False
    left: bool = False
    failed: bool = False
    scope: Scope = EVERYTHING
    strictness: Strictness | None = None


Interval = tuple[int, int]


class Shown:
    """The sources of the answers that are on a screen, by the unguessable name that their links carry."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sources: OrderedDict[str, tuple[Source, ...]] = OrderedDict()
        self._quotations: dict[str, tuple[Quotation, ...]] = {}

    def keep(self, token: str, sources: tuple[Source, ...], quotations: tuple[Quotation, ...] = ()) -> None:
        """Let the links of an answer open these sources at these words; the oldest answer is forgotten for it."""
        with self._lock:
            self._sources[token] = sources
            self._quotations[token] = quotations
            while len(self._sources) > REMEMBERED:
                self._quotations.pop(self._sources.popitem(last=False)[0], None)

    def quoted(self, token: str, n: int) -> tuple[Interval, ...]:
        """The words of source `n` that claims of the answer rest on, in the order of the text."""
        with self._lock:
            quotations = self._quotations.get(token, ())
        return tuple(sorted({(q.start, q.end) for q in quotations if q.n == n}))

    def source(self, token: str, n: int) -> Source:
        """Source `n`, counted from 1. KeyError when there is none."""
        with self._lock:
            sources = self._sources[token]
        if not 1 <= n <= len(sources):
            raise KeyError(n)
        return sources[n - 1]


class Chat:
    """All conversations with one engine. `close` ends the answers under way and waits for them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.shown = Shown()
        self._running = 0
        self._closing = False
        self._changed = threading.Condition()

    def ask(self, conversation: Conversation, question: str) -> Iterator[list[Message]]:
        """The messages to show, each time that something has changed. One question a conversation at a time."""
        if conversation.busy:
            return
        conversation.busy, conversation.stop, conversation.failed = True, False, False
        view = AnswerView(secrets.token_urlsafe(16), strike=self.engine.settings.unsupported == "strike")
        before = conversation.messages
        try:
            with self.working():
                yield self._show(conversation, before, question, view)
                for later in self._views(conversation, question, view):
                    if conversation.left:
                        return
                    yield self._show(conversation, before, question, later)
        finally:
            conversation.busy = False

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """For as long as this lasts the engine is in use, and `close` waits."""
        with self._changed:
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    @property
    def closing(self) -> bool:
        """Whether whatever uses the engine should come to its end."""
        return self._closing

    def close(self) -> None:
        """Stop every answer, so that the models can be freed."""
        self._closing = True
        with self._changed:
            self._changed.wait_for(lambda: not self._running, timeout=PATIENCE)

    def _show(
        self, conversation: Conversation, before: list[Message], question: str, view: AnswerView
    ) -> list[Message]:
        asked = {"role": "user", "content": question_html(question.strip(), view.standalone)}
        conversation.messages = [*before, asked, {"role": "assistant", "content": answer_html(view)}]
        return conversation.messages

    def _views(self, conversation: Conversation, question: str, view: AnswerView) -> Iterator[AnswerView]:
        """Pictures of the answer: at once when something new begins, and now and then while words come."""
        drawn = 0.0
        turns = tuple(conversation.turns)
        events = self.engine.answer(question, turns, conversation.scope, conversation.strictness)
        try:
            # Closing the events is what stops the model.
            with contextlib.closing(events):  # type: ignore[type-var]
                for event in events:
                    view = self._after(conversation, view, event)
                    if conversation.stop or conversation.left or self._closing:
                        view = replace(view, stopped=True)
                    often = isinstance(event, Rewriting | Surveyed | Token)
                    if view.over or not often or time.monotonic() - drawn > REDRAW:
                        drawn = time.monotonic()
                        yield view
                    if view.over:
                        return
        except FootnoteError as error:
            conversation.failed = True
            yield replace(view, problem=str(error))
        except Exception as error:
            # A fault of ours must not leave the reader before an answer that never comes.
            conversation.failed = True
            traceback.print_exc()
            yield replace(view, problem=f"Footnote failed ({error!r}). The terminal shows where. Ask again.")

    def _after(self, conversation: Conversation, view: AnswerView, event: Event) -> AnswerView:
        view = follow(view, event)
        quotations = tuple(quotation for claim in view.checked for quotation in claim.quotations)
        self.shown.keep(view.token, view.sources, quotations)
        if isinstance(event, Finished):
            cited = {n for claim in event.claims for n in claim.footnotes}
            documents = dict.fromkeys(source.document for source in event.sources if source.n in cited)
            conversation.turns.append(
                Turn(event.question, event.answer, event.standalone, documents=tuple(documents))
            )
        return view
