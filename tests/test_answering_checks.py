"""Answers checked by the real reader: what falls, what is mended, what is refused and what is said of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from small_library import small_engine
from small_model import small_model

from qa.answering import Answerer, ClaimChecked, Event, Finished
from qa.config import Strictness
from qa.engine import Engine
from qa.judging import Judgement, judgement
from qa.llm import ChatModel, Favour, Piece, PromptRead
from qa.prompt import REFUSAL

QUESTION = "Where is diesel sold in the harbour?"
# Everything is answered; a claim needs the reader's word for it.
LENIENT = judgement(
    {
        "before": {"bias": 3.0},
        "after": {"bias": 3.0},
        "told": {"bias": 3.0},
        "doubt": 0.01,
        "support": 0.0,
        "sure": 1000.0,
        "points": {
            name: {"threshold": 0.1, "told": 0.1, "refused_unanswerable": 0.5, "refused_answerable": 0.1}
            for name in ("careful", "balanced", "eager")
        },
    }
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with small_engine(tmp_path_factory.mktemp("library"), chat=False) as engine:
        yield engine


class Scripted(ChatModel):
    """The real model's template and tokenizer; what it writes is given."""

    def __init__(self) -> None:
        super().__init__(small_model(), threads=1, context_tokens=4096)
        self.script = ""
        self.head_start = 0.0

    def stream(
        self, prompt: Sequence[int], limit: int, favoured: str = "", head_start: float = 0.0
    ) -> Iterator[PromptRead | Favour | Piece]:
        self.head_start = head_start
        yield PromptRead(len(prompt), len(prompt))
        yield Favour(-1.0)
        for at in range(0, len(self.script), 3):
            yield Piece(self.script[at : at + 3])


@pytest.fixture(scope="module")
def model() -> Iterator[Scripted]:
    model = Scripted()
    yield model
    model.close()


def answered(
    engine: Engine,
    model: Scripted,
    script: str,
    question: str = QUESTION,
    strictness: Strictness = "balanced",
    judged: Judgement = LENIENT,
) -> tuple[list[Event], Finished]:
    model.script = script
    settings = engine.settings.model_copy(update={"strictness": strictness})
    answerer = Answerer(settings, engine.store, engine.retriever, model, None, engine.checker, judged)
    events = list(answerer.answer(question))
    assert isinstance(events[-1], Finished)
    return events, events[-1]


@pytest.mark.parametrize("question", [QUESTION, "Is diesel sold in the harbour?"])
def test_where_the_signs_are_weighed_the_models_refusal_does_not_end_the_answer(
    engine: Engine, model: Scripted, question: str
) -> None:
    answered(engine, model, "Yes, diesel is sold at pier C [1].", question)
    assert model.head_start == -1000
    answered(engine, model, "Ja, am Steg C [1].", "Wo kann ich im Hafen Diesel kaufen und wann?")
    assert model.head_start == engine.settings.caution


def test_a_yes_or_no_is_refused_by_its_own_weights(engine: Engine, model: Scripted) -> None:
    doubting = replace(LENIENT, told={"bias": -3.0})
    script = "Yes, diesel is sold at pier C [1]."
    _, end = answered(engine, model, script, "Is diesel sold in the harbour?", judged=doubting)
    assert end.refused and end.confidence is not None and end.confidence < 0.1
    _, end = answered(engine, model, script, "Is diesel sold in the harbour?", "off", doubting)
    assert not end.refused
    _, end = answered(engine, model, "Diesel is sold at pier C [1].", judged=doubting)
    assert not end.refused


def test_a_true_sentence_gets_the_exact_words(engine: Engine, model: Scripted) -> None:
    _, end = answered(engine, model, "Diesel is sold at pier C [1].")
    (claim,) = end.claims
    assert (claim.verdict, end.refused) == ("supported", False)
    (quotation,) = claim.quotations
    source = end.sources[quotation.n - 1]
    words = engine.store.text(source.document_id)[quotation.start : quotation.end]
    assert words == "Diesel is sold at pier C every day except Sunday."


def test_a_sentence_that_nothing_supports_is_in_the_claims_but_never_in_the_answer(
    engine: Engine, model: Scripted
) -> None:
    events, end = answered(engine, model, "Diesel is sold at pier C [1]. It costs 3 euros a litre [1].")
    assert [claim.verdict for claim in end.claims] == ["supported", "unsupported"]
    assert end.claims[1].reason and not end.claims[1].footnotes
    assert end.answer == "Diesel is sold at pier C [1]."
    assert [e.claim for e in events if isinstance(e, ClaimChecked)] == list(end.claims)


def test_a_footnote_to_the_wrong_passage_is_mended(engine: Engine, model: Scripted) -> None:
    question = "What do visiting boats pay, and what did the repair of oven 2 cost?"
    _, right = answered(engine, model, "Visiting boats pay 18 euros a night.", question)
    carrying = right.claims[0].footnotes
    assert len(right.sources) > 1 and len(carrying) == 1
    wrong = next(n for n in range(1, len(right.sources) + 1) if n not in carrying)
    _, mended = answered(engine, model, f"Visiting boats pay 18 euros a night [{wrong}].", question)
    assert mended.claims[0].footnotes == carrying
    assert mended.answer.endswith(f"[{carrying[0]}]") and f"[{wrong}]" not in mended.answer


def test_when_the_main_sentence_falls_it_is_a_refusal_that_says_what_is_missing(
    engine: Engine, model: Scripted
) -> None:
    question = "Who sells diesel at pier C in the harbour?"
    _, end = answered(engine, model, "Erik Holmgren sells it [1]. Diesel is sold at pier C [1].", question)
    assert end.refused and end.answer == REFUSAL and not end.claims
    assert end.sources and "Holmgren" not in end.answer
    assert end.missing.startswith("The documents mention ") and "the harbour" in end.missing


def test_what_the_documents_do_not_mention_is_named_by_the_whole_library_in_scope(
    engine: Engine, model: Scripted
) -> None:
    _, end = answered(engine, model, "Ulan Bator sells it [1].", "Is diesel sold in the harbour of Ulan Bator?")
    assert end.refused and "not Ulan Bator" in end.missing
    # Keller stands in another document than those that come nearest.
    _, end = answered(engine, model, "Zed sells it [1].", "Is diesel sold in the harbour by Keller?")
    assert end.refused and "not Keller" not in end.missing


def test_where_nothing_is_to_be_refused_a_sentence_that_fell_is_still_left_out(
    engine: Engine, model: Scripted
) -> None:
    _, end = answered(engine, model, "It costs 3 euros [1]. Diesel is sold at pier C [1].", strictness="off")
    assert not end.refused
    assert end.answer == "Diesel is sold at pier C [1]."


def test_too_little_confidence_is_a_refusal_whatever_was_written(engine: Engine, model: Scripted) -> None:
    points = {name: replace(point, threshold=0.99) for name, point in LENIENT.points.items()}
    _, end = answered(engine, model, "Diesel is sold at pier C [1].", judged=replace(LENIENT, points=points))
    assert end.refused and end.confidence is not None and end.confidence < 0.99


def test_in_a_language_that_the_reader_does_not_know_only_facts_decide(engine: Engine, model: Scripted) -> None:
    question = "Wo wird im Hafen Diesel verkauft und an welchen Tagen ist das so?"
    _, end = answered(engine, model, "Diesel is sold at pier C [1]. Pier D has 7 pumps [1].", question)
    assert end.confidence is None
    if not end.refused:
        assert {claim.verdict for claim in end.claims} <= {"cited", "unsupported"}
