"""A GGUF embedding model in llama.cpp: a text in, one vector out."""

import ctypes
import os
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt

from qa.gguf.loading import ModelError, last_complaint, load_model, tokenized

MADV_DONTNEED = 4
MOST_CONTEXTS = 8  # each has buffers of its own
POOLING = {
    "mean": llama_cpp.LLAMA_POOLING_TYPE_MEAN,
    "cls": llama_cpp.LLAMA_POOLING_TYPE_CLS,
    "last": llama_cpp.LLAMA_POOLING_TYPE_LAST,
    "model": llama_cpp.LLAMA_POOLING_TYPE_UNSPECIFIED,
}

CHOOSE_EMBEDDING = (
    "Choose another embedding model with QA_EMBEDDING, or correct its description (models/README.md)."
)


class GgufVectors:
    """An embedding model: a text to the vector that its tokens have together, of any length.

    As many texts as `threads` are read side by side, each by one thread: two threads on one text wait for each
    other at every layer, on a busy machine most of the time. `pooling` is a key of POOLING; "model" takes what
    the file says. Raises ModelError when the file is not a whole GGUF model that llama.cpp knows, or nobody says
    how it pools.
    """

    def __init__(self, path: Path, threads: int, tokens: int, pooling: str) -> None:
        self.path = path
        self._model = load_model(path, CHOOSE_EMBEDDING)
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
        reason = None if context else last_complaint()
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
        tokens = tokenized(self._vocabulary, text, True, False) or [0]
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
