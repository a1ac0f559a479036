"""The smallest real chat model, for tests of what surrounds a model; and broken copies of it."""

import struct
from functools import cache
from pathlib import Path

from qa import weights
from qa.config import load_settings

NAME = "smollm2-135m-instruct-q4_1"
TEMPLATE_KEY = b"tokenizer.chat_template"


@cache
def small_model() -> Path:
    """Its file, fetched when it is not there."""
    settings = load_settings(model=NAME)
    weights.fetch([model for model in weights.required(settings) if model.role == "chat"], settings)
    return weights.chat_model(settings)


def without_template(path: Path) -> Path:
    """A copy, at `path`, that carries no chat template: its key is another of the same length."""
    path.write_bytes(small_model().read_bytes().replace(TEMPLATE_KEY, b"tokenizer.chat_templatX"))
    return path


def with_template(path: Path, template: str) -> Path:
    """A copy, at `path`, with a shorter chat template in the place of its own, filled up with a comment."""
    content = bytearray(small_model().read_bytes())
    # After the key: the type of its value (4 bytes), its length (8) and the value.
    length_at = content.index(TEMPLATE_KEY) + len(TEMPLATE_KEY) + 4
    (length,) = struct.unpack_from("<Q", content, length_at)
    filled = template.encode() + b"{#" + b" " * (length - len(template.encode()) - 4) + b"#}"
    assert len(filled) == length
    content[length_at + 8 : length_at + 8 + length] = filled
    path.write_bytes(content)
    return path
