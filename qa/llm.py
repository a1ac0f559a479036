"""A chat model from a local GGUF file, as a stream of text.

Whatever two prompts have in common at their start is evaluated once: the tokens in the model's context are
compared with the new prompt and only what differs is read. The starts that many prompts share are also kept
beside it and on disk: one prompt does not push out the start of another, and the next process need not read it.
"""

import codecs
import contextlib
import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
import llama_cpp
import numpy as np
import numpy.typing as npt
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from qa.gguf import BATCH, Gguf, ModelError
from qa.state import write_aside
from qa.turnstile import Turnstile

Message = Mapping[str, str]

# Opens and closes a foreign text inside a rendered template; Unicode's private use, so no tokenizer merges it.
MARK = "\ue000{}\ue001"


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


class ChatModel:
    """The GGUF file at `path`. One stream at a time: callers queue at `turnstile`.

    Raises ModelError when the file is not a whole GGUF model that llama.cpp knows, or carries no chat template.
    """

    def __init__(self, path: Path, threads: int, context_tokens: int) -> None:
        self.path = path
        self.turnstile = Turnstile()
        self._gguf = Gguf(path, threads, context_tokens)
        self._template = _template(self._gguf)
        self._held: list[int] = []
        self._starts: dict[tuple[int, ...], bytes] = {}
        self._has_system_role = self._renders_system_role()

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
        messages = list(messages) if self._has_system_role else _fold_system(messages)
        marked = [{**m, "content": MARK.format(number)} for number, m in enumerate(messages)]
        rest = self._render(marked)
        tokens: list[int] = []
        for number, message in enumerate(messages):
            before, found, rest = rest.partition(MARK.format(number))
            if not found:
                raise ModelError(f"The chat template of {self.path.name} drops messages. Choose another model.")
            tokens += self._control_tokens(before, first=not tokens)
            tokens += self.plain_tokens(message["content"].strip())
        return tokens + self._control_tokens(rest, first=not tokens)

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
        start = tuple(one[: _common(one, other)])
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

        As the first token, the one that begins `favoured` gets `head_start` added to its logit. Call it while
        holding the turnstile. Closing the generator stops within one token.
        """
        if len(prompt) + 1 > self.context_tokens:
            raise ModelError(
                f"The prompt of {len(prompt)} tokens does not fit the context of {self.context_tokens} "
                "(QA_CONTEXT_TOKENS). Ask a shorter question or raise the setting."
            )
        yield from self._read(prompt)
        first = self.plain_tokens(favoured)[:1]
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        for number in range(min(limit, self.context_tokens - len(prompt))):
            logits = self._gguf.logits()
            if number == 0 and first:
                yield Favour(_margin(logits, first[0]))
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
        held = min(_common(self._held, prompt), len(prompt) - 1)
        start = self._kept_start(prompt)
        # Recurrent models cannot forget the end alone: they, too, begin again from a start that is kept.
        if len(start) > held or not (held and self._gguf.forget_from(held)):
            self._gguf.forget_all()
            held = len(start) if start and self._gguf.load_state(self._starts[start]) else 0
        self._held = list(prompt[:held])
        return held

    def _kept_start(self, prompt: Sequence[int]) -> tuple[int, ...]:
        """The longest kept start that the prompt begins with."""
        fitting = (kept for kept in self._starts if kept == tuple(prompt[: len(kept)]) and len(kept) < len(prompt))
        return max(fitting, key=len, default=())

    def _save_start(self, start: tuple[int, ...], kept: Path) -> None:
        kept.parent.mkdir(exist_ok=True)
        mine = {self._start_name(one) for one in self._starts}
        for old in kept.parent.glob("*.bin"):
            if old.stem not in mine:
                old.unlink()
        state = self._starts[start]
        write_aside(kept, hashlib.sha256(state).digest() + state)

    def _start_name(self, start: tuple[int, ...]) -> str:
        """Names everything that the state of a start depends on."""
        status = self.path.stat()
        parts = (self.path.name, status.st_size, status.st_mtime_ns, self.context_tokens, list(start))
        return hashlib.sha256(repr((llama_cpp.__version__, *parts)).encode()).hexdigest()[:24]

    def _load_start(self, start: tuple[int, ...], kept: Path) -> bool:
        try:
            content = kept.read_bytes()
        except OSError:
            return False
        state = content[32:]
        self._held = []
        if hashlib.sha256(state).digest() != content[:32] or not self._gguf.load_state(state):
            return False
        self._starts[start], self._held = state, list(start)
        return True

    def _render(self, messages: Sequence[Message]) -> str:
        try:
            # A model that reasons aloud by default is asked not to: only what is checked is shown.
            return str(self._template(messages=list(messages), enable_thinking=False).prompt)
        except Exception as error:  # a template is a program from the model file and may raise anything
            raise ModelError(
                f"The chat template of {self.path.name} fails: {error}. Choose another model with --model."
            ) from error

    def _renders_system_role(self) -> bool:
        try:
            marked = [
                {"role": "system", "content": MARK.format(0)},
                {"role": "user", "content": MARK.format(1)},
            ]
            return MARK.format(0) in self._render(marked)
        except ModelError:
            return False

    def _control_tokens(self, text: str, first: bool) -> list[int]:
        begins = self._template.bos_token
        add_bos = first and not (begins and text.startswith(begins))
        return self._gguf.tokenize(text, add_bos=add_bos, control=True)

    def plain_tokens(self, text: str) -> list[int]:
        """Tokens of a text in which control tokens are words like any other."""
        return self._gguf.tokenize(text, add_bos=False, control=False)


def _template(gguf: Gguf) -> Jinja2ChatFormatter:
    source = gguf.chat_template()
    if not source:
        raise ModelError(
            f"{gguf.path} carries no chat template, so it was not made for questions and answers. "
            "Choose an instruct or chat model with --model (QA_MODEL)."
        )
    try:
        return Jinja2ChatFormatter(source, eos_token=gguf.end_text(), bos_token=gguf.begin_text())
    except jinja2.TemplateError as error:
        raise ModelError(
            f"The chat template of {gguf.path} cannot be read ({error}). Choose another model with --model."
        ) from error


def _fold_system(messages: Sequence[Message]) -> list[Message]:
    """For models without a system role: its words go before those of the first user."""
    system = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
    others = [m for m in messages if m["role"] != "system"]
    return [{**others[0], "content": f"{system}\n\n{others[0]['content']}"}, *others[1:]] if system else others


def _margin(logits: npt.NDArray[np.float32], token: int) -> float:
    others = float(max(logits[:token].max(initial=-np.inf), logits[token + 1 :].max(initial=-np.inf)))
    return float(logits[token]) - others


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """Length of the start that two sequences share."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
