"""The life of a question as events: a small real library, and a model that is real or says what it is told."""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from small_library import small_engine
from small_model import small_model

from qa.answering import (
    Answerer,
    ClaimChecked,
    Event,
    EvidenceFound,
    Finished,
    Prompt,
    QuestionError,
    Rewriting,
    Rewritten,
    Token,
    Waiting,
    checked_question,
)
from qa.citations import claims, tidy
from qa.config import Settings
from qa.conversation import Turn
from qa.engine import Engine
from qa.llm import ChatModel, Message, Piece, PromptRead
from qa.prompt import REFUSAL, REFUSAL_WORD

QUESTION = "On which days is diesel sold in the harbour?"
ELSEWHERE = "What is the melting point of tungsten?"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with small_engine(tmp_path_factory.mktemp("library")) as engine:
        yield engine


class Scripted(ChatModel):
    """The real model's template and tokenizer; what it writes is given, and what it was asked is kept."""

    def __init__(self) -> None:
        super().__init__(small_model(), threads=1, context_tokens=4096)
        self.script: Sequence[str] = ()
        self.rewritten = ""
        self.asked: list[str] = []
        self.closed = 0

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        self.asked.append(messages[-1]["content"])
        return super().tokens(messages)

    def keep(self, messages: Sequence[Message], folder: Path) -> Iterator[PromptRead]:
        return iter(())

    def stream(
        self, prompt: Sequence[int], limit: int, favoured: str = "", head_start: float = 0.0
    ) -> Iterator[PromptRead | Piece]:
        try:
            yield PromptRead(0, len(prompt))
            yield PromptRead(len(prompt), len(prompt))
            # Only an answer may begin with a refusal.
            for text in self.script[:limit] if favoured else [self.rewritten]:
                yield Piece(text)
        finally:
            self.closed += 1


@pytest.fixture(scope="module")
def model() -> Iterator[Scripted]:
    model = Scripted()
    yield model
    model.close()


def answered(
    engine: Engine, model: Scripted, script: str, question: str = QUESTION, **changed: int
) -> list[Event]:
    """Events when the model writes `script`, two characters at a time."""
    model.script = [script[i : i + 2] for i in range(0, len(script), 2)]
    model.asked.clear()
    settings = engine.settings.model_copy(update=changed)
    return list(Answerer(settings, engine.store, engine.retriever, model).answer(question))


def finished(events: Sequence[Event]) -> Finished:
    last = events[-1]
    assert isinstance(last, Finished)
    return last


def checked(events: Sequence[Event]) -> tuple[object, ...]:
    return tuple(event.claim for event in events if isinstance(event, ClaimChecked))


def streamed(events: Sequence[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Token))


CITED = "Diesel is sold at pier C [1]. It is not sold on Sunday [1, 9]. Everybody knows that."


def test_evidence_comes_first_then_the_prompt_then_tokens_and_claims_and_the_end(
    engine: Engine, model: Scripted
) -> None:
    events = answered(engine, model, CITED)
    kinds = [type(event) for event in events]
    assert kinds[0] is EvidenceFound
    assert kinds[-1] is Finished
    assert kinds.count(EvidenceFound) == kinds.count(Finished) == 1
    assert kinds.index(Prompt) < kinds.index(Token) < kinds.index(ClaimChecked)
    assert kinds.index(ClaimChecked) < len(kinds) - 1 - kinds[::-1].index(Token)
    assert set(kinds) == {EvidenceFound, Prompt, Token, ClaimChecked, Finished}


def test_the_claims_that_were_shown_are_those_of_the_end(engine: Engine, model: Scripted) -> None:
    events = answered(engine, model, CITED)
    end = finished(events)
    assert checked(events) == end.claims
    found = claims(CITED, len(end.sources))
    assert [(claim.start, claim.end, claim.text) for claim in end.claims] == [
        (c.start, c.end, c.text) for c in found
    ]
    # Without a reader nothing is said to be supported; what the passages do not carry falls all the same.
    assert [claim.verdict for claim in end.claims] == ["cited", "cited", "uncited"]
    assert [claim.footnotes for claim in end.claims] == [(1,), (1,), ()]


def test_the_tokens_are_what_was_written_and_the_answer_is_it_with_valid_markers(
    engine: Engine, model: Scripted
) -> None:
    events = answered(engine, model, CITED)
    end = finished(events)
    assert streamed(events) == end.written == CITED
    assert end.answer == tidy(CITED, len(end.sources))
    assert end.question == QUESTION
    assert not end.refused
    assert not end.cut


def test_the_sources_of_the_end_are_the_evidence_of_the_beginning(engine: Engine, model: Scripted) -> None:
    events = answered(engine, model, CITED)
    assert isinstance(events[0], EvidenceFound)
    assert events[0].sources == finished(events).sources
    assert "pier C every day except Sunday" in events[0].sources[0].text
    for source in events[0].sources:
        assert source.text == engine.store.text(source.document_id)[source.start : source.end]
        assert any(sentence in model.asked[0] for sentence in source.text.strip().splitlines())


@pytest.mark.parametrize(
    "said",
    [
        *(REFUSAL_WORD, REFUSAL_WORD.lower(), f" \n{REFUSAL_WORD}", f"{REFUSAL_WORD}. I am sorry.", "", "  \n"),
    ],
)
def test_a_refusal_of_the_model_is_a_refusal_without_claims(engine: Engine, model: Scripted, said: str) -> None:
    events = answered(engine, model, said)
    end = finished(events)
    assert end.refused
    assert end.answer == REFUSAL
    assert end.claims == checked(events) == ()
    assert end.sources
    assert streamed(events) == ""


@pytest.mark.parametrize(
    "written",
    [
        f" {CITED}",
        f"\n\n{CITED}",
        f"The documents say it: {CITED}",
        "No diesel is sold on Sunday [1].",
        "Not on Sunday is diesel sold [1].",
    ],
)
def test_an_answer_that_begins_like_a_refusal_or_with_space_is_none(
    engine: Engine, model: Scripted, written: str
) -> None:
    events = answered(engine, model, written)
    assert not finished(events).refused
    assert streamed(events) == finished(events).written == written
    assert checked(events) == finished(events).claims


def test_an_answer_that_ends_while_it_may_become_a_refusal_is_shown(engine: Engine, model: Scripted) -> None:
    events = answered(engine, model, REFUSAL_WORD[:2])
    assert streamed(events) == finished(events).written == REFUSAL_WORD[:2]


def test_the_model_is_not_asked_when_nothing_is_relevant(engine: Engine, model: Scripted) -> None:
    events = answered(engine, model, CITED, ELSEWHERE)
    assert [type(event) for event in events] == [EvidenceFound, Finished]
    end = finished(events)
    assert end.refused
    assert end.answer == REFUSAL == "The documents do not say."
    assert end.sources
    assert (end.timings.prompt_tokens, end.timings.answer_tokens) == (0, 0)
    assert end.timings.first_token_s is None
    assert model.asked == []


def test_an_empty_library_is_answered_without_the_model(engine: Engine, model: Scripted) -> None:
    names = [entry.document for entry in engine.documents()]
    for name in names:
        engine.library.remove(name)
    try:
        events = answered(engine, model, CITED)
        assert finished(events).refused
        assert finished(events).sources == ()
        assert model.asked == []
    finally:
        for name in names:
            engine.library.restore(name)
        engine.sync()


def test_times_are_in_their_order_and_tokens_are_counted(engine: Engine, model: Scripted) -> None:
    timings = finished(answered(engine, model, CITED)).timings
    assert timings.first_token_s is not None
    assert 0 < timings.retrieval_s <= timings.first_token_s <= timings.total_s
    assert 0 < timings.checking_s < timings.total_s
    assert timings.prompt_tokens > 0
    assert timings.answer_tokens == -(-len(CITED) // 2)


def test_a_model_that_repeats_itself_is_stopped(engine: Engine, model: Scripted) -> None:
    sentence = "Diesel is sold at pier C [1]. "
    events = answered(engine, model, sentence + "Petrol is not [1]. " + sentence * 50)
    end = finished(events)
    assert end.answer == "Diesel is sold at pier C [1]. Petrol is not [1]."
    assert checked(events) == end.claims
    assert len(end.claims) == 2
    assert end.timings.answer_tokens < 60


def test_an_answer_that_was_cut_says_so(engine: Engine, model: Scripted) -> None:
    end = finished(answered(engine, model, CITED, answer_tokens=16))
    assert end.cut
    assert end.answer.endswith(" …")


def test_a_follow_up_is_searched_with_the_question_before_and_passes_the_last_turns(
    engine: Engine, model: Scripted
) -> None:
    model.script = ["Every day [1]."]
    model.asked.clear()
    turns = [
        Turn("Who founded the choir?", "Ada [1]."),
        Turn("Is petrol sold?", "No [1]."),
        Turn("Is diesel sold in the harbour?", "At pier C [1]."),
    ]
    answerer = Answerer(engine.settings, engine.store, engine.retriever, model)
    end = finished(list(answerer.answer("And in winter?", turns)))
    assert any("the pump is closed" in source.text for source in end.sources)
    assert "At pier C." in model.asked[-1]
    assert "Is petrol sold?" in model.asked[-1]
    assert "Ada" not in model.asked[-1]
    assert end.question == "And in winter?"
    assert end.standalone == ""


ABOUT_DIESEL = [Turn("Is diesel sold in the harbour?", "At pier C [1].")]


def follow_up(engine: Engine, model: Scripted, question: str, rewritten: str) -> list[Event]:
    model.script, model.rewritten = ["Every day [1]."], rewritten
    model.asked.clear()
    answerer = Answerer(engine.settings, engine.store, engine.retriever, model)
    return list(answerer.answer(question, ABOUT_DIESEL))


def test_a_follow_up_is_rewritten_before_it_is_sought_and_answered_without_the_turns(
    engine: Engine, model: Scripted
) -> None:
    whole = "On which days is diesel sold in the harbour?"
    events = follow_up(engine, model, "And on which days?", whole)
    kinds = [type(event) for event in events]
    assert kinds[0] is Rewriting
    assert kinds.index(Rewritten) == kinds.index(EvidenceFound) - 1
    assert Rewritten("And on which days?", whole) in events
    end = finished(events)
    assert (end.question, end.standalone) == ("And on which days?", whole)
    assert model.asked[-1].endswith(f"Question: {whole}")
    assert "Earlier" not in model.asked[-1]


def test_a_rewriting_that_is_not_faithful_leaves_the_question_as_it_is(engine: Engine, model: Scripted) -> None:
    events = follow_up(engine, model, "And in winter?", "Is petrol sold in Kelby in summer?")
    assert Rewritten not in map(type, events)
    assert finished(events).standalone == ""
    assert model.asked[-1].endswith("Question: And in winter?")
    assert "Earlier question: Is diesel sold in the harbour?" in model.asked[-1]


def test_without_turns_to_tell_nothing_is_rewritten(engine: Engine, model: Scripted) -> None:
    settings = engine.settings.model_copy(update={"history_turns": 0})
    model.rewritten = "Is diesel sold in the harbour in winter?"
    events = list(Answerer(settings, engine.store, engine.retriever, model).answer("And in winter?", ABOUT_DIESEL))
    assert not {Rewriting, Rewritten} & set(map(type, events))


@pytest.mark.parametrize("question", [QUESTION, "Thanks!", "Who founded the choir in 1931?"])
def test_what_leans_on_nothing_is_not_rewritten(engine: Engine, model: Scripted, question: str) -> None:
    events = follow_up(engine, model, question, "Is diesel sold in the harbour?")
    assert not {Rewriting, Rewritten} & set(map(type, events))


def test_closing_the_events_ends_a_rewriting(engine: Engine, model: Scripted) -> None:
    model.rewritten = "Is diesel sold in the harbour in winter?"
    events = Answerer(engine.settings, engine.store, engine.retriever, model).answer("In winter?", ABOUT_DIESEL)
    assert isinstance(next(events), Rewriting)
    closed = model.closed
    events.close()  # type: ignore[attr-defined]
    assert model.closed == closed + 1
    assert model.turnstile.ahead() == 0


def test_turns_that_leave_no_room_for_an_answer_are_left_out_oldest_first(engine: Engine, model: Scripted) -> None:
    model.script, model.rewritten = ["Every day [1]."], ""
    long = Turn("Is petrol sold?", "No, it is not. " * 800)
    answerer = Answerer(engine.settings, engine.store, engine.retriever, model)
    finished(list(answerer.answer("And in winter?", [long, Turn("Is diesel sold in the harbour?", "Yes [1].")])))
    assert "Is petrol sold?" not in model.asked[-1]
    assert "Is diesel sold in the harbour?" in model.asked[-1]


def test_a_question_that_stands_alone_is_asked_without_the_turns_before(engine: Engine, model: Scripted) -> None:
    settings = engine.settings
    model.script = ["Ada Lindqvist [1]."]
    turns = [Turn(QUESTION, "Every day except Sunday [1].")]
    list(Answerer(settings, engine.store, engine.retriever, model).answer("Who founded the choir in 1931?", turns))
    assert "diesel" not in model.asked[-1].lower() and "Earlier" not in model.asked[-1]


def test_the_real_model_answers_and_its_events_agree(engine: Engine) -> None:
    events = list(engine.answer(QUESTION))
    end = finished(events)
    assert isinstance(events[0], EvidenceFound)
    assert checked(events) == end.claims
    assert end.refused or tidy(streamed(events), len(end.sources)) == end.answer.removesuffix(" …")
    reads = [event for event in events if isinstance(event, Prompt)]
    assert reads[-1].done == reads[-1].total == end.timings.prompt_tokens


@pytest.mark.parametrize("at", [Prompt, Token])
def test_closing_the_answer_frees_the_model_at_once(engine: Engine, model: Scripted, at: type[Event]) -> None:
    model.script = [CITED]
    before = model.closed
    events = Answerer(engine.settings, engine.store, engine.retriever, model).answer(QUESTION)
    for event in events:
        if isinstance(event, at):
            break
    assert model.turnstile.ahead() == 1
    events.close()  # type: ignore[attr-defined]
    assert model.turnstile.ahead() == 0
    assert model.closed == before + 1


def test_stopping_the_real_model_while_it_reads_takes_less_than_a_second(engine: Engine) -> None:
    events = engine.answer("What is sold at which pier in the harbour, and what went wrong with the oven?")
    for event in events:
        if isinstance(event, Prompt):
            break
    began = time.perf_counter()
    events.close()  # type: ignore[attr-defined]
    assert time.perf_counter() - began < 1
    assert engine.model is not None
    assert engine.model.turnstile.ahead() == 0


def test_a_second_question_waits_and_is_told_so_until_the_first_is_stopped(
    engine: Engine, model: Scripted
) -> None:
    model.script = [CITED]
    answerer = Answerer(engine.settings, engine.store, engine.retriever, model)
    first = answerer.answer(QUESTION)
    while not isinstance(next(first), Prompt):
        pass
    seen: list[Event] = []
    second = threading.Thread(target=lambda: seen.extend(answerer.answer("Who founded the choir?")))
    second.start()
    deadline = time.monotonic() + 20
    while not any(isinstance(event, Waiting) for event in seen) and time.monotonic() < deadline:
        time.sleep(0.01)
    first.close()  # type: ignore[attr-defined]
    second.join(20)
    assert Waiting(1) in seen
    assert finished(seen).question == "Who founded the choir?"


def test_a_waiting_question_that_is_closed_leaves_the_queue(engine: Engine, model: Scripted) -> None:
    answerer = Answerer(engine.settings, engine.store, engine.retriever, model)
    with model.turnstile.queue():
        waiting = answerer.answer(QUESTION)
        assert isinstance(next(waiting), EvidenceFound)
        assert next(waiting) == Waiting(1)
        waiting.close()  # type: ignore[attr-defined]
        assert model.turnstile.ahead() == 1


@pytest.mark.parametrize("question", ["🙂", "???", " … ", "\u200b", "—!", "«»"])
def test_a_question_without_words_is_said_to_be_one(question: str) -> None:
    with pytest.raises(QuestionError, match="has no words"):
        checked_question(question, Settings())


@pytest.mark.parametrize("question", ["7", "柴油？", "x?", "ปั๊ม", "№ 5", "насос"])
def test_a_question_of_one_word_or_number_is_asked(question: str) -> None:
    assert checked_question(question, Settings()) == question


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\0"])
def test_an_empty_question_is_refused(question: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        checked_question(question, Settings())


def test_a_question_that_is_too_long_is_refused_with_the_setting() -> None:
    with pytest.raises(QuestionError, match=r"100,000 characters.*4,000.*QA_QUESTION_CHARACTERS"):
        checked_question("x" * 100_000, Settings())
    assert checked_question("x" * 4000, Settings()) == "x" * 4000


def test_a_question_is_asked_without_what_cannot_be_stored() -> None:
    assert checked_question("  a\ud800b\0c\n", Settings()) == "a?b c"


def test_a_bad_question_raises_before_anything_is_searched(engine: Engine) -> None:
    with pytest.raises(QuestionError):
        next(engine.answer(" "))
    with pytest.raises(QuestionError):
        engine.search("")
