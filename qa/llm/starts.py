"""The starts that prompts share, evaluated: which of them a prompt begins with, and their states on disk."""

import hashlib
from collections.abc import Iterable, Sequence, Set
from pathlib import Path

import llama_cpp

from qa.state import write_aside


def longest_start(kept: Iterable[tuple[int, ...]], prompt: Sequence[int]) -> tuple[int, ...]:
    """The longest of the kept starts that the prompt begins with, and goes on from; () where there is none."""
    fitting = (start for start in kept if start == tuple(prompt[: len(start)]) and len(start) < len(prompt))
    return max(fitting, key=len, default=())


def start_name(model: Path, context_tokens: int, start: tuple[int, ...]) -> str:
    """Names everything that the state of a start depends on."""
    status = model.stat()
    parts = (model.name, status.st_size, status.st_mtime_ns, context_tokens, list(start))
    return hashlib.sha256(repr((llama_cpp.__version__, *parts)).encode()).hexdigest()[:24]


def write_start(kept: Path, state: bytes, names: Set[str]) -> None:
    """Write the state of a start, and delete those beside it that are not among `names`. Raises OSError."""
    kept.parent.mkdir(exist_ok=True)
    for old in kept.parent.glob("*.bin"):
        if old.stem not in names:
            old.unlink()
    write_aside(kept, hashlib.sha256(state).digest() + state)


def read_start(kept: Path) -> bytes | None:
    """The state that `write_start` wrote; None where there is none, or not all of it."""
    try:
        content = kept.read_bytes()
    except OSError:
        return None
    state = content[32:]
    return state if hashlib.sha256(state).digest() == content[:32] else None


def common(one: Sequence[int], other: Sequence[int]) -> int:
    """Length of the start that two sequences share."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
