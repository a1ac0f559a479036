"""OpenDocument text as blocks: headings, lists with their numbers, tables, notes, annotations and text boxes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa.readers import grid
from qa.readers.blocks import CELL_CHARACTERS, Block, row
from qa.readers.numbering import label
from qa.readers.opendocument_styles import CHART, DRAW, OFFICE, SVG, TABLE, TEXT, Writing, begin, embedded
from qa.readers.package import whole
from qa.readers.sheet import Row, Sheet, Value

# Text that was deleted, says how a word is pronounced, or hides.
_NOT_SHOWN = {
    *(TEXT + name for name in ("tracked-changes", "ruby-text", "hidden-text", "variable-decls", "sequence-decls")),
    *(OFFICE + name for name in ("forms", "event-listeners")),
}
_SPACE = re.compile(r"[ \t\r\n]+")
_MOST_REPEATS = 100


@dataclass(frozen=True)
class Words:
    """What a paragraph says, and what is anchored in it."""

    text: str
    attached: tuple[Any, ...]


def blocks(made: Writing, parent: Any) -> Iterator[Block]:
    """The blocks of a flow of paragraphs, in order."""
    for element in parent.iterchildren():
        if element.tag in (TEXT + "p", TEXT + "h"):
            yield from _paragraph_blocks(made, element)
        elif element.tag == TEXT + "list":
            yield from _list_blocks(made, element, "", 0)
        elif element.tag == TABLE + "table":
            yield from table_blocks(made, element)
        elif element.tag == DRAW + "object":
            yield from _object_blocks(made, element)
        elif str(element.tag).startswith(DRAW):
            yield from shape_blocks(made, element)
        elif str(element.tag).startswith(TEXT) and element.tag not in _NOT_SHOWN:
            # Sections, indexes, numbered paragraphs.
            yield from blocks(made, element)


def _paragraph_blocks(made: Writing, element: Any, marker: str = "") -> Iterator[Block]:
    words = paragraph(element)
    level = 0
    if element.tag == TEXT + "h":
        level = min(9, whole(element.get(TEXT + "outline-level"), 1))
        unnumbered = element.get(TEXT + "is-list-header") == "true"
        if made.outline and not marker and not unnumbered and words.text.strip():
            marker = label(made.lists, made.outline, level - 1)
    elif element.get(TEXT + "style-name", "") in made.titles:
        level = 1
    if words.text.strip():
        yield Block(marker + words.text.strip(), max(0, level), run="item" if marker and not level else "")
    yield from attached_blocks(made, words)


def _list_blocks(made: Writing, element: Any, list_id: str, depth: int) -> Iterator[Block]:
    name = element.get(TEXT + "style-name", "")
    style = made.list_styles.get(name, {})
    if not list_id or (style and style is not made.lists.levels[list_id]):
        going_on = element.get(TEXT + "continue-numbering") == "true" or element.get(TEXT + "continue-list")
        before = made.running.get(name, "") if going_on else ""
        list_id = made.running[name] = before or begin(made, style)
    for item in element.iterchildren(TEXT + "list-item", TEXT + "list-header"):
        marker = ""
        first = next(item.iterchildren(), None)
        if item.tag == TEXT + "list-item" and first is not None and first.tag != TEXT + "list":
            marker = label(made.lists, list_id, depth)
        for child in item.iterchildren():
            if child.tag in (TEXT + "p", TEXT + "h"):
                yield from _paragraph_blocks(made, child, marker)
                marker = "  " * (depth + 1) if marker else ""
            elif child.tag == TEXT + "list":
                yield from _list_blocks(made, child, list_id, depth + 1)


def paragraph(element: Any) -> Words:
    """The text of a paragraph, and the notes, annotations and frames that are anchored in it."""
    pieces: list[str] = []
    attached: list[Any] = []
    _collect(element, pieces, attached)
    return Words("".join(pieces), tuple(attached))


def _collect(element: Any, pieces: list[str], attached: list[Any]) -> None:
    pieces.append(_SPACE.sub(" ", element.text or ""))
    for child in element.iterchildren():
        tag = child.tag
        if tag == TEXT + "s":
            pieces.append(" " * min(whole(child.get(TEXT + "c"), 1), _MOST_REPEATS))
        elif tag in (TEXT + "tab", TEXT + "line-break"):
            pieces.append("\t" if tag == TEXT + "tab" else "\n")
        elif tag in (TEXT + "note", OFFICE + "annotation") or str(tag).startswith(DRAW):
            attached.append(child)
        elif isinstance(tag, str) and tag not in _NOT_SHOWN:
            _collect(child, pieces, attached)
        pieces.append(_SPACE.sub(" ", child.tail or ""))


def plain(element: Any) -> str:
    """All paragraphs below an element on one line each, without what is anchored in them."""
    lines = (" ".join(paragraph(one).text.split()) for one in element.iter(TEXT + "p", TEXT + "h"))
    return "\n".join(line for line in lines if line)


def attached_blocks(made: Writing, words: Words) -> Iterator[Block]:
    """Notes, annotations and frames, right after the paragraph they are anchored in."""
    for element in words.attached:
        if element.tag == TEXT + "note":
            text = " ".join(plain(body) for body in element.iterchildren(TEXT + "note-body")).strip()
            cited = "".join(element.find(TEXT + "note-citation").itertext()) if text else ""
            kind = str(element.get(TEXT + "note-class", "footnote")).capitalize()
            if text:
                yield Block(f"{kind} {cited}: {' '.join(text.split())}")
        elif element.tag == OFFICE + "annotation":
            yield from annotation_blocks(element)
        else:
            yield from shape_blocks(made, element)


def annotation_blocks(element: Any) -> Iterator[Block]:
    """What a reader of the document remarked."""
    text = " ".join(plain(element).split())
    author = " ".join("".join(node.itertext()) for node in element.iterchildren("{*}creator")).strip()
    if text:
        yield Block(f"Comment ({author}): {text}" if author else f"Comment: {text}")


def table_blocks(made: Writing, table: Any) -> Iterator[Block]:
    """One line for each row; cell by cell where the table only lays out the page."""
    for line in table.iter(TABLE + "table-row"):
        if next(line.iterancestors(TABLE + "table")) is not table:
            continue
        elements = list(line.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell"))
        texts = [plain(element) for element in elements]
        nested = any(next(element.iter(TABLE + "table"), None) is not None for element in elements)
        if nested or any(len(text) > CELL_CHARACTERS for text in texts):
            for element in elements:
                yield from blocks(made, element)
            continue
        cells: list[str] = []
        plain_ones = [element for element in elements if next(element.iter(TEXT + "list"), None) is None]
        for element, text in zip(elements, texts, strict=True):
            text = text if element in plain_ones else _listed(made, element)
            cells += [text] * min(whole(element.get(TABLE + "number-columns-repeated"), 1), _MOST_REPEATS)
        yield Block(row(cells), run="row")
        for element in plain_ones:
            for one in element.iter(TEXT + "p"):
                yield from attached_blocks(made, paragraph(one))


def _listed(made: Writing, cell: Any) -> str:
    """A cell with the numbers of its lists; bullets would only break the line of the row."""
    return " ".join(block.text.strip().removeprefix("- ") for block in blocks(made, cell))


def shape_blocks(made: Writing, element: Any) -> Iterator[Block]:
    """The words of a frame or shape: what describes a picture, its paragraphs, table, or embedded chart."""
    described = (
        " ".join("".join(one.itertext()).split()) for one in element.iterchildren(SVG + "title", SVG + "desc")
    )
    text = ". ".join(filter(None, described))
    if text:
        yield Block(f"Picture: {text}")
    yield from blocks(made, element)


def _object_blocks(made: Writing, element: Any) -> Iterator[Block]:
    """An embedded chart as its title and rows."""
    root = embedded(made.package, element)
    if root is None:
        return
    for title in root.iter(CHART + "title"):
        yield Block(f"Chart: {' '.join(plain(title).split())}")
    for table in root.iter(TABLE + "table"):
        rows = enumerate(table.iter(TABLE + "table-row"))
        yield from grid.blocks(Sheet(rows={number: _chart_row(line) for number, line in rows}))


def _chart_row(line: Any) -> Row:
    cells: Row = {}
    for column, element in enumerate(line.iterchildren(TABLE + "table-cell")):
        text = plain(element).strip()
        if text and text != "NaN":
            cells[column] = Value(text) if element.get(OFFICE + "value-type") == "float" else text
    return cells
