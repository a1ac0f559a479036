"""What a chat model tells while it reads a prompt and writes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PromptRead:
    """`done` of `total` new tokens of the prompt are evaluated."""

    done: int
    total: int


@dataclass(frozen=True)
class Favour:
    """Before the first token: the logit of the favoured one, less the best of the others."""

    margin: float


@dataclass(frozen=True)
class Piece:
    """Text of the next token of the answer; empty while a character is not whole."""

    text: str
