"""What nobody sees of a PowerPoint slide: hidden shapes, shapes beside it, and letters in its colour or too small.

Titles are kept: slides are called by them, also where a designer moved them out of sight. In doubt text is seen.
"""

import math
from collections.abc import Iterator
from typing import Any

from qa.readers import drawing
from qa.readers.drawing import A
from qa.readers.package import Package, whole
from qa.readers.placeholders import P, Placeholders
from qa.readers.unseen import HIDDEN, INVISIBLE, TINY, blends

BESIDE = "beside the slide"
_YES = ("1", "true")
_SHAPES = {P + name for name in ("sp", "pic", "graphicFrame", "grpSp", "cxnSp")}
_FILLS = tuple(A + name for name in ("solidFill", "noFill", "gradFill", "blipFill", "pattFill", "grpFill"))
# What gives letters a shape or a ground of their own.
_SHOWING = tuple(A + name for name in ("ln", "effectLst", "effectDag", "highlight"))
# Hundredths of a point.
_SMALLEST = 100
_SCHEME = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
_PAPER = "FFFFFF"

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


class Seen:
    """One slide, from whose tree what nobody sees is taken away."""

    def __init__(self, package: Package, root: Any, layout: str, placeholders: Placeholders) -> None:
        self._package = package
        self._root = root
        self._layout = layout
        self._placeholders = placeholders
        self._colours: dict[str, str] | None = None
        self._ground: str | None = None
        self.found: list[tuple[str, str]] = []
        """(why it is not seen, what it says)."""

    def leave_out(self, size: tuple[float, float]) -> None:
        """Takes away what nobody sees of a slide of this width and height."""
        for properties in list(self._root.iter(P + "cNvPr")):
            if properties.get("hidden") in _YES:
                self._remove(properties.getparent().getparent(), HIDDEN)
        tree = next(self._root.iter(P + "spTree"), None)
        moved = next(self._root.iter(P + "animMotion"), None) is not None
        for shape in [] if tree is None or moved else list(tree.iterchildren(*_SHAPES)):
            box = _box(shape)
            if box is not None and not _overlap(box, (0, 0, *size)):
                self._remove(shape, BESIDE)
        for properties in self._root.iter(A + "rPr"):
            if reason := self._why_unseen(properties):
                self._blank(properties.getparent(), reason)

    def _remove(self, shape: Any, reason: str) -> None:
        words = " ".join(drawing.words(shape).split())
        if words and not _is_title(shape) and shape.getparent() is not None:
            self.found.append((reason, words))
            shape.getparent().remove(shape)

    def _blank(self, run: Any, reason: str) -> None:
        for text in run.iterchildren(A + "t"):
            if text.text:
                self.found.append((reason, text.text))
                text.text = ""

    def _why_unseen(self, properties: Any) -> str:
        if 0 < whole(properties.get("sz")) <= _SMALLEST:
            return TINY
        paint = next(properties.iterchildren(A + "solidFill", A + "noFill"), None)
        if paint is None or next(properties.iterchildren(*_SHOWING), None) is not None:
            return ""
        if paint.tag == A + "noFill" or any(whole(e.get("val"), 1) == 0 for e in paint.iter(A + "alpha")):
            return INVISIBLE
        colour = self._colour(paint)
        return blends(colour, self._below(properties)) if colour else ""

    def _below(self, properties: Any) -> str:
        """The colour on which letters stand; empty when it is not known, as in tables and over pictures."""
        shape = None
        for element in properties.iterancestors():
            if element.tag in (A + "tc", P + "graphicFrame", P + "grpSp"):
                return ""
            shape = element if element.tag == P + "sp" else shape
        if shape is None:
            return ""
        fill = _fill(shape)
        if fill is not None and fill.tag != A + "noFill":
            return self._colour(fill)
        if fill is None and self._takes_fill(shape):
            return ""
        mine = _box(shape)
        others = (one for one in shape.getparent().iterchildren(*_SHAPES) if one is not shape and _paints(one))
        if any(mine is None or (box := _box(one)) is None or _overlap(mine, box) for one in others):
            return ""
        if self._ground is None:
            self._ground = self._slide_ground()
        return self._ground

    def _takes_fill(self, shape: Any) -> bool:
        """Whether a shape that names no fill has one by its style, or by the placeholder it takes after."""
        style = shape.find(f"{P}style/{A}fillRef")
        holder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        return (style is not None and style.get("idx") != "0") or any(
            map(_paints, self._placeholders.shapes(holder))
        )

    def _slide_ground(self) -> str:
        layers = (self._root, *self._placeholders.layers)
        if any(_paints(shape) for layer in layers[1:] for shape in layer.iter(*_SHAPES) if _is_own(shape)):
            return ""
        for layer in layers:
            for ground in layer.iter(P + "bgPr", P + "bgRef"):
                if ground.tag == P + "bgRef":
                    return self._colour(ground) if ground.get("idx") in ("0", "1001") else ""
                fill = next(ground.iterchildren(*_FILLS), None)
                return self._colour(fill) if fill is not None else ""
        return _PAPER

    def _colour(self, fill: Any) -> str:
        """Six digits; empty for what is no plain colour."""
        colour = next(fill.iterchildren(), None) if fill.tag in (A + "solidFill", P + "bgRef") else None
        if colour is None or any(e.tag != A + "alpha" for e in colour.iterchildren()):
            return ""
        given = colour.get("val", "")
        if colour.tag == A + "srgbClr":
            return str(given)
        if colour.tag == A + "schemeClr":
            return self._theme().get(given, "")
        return _PAPER if (colour.tag, given) == (A + "prstClr", "white") else colour.get("lastClr", "")

    def _theme(self) -> dict[str, str]:
        """The colours of the master's theme by the names that slides use."""
        if self._colours is None:
            masters = self._package.related(self._layout, "slideMaster") if self._layout else []
            parts = [name for master in masters[:1] for name in self._package.related(master, "theme")]
            root = self._package.part(parts[0]).root if parts else None
            scheme = None if root is None else next(root.iter(A + "clrScheme"), None)
            named = {} if scheme is None else {str(e.tag).removeprefix(A): e for e in scheme.iterchildren()}
            own = {n: c.get("lastClr") or c.get("val", "") for n, e in named.items() for c in e.iterchildren()}
            master = self._placeholders.layers[-1] if self._placeholders.layers else None
            mapped = None if master is None else next(master.iter(P + "clrMap"), None)
            names = _SCHEME if mapped is None else dict(mapped.attrib)
            self._colours = own | {name: own.get(theirs, "") for name, theirs in names.items()}
        return self._colours


def _is_title(shape: Any) -> bool:
    return any(holder.get("type") in ("title", "ctrTitle") for holder in shape.iter(P + "ph"))


def _is_own(shape: Any) -> bool:
    return next(shape.iter(P + "ph"), None) is None


def _fill(shape: Any) -> Any:
    properties = shape.find(P + "spPr")
    return None if properties is None else next(properties.iterchildren(*_FILLS), None)


def _paints(shape: Any) -> bool:
    """Whether something behind it may be covered."""
    if shape.tag == P + "grpSp":
        return any(map(_paints, _members(shape)))
    if shape.tag != P + "sp":
        return bool(shape.tag in (P + "pic", P + "graphicFrame"))
    fill, style = _fill(shape), shape.find(f"{P}style/{A}fillRef")
    if fill is not None:
        return bool(fill.tag != A + "noFill")
    return style is not None and style.get("idx") != "0"


def _members(group: Any) -> Iterator[Any]:
    yield from group.iterchildren(*_SHAPES)


def _box(shape: Any) -> Box | None:
    """Where a shape stands, however it is turned; None when it does not say."""
    frame = shape.find(f"{P}spPr/{A}xfrm")
    frame = shape.find(f"{P}grpSpPr/{A}xfrm") if frame is None else frame
    frame = shape.find(P + "xfrm") if frame is None else frame
    off, ext = (None, None) if frame is None else (frame.find(A + "off"), frame.find(A + "ext"))
    if off is None or ext is None:
        return None
    left, top = whole(off.get("x")), whole(off.get("y"))
    width, height = whole(ext.get("cx")), whole(ext.get("cy"))
    if frame.get("rot", "0") == "0":
        return left, top, left + width, top + height
    x, y, reach = left + width / 2, top + height / 2, math.hypot(width, height) / 2
    return x - reach, y - reach, x + reach, y + reach


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
