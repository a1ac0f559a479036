"""What a slide takes from its layout and master: where placeholders stand, which paragraphs have bullets."""

from dataclasses import dataclass, field
from typing import Any

from qa.readers.drawing import A
from qa.readers.numbering import written
from qa.readers.package import Package, whole

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_TITLES = ("title", "ctrTitle")
_NUMBERS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}


@dataclass(frozen=True)
class Placeholders:
    """The layout of a slide, then its master."""

    layers: tuple[Any, ...] = ()
    _found: dict[tuple[str, str], tuple[Any, ...]] = field(default_factory=dict)

    @staticmethod
    def of(package: Package, layout: str) -> "Placeholders":
        """Those of a layout part ("": none)."""
        if not layout:
            return Placeholders()
        masters = package.related(layout, "slideMaster")
        roots = (package.part(name).root for name in (layout, *masters[:1]))
        return Placeholders(tuple(root for root in roots if root is not None))

    def shapes(self, holder: Any) -> tuple[Any, ...]:
        """The shapes of layout and master that this placeholder takes after."""
        if holder is None:
            return ()
        key = holder.get("type", "obj"), holder.get("idx", "")
        if key not in self._found:
            matches = (_match(layer, *key) for layer in self.layers)
            self._found[key] = tuple(shape for shape in matches if shape is not None)
        return self._found[key]

    def place(self, holder: Any) -> tuple[float, float]:
        """(left, top) of a placeholder that does not say itself."""
        for shape in self.shapes(holder):
            offset = shape.find(f"{P}spPr/{A}xfrm/{A}off")
            if offset is not None:
                return float(offset.get("x", 0)), float(offset.get("y", 0))
        return 0.0, 0.0

    def marker(self, paragraph: Any, holder: Any, counts: dict[int, int]) -> str:
        """The bullet or number before a paragraph, indented by its level; `counts` is kept for one shape."""
        properties = paragraph.find(A + "pPr")
        level = 0 if properties is None else max(0, min(8, whole(properties.get("lvl"))))
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        for layer in self._levels(paragraph, properties, holder, level):
            for mark in layer.iterchildren(A + "buNone", A + "buChar", A + "buAutoNum", A + "buBlip"):
                if mark.tag == A + "buNone":
                    return ""
                if mark.tag != A + "buAutoNum":
                    return "  " * level + "- "
                start = whole(mark.get("startAt"), 1)
                counts[level] = counts.get(level, start - 1) + 1
                return "  " * level + _numbered(counts[level], mark.get("type", "arabicPeriod"))
        return ""

    def _levels(self, paragraph: Any, properties: Any, holder: Any, level: int) -> list[Any]:
        """Where the bullet of this level may be said, the nearest first."""
        name = f"{A}lvl{level + 1}pPr"
        body = paragraph.getparent()
        layers = [properties, body.find(f"{A}lstStyle/{name}")]
        layers += [shape.find(f"{P}txBody/{A}lstStyle/{name}") for shape in self.shapes(holder)]
        if holder is not None and holder.get("type", "obj") not in _TITLES and self.layers:
            layers.append(self.layers[-1].find(f"{P}txStyles/{P}bodyStyle/{name}"))
        return [layer for layer in layers if layer is not None]


def _match(layer: Any, kind: str, place: str) -> Any:
    same_kind = None
    for shape in layer.iter(P + "sp"):
        holder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        if holder is None:
            continue
        if place and holder.get("idx", "") == place:
            return shape
        theirs = holder.get("type", "obj")
        if theirs == kind or {theirs, kind} <= {"obj", "body"} or {theirs, kind} <= set(_TITLES):
            same_kind = shape if same_kind is None else same_kind
    return same_kind


def _numbered(number: int, kind: str) -> str:
    style = next((style for name, style in _NUMBERS.items() if kind.startswith(name)), "decimal")
    text = written(number, style)
    if kind.endswith("ParenBoth"):
        return f"({text}) "
    return f"{text}) " if kind.endswith("ParenR") else f"{text} " if kind.endswith("Plain") else f"{text}. "
