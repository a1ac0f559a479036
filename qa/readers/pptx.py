"""PowerPoint: a page for each slide with its title as heading, and bullets, tables, charts, diagrams and notes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa.readers import drawing, locked
from qa.readers.blocks import Block, join, row
from qa.readers.document import Document, ReadLimits, finished, too_long
from qa.readers.drawing import DIAGRAM, A, C
from qa.readers.flagging import metadata_warnings, unseen_warnings
from qa.readers.package import Package, Relation, damaged, opened, properties, whole
from qa.readers.placeholders import P, Placeholders
from qa.readers.pptx_unseen import Seen
from qa.readers.slides import Shape, hidden_warnings, in_reading_order, slide

_WHAT = "a PowerPoint presentation"
_WIDTH, _HEIGHT = 12_192_000, 6_858_000
"""Of a slide that does not say, in EMU (360,000 to the centimetre)."""
_SHAPES = {P + name for name in ("sp", "pic", "graphicFrame", "grpSp", "cxnSp", "contentPart")}
_FURNITURE = {"sldNum", "dt", "hdr"}


@dataclass(frozen=True)
class _Slide:
    """One slide while it is read."""

    package: Package
    relations: dict[str, Relation]
    placeholders: Placeholders
    footers: set[str]
    """Those that were read before: each is told once."""
    height: float


@dataclass
class _Show:
    """The presentation while it is read."""

    width: float = _WIDTH
    height: float = _HEIGHT
    unseen: list[tuple[int, list[tuple[str, str]]]] = field(default_factory=list)
    """Slides, counted from 0, with what nobody sees of them: (why, what it says)."""
    hidden: list[int] = field(default_factory=list)
    broken: bool = False
    footers: set[str] = field(default_factory=set)
    layouts: dict[str, Placeholders] = field(default_factory=dict)


def read(path: Path, limits: ReadLimits) -> Document:
    """All slides in their order, hidden ones too.

    Raises UnreadableFile when it is locked, damaged, or without text.
    """
    with locked.opened(path, limits) as file:
        if file.read(8) == locked.OLE:
            raise damaged(path, _WHAT)
        with opened(path, file, limits, _WHAT) as package:
            main = package.main("ppt/presentation.xml")
            part = package.part(main)
            if part.root is None:
                raise damaged(path, _WHAT)
            show = _Show(broken=part.broken)
            size = part.root.find(P + "sldSz")
            if size is not None and size.get("cy", "").isdecimal():
                show.height = float(size.get("cy"))
                show.width = float(whole(size.get("cx"), _WIDTH))
            metadata = metadata_warnings(properties(package))
            sections = []
            length = 0
            for number, name in enumerate(_slide_names(package, main, part.root), 1):
                sections.append(_section(package, name, number, show))
                length += len(sections[-1].text)
                if length > limits.text_characters:
                    raise too_long(path, limits)
    text, headings, pages = join(sections)
    warnings = ("Damaged inside: what follows the damage may be missing.",) * show.broken
    warnings += (*hidden_warnings(show.hidden), *unseen_warnings(show.unseen, "Slide"), *metadata)
    return finished(path, limits, "pptx", text, headings, pages, warnings)


def _slide_names(package: Package, main: str, root: Any) -> list[str]:
    relations = package.relations(main)
    found = [drawing.target(relations, entry, "id") for entry in root.iter(P + "sldId")]
    # A slide show whose list of slides is damaged still has its slides.
    return [name for name in found if name in package] or package.related(main, "slide")


def _section(package: Package, name: str, number: int, show: _Show) -> Any:
    part = package.part(name)
    show.broken = show.broken or part.broken
    if part.root is None:
        show.broken = True
        return slide((), False, "")
    hidden = part.root.get("show") in ("0", "false")
    if hidden:
        show.hidden.append(number)
    layout = next(iter(package.related(name, "slideLayout")), "")
    if layout not in show.layouts:
        show.layouts[layout] = Placeholders.of(package, layout)
    seen = Seen(package, part.root, layout, show.layouts[layout])
    seen.leave_out((show.width, show.height))
    show.unseen.append((number - 1, seen.found))
    one = _Slide(package, package.relations(name), show.layouts[layout], show.footers, show.height)
    tree = next(part.root.iter(P + "spTree"), None)
    blocks = [] if tree is None else list(_tree_blocks(one, tree))
    blocks += _comment_blocks(package, name)
    return slide(blocks, hidden, _notes(package, name))


def _notes(package: Package, name: str) -> str:
    texts = []
    for part in package.related(name, "notesSlide"):
        root = package.part(part).root
        for shape in () if root is None else root.iter(P + "sp"):
            kind = next((ph.get("type", "obj") for ph in shape.iter(P + "ph")), "")
            if kind not in ("sldImg", "ftr", *_FURNITURE):
                texts.append(drawing.words(shape))
    return "\n".join(filter(None, texts))


def _comment_blocks(package: Package, name: str) -> Iterator[Block]:
    for part in package.related(name, "comments") + package.related(name, "comment"):
        root = package.part(part).root
        for entry in () if root is None else root.iter("{*}cm", "{*}reply"):
            own = [" ".join((node.text or "").split()) for node in entry.iterchildren("{*}text")]
            own += [drawing.words(node) for node in entry.iterchildren("{*}txBody")]
            if text := " ".join(filter(None, own)):
                yield Block(f"Comment: {text}")


def _tree_blocks(one: _Slide, tree: Any) -> Iterator[Block]:
    shapes = (_shape(one, element) for element in _members(tree))
    for shape in in_reading_order(shapes, one.height):
        yield from _shape_blocks(one, shape)


def _members(tree: Any) -> Iterator[Any]:
    """The shapes of a tree or group; of what is there twice, the newer."""
    for element in tree.iterchildren():
        if element.tag in _SHAPES:
            yield element
        elif str(element.tag).endswith("}AlternateContent"):
            for choice in element.iterchildren():
                members = list(_members(choice))
                if members:
                    yield from members
                    break


def _shape(one: _Slide, element: Any) -> Shape:
    holder = _holder(element)
    is_title = holder is not None and holder.get("type") in ("title", "ctrTitle")
    offset = next(element.iter(A + "off", P + "off"), None) if element.tag != P + "sp" else None
    if element.tag == P + "sp":
        offset = element.find(f"{P}spPr/{A}xfrm/{A}off")
    if offset is not None:
        return Shape(element, _length(offset.get("x")), _length(offset.get("y")), is_title)
    place = one.placeholders.place(holder)
    return Shape(element, *place, is_title)


def _holder(element: Any) -> Any:
    properties = next(element.iterchildren(P + "nvSpPr", P + "nvPicPr", P + "nvGraphicFramePr"), None)
    return None if properties is None else properties.find(f"{P}nvPr/{P}ph")


def _length(given: str | None) -> float:
    try:
        return float(given or 0)
    except ValueError:
        return 0.0


def _shape_blocks(one: _Slide, shape: Shape) -> Iterator[Block]:
    element = shape.element
    if element.tag == P + "grpSp":
        yield from _tree_blocks(one, element)
        return
    properties = next(element.iter(P + "cNvPr"), None)
    described = "" if properties is None else drawing.described(properties)
    if described and element.tag in (P + "pic", P + "graphicFrame"):
        yield Block(f"Picture: {described}")
    if element.tag == P + "sp":
        yield from _text_blocks(one, element, shape.is_title)
    elif element.tag == P + "graphicFrame":
        yield from _frame_blocks(one, element)


def _frame_blocks(one: _Slide, element: Any) -> Iterator[Block]:
    for table in element.iter(A + "tbl"):
        above: list[str] = []
        for line in table.iterchildren(A + "tr"):
            above = [_cell(cell, above[n : n + 1]) for n, cell in enumerate(line.iterchildren(A + "tc"))]
            yield Block(row(above), run="row")
    for chart in element.iter(C + "chart"):
        lines = drawing.chart(one.package, drawing.target(one.relations, chart, "id"))
        yield from (Block(line, run="chart") for line in lines)
    for diagram in element.iter(DIAGRAM + "relIds"):
        lines = drawing.diagram(one.package, drawing.target(one.relations, diagram, "dm"))
        yield from (Block(line, run="item") for line in lines)


def _cell(cell: Any, above: list[str]) -> str:
    """What the cell says; one that goes on from the row above says the same again."""
    if cell.get("hMerge") in ("1", "true"):
        return ""
    if cell.get("vMerge") in ("1", "true"):
        return "".join(above)
    return drawing.words(cell)


def _text_blocks(one: _Slide, element: Any, is_title: bool) -> Iterator[Block]:
    holder = _holder(element)
    kind = "" if holder is None else holder.get("type", "obj")
    body = element.find(P + "txBody")
    if body is None or kind in _FURNITURE:
        return
    if is_title:
        yield Block(" ".join(drawing.words(body).split()), level=1)
        return
    if kind == "ftr":
        text = drawing.words(body)
        if text not in one.footers:
            one.footers.add(text)
            yield Block(text)
        return
    counts: dict[int, int] = {}
    own = next((properties.get("id", "") for properties in element.iter(P + "cNvPr")), "")
    for paragraph in body.iterchildren(A + "p"):
        text = drawing.paragraph(paragraph).strip()
        if text:
            marker = one.placeholders.marker(paragraph, holder, counts)
            yield Block(marker + text, run=f"shape {own}")
