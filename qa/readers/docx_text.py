"""The body of a Word document as blocks; notes, comments, boxes, charts and pictures follow their paragraph."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from qa.readers import drawing
from qa.readers.blocks import CELL_CHARACTERS, MOST_CELLS, Block, row
from qa.readers.docx_styles import Style, W, outline_level, value
from qa.readers.docx_unseen import why_unseen
from qa.readers.formulas import linear
from qa.readers.numbering import Lists, label
from qa.readers.package import Package, Relation, whole
from qa.readers.symbols import has_signs, shown

_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
# Deleted or moved text, the reading above a word, and what a Choice says again for older programs.
_NOT_SHOWN = {W + "del", W + "moveFrom", W + "rt", W + "pPr", W + "rPr", drawing.FALLBACK}
_WRAPPERS = {W + name for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")}
_MARKS = {W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-"}
_ENTERED_BY_OTHERS = {W + "txbxContent", _FORMULA, W + "ffData", drawing.C + "chart"}
_MERGED_CHARACTERS = 80


@dataclass(frozen=True)
class Word:
    """One document while it is read."""

    package: Package
    relations: dict[str, Relation]
    styles: dict[str, Style]
    lists: Lists
    notes: dict[tuple[str, str], Any]
    """(footnote, endnote or comment; id) → its element."""
    cited: Counter[str] = field(default_factory=Counter)
    """How many notes of each kind there were."""
    initials: list[str] = field(default_factory=list)
    """A large first letter, a paragraph of its own, waits here for the rest of its word."""
    warnings: list[str] = field(default_factory=list)
    ground: bool = False
    """Whether its pages may have another colour than white."""
    unseen: dict[Any, str] = field(default_factory=dict)
    """Runs that nobody sees, and why."""


@dataclass(frozen=True)
class Paragraph:
    """What a paragraph says, and what is anchored in it."""

    text: str
    attached: tuple[tuple[str, Any], ...]
    """(kind, element), in order: box, note, chart, diagram or picture."""


def blocks(word: Word, elements: Iterable[Any]) -> Iterator[Block]:
    """The blocks of paragraphs, tables, and what wraps them."""
    for element in elements:
        if element.tag == W + "p":
            yield from _paragraph_blocks(word, element)
        elif element.tag == W + "tbl":
            yield from _table_blocks(word, element)
        elif element.tag in _WRAPPERS:
            yield from blocks(word, element.iterchildren())


def _paragraph_blocks(word: Word, element: Any) -> Iterator[Block]:
    said = paragraph(word, element)
    properties = element.find(W + "pPr")
    style = word.styles.get(value(properties, "pStyle"), Style())
    outline = value(properties, "outlineLvl")
    level = outline_level(outline) if outline.isdecimal() else style.heading
    # Also of an empty paragraph, which has a number of its own.
    marker = _list_label(word, element)
    frame = None if properties is None else properties.find(W + "framePr")
    if frame is not None and frame.get(W + "dropCap", "none") != "none":
        word.initials.append(said.text.strip())
    elif said.text.strip():
        text = said.text.strip() if marker or level else said.text.rstrip()
        text = "".join(word.initials) + text
        word.initials.clear()
        yield Block(marker + text, level=level, run="item" if marker and not level else "")
    yield from _attached_blocks(word, said)


def _list_label(word: Word, element: Any) -> str:
    properties = element.find(W + "pPr")
    style = word.styles.get(value(properties, "pStyle"), Style())
    if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
        return ""  # the paragraph was joined with the next
    number = None if properties is None else properties.find(W + "numPr")
    list_id = value(number, "numId") or style.list_id
    level = value(number, "ilvl")
    return label(word.lists, list_id, whole(level, style.list_level))


def _attached_blocks(word: Word, said: Paragraph) -> Iterator[Block]:
    for kind, element in said.attached:
        if kind == "box":
            yield from blocks(word, element.iterchildren())
        elif kind == "note":
            yield from _note_blocks(word, element)
        elif kind == "picture":
            yield Block(f"Picture: {drawing.described(element)}")
        elif kind == "chart":
            lines = drawing.chart(word.package, drawing.target(word.relations, element, "id"))
            yield from (Block(line, run="chart") for line in lines)
        else:
            lines = drawing.diagram(word.package, drawing.target(word.relations, element, "dm"))
            yield from (Block(line, run="item") for line in lines)


def _note_blocks(word: Word, note: Any) -> Iterator[Block]:
    kind = str(note.tag).removeprefix(W)
    word.cited[kind] += 1
    text = " ".join(paragraph(word, one).text.strip() for one in note.iter(W + "p")).strip()
    name = f"{kind.capitalize()} {word.cited[kind]}" if kind != "comment" else "Comment"
    author = note.get(W + "author", "") if kind == "comment" else ""
    if text:
        yield Block(f"{name} ({author}): {text}" if author else f"{name}: {text}")


def paragraph(word: Word, element: Any) -> Paragraph:
    """What Word shows of a w:p."""
    pieces: list[str] = []
    attached: list[tuple[str, Any]] = []
    for node in _shown(word, element):
        kind = str(node.tag).removeprefix(W).removesuffix("Reference")
        if node.tag == W + "t":
            pieces.append(_plain(node))
        elif node.tag == W + "br":
            pieces.append("\n" if node.get(W + "type", "textWrapping") == "textWrapping" else "")
        elif node.tag == W + "sym":
            pieces.append(_symbol(node))
        elif node.tag == W + "ffData":
            pieces.append(_form_field(node))
        elif node.tag == _FORMULA:
            pieces.append(linear(node))
        elif (note := word.notes.get((kind, node.get(W + "id", "")))) is not None:
            attached.append(("note", note))
        elif (anchored := _anchored(node)) is not None:
            attached.append((anchored, node))
        else:
            pieces.append(_MARKS.get(node.tag, ""))
    return Paragraph("".join(pieces), tuple(attached))


def _plain(node: Any) -> str:
    text = node.text or ""
    if not has_signs(text):
        return text
    fonts = node.getparent().find(f"{W}rPr/{W}rFonts")
    return shown(text, "" if fonts is None else fonts.get(W + "ascii", ""))


def _symbol(node: Any) -> str:
    try:
        code = int(node.get(W + "char", ""), 16)
    except ValueError:
        return ""
    return shown(chr(0xF000 | code & 0xFF), node.get(W + "font", ""))


def _anchored(node: Any) -> str | None:
    if node.tag == _PICTURE:
        return "picture" if drawing.described(node) else None
    kinds = {W + "txbxContent": "box", drawing.C + "chart": "chart", drawing.DIAGRAM + "relIds": "diagram"}
    return kinds.get(node.tag)


def _form_field(data: Any) -> str:
    """What was chosen in a field of a form; what was typed there stands in the text."""
    box, chosen = data.find(W + "checkBox"), data.find(W + "ddList")
    if box is not None:
        state = box.find(W + "checked")
        state = box.find(W + "default") if state is None else state
        return "☒" if state is not None and state.get(W + "val", "1") in ("1", "true", "on") else "☐"
    if chosen is not None:
        entries = [entry.get(W + "val", "") for entry in chosen.iterchildren(W + "listEntry")]
        place = whole(value(chosen, "result"))
        return str(dict(enumerate(entries)).get(place, ""))
    return ""


def _shown(word: Word, element: Any) -> Iterator[Any]:
    """What is shown of a paragraph, in order; text boxes and formulas are not entered."""
    for child in element.iterchildren():
        if child.tag in _NOT_SHOWN:
            continue
        if reason := why_unseen(child, word.ground):
            word.unseen[child] = reason
            continue
        yield child
        if child.tag not in _ENTERED_BY_OTHERS:
            yield from _shown(word, child)


def _table_blocks(word: Word, table: Any) -> Iterator[Block]:
    merged: dict[int, str] = {}
    for line in table.iter(W + "tr"):
        if next(line.iterancestors(W + "tbl")) is table:
            yield from _row_blocks(word, line, merged)


def _row_blocks(word: Word, line: Any, merged: dict[int, str]) -> Iterator[Block]:
    """One line for the row; cell by cell where the table only lays out the page.

    A cell that goes on from the row above says the same again, so that the row can be understood alone.
    """
    elements = [cell for cell in line.iter(W + "tc") if next(cell.iterancestors(W + "tr")) is line]
    said = [[(p, paragraph(word, p)) for p in _cell_paragraphs(element)] for element in elements]
    is_long = any(sum(len(one.text) for _, one in cell) > CELL_CHARACTERS for cell in said)
    if is_long or any(next(element.iter(W + "tbl"), None) is not None for element in elements):
        for element in elements:
            yield from blocks(word, element.iterchildren())
        return
    cells: list[str] = [""] * _count(value(line.find(W + "trPr"), "gridBefore"), 0)
    for element, cell in zip(elements, said, strict=True):
        properties = element.find(W + "tcPr")
        going_on = None if properties is None else properties.find(W + "vMerge")
        if going_on is None or going_on.get(W + "val") == "restart":
            text = " ".join(_number(word, p) + one.text for p, one in cell)
            merged[len(cells)] = text if going_on is not None and len(text) <= _MERGED_CHARACTERS else ""
        else:
            text = " ".join(one.text for _, one in cell)
            text = text if text.strip() else merged.get(len(cells), "")
        cells += [text, *[""] * (_count(value(properties, "gridSpan"), 1) - 1)]
    yield Block(row(cells), run="row")
    for cell in said:
        for _, one in cell:
            yield from _attached_blocks(word, one)


def _number(word: Word, element: Any) -> str:
    """Of a paragraph in a cell; its bullet would only break the line of the row."""
    marker = _list_label(word, element)
    return "" if marker.strip() == "-" else marker


def _cell_paragraphs(cell: Any) -> Iterator[Any]:
    for element in cell.iterchildren():
        if element.tag == W + "p":
            yield element
        elif element.tag in _WRAPPERS:
            yield from _cell_paragraphs(element)


def _count(given: str, default: int) -> int:
    return min(whole(given, default), MOST_CELLS)
