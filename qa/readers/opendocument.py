"""OpenDocument text as blocks: headings, lists with their numbers, tables, notes, annotations and text boxes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa.readers import grid
from qa.readers.blocks import Block, row
from qa.readers.document import UnreadableFile
from qa.readers.formulas import linear
from qa.readers.numbering import Level, Lists, label
from qa.readers.package import Package, whole
from qa.readers.sheet import Row, Sheet, Value

_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, STYLE, DRAW = (
    f"{_NAMES}{name}:1.0}}" for name in ("office", "text", "table", "style", "drawing")
)
SVG, PRESENTATION = (f"{_NAMES}{name}:1.0}}" for name in ("svg-compatible", "presentation"))
_HREF = "{http://www.w3.org/1999/xlink}href"
_CHART = f"{_NAMES}chart:1.0}}"
_NUMBER_STYLES = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
# Text that was deleted, says how a word is pronounced, or hides.
_NOT_SHOWN = {
    *(TEXT + name for name in ("tracked-changes", "ruby-text", "hidden-text", "variable-decls", "sequence-decls")),
    *(OFFICE + name for name in ("forms", "event-listeners")),
}
_SPACE = re.compile(r"[ \t\r\n]+")
_MOST_REPEATS = 100
_CELL_CHARACTERS = 500
_DEEPEST = 10


@dataclass
class Writing:
    """One document while it is read."""

    package: Package
    titles: set[str] = field(default_factory=set)
    """Paragraph styles of titles, and those made from them."""
    list_styles: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: Lists = field(default_factory=lambda: Lists({}, {}, {}))
    running: dict[str, str] = field(default_factory=dict)
    """List style → id of the list that it had last, for those that count on."""
    outline: str = ""
    """Id of the list that numbers the headings, where they are numbered."""


@dataclass(frozen=True)
class Words:
    """What a paragraph says, and what is anchored in it."""

    text: str
    attached: tuple[Any, ...]


def refuse_locked(path: Path, package: Package) -> None:
    """Raises UnreadableFile when the content is encrypted; passwords are not tried on it."""
    manifest = package.part("META-INF/manifest.xml").root
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise UnreadableFile(
            path, "is locked with a password. Open it in its program, and save a copy without one."
        )


def writing(package: Package, *roots: Any) -> Writing:
    """The styles of a document's parts (styles.xml, content.xml), ready to read its text."""
    made = Writing(package)
    parents: dict[str, str] = {}
    for root in roots:
        for style in () if root is None else root.iter(STYLE + "style"):
            parents[style.get(STYLE + "name", "")] = style.get(STYLE + "parent-style-name", "")
        for style in () if root is None else root.iter(TEXT + "list-style"):
            made.list_styles[style.get(STYLE + "name", "")] = _levels(style)
        for style in () if root is None else root.iter(TEXT + "outline-style"):
            levels = {n: level for n, level in _levels(style).items() if level.text}
            if levels:
                made.outline = _begin(made, levels)
        _write_out_formulas(package, root)
    made.titles.update(name for name in (*parents, "Title") if _descends(name, parents, "Title"))
    return made


def _write_out_formulas(package: Package, root: Any) -> None:
    """Puts the signs of each formula, an embedded object, where it stands in its line."""
    for element in () if root is None else list(root.iter(DRAW + "object")):
        frame = element.getparent()
        part = _embedded(package, element)
        if part is not None and str(part.tag).endswith("}math") and frame.tag == DRAW + "frame":
            tail = frame.tail
            frame.clear()
            frame.tag, frame.text, frame.tail = TEXT + "span", linear(part), tail


def _embedded(package: Package, element: Any) -> Any:
    folder = element.get(_HREF, "").removeprefix("./").rstrip("/")
    return package.part(f"{folder}/content.xml").root if folder else None


def _descends(name: str, parents: dict[str, str], ancestor: str) -> bool:
    for _ in range(_DEEPEST):
        if name == ancestor:
            return True
        name = parents.get(name, "")
    return False


def _levels(style: Any) -> dict[int, Level]:
    levels = {}
    for entry in style.iterchildren():
        place = whole(entry.get(TEXT + "level"), 1) - 1
        if not str(entry.tag).endswith(("-number", "outline-level-style")):
            levels[place] = Level(1, "bullet", "")
            continue
        form = _NUMBER_STYLES.get(entry.get(STYLE + "num-format", ""), "")
        shown = whole(entry.get(TEXT + "display-levels"), 1)
        numbers = ".".join(f"%{n + 1}" for n in range(max(0, place - shown + 1), place + 1)) if form else ""
        ends = entry.get(STYLE + "num-prefix", ""), entry.get(STYLE + "num-suffix", "")
        start = whole(entry.get(TEXT + "start-value"), 1)
        levels[place] = Level(start, form, f"{ends[0]}{numbers}{ends[1]}" if form else "")
    return levels


def _begin(made: Writing, levels: dict[int, Level]) -> str:
    name = str(len(made.lists.abstract) + 1)
    made.lists.abstract[name] = name
    made.lists.levels[name] = levels
    return name


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
        list_id = made.running[name] = before or _begin(made, style)
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
        if nested or any(len(text) > _CELL_CHARACTERS for text in texts):
            for element in elements:
                yield from blocks(made, element)
            continue
        cells: list[str] = []
        for element, text in zip(elements, texts, strict=True):
            cells += [text] * min(whole(element.get(TABLE + "number-columns-repeated"), 1), _MOST_REPEATS)
        yield Block(row(cells), run="row")
        for element in elements:
            for one in element.iter(TEXT + "p"):
                yield from attached_blocks(made, paragraph(one))


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
    root = _embedded(made.package, element)
    if root is None:
        return
    for title in root.iter(_CHART + "title"):
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
