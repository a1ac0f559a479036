"""Follow-ups: which questions lean on their conversation, what a rewriting must keep, and what it costs."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from small_model import small_model

from qa.conversation import Turn
from qa.llm import ChatModel, Piece, PromptRead
from qa.prompt import shared_start
from qa.rewriting import faithful, is_question, leans, rewriting_start, search_context, standalone

TURNS = [
    Turn("Who founded the choir?", "Ada Lindqvist founded it in 1931 [1]. She was a teacher [1, 2]."),
    Turn("Where is diesel sold in the harbour?", "Diesel is sold at pier C [2]."),
]


@pytest.mark.parametrize(
    "question",
    [
        "Why?",
        "And on which days?",
        "What about petrol?",
        "how about petrol on Sundays in winter",
        "Is it sold there?",
        "Does it have a shop?",
        "When did they start to do this?",
        "How much does it cost?",
        "What sports does it offer for children?",
        "When did it take place?",
        "Can I pay them by card?",
        "What is his name?",
        "Are those the only ones?",
        "Do you know where she was born?",
        "What happened after that?",
        "What else is sold?",
        "What other fuels are there?",
        "Opening hours",
        "I meant the one for boats.",
        "No, I asked about the price of a permit.",
        "Is the diesel expensive?",
        "How does the shop do it?",
        "Are you sure?",
    ],
)
def test_a_follow_up_leans_on_the_question_before_it(question: str) -> None:
    assert search_context(question, TURNS) == "Where is diesel sold in the harbour?"


@pytest.mark.parametrize(
    "question",
    [
        "How much do visiting boats pay for a night in Kelby?",
        "When was Ada Lindqvist born?",
        "When did Tesla say that he had slept last?",
        "Who loved Warsaw so much that he kept putting it in his poems?",
        "What is the name of the treaty that ended it all in Utrecht?",
        "If a tenant leaves early, does he owe the rest?",
        "Is it possible to cancel a subscription by letter?",
        "How long does it take to drive from Oslo to Bergen?",
        "Is there a museum of glass in Murano?",
        "How many lakes are there in Finland?",
        "What do wages and prices have in common?",
        "Are Nantong and Jingdezhen situated in the same province?",
        "What is Twilio?",
        "Who directed Vertigo?",
        "IBM Cloud Certification",
        "Who wrote the song 'There's Got to Be a Way'?",
        "What did people who lived near Chernobyl lose when they had to leave?",
        "Which firms report that their costs fell in 2022?",
        "Besides coal, what else is mined in Kiruna?",
        "What is the capital of Peru?",
    ],
)
def test_a_question_that_stands_alone_passes_unchanged(question: str) -> None:
    assert search_context(question, TURNS) == ""


@pytest.mark.parametrize(
    "text", ["Thanks!", "Thank you very much.", "ok, great", "I see. Good to know!", "That's all"]
)
def test_what_asks_nothing_is_left_alone(text: str) -> None:
    assert not is_question(text)
    assert not leans(text, TURNS)


@pytest.mark.parametrize("text", ["Thanks, and on Sundays?", "Ok. How much is it?", "No petrol?", "Hi-fi repairs"])
def test_a_question_behind_thanks_is_one(text: str) -> None:
    assert is_question(text)


def test_the_first_question_leans_on_nothing() -> None:
    assert search_context("Why?", []) == ""


def test_a_follow_up_of_a_follow_up_leans_on_what_that_was_understood_as() -> None:
    turns = [*TURNS, Turn("And petrol?", "It is not sold [2].", "Where is petrol sold in the harbour?")]
    assert search_context("Why?", turns) == "Where is petrol sold in the harbour?"


@pytest.mark.parametrize(
    ("question", "rewritten"),
    [
        ("And on which days?", "On which days is diesel sold in the harbour?"),
        ("When did she die?", "When did Ada Lindqvist die?"),
        ("Is it not sold in 2024?", "Is diesel not sold in the harbour in 2024?"),
        ("What about petrol?", "Where is petrol sold in the harbour?"),
        ("Why?", "Why is diesel sold at pier C in the harbour?"),
    ],
)
def test_a_rewriting_of_the_words_of_the_conversation_is_taken(question: str, rewritten: str) -> None:
    assert faithful(question, TURNS, rewritten)


@pytest.mark.parametrize(
    ("question", "rewritten"),
    [
        ("When did she die?", "When did Ada Lovelace die?"),  # a name from elsewhere
        ("And in 2024?", "Where is diesel sold in the harbour in 2023?"),  # another number
        ("And in 2024?", "Where is diesel sold in the harbour?"),  # a number lost
        ("Is it not sold on Sundays?", "Is diesel sold in the harbour on Sundays?"),  # a denial lost
        ("Is it sold on Sundays?", "Is diesel not sold in the harbour on Sundays?"),  # a denial added
        ("And does Kelby Marine sell it?", "Where is diesel sold in the harbour?"),  # a name lost
        ("What does a permit for it cost?", "Where is diesel sold in the harbour?"),  # the earlier question again
        ("When did she die?", "Where did Ada Lindqvist die?"),  # another thing asked for
        ("Is it cheaper than petrol?", "Is petrol cheaper than petrol?"),  # resolved to what the question names
        ("Why?", "Diesel is sold at pier C because the harbour is small."),  # an answer, with other words
        ("Why?", ""),
        ("Why?", "Why is diesel sold?\nBecause."),
        ("Is it sold?", "Is diesel sold " + "at pier C in the harbour " * 8 + "?"),  # the conversation again
    ],
)
def test_a_rewriting_that_asks_something_else_is_not_taken(question: str, rewritten: str) -> None:
    assert not faithful(question, TURNS, rewritten)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where starts are kept, for all tests as for all questions of a library."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def model() -> Iterator[ChatModel]:
    model = ChatModel(small_model(), threads=1, context_tokens=4096)
    yield model
    model.close()


def rewritten(model: ChatModel, question: str, folder: Path) -> tuple[str, list[int]]:
    """What comes of it, and the totals of new prompt tokens read on the way."""
    steps, read = standalone(question, TURNS, model, folder), []
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return str(end.value), read
        if isinstance(step, PromptRead) and step.done == step.total:
            read.append(step.total)


def read_for(model: ChatModel, prompt: list[int]) -> int:
    """New tokens that must be read before the first one is written."""
    events = model.stream(prompt, 1)
    return max(event.total for event in events if isinstance(event, PromptRead))


def test_neither_start_is_read_again_after_the_other(model: ChatModel, kept: Path) -> None:
    model.prepare(shared_start(), kept)
    answer = model.tokens(
        [*shared_start()[:-1], {"role": "user", "content": "[1] a.txt\nDiesel.\n\nQuestion: Why?"}]
    )
    own = read_for(model, answer)
    assert own < 60 < len(answer)
    _, first = rewritten(model, "When did she die?", kept)
    assert len(first) == 2 and first[0] > first[1]  # what it is told, once
    assert read_for(model, answer) == own
    _, second = rewritten(model, "When did she die?", kept)
    assert second == [first[1]]
    assert read_for(model, answer) == own


def test_what_the_model_is_told_is_loaded_by_the_next_process(model: ChatModel, kept: Path) -> None:
    said = rewritten(model, "Why?", kept)
    later = ChatModel(small_model(), threads=1, context_tokens=4096)
    try:
        assert list(later.keep(rewriting_start(), kept)) == []
        assert rewritten(later, "Why?", kept)[0] == said[0]
    finally:
        later.close()


class Says(ChatModel):
    """The real template and tokenizer; what it writes is given."""

    def __init__(self, text: str) -> None:
        super().__init__(small_model(), threads=1, context_tokens=4096)
        self.text = text

    def keep(self, messages, folder):  # type: ignore[no-untyped-def]
        return iter(())

    def stream(self, prompt, limit, favoured="", head_start=0.0):  # type: ignore[no-untyped-def]
        yield PromptRead(len(prompt), len(prompt))
        yield from (Piece(letter) for letter in self.text)


@pytest.mark.parametrize(
    ("question", "taken"),
    [
        ("What is the price of diesel?", True),
        ("What about petrol?", False),
        ("Is it sold?", False),
        ("Why?", False),
    ],
)
def test_a_question_that_is_repeated_is_taken_when_its_form_is_whole(
    question: str, taken: bool, tmp_path: Path
) -> None:
    with closing(Says(question)) as model:
        assert rewritten(model, question, tmp_path)[0] == (question if taken else "")


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("  When did Ada Lindqvist die? ", "When did Ada Lindqvist die?"),
        ("When did Ada Lindqvist die?\nAnswer: in 1970", "When did Ada Lindqvist die?"),
        ("When did Grace Hopper die?", ""),
        ("When did she die?", ""),  # as it was: nothing gained
        ("", ""),
    ],
)
def test_the_first_line_is_taken_when_it_is_faithful_and_stands_alone(
    said: str, taken: str, tmp_path: Path
) -> None:
    with closing(Says(said)) as model:
        assert rewritten(model, "When did she die?", tmp_path)[0] == taken
