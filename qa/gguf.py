"""One GGUF model in llama.cpp: tokens in, logits or a vector out. Everything that touches the C interface is here.

Sequence 0 of the context is the only one used; positions follow from what was evaluated before.
"""

import ctypes
import os
import sys
import threading
from collections import deque
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt

from qa.config import FootnoteError

MAGIC = b"GGUF"
# Tokens evaluated in one call, which nothing can interrupt; llama.cpp reserves memory for as many.
BATCH = 160
ERROR_LEVEL = 4  # GGML_LOG_LEVEL_ERROR
WARN_LEVEL = 3
MADV_DONTNEED = 4
# Of an embedding model; each has buffers of its own.
MOST_CONTEXTS = 8
POOLING = {
    "mean": llama_cpp.LLAMA_POOLING_TYPE_MEAN,
    "cls": llama_cpp.LLAMA_POOLING_TYPE_CLS,
    "last": llama_cpp.LLAMA_POOLING_TYPE_LAST,
    "model": llama_cpp.LLAMA_POOLING_TYPE_UNSPECIFIED,
}

CHOOSE_CHAT = "Choose another file with --model (QA_MODEL), or fetch the default: python -m qa weights fetch."
CHOOSE_EMBEDDING = (
    "Choose another embedding model with QA_EMBEDDING, or correct its description (models/README.md)."
)

_complaints: deque[str] = deque(maxlen=20)


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _log(level: int, text: bytes, user_data: ctypes.c_void_p) -> None:
    """Keep what llama.cpp complains about for our own error messages, instead of printing it."""
    if level in (WARN_LEVEL, ERROR_LEVEL):
        _complaints.append(text.decode("utf-8", "replace").strip())


class ModelError(FootnoteError):
    """A model cannot be loaded, has no chat template, or the prompt does not fit its context."""


class Gguf:
    """The model file at `path` with a context of at most `context_tokens` (fewer if it was trained on fewer).

    Raises ModelError when the file is not a whole GGUF model of a kind that llama.cpp knows.
    """

    def __init__(self, path: Path, threads: int, context_tokens: int) -> None:
        self.path = path
        llama_cpp.llama_log_set(_log, ctypes.c_void_p(0))
        _complaints.clear()
        self._model = _load_model(path)
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        self.vocabulary_size = int(llama_cpp.llama_vocab_n_tokens(self._vocabulary))
        trained = int(llama_cpp.llama_model_n_ctx_train(self._model))
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = min(context_tokens, trained) if trained > 0 else context_tokens
        # llama.cpp aborts the process when it is given more at once than it was promised.
        self._batch = params.n_batch = params.n_ubatch = min(BATCH, params.n_ctx)
        params.n_threads = params.n_threads_batch = threads
        self._context = llama_cpp.llama_init_from_model(self._model, params)
        if not self._context:
            self.close()
            raise ModelError(
                f"{path} loads, but not with a context of {context_tokens} tokens ({_last_complaint()}). "
                "Lower QA_CONTEXT_TOKENS or choose a smaller model with --model."
            )
        self.context_tokens = int(llama_cpp.llama_n_ctx(self._context))
        self._memory = llama_cpp.llama_get_memory(self._context)

    def close(self) -> None:
        """Free the context and the model; may be called twice."""
        if getattr(self, "_context", None):
            llama_cpp.llama_free(self._context)
            self._context = None
        if self._model:
            llama_cpp.llama_model_free(self._model)
            self._model = None

    def tokenize(self, text: str, add_bos: bool, control: bool) -> list[int]:
        """Tokens of `text`; `control` says whether control tokens written in it count as such."""
        return _tokens(self._vocabulary, text, add_bos, control)

    def piece(self, token: int) -> bytes:
        """The bytes of a token; control tokens have none."""
        buffer = ctypes.create_string_buffer(512)
        length = llama_cpp.llama_token_to_piece(self._vocabulary, token, buffer, len(buffer), 0, False)
        return buffer.raw[: max(0, length)]

    def ends(self, token: int) -> bool:
        """Whether the token ends an answer."""
        return bool(llama_cpp.llama_vocab_is_eog(self._vocabulary, token))

    def evaluate(self, tokens: list[int]) -> None:
        """Read tokens after those read before; `logits` are then those of the last."""
        for start in range(0, len(tokens), self._batch):
            part = tokens[start : start + self._batch]
            array = (llama_cpp.llama_token * len(part))(*part)
            code = llama_cpp.llama_decode(self._context, llama_cpp.llama_batch_get_one(array, len(part)))
            if code != 0:
                raise ModelError(f"{self.path.name} could not read its prompt (llama.cpp says {code}).")

    def logits(self) -> npt.NDArray[np.float32]:
        """Scores of the next token, shape (vocabulary,); a view, valid until the next `evaluate`."""
        pointer = llama_cpp.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(pointer, shape=(self.vocabulary_size,))

    def forget_from(self, position: int) -> bool:
        """Drop what was read from `position` on; False when this kind of model cannot."""
        return bool(llama_cpp.llama_memory_seq_rm(self._memory, 0, position, -1))

    def forget_all(self) -> None:
        """Begin with an empty context."""
        llama_cpp.llama_memory_clear(self._memory, True)

    def save_state(self) -> bytes:
        """What was read so far, to be given to `load_state`."""
        size = llama_cpp.llama_state_seq_get_size(self._context, 0)
        buffer = (ctypes.c_uint8 * size)()
        written = llama_cpp.llama_state_seq_get_data(self._context, buffer, size, 0)
        return bytes(memoryview(buffer)[:written])

    def load_state(self, state: bytes) -> bool:
        """Put the context where it was at `save_state`; False, and an empty context, when it does not fit."""
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if llama_cpp.llama_state_seq_set_data(self._context, buffer, len(state), 0):
            return True
        self.forget_all()
        return False

    def chat_template(self) -> str | None:
        """The Jinja source of the chat template that the file carries, if any."""
        source = llama_cpp.llama_model_chat_template(self._model, None)
        return source.decode("utf-8", "replace") if source else None

    def begin_text(self) -> str:
        """The text of the token that begins a prompt; empty when the model has none."""
        return self._control_text(llama_cpp.llama_vocab_bos(self._vocabulary))

    def end_text(self) -> str:
        """The text of the token that ends a turn; empty when the model has none."""
        return self._control_text(llama_cpp.llama_vocab_eos(self._vocabulary))

    def _control_text(self, token: int) -> str:
        if token < 0:
            return ""
        return str(llama_cpp.llama_vocab_get_text(self._vocabulary, token).decode("utf-8", "replace"))


class GgufVectors:
    """An embedding model: a text to the vector that its tokens have together, of any length.

    As many texts as `threads` are read side by side, each by one thread: two threads on one text wait for each
    other at every layer, on a busy machine most of the time. `pooling` is a key of POOLING; "model" takes what
    the file says. Raises ModelError when the file is not a whole GGUF model that llama.cpp knows, or nobody says
    how it pools.
    """

    def __init__(self, path: Path, threads: int, tokens: int, pooling: str) -> None:
        self.path = path
        llama_cpp.llama_log_set(_log, ctypes.c_void_p(0))
        _complaints.clear()
        self._model = _load_model(path, CHOOSE_EMBEDDING)
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        self.dimensions = int(llama_cpp.llama_model_n_embd(self._model))
        trained = int(llama_cpp.llama_model_n_ctx_train(self._model))
        self.tokens = min(tokens, trained) if trained > 0 else tokens
        self._contexts: list[Any] = []
        self._free: SimpleQueue[tuple[Any, int]] = SimpleQueue()
        """Contexts that nobody uses, with the most tokens that each has read."""
        self._growing = threading.Lock()
        for _ in range(min(threads, MOST_CONTEXTS)):
            self._contexts.append(self._new_context(pooling))
            self._free.put((self._contexts[-1], 0))

    def _new_context(self, pooling: str) -> Any:
        params = llama_cpp.llama_context_default_params()
        # All of a text is pooled at once.
        params.n_ctx = params.n_batch = params.n_ubatch = self.tokens
        params.n_threads = params.n_threads_batch = 1
        params.embeddings = True
        params.pooling_type = POOLING[pooling]
        context = llama_cpp.llama_init_from_model(self._model, params)
        reason = None if context else _last_complaint()
        if context and llama_cpp.llama_pooling_type(context) == llama_cpp.LLAMA_POOLING_TYPE_NONE:
            reason = "nobody says how it pools: add that to its description"
            llama_cpp.llama_free(context)
        if reason:
            self.close()
            raise ModelError(f"{self.path} cannot be used as an embedding model ({reason}). {CHOOSE_EMBEDDING}")
        return context

    def close(self) -> None:
        """Free the contexts and the model; may be called twice."""
        while self._contexts:
            llama_cpp.llama_free(self._contexts.pop())
        if self._model:
            llama_cpp.llama_model_free(self._model)
            self._model = None

    def tokenize(self, text: str) -> list[int]:
        """Tokens of `text` with those that begin and end one, never none; a long text is cut, but for its last."""
        tokens = _tokens(self._vocabulary, text, True, False) or [0]
        ends = llama_cpp.llama_vocab_is_control(self._vocabulary, tokens[-1])
        return tokens if len(tokens) <= self.tokens else tokens[: self.tokens - ends] + tokens[-1:] * ends

    def vector(self, tokens: list[int]) -> npt.NDArray[np.float32]:
        """The pooled vector of at least one token, shape (dimensions,); not of unit length."""
        context, most = self._free.get()
        try:
            if len(tokens) <= most:
                return self._decoded(context, tokens)
            with self._growing:
                vector = self._decoded(context, tokens)
                most = len(tokens)
                _release(context, len(tokens) * int(llama_cpp.llama_vocab_n_tokens(self._vocabulary)) * 4)
                return vector
        finally:
            self._free.put((context, most))

    def _decoded(self, context: Any, tokens: list[int]) -> npt.NDArray[np.float32]:
        array = (llama_cpp.llama_token * len(tokens))(*tokens)
        if memory := llama_cpp.llama_get_memory(context):  # only models that can also write have one
            llama_cpp.llama_memory_clear(memory, True)
        code = llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(array, len(tokens)))
        pointer = llama_cpp.llama_get_embeddings_seq(context, 0)
        if code != 0 or not pointer:
            raise ModelError(f"{self.path.name} could not embed a text (llama.cpp says {code}).")
        return np.ctypeslib.as_array(pointer, shape=(self.dimensions,)).copy()


def _release(context: Any, size: int) -> None:
    """Give back the memory of scores that nobody computes.

    llama.cpp keeps room for the score of each word of the vocabulary at each token, also of a model that gives
    vectors only: 0.5 GB a context for multilingual-e5-small. It is written to once, when it grows.
    """
    if sys.platform != "linux":
        return
    start = ctypes.cast(llama_cpp.llama_get_logits(context), ctypes.c_void_p).value
    if start:
        page = os.sysconf("SC_PAGE_SIZE")
        first, last = -(-start // page) * page, (start + size) // page * page
        if first < last:
            ctypes.CDLL(None).madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), MADV_DONTNEED)


def _tokens(vocabulary: llama_cpp.llama_vocab_p, text: str, special: bool, control: bool) -> list[int]:
    """Tokens of `text`, with those that begin and end one when `special`."""
    content = text.encode("utf-8", "replace")
    size = len(content) + 4
    tokens = (llama_cpp.llama_token * size)()
    count = llama_cpp.llama_tokenize(vocabulary, content, len(content), tokens, size, special, control)
    if count < 0:
        raise ModelError(f"A text of {len(text)} characters cannot be tokenised.")
    return list(tokens[:count])


def _load_model(path: Path, next_step: str = CHOOSE_CHAT) -> llama_cpp.llama_model_p:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelError(f"The model {path} cannot be opened: {error.strerror}. {next_step}") from error
    if magic != MAGIC:
        raise ModelError(f"{path} is not a GGUF model file. {next_step}")
    llama_cpp.llama_backend_init()
    params = llama_cpp.llama_model_default_params()
    # Mapped, the weights that llama.cpp repacks for this processor would be in memory twice: 1.9 GB, not 1.3.
    params.load_mode = llama_cpp.LLAMA_LOAD_MODE_NONE
    model = llama_cpp.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        raise ModelError(
            f"The model {path} cannot be loaded: it is incomplete, damaged, or of a kind that this llama.cpp "
            f"does not know ({_last_complaint()}). {next_step}"
        )
    return model


def _last_complaint() -> str:
    telling = [line for line in _complaints if line]
    return telling[0].removeprefix("llama_model_load: ") if telling else "no reason given"
