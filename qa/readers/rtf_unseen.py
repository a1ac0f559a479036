r"""Text of an RTF document that nobody sees: hidden (\v), white on white (\cf), or too small (\fs)."""

from collections.abc import Callable
from dataclasses import replace

from qa.readers.rtf_flows import Group, State
from qa.readers.unseen import HIDDEN, TINY, WHITE, is_white

_GROUNDS = (b"{\\*\\background", b"\\shpfblwtxt1")
_BOXES = ("shptxt", "dptxbxtext")
_CHANNELS = ("red", "green", "blue")
# Half points.
_SMALLEST = 2


def has_ground(data: bytes) -> bool:
    """Whether the pages have a colour, or shapes behind their text: then white letters may be seen."""
    return any(mark in data for mark in _GROUNDS)


def why_unseen(state: State, group: Group) -> str:
    """Why nobody sees the text of a group; empty when it is seen, may be, or was deleted."""
    if not (group.hidden or group.tiny or group.white) or group.deleted:
        return ""
    if group.hidden or group.tiny:
        return HIDDEN if group.hidden else TINY
    flow = state.flows[-1]
    # Tables and boxes have colours in ways of their own.
    on_ground = state.ground or group.marked or flow.in_table or flow.shaded or flow.kind in _BOXES
    return "" if on_ground else WHITE


def leave_out(state: State, text: str, reason: str) -> None:
    """Remembers text that is not shown. What stands elsewhere in the document is another piece."""
    place = state.characters, len(state.flows[-1].blocks)
    pieces = state.unseen.setdefault(reason, [])
    if place != state.unseen_at or not pieces:
        pieces.append("")
    state.unseen_at = place
    pieces[-1] += text


def end_colours(state: State, count: int) -> None:
    """Ends the entry of the colour table that is being read, and as many in all; the others are blank."""
    for _ in range(count):
        white = len(state.colour) == len(_CHANNELS) and is_white(bytes(state.colour).hex())
        state.whites.append(white)
        state.colour = []


def _channel(state: State, number: int | None) -> None:
    if state.groups[-1].part == "colours":
        state.colour.append(max(0, min(255, number or 0)))


def _letters(state: State, number: int | None) -> None:
    white = _is_white(state, number)
    if white != state.groups[-1].white:
        state.groups[-1] = replace(state.groups[-1], white=white)


def _is_white(state: State, number: int | None) -> bool:
    place = number or 0
    return 0 <= place < len(state.whites) and state.whites[place]


def _size(state: State, number: int | None) -> None:
    tiny = number is not None and 0 <= number <= _SMALLEST
    if tiny != state.groups[-1].tiny:
        state.groups[-1] = replace(state.groups[-1], tiny=tiny)


def _hide(state: State, number: int | None) -> None:
    state.groups[-1] = replace(state.groups[-1], hidden=number != 0)


def _mark(state: State, number: int | None) -> None:
    state.groups[-1] = replace(state.groups[-1], marked=bool(number) and not _is_white(state, number))


def _shade(state: State, number: int | None) -> None:
    if number and not _is_white(state, number):
        state.flows[-1].shaded = True


def _shade_in_part(state: State, number: int | None) -> None:
    if number != 0:
        state.flows[-1].shaded = True


LOOKS: dict[str, Callable[[State, int | None], None]] = {
    **dict.fromkeys(_CHANNELS, _channel),
    **dict.fromkeys(("highlight", "cb", "chcbpat"), _mark),
    **dict.fromkeys(("shading", "chshdng"), _shade_in_part),
    "v": _hide,
    "fs": _size,
    "cf": _letters,
    "cbpat": _shade,
}
"""What the control words do that say how text looks."""
