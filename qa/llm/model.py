"""A chat model: reads of a prompt what it has not read yet, then writes the likeliest token each time."""

import codecs
import contextlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa.gguf import BATCH, Gguf, ModelError
from qa.llm.events import Favour, Piece, PromptRead
from qa.llm.starts import common, longest_start, read_start, start_name, write_start
from qa.llm.template import ChatTemplate, Message
from qa.turnstile import Turnstile


class ChatModel:
    """The GGUF file at `path`. One stream at a time: callers queue at `turnstile`.

    Raises ModelError when the file is not a whole GGUF model that llama.cpp knows, or carries no chat template.
    """

    def __init__(self, path: Path, threads: int, context_tokens: int) -> None:
        self.path = path
        self.turnstile = Turnstile()
        self._gguf = Gguf(path, threads, context_tokens)
        self._template = ChatTemplate(self._gguf)
        self._held: list[int] = []
        self._starts: dict[tuple[int, ...], bytes] = {}

    @property
    def context_tokens(self) -> int:
        """Tokens that prompt and answer together may take."""
        return self._gguf.context_tokens

    def close(self) -> None:
        """Free the model's memory."""
        self._gguf.close()

    def count(self, text: str) -> int:
        """Number of tokens of `text`, as this model reads it in the middle of a prompt."""
        return len(self.plain_tokens(text))

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        """The prompt for `messages` in the model's own chat template.

        Contents are tokenised as plain text: control tokens written in a document or question stay words.
        """
        return self._template.tokens(messages)

    def plain_tokens(self, text: str) -> list[int]:
        """Tokens of a text in which control tokens are words like any other."""
        return self._template.plain_tokens(text)

    def prepare(self, messages: Sequence[Message], folder: Path, stopped: threading.Event | None = None) -> None:
        """Evaluate the start that prompts share, as `keep` does. Setting `stopped` ends it early."""
        for _ in self.keep(messages, folder):
            if stopped is not None and stopped.is_set():
                return

    def keep(self, messages: Sequence[Message], folder: Path) -> Iterator[PromptRead]:
        """Evaluate a start that prompts share, everything before the content of the last message, once.

        The result is kept here, and in `folder`, from where it is loaded the next time. Once kept, this does
        nothing. After the model's first use, call it while holding the turnstile.
        """
        one, other = (self.tokens([*messages[:-1], {**messages[-1], "content": text}]) for text in ("a", "0"))
        start = tuple(one[: common(one, other)])
        if start in self._starts:
            return
        kept = folder / f"{self._start_name(start)}.bin"
        if self._load_start(start, kept):
            return
        yield from self._read(start)
        self._starts[start] = self._gguf.save_state()
        # Only a shortcut for the next process: a full disk must not keep anybody from an answer now.
        with contextlib.suppress(OSError):
            self._save_start(start, kept)

    def stream(
        self, prompt: Sequence[int], limit: int, favoured: str = "", head_start: float = 0.0
    ) -> Iterator[PromptRead | Favour | Piece]:
        """Read the prompt, then write up to `limit` tokens, the likeliest each time.

        As the first token, the one that begins `favoured`, in capitals or not, gets `head_start` added to its
        logit. Call it while holding the turnstile. Closing the generator stops within one token.
        """
        if len(prompt) + 1 > self.context_tokens:
            raise ModelError(
                f"The prompt of {len(prompt)} tokens does not fit the context of {self.context_tokens} "
                "(QA_CONTEXT_TOKENS). Ask a shorter question or raise the setting."
            )
        yield from self._read(prompt)
        forms = (favoured, favoured.capitalize(), favoured.lower())
        first = sorted({token for form in forms for token in self.plain_tokens(form)[:1]})
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        for number in range(min(limit, self.context_tokens - len(prompt))):
            logits = self._gguf.logits()
            if number == 0 and first:
                yield Favour(_margin(logits, first))
                logits[first] += head_start
            token = int(np.argmax(logits))
            if self._gguf.ends(token):
                return
            yield Piece(decoder.decode(self._gguf.piece(token)))
            self._evaluate([token])

    def _read(self, prompt: Sequence[int]) -> Iterator[PromptRead]:
        new = list(prompt[self._rewind(prompt) :])
        # Equal batches: a few tokens left over for the last one take as long as forty in a full one.
        size = -(-len(new) // -(-len(new) // BATCH))
        for start in range(0, len(new), size):
            yield PromptRead(start, len(new))
            self._evaluate(new[start : start + size])
        yield PromptRead(len(new), len(new))

    def _evaluate(self, tokens: list[int]) -> None:
        self._gguf.evaluate(tokens)
        self._held += tokens

    def _rewind(self, prompt: Sequence[int]) -> int:
        """Make the context the longest beginning of the prompt that is held or kept; returns its length.

        It is at most all but one token: the last is read again even if it is held, since the logits may be
        another's.
        """
        held = min(common(self._held, prompt), len(prompt) - 1)
        start = longest_start(self._starts, prompt)
        # Recurrent models cannot forget the end alone: they, too, begin again from a start that is kept.
        if len(start) > held or not (held and self._gguf.forget_from(held)):
            self._gguf.forget_all()
            held = len(start) if start and self._gguf.load_state(self._starts[start]) else 0
        self._held = list(prompt[:held])
        return held

    def _save_start(self, start: tuple[int, ...], kept: Path) -> None:
        write_start(kept, self._starts[start], {self._start_name(one) for one in self._starts})

    def _start_name(self, start: tuple[int, ...]) -> str:
        return start_name(self.path, self.context_tokens, start)

    def _load_start(self, start: tuple[int, ...], kept: Path) -> bool:
        state = read_start(kept)
        if state is None:
            return False
        self._held = []
        if not self._gguf.load_state(state):
            return False
        self._starts[start], self._held = state, list(start)
        return True


def _margin(logits: npt.NDArray[np.float32], tokens: Sequence[int]) -> float:
    return float(logits[tokens].max() - np.delete(logits, tokens).max())
