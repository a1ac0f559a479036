"""One GGUF model in llama.cpp that writes: tokens in, the logits of the next one out.

Sequence 0 of the context is the only one used; positions follow from what was evaluated before.
"""

import ctypes
from pathlib import Path

import llama_cpp
import numpy as np
import numpy.typing as npt

from qa.gguf.loading import ModelError, last_complaint, load_model, tokenized

# Tokens evaluated in one call, which nothing can interrupt; llama.cpp reserves memory for as many.
BATCH = 160

CHOOSE_CHAT = "Choose another file with --model (QA_MODEL), or fetch the default: python -m qa weights fetch."


class Gguf:
    """The model file at `path` with a context of at most `context_tokens` (fewer if it was trained on fewer).

    Raises ModelError when the file is not a whole GGUF model of a kind that llama.cpp knows.
    """

    def __init__(self, path: Path, threads: int, context_tokens: int) -> None:
        self.path = path
        self._model = load_model(path, CHOOSE_CHAT)
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
                f"{path} loads, but not with a context of {context_tokens} tokens ({last_complaint()}). "
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
        return tokenized(self._vocabulary, text, add_bos, control)

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
