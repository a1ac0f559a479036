"""What the caller and the reading process say to each other: JSON with its length before it.

JSON, not pickle: the process parses hostile files, and unpickling its answer would run what it says.
"""

import json
from typing import Any, BinaryIO

_LENGTH = 8


def send(stream: BinaryIO, message: dict[str, Any]) -> None:
    """Writes one message. Raises BrokenPipeError when the other side ended."""
    # File names may hold bytes that are not UTF-8, which Python keeps as lone surrogates.
    data = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    stream.write(len(data).to_bytes(_LENGTH, "big"))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO, most: int) -> dict[str, Any] | None:
    """Waits for one message of at most `most` bytes; None when the other side ended or says no message."""
    head = stream.read(_LENGTH)
    length = int.from_bytes(head, "big")
    if len(head) < _LENGTH or length > most:
        return None
    data = stream.read(length)
    if len(data) < length:
        return None
    try:
        message = json.loads(data.decode("utf-8", "surrogatepass"))
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
