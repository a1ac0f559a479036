"""What a question asks in its conversation: itself, or what its follow-up means."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from qa.answering.events import Event, Rewriting, Rewritten, Waiting
from qa.config import Settings
from qa.conversation import Turn
from qa.llm import ChatModel
from qa.rewriting import leans, search_context, standalone
from qa.state import PREFIX_FOLDER


@dataclass(frozen=True)
class Understood:
    """`asked` is what is sought and answered.

    Where a follow-up could not be made to stand alone, `context` is the earlier question that it leans on and
    `turns` are told to the model; else both are empty, since earlier turns mislead a small model.
    """

    asked: str
    context: str = ""
    turns: tuple[Turn, ...] = ()

    @property
    def whole(self) -> str:
        """The question with what it leans on."""
        return f"{self.context} {self.asked}".strip()


def understood(
    question: str, turns: Sequence[Turn], model: ChatModel | None, settings: Settings
) -> Generator[Event, None, Understood]:
    """The question as it is to be answered; events while the model rewrites it, a follow-up alone.

    Without a model, and where `settings.history_turns` is 0, nothing is rewritten.
    """
    if not leans(question, turns):
        return Understood(question)
    last = tuple(turns)[-settings.history_turns :] if settings.history_turns else ()
    if model is not None and last:
        rewritten = yield from _rewritten(question, last, model, settings)
        if rewritten:
            yield Rewritten(question, rewritten)
            return Understood(rewritten)
    return Understood(question, search_context(question, turns), last)


def _rewritten(
    question: str, turns: Sequence[Turn], model: ChatModel, settings: Settings
) -> Generator[Event, None, str]:
    with model.turnstile.queue() as ticket:
        while ahead := ticket.wait():
            yield Waiting(ahead)
        rewriting = standalone(question, turns, model, settings.state_folder / PREFIX_FOLDER)
        while True:
            try:
                next(rewriting)
            except StopIteration as end:
                return str(end.value)
            # Here it can be stopped.
            yield Rewriting()
