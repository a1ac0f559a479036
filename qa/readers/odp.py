"""OpenDocument presentations (LibreOffice Impress): a page for each slide."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.readers.blocks import Block, join
from qa.readers.document import Document, ReadLimits, finished
from qa.readers.flagging import metadata_warnings, unseen_warnings
from qa.readers.opendocument import annotation_blocks, plain, shape_blocks
from qa.readers.opendocument_locks import unlocked
from qa.readers.opendocument_styles import (
    DRAW,
    OFFICE,
    PRESENTATION,
    STYLE,
    SVG,
    Writing,
    writing,
)
from qa.readers.opendocument_unseen import Looks, leave_out_of_slide, metadata
from qa.readers.package import damaged
from qa.readers.slides import Shape, hidden_warnings, in_reading_order, slide

_WHAT = "an OpenDocument presentation"
_HEIGHT = 15.75
"""Of a usual slide, in cm."""
_LENGTH = re.compile(r"(-?[\d.]+)(mm|cm|in|pt|px)?")
_CENTIMETRES = {"mm": 0.1, "cm": 1.0, "in": 2.54, "pt": 2.54 / 72, "px": 2.54 / 96, None: 1.0}
_FURNITURE = ("page-number", "date-time", "header", "footer", "page")


def read(path: Path, limits: ReadLimits) -> Document:
    """All slides in their order with their notes, hidden ones too.

    Raises UnreadableFile when it is locked, damaged, or without text.
    """
    with path.open("rb") as file, unlocked(path, file, limits, _WHAT) as package:
        content = package.part("content.xml")
        if (
            content.root is None
            or next(content.root.iter(OFFICE + "presentation", OFFICE + "drawing"), None) is None
        ):
            raise damaged(path, _WHAT)
        styles = package.part("styles.xml").root
        made = writing(package, styles, content.root)
        looks, masters = Looks(styles, content.root), _masters(styles)
        metadata_told = metadata_warnings(metadata(package))
        unseen = []
        made.outline = ""
        hidden = _hidden_styles(content.root)
        sections, numbers = [], []
        for number, page in enumerate(content.root.iter(DRAW + "page"), 1):
            is_hidden = page.get(DRAW + "style-name", "") in hidden
            numbers += [number] * is_hidden
            found: dict[str, list[str]] = {}
            leave_out_of_slide(page, looks, masters, found)
            unseen.append((number - 1, [(reason, words) for reason, said in found.items() for words in said]))
            sections.append(slide(_blocks(made, page), is_hidden, _notes(page)))
    text, headings, pages = join(sections)
    warnings = ("Damaged inside: what follows the damage may be missing.",) * content.broken
    warnings += (*hidden_warnings(numbers), *unseen_warnings(unseen, "Slide"), *metadata_told)
    return finished(path, limits, "odp", text, headings, pages, warnings)


def _masters(styles: Any) -> dict[str, Any]:
    found = () if styles is None else styles.iter(STYLE + "master-page")
    return {master.get(STYLE + "name", ""): master for master in found}


def _hidden_styles(root: Any) -> set[str]:
    return {
        style.get(STYLE + "name", "")
        for style in root.iter(STYLE + "style")
        for properties in style.iterchildren(STYLE + "drawing-page-properties")
        if properties.get(PRESENTATION + "visibility") == "hidden"
    }


def _blocks(made: Writing, page: Any) -> Iterator[Block]:
    shapes = [_shape(element) for element in page.iterchildren() if str(element.tag).startswith(DRAW)]
    for shape in in_reading_order(shapes, _HEIGHT):
        if shape.element.get(PRESENTATION + "class") in _FURNITURE:
            continue
        if shape.is_title:
            yield Block(" ".join(plain(shape.element).split()), level=1)
        else:
            yield from _flat(shape_blocks(made, shape.element))
    for annotation in page.iterchildren(OFFICE + "annotation"):
        yield from annotation_blocks(annotation)


def _flat(blocks: Iterator[Block]) -> Iterator[Block]:
    """Only the slide's title is a heading, whatever style a paragraph has."""
    return (Block(block.text, run=block.run) for block in blocks)


def _shape(element: Any) -> Shape:
    is_title = element.get(PRESENTATION + "class") == "title"
    return Shape(element, _length(element, "x"), _length(element, "y"), is_title)


def _length(element: Any, name: str) -> float:
    """Centimetres; a group stands where its first member does."""
    given = element.get(SVG + name) or next((e.get(SVG + name) for e in element.iter() if e.get(SVG + name)), "0")
    found = _LENGTH.match(given)
    try:
        return float(found[1]) * _CENTIMETRES[found[2]] if found else 0.0
    except ValueError:
        return 0.0


def _notes(page: Any) -> str:
    texts = []
    for notes in page.iterchildren(PRESENTATION + "notes"):
        for frame in notes.iterchildren():
            if frame.get(PRESENTATION + "class") not in _FURNITURE:
                texts.append(plain(frame))
    return "\n".join(filter(None, texts))
