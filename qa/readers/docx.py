"""Word: paragraphs, headings by style, list items with numbers, table rows, and all that is anchored in them.

The XML is read directly: a package that python-docx refuses often has a sound document.xml, and text boxes,
notes and list numbers need the XML anyway.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.readers import locked
from qa.readers.blocks import Block, assemble
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished
from qa.readers.docx_parts import chunk_blocks
from qa.readers.docx_styles import W, read_lists, read_styles
from qa.readers.docx_text import Word, blocks, paragraph
from qa.readers.docx_unseen import has_ground
from qa.readers.flagging import metadata_warnings
from qa.readers.margins import margin_blocks
from qa.readers.package import Package, damaged, opened, properties
from qa.readers.unseen import told

_WHAT = "a Word document"
_NOTES = ("footnote", "endnote", "comment")


def read(path: Path, limits: ReadLimits) -> Document:
    """All text that Word shows, with notes and comments; headers and footers once, after the text.

    Raises UnreadableFile when it is locked, an old .doc, damaged, or without text.
    """
    with locked.opened(path, limits) as file:
        if file.read(len(locked.OLE)) == locked.OLE:
            raise UnreadableFile(path, "is a Word document of the old kind. Save it again as .docx.")
        with opened(path, file, limits, _WHAT) as package:
            text, headings, warnings = _read(path, package, limits)
    return finished(path, limits, "docx", text, headings, warnings=warnings)


def _read(path: Path, package: Package, limits: ReadLimits) -> tuple[str, Any, tuple[str, ...]]:
    main = package.main("word/document.xml")
    part = package.part(main)
    if part.root is None:
        raise damaged(path, _WHAT)
    word = _word(package, main, has_ground(part.root))
    bodies = part.root.iterchildren(W + "body")
    shown = [block for body in bodies for block in _body_blocks(word, body, limits)]
    text, headings = assemble([*shown, *margin_blocks(_margins(word, main))])
    if part.broken and not text:
        raise damaged(path, _WHAT)
    warnings = ("Damaged inside: what follows the damage may be missing.",) * part.broken
    return (
        text,
        headings,
        (*warnings, *word.warnings, *told("It", _unseen(word)), *metadata_warnings(properties(package))),
    )


def _unseen(word: Word) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for run, reason in word.unseen.items():
        found.setdefault(reason, []).append("".join(node.text or "" for node in run.iter(W + "t")))
    return found


def _word(package: Package, main: str, ground: bool) -> Word:
    folder = main.rpartition("/")[0] + "/"
    names = ("styles", "numbering", "footnotes", "endnotes", "comments")
    found = {name: next(iter(package.related(main, name)), f"{folder}{name}.xml") for name in names}
    parts = {name: package.part(part).root for name, part in found.items()}
    notes = {
        (kind, note.get(W + "id", "")): note
        for kind in _NOTES
        for note in (() if parts[kind + "s"] is None else parts[kind + "s"].iterchildren(W + kind))
    }
    lists = read_lists(parts["numbering"])
    styles = read_styles(parts["styles"])
    return Word(package, package.relations(main), styles, lists, notes, ground=ground)


def _body_blocks(word: Word, body: Any, limits: ReadLimits) -> Iterator[Block]:
    for element in body.iterchildren():
        if element.tag == W + "altChunk":
            yield from chunk_blocks(word, element, limits)
        else:
            yield from blocks(word, (element,))


def _margins(word: Word, main: str) -> Iterator[tuple[str, str]]:
    for kind in ("header", "footer"):
        for name in word.package.related(main, kind):
            root = word.package.part(name).root
            lines = (paragraph(word, one).text for one in (() if root is None else root.iter(W + "p")))
            yield kind.capitalize(), " ".join(lines)
