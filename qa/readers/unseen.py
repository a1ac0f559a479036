"""Why nobody sees a piece of an office document, in the words of its warnings. In doubt a piece is seen."""

from collections.abc import Iterator, Mapping, Sequence

from qa.readers.flagging import left_out

HIDDEN, WHITE, TINY = "that are hidden", "in white on white", "too small to read"
SAME, INVISIBLE = "in the colour of their ground", "drawn invisibly"
_LIGHTEST = 0xF5
# Of 255, in each of red, green and blue.
_CONTRAST = 8


def is_white(colour: str) -> bool:
    """Whether six hexadecimal digits are as light as paper."""
    return (parts := _parts(colour)) is not None and min(parts) >= _LIGHTEST


def blends(colour: str, ground: str) -> str:
    """Why letters of a colour are not seen on a ground, six hexadecimal digits each; empty when they are."""
    if is_white(colour) and is_white(ground):
        return WHITE
    mine, theirs = _parts(colour), _parts(ground)
    if mine is None or theirs is None:
        return ""
    return SAME if max(abs(a - b) for a, b in zip(mine, theirs, strict=True)) <= _CONTRAST else ""


def _parts(colour: str) -> bytes | None:
    try:
        parts = bytes.fromhex(colour)
    except ValueError:
        return None
    return parts if len(parts) == 3 else None


def told(where: str, found: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A warning for each reason that has words; `where` begins its sentence."""
    for reason, words in found.items():
        if "".join(words).strip():
            yield left_out(where, words, reason)
