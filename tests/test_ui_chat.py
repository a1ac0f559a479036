"""Conversations: streaming, stopping, follow-ups, errors; no browser needed."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from qa.answering import (
    Event,
    EvidenceFound,
    Finished,
    Prompt,
    QuestionError,
    Rewriting,
    Rewritten,
    Timings,
    Token,
)
from qa.citations import claims
from qa.config import Settings
from qa.evidence import Source
from qa.ui.chat import Chat, Conversation, Shown


def source(n: int = 1, document: str = "a.txt", text: str = "words") -> Source:
    return Source(n, n, document, None, 0, len(text), text, (), 1.0)


class Slow:
    """An engine whose answers never end, and that notices when they are closed."""

    settings = Settings.model_construct()

    def __init__(self) -> None:
        self.closed = threading.Event()
        self.given = 0

    def answer(self, question: str, turns: Any = (), *more: Any) -> Iterator[Event]:
        try:
            yield EvidenceFound(question, (source(),), 0.0)
            yield Prompt(0, 1)
            while True:
                self.given += 1
                time.sleep(0.01)
                yield Token("word ")
        finally:
            self.closed.set()


class Fixed:
    """An engine that answers with the turns it was told, or raises."""

    settings = Settings.model_construct()

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def answer(self, question: str, turns: Any = (), *more: Any) -> Iterator[Event]:
        if self.error is not None:
            raise self.error
        written = f"{len(turns)} turns before [1]."
        yield EvidenceFound(question, (source(),), 0.0)
        yield Token(written)
        timings = Timings(0.0, 0.0, 0.0, 1, 1)
        yield Finished(question, written, False, tuple(claims(written, 1)), (source(),), timings, written)


def chat(engine: Any) -> Chat:
    return Chat(engine)


def test_an_answer_grows_and_its_footnotes_can_be_opened() -> None:
    talk = chat(Fixed())
    shown = list(talk.ask(Conversation(), "How many?"))
    assert [message["role"] for message in shown[0]] == ["user", "assistant"]
    assert "Searching" in shown[0][1]["content"]
    last = shown[-1][1]["content"]
    token = last.split("#cite-")[1].rpartition('-1"')[0].split('-1"')[0]
    assert talk.shown.source(token, 1) == source()


def test_a_follow_up_is_told_the_turns_of_its_own_conversation_only() -> None:
    talk = chat(Fixed())
    one, other = Conversation(), Conversation()
    for expected in range(3):
        assert f"{expected} turns before" in list(talk.ask(one, "And then?"))[-1][-1]["content"]
    assert "0 turns before" in list(talk.ask(other, "And then?"))[-1][-1]["content"]
    assert (len(one.messages), len(other.messages)) == (6, 2)


class Understanding(Fixed):
    """Rewrites every follow-up, and tells what the turns before were understood as."""

    settings = Settings.model_construct()

    def answer(self, question: str, turns: Any = (), *more: Any) -> Iterator[Event]:
        if turns:
            yield Rewriting()
            yield Rewritten(question, "Where is diesel sold?")
        written = " ".join(turn.whole for turn in turns) or "Here."
        timings = Timings(0.0, 0.0, 0.0, 1, 1)
        standalone = "Where is diesel sold?" if turns else ""
        yield Finished(question, written, False, (), (), timings, written, standalone=standalone)


def test_a_follow_up_is_shown_and_remembered_as_it_was_understood() -> None:
    talk, conversation = chat(Understanding()), Conversation()
    first = list(talk.ask(conversation, "Is diesel sold?"))[-1]
    assert "Understood" not in first[0]["content"]
    shown = list(talk.ask(conversation, "And where?"))[-1]
    assert "Understood as: Where is diesel sold&#63;" in shown[2]["content"]
    assert "Understood" not in shown[0]["content"] + shown[1]["content"] + shown[3]["content"]
    assert [turn.whole for turn in conversation.turns] == ["Is diesel sold?", "Where is diesel sold?"]


def test_stop_closes_the_events_within_one_token() -> None:
    engine = Slow()
    conversation = Conversation()
    answer = chat(engine).ask(conversation, "Why?")
    while "fn-text" not in next(answer)[-1]["content"]:
        pass
    given, conversation.stop = engine.given, True
    rest = list(answer)
    assert engine.closed.is_set() and engine.given <= given + 1
    assert "Stopped: the answer is not complete" in rest[-1][-1]["content"].replace("&#58;", ":")
    assert not conversation.busy and conversation.turns == []


def test_a_closed_tab_closes_the_events() -> None:
    engine = Slow()
    conversation = Conversation()
    answer = chat(engine).ask(conversation, "Why?")
    for _ in range(4):
        next(answer)
    answer.close()  # type: ignore[attr-defined]
    assert engine.closed.is_set() and not conversation.busy


def test_closing_the_window_ends_the_answers_under_way_first() -> None:
    engine = Slow()
    talk = chat(engine)
    thread = threading.Thread(target=lambda: list(talk.ask(Conversation(), "Why?")))
    thread.start()
    while not engine.given:
        time.sleep(0.01)
    talk.close()
    assert engine.closed.is_set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_second_question_of_a_busy_conversation_is_not_asked() -> None:
    conversation = Conversation()
    talk = chat(Slow())
    answer = talk.ask(conversation, "Why?")
    next(answer)
    assert list(talk.ask(conversation, "Why not?")) == []
    answer.close()  # type: ignore[attr-defined]


def test_a_conversation_that_was_left_shows_nothing_more() -> None:
    engine = Slow()
    conversation = Conversation()
    answer = chat(engine).ask(conversation, "Why?")
    next(answer)
    conversation.left = True
    assert list(answer) == []


def test_an_error_is_shown_beside_the_question_and_loses_nothing() -> None:
    conversation = Conversation()
    list(chat(Fixed()).ask(conversation, "First?"))
    shown = list(chat(Fixed(QuestionError("The question is empty. Type one."))).ask(conversation, "Second?"))[-1]
    assert len(shown) == 4 and "Second" in shown[2]["content"]
    assert "The question is empty" in shown[3]["content"]
    assert len(conversation.turns) == 1


def test_a_fault_of_ours_is_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    shown = list(chat(Fixed(ValueError("odd"))).ask(Conversation(), "Why?"))[-1]
    assert "Footnote failed" in shown[1]["content"] and "odd" in shown[1]["content"]
    assert "Traceback" in capsys.readouterr().err


def test_only_so_many_answers_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.ui.chat.REMEMBERED", 2)
    shown = Shown()
    for token in ("a", "b", "c"):
        shown.keep(token, (source(),))
    with pytest.raises(KeyError):
        shown.source("a", 1)
    assert shown.source("c", 1) == source()
    with pytest.raises(KeyError):
        shown.source("c", 0)
