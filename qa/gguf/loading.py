"""A GGUF file in llama.cpp: opened, its vocabulary, and what llama.cpp says when it cannot."""

import ctypes
import os
from collections import deque
from pathlib import Path

import llama_cpp

from qa.config import FootnoteError

MAGIC = b"GGUF"
ERROR_LEVEL = 4  # GGML_LOG_LEVEL_ERROR
WARN_LEVEL = 3

_complaints: deque[str] = deque(maxlen=20)


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _log(level: int, text: bytes, user_data: ctypes.c_void_p) -> None:
    """Keep what llama.cpp complains about for our own error messages, instead of printing it."""
    if level in (WARN_LEVEL, ERROR_LEVEL):
        _complaints.append(text.decode("utf-8", "replace").strip())


class ModelError(FootnoteError):
    """A model cannot be loaded, has no chat template, or the prompt does not fit its context."""


def load_model(path: Path, next_step: str) -> llama_cpp.llama_model_p:
    """The model in the file at `path`; `next_step` ends what is said when it is none (ModelError)."""
    llama_cpp.llama_log_set(_log, ctypes.c_void_p(0))
    _complaints.clear()
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
            f"does not know ({last_complaint()}). {next_step}"
        )
    return model


def tokenized(vocabulary: llama_cpp.llama_vocab_p, text: str, special: bool, control: bool) -> list[int]:
    """Tokens of `text`, with those that begin and end one when `special`."""
    content = text.encode("utf-8", "replace")
    size = len(content) + 4
    tokens = (llama_cpp.llama_token * size)()
    count = llama_cpp.llama_tokenize(vocabulary, content, len(content), tokens, size, special, control)
    if count < 0:
        raise ModelError(f"A text of {len(text)} characters cannot be tokenised.")
    return list(tokens[:count])


def last_complaint() -> str:
    """What llama.cpp complained about first since a model was last loaded."""
    telling = [line for line in _complaints if line]
    return telling[0].removeprefix("llama_model_load: ") if telling else "no reason given"
