"""Word: paragraphs, headings by style, list items with their numbers, table rows, notes and text boxes.

The XML is read directly: a package that python-docx refuses often has a sound document.xml, and text boxes,
notes and list numbers need the XML anyway.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from qa.readers.blocks import Block, assemble, row
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished
from qa.readers.docx_styles import Style, W, outline_level, read_lists, read_styles, value
from qa.readers.numbering import Lists, label

_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# Deleted or moved text, the reading above a word, and what a Choice says again for older programs.
_NOT_SHOWN = {W + "del", W + "moveFrom", W + "rt", W + "pPr", W + "rPr", _FALLBACK}
_WRAPPERS = {W + name for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")}
_MARKS = {W + "tab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-"}
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_OLE = b"\xd0\xcf\x11\xe0"
_CELL_CHARACTERS = 500


@dataclass(frozen=True)
class _Word:
    """One document while it is read."""

    styles: dict[str, Style]
    lists: Lists
    notes: dict[tuple[str, str], Any]
    cited: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Paragraph:
    text: str
    boxes: tuple[Any, ...]
    notes: tuple[tuple[str, Any], ...]


def read(path: Path, limits: ReadLimits) -> Document:
    """All text that Word shows on its pages, without headers, footers and comments.

    Raises UnreadableFile when it is locked, an old .doc, damaged, or without text.
    """
    _refuse_binary(path)
    try:
        with zipfile.ZipFile(path) as package:
            text, headings, warnings = _read(path, package, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        if isinstance(error, RecursionError):
            raise
        raise UnreadableFile(
            path, "is damaged, or not a Word document. Open it in Word and save it again."
        ) from error
    return finished(path, limits, "docx", text, headings, warnings=warnings)


def _refuse_binary(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(4) != _OLE:
            return
        locked = "EncryptedPackage".encode("utf-16-le") in file.read(10_000_000)
    if locked:
        raise UnreadableFile(path, "is locked with a password. Save a copy without one.")
    raise UnreadableFile(path, "is a Word document of the old kind (.doc). Save it as .docx.")


def _read(path: Path, package: zipfile.ZipFile, limits: ReadLimits) -> tuple[str, Any, tuple[str, ...]]:
    main = _main_part(path, package, limits)
    root, broken = _part(path, package, main, limits)
    if root is None:
        raise zipfile.BadZipFile
    folder = main.rpartition("/")[0] + "/"
    parts = {
        name: _part(path, package, folder + name + ".xml", limits)[0]
        for name in ("styles", "numbering", "footnotes", "endnotes")
    }
    notes = {
        (kind, note.get(W + "id", "")): note
        for kind in ("footnote", "endnote")
        for note in (() if parts[kind + "s"] is None else parts[kind + "s"].iterchildren(W + kind))
    }
    word = _Word(read_styles(parts["styles"]), read_lists(parts["numbering"]), notes)
    bodies = (body for body in root.iterchildren(W + "body"))
    text, headings = assemble(block for body in bodies for block in _blocks(word, body))
    if broken and not text:
        raise zipfile.BadZipFile
    warnings: tuple[str, ...] = ("Damaged inside: what follows the damage may be missing.",) if broken else ()
    if next(root.iter(W + "altChunk"), None) is not None:
        warnings += ("A document embedded in it was left out.",)
    return text, headings, warnings


def _main_part(path: Path, package: zipfile.ZipFile, limits: ReadLimits) -> str:
    relations, _ = _part(path, package, "_rels/.rels", limits)
    for relation in () if relations is None else relations.iter(_RELATION):
        if relation.get("Type", "").endswith("/officeDocument"):
            return str(relation.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _part(path: Path, package: zipfile.ZipFile, name: str, limits: ReadLimits) -> tuple[Any, bool]:
    """(root of a part, whether it is damaged); the root is None when there is no such part."""
    if name not in package.NameToInfo:
        return None, False
    if package.getinfo(name).file_size > limits.part_bytes:
        raise UnreadableFile(
            path,
            f"unpacks to more than {limits.part_bytes // 1_000_000} MB. Split it into smaller documents.",
        )
    data = package.read(name).replace(_STRICT, W.strip("{}").encode())
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    try:
        return etree.fromstring(data, etree.XMLParser(**safe)), False
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        # Stops at the damage without a word; None when nothing precedes it.
        return etree.fromstring(data, etree.XMLParser(recover=True, **safe)), True


def _blocks(word: _Word, parent: Any) -> Iterator[Block]:
    for element in parent.iterchildren():
        if element.tag == W + "p":
            yield from _paragraph_blocks(word, element)
        elif element.tag == W + "tbl":
            for line in element.iter(W + "tr"):
                if next(line.iterancestors(W + "tbl")) is element:
                    yield from _row_blocks(word, line)
        elif element.tag in _WRAPPERS:
            yield from _blocks(word, element)


def _paragraph_blocks(word: _Word, element: Any) -> Iterator[Block]:
    paragraph = _paragraph(word, element)
    properties = element.find(W + "pPr")
    style = word.styles.get(value(properties, "pStyle"), Style())
    outline = value(properties, "outlineLvl")
    level = outline_level(outline) if outline.isdecimal() else style.heading
    if paragraph.text.strip():
        marker = _list_label(word, properties, style)
        text = paragraph.text.strip() if marker or level else paragraph.text.rstrip()
        yield Block(marker + text, level=level, run="item" if marker and not level else "")
    yield from _attached(word, paragraph)


def _list_label(word: _Word, properties: Any, style: Style) -> str:
    number = None if properties is None else properties.find(W + "numPr")
    list_id = value(number, "numId") or style.list_id
    level = value(number, "ilvl")
    return label(word.lists, list_id, int(level) if level.isdecimal() else style.list_level)


def _attached(word: _Word, paragraph: _Paragraph) -> Iterator[Block]:
    """Text boxes and notes, right after the paragraph they are anchored in."""
    for box in paragraph.boxes:
        yield from _blocks(word, box)
    for name, note in paragraph.notes:
        words = " ".join(_paragraph(word, p).text.strip() for p in note.iter(W + "p"))
        if words.strip():
            yield Block(f"{name}: {words.strip()}")


def _paragraph(word: _Word, element: Any) -> _Paragraph:
    pieces: list[str] = []
    boxes: list[Any] = []
    notes: list[tuple[str, Any]] = []
    for node in _shown(element):
        kind = str(node.tag).removeprefix(W).removesuffix("Reference")
        if node.tag in (W + "t", _MATH_TEXT):
            pieces.append(node.text or "")
        elif node.tag == W + "br":
            pieces.append("\n" if node.get(W + "type", "textWrapping") == "textWrapping" else "")
        elif node.tag == W + "txbxContent":
            boxes.append(node)
        elif (note := word.notes.get((kind, node.get(W + "id", "")))) is not None:
            word.cited.append(kind)
            notes.append((f"{kind.capitalize()} {word.cited.count(kind)}", note))
        else:
            pieces.append(_MARKS.get(node.tag, ""))
    return _Paragraph("".join(pieces), tuple(boxes), tuple(notes))


def _shown(element: Any) -> Iterator[Any]:
    """What is shown of a paragraph, in order; text boxes are not entered."""
    for child in element.iterchildren():
        if child.tag in _NOT_SHOWN or _is_hidden(child):
            continue
        yield child
        if child.tag != W + "txbxContent":
            yield from _shown(child)


def _is_hidden(run: Any) -> bool:
    hidden = run.find(f"{W}rPr/{W}vanish") if run.tag == W + "r" else None
    return hidden is not None and hidden.get(W + "val", "true") not in ("0", "false", "off")


def _row_blocks(word: _Word, line: Any) -> Iterator[Block]:
    """One line for the row; cell by cell where the table only lays out the page."""
    elements = [cell for cell in line.iter(W + "tc") if next(cell.iterancestors(W + "tr")) is line]
    cells: list[str] = []
    attached: list[_Paragraph] = []
    for element in elements:
        paragraphs = [_paragraph(word, p) for p in element.iterchildren(W + "p")]
        text = " ".join(paragraph.text for paragraph in paragraphs)
        if len(text) > _CELL_CHARACTERS or element.find(W + "tbl") is not None:
            for cell in elements:
                yield from _blocks(word, cell)
            return
        attached += paragraphs
        span = value(element.find(W + "tcPr"), "gridSpan")
        cells += [text, *[""] * (min(int(span), 100) - 1 if span.isdecimal() else 0)]
    yield Block(row(cells), run="row")
    for paragraph in attached:
        yield from _attached(word, paragraph)
