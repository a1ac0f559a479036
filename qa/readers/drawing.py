"""What Word, PowerPoint and Excel share: text in shapes, charts, diagrams (SmartArt), and words about pictures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa.readers.blocks import row
from qa.readers.numerals import number, parse_format
from qa.readers.package import Package, whole

_OFFICE = "{http://schemas.openxmlformats.org/"
A = _OFFICE + "drawingml/2006/main}"
C = _OFFICE + "drawingml/2006/chart}"
R = _OFFICE + "officeDocument/2006/relationships}"
DIAGRAM = _OFFICE + "drawingml/2006/diagram}"
_MATH_TEXT = _OFFICE + "officeDocument/2006/math}t"
FALLBACK = _OFFICE + "markup-compatibility/2006}Fallback"
# Names that programs give to pictures, which say nothing about them.
_NAMELESS = re.compile(
    r"(picture|image|bild|grafik|photo|img|screenshot|shape|graphic|imagen|\d)*[\s_\-]*\d*(\.\w{3,4})?",
    re.IGNORECASE,
)
_POINTS = 5000


def paragraph(element: Any) -> str:
    """The text of an a:p; fields that number or date the slide are left out."""
    pieces: list[str] = []
    for child in element.iterchildren():
        if child.tag == A + "br":
            pieces.append("\n")
        elif child.tag == A + "fld" and child.get("type", "").startswith(("slidenum", "datetime")):
            continue
        elif child.tag != FALLBACK:
            pieces += (node.text or "" for node in child.iter(A + "t", _MATH_TEXT))
    return "".join(pieces)


def words(element: Any) -> str:
    """All text below an element, a line for each paragraph."""
    lines = (" ".join(paragraph(one).split()) for one in element.iter(A + "p"))
    return "\n".join(line for line in lines if line)


def described(properties: Any) -> str:
    """What was written about a picture for those who cannot see it, "" when that is only its name."""
    text = " ".join((properties.get("descr") or properties.get("title") or "").split())
    # Office adds it to what it describes by itself.
    text = re.sub(r"\s*Description automatically generated( with \w+ confidence)?\s*$", "", text)
    return "" if _NAMELESS.fullmatch(text) else text


@dataclass(frozen=True)
class _Series:
    name: str
    points: dict[int, str]


def chart(package: Package, name: str) -> Iterator[str]:
    """Title and axes of a chart, then a line for each category: "2021 | Sales: 12 | Costs: 9"."""
    root = package.part(name).root
    if root is None:
        return
    yield from titles(root)
    categories: dict[int, str] = {}
    series: list[_Series] = []
    for entry in root.iter(C + "ser"):
        label = next((_points(e).get(0, "") for e in entry.iterchildren(C + "tx")), "")
        for axis in entry.iterchildren(C + "cat", C + "xVal"):
            categories = _points(axis) | categories
        for values in entry.iterchildren(C + "val", C + "yVal"):
            series.append(_Series(label, _points(values)))
    for place in sorted({place for one in series for place in one.points}):
        cells = [categories.get(place, "")]
        for one in series:
            value = one.points.get(place, "")
            cells.append(f"{one.name}: {value}" if one.name and value else value)
        yield row(cell for cell in cells if cell)


def titles(root: Any) -> Iterator[str]:
    """The title of a chart and those of its axes."""
    for title in root.iter(C + "title"):
        text = " ".join(words(title).split()) or next(iter(_points(title).values()), "")
        parent = title.getparent()
        kind = "Chart" if parent is not None and parent.tag == C + "chart" else "Axis"
        if text:
            yield f"{kind}: {text}"


def _points(element: Any) -> dict[int, str]:
    """Place → value of the cached points; values have the format of the sheet they come from."""
    found: dict[int, str] = {}
    code = next((e.text or "" for e in element.iter(C + "formatCode")), "")
    for cache in element.iter(C + "strCache", C + "numCache", C + "strLit", C + "numLit", C + "lvl"):
        numeric = str(cache.tag).startswith(C + "num")
        for point in list(cache.iterchildren(C + "pt"))[:_POINTS]:
            place = whole(point.get("idx"))
            text = " ".join("".join(node.text or "" for node in point.iter(C + "v")).split())
            if numeric and text:
                text = _number(text, code)
            if text:
                found[place] = f"{text} {found[place]}" if place in found else text
    literal = next((node.text or "" for node in element.iterchildren(C + "v")), "")
    return found or ({0: literal} if literal else {})


def _number(text: str, code: str) -> str:
    try:
        return number(float(text), parse_format(code))
    except ValueError:
        return text


def diagram(package: Package, name: str) -> Iterator[str]:
    """The items of a SmartArt diagram from its data part, each indented below the one it belongs to."""
    root = package.part(name).root
    if root is None:
        return
    points = {point.get("modelId", ""): point for point in root.iter(DIAGRAM + "pt")}
    children: dict[str, list[tuple[int, str]]] = {}
    for link in root.iter(DIAGRAM + "cxn"):
        if link.get("type", "parOf") == "parOf":
            order = whole(link.get("srcOrd"))
            children.setdefault(link.get("srcId", ""), []).append((order, link.get("destId", "")))
    start = next((key for key, point in points.items() if point.get("type") == "doc"), "")
    seen: set[str] = set()

    def below(key: str, depth: int) -> Iterator[str]:
        for _, child in sorted(children.get(key, [])):
            if child in seen or child not in points or depth > 50:
                continue
            seen.add(child)
            text = " ".join(words(points[child]).split())
            if text:
                yield "  " * depth + "- " + text
            yield from below(child, depth + 1 if text else depth)

    yield from below(start, 0)
    for key, point in points.items():
        text = " ".join(words(point).split())
        if key not in seen and text and point.get("type", "node") in ("node", "asst"):
            yield "- " + text


def remarks(package: Package, name: str) -> Iterator[str]:
    """The words of a drawing on a sheet: text boxes, titles of charts, and words about pictures."""
    root = package.part(name).root
    if root is None:
        return
    for fallback in list(root.iter(FALLBACK)):
        fallback.getparent().remove(fallback)
    relations = package.relations(name)
    for element in root.iter("{*}txBody", "{*}cNvPr", C + "chart", DIAGRAM + "relIds"):
        if element.tag == C + "chart":
            part = package.part(target(relations, element, "id"))
            if part.root is not None:
                yield from titles(part.root)
        elif element.tag == DIAGRAM + "relIds":
            yield from diagram(package, target(relations, element, "dm"))
        elif element.tag.endswith("}cNvPr"):
            text = described(element)
            if text:
                yield f"Picture: {text}"
        elif text := words(element):
            yield text


def target(relations: Any, element: Any, name: str) -> str:
    """Name of the part that the attribute r:`name` of an element refers to, "" when there is none."""
    relation = relations.get(element.get(R + name, ""))
    return "" if relation is None or relation.external else str(relation.target)
