"""The chat model is shown the end of a conversation and makes its last question stand alone.

What it is told is kept evaluated beside the start that answers share, so that neither is read again.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from qa.conversation import MARKER, Turn
from qa.llm import ChatModel, Piece, PromptRead
from qa.prompt import REFUSAL
from qa.rewriting.keeping import faithful
from qa.rewriting.leaning import refers, stands_alone

INSTRUCTIONS = """You rewrite the last question of a conversation so that it can be understood alone.
Put in the names and things of the conversation that it leaves out or only points at (it, they, that, there).
Keep its other words as they are. Do not answer it.
When it has nothing to do with the conversation, repeat it."""
EXAMPLES = (
    (
        ("Who founded the Tessel choir?", "Ada Lindqvist founded it in 1931."),
        "And when did she die?",
        "When did Ada Lindqvist die?",
    ),
    (
        ("On which days is diesel sold in the harbour?", "Diesel is sold every day except Sunday, at pier C."),
        "what about petrol",
        "On which days is petrol sold in the harbour?",
    ),
    (
        ("How deep is Lake Orrin?", "Lake Orrin is 62 metres deep."),
        "Who repaired oven 2 in the bakery?",
        "Who repaired oven 2 in the bakery?",
    ),
    (
        ("Does the Adler guarantee cover the engine?", "It covers the engine and the gearbox for three years."),
        "I see. Do I not have to pay a fee?",
        "Do I not have to pay a fee for the Adler guarantee?",
    ),
    (
        ("What is the Kelby visitor card?", "It lets visitors use the buses and museums of Kelby."),
        "Opening hours",
        "What are the opening hours of the museums of Kelby with the Kelby visitor card?",
    ),
)
# Tokens that a rewritten question may take; a longer one is no question.
LONGEST = 64
# Characters of the last answer that are shown: its beginning names what it is about, and each costs time.
ANSWER_CHARACTERS = 240
QUESTION_CHARACTERS = 240
_CUT = re.compile(r"\s+\S*$")


def rewriting_start() -> list[dict[str, str]]:
    """The messages that every rewriting begins with, and an empty last one."""
    start = [{"role": "system", "content": INSTRUCTIONS}]
    for (question, answer), follow_up, standalone in EXAMPLES:
        start.append({"role": "user", "content": _shown([Turn(question, answer)], follow_up)})
        start.append({"role": "assistant", "content": standalone})
    return [*start, {"role": "user", "content": ""}]


def standalone(
    question: str, turns: Sequence[Turn], model: ChatModel, folder: Path
) -> Generator[PromptRead | Piece, None, str]:
    """The question made to stand alone from the last `turns`; empty when that fails. Yields while it works.

    Call it while holding the model's turnstile. `folder` keeps what the model is told, evaluated.
    """
    yield from model.keep(rewriting_start(), folder)
    prompt = model.tokens([*rewriting_start()[:-1], {"role": "user", "content": _shown(turns, question)}])
    if len(prompt) + LONGEST > model.context_tokens:
        return ""
    written = ""
    for event in _line(model, prompt):
        yield event
        written += event.text if isinstance(event, Piece) else ""
    written = " ".join(written.split())
    if written == question:
        # It may have been taken for a follow-up wrongly; or the model did not know what to put in.
        return written if stands_alone(written) else ""
    return written if faithful(question, turns, written) and not refers(written) else ""


def _line(model: ChatModel, prompt: Sequence[int]) -> Iterator[PromptRead | Piece]:
    """What the model writes until the line ends."""
    written = ""
    for event in model.stream(prompt, LONGEST):
        if isinstance(event, PromptRead):
            yield event
        elif isinstance(event, Piece):
            written += event.text
            if "\n" in written.strip():
                return
            yield event


def _shown(turns: Sequence[Turn], question: str) -> str:
    """The end of the conversation as the model reads it: earlier questions, the last answer, the follow-up."""
    lines = [f"Earlier question: {_cut(turn.whole, QUESTION_CHARACTERS)}" for turn in turns]
    answer = MARKER.sub("", turns[-1].answer).strip()
    if answer and answer != REFUSAL:
        lines.append(f"Answer: {_cut(answer, ANSWER_CHARACTERS)}")
    return "\n".join([*lines, f"Question: {question}"])


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters of a text, in whole words, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= limit else _CUT.sub("", text[:limit]) + " …"
