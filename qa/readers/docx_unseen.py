"""Runs of a Word document that nobody sees: hidden, white on white, or too small. In doubt a run is seen."""

from typing import Any

from qa.readers.docx_styles import W, value
from qa.readers.package import whole
from qa.readers.unseen import HIDDEN, TINY, WHITE, is_white

_OFF = ("0", "false", "off")
_ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}anchor"
# Half points.
_SMALLEST = 2


def has_ground(root: Any) -> bool:
    """Whether the pages have a colour, or pictures behind their text: then white letters may be seen."""
    behind = (anchor.get("behindDoc") in ("1", "true") for anchor in root.iter(_ANCHOR))
    return root.find(W + "background") is not None or any(behind)


def why_unseen(run: Any, ground: bool) -> str:
    """Why nobody sees a run; empty when it is seen, or may be."""
    properties = run.find(W + "rPr") if run.tag == W + "r" else None
    if properties is None:
        return ""
    hidden = properties.find(W + "vanish")
    if hidden is not None and hidden.get(W + "val", "true") not in _OFF:
        return HIDDEN
    if 0 < whole(value(properties, "sz")) <= _SMALLEST:
        return TINY
    return WHITE if is_white(value(properties, "color")) and not ground and _stands_on_white(run) else ""


def _stands_on_white(run: Any) -> bool:
    """Not in a table or a box, which have colours by styles of their own, and without shading of its own."""
    for element in (run, *run.iterancestors()):
        if element.tag in (W + "tbl", W + "txbxContent"):
            return False
        for name in (W + "rPr", W + "pPr"):
            properties = element.find(name)
            if properties is not None and any(
                properties.find(W + mark) is not None for mark in ("shd", "highlight", "pStyle", "rStyle")
            ):
                return False
    return True
