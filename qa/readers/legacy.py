"""Word and PowerPoint files of the old kind (.doc, .ppt): headings, tables, notes, a page for each slide."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import office_oxide
import olefile

from qa.readers import locked
from qa.readers.blocks import MOST_CELLS, Block, Section, assemble, join, row
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished
from qa.readers.encoding import decode
from qa.readers.margins import margin_blocks
from qa.readers.panics import panics_are
from qa.readers.ppt_outline import completed, outline
from qa.readers.slides import slide

# Signs of the fonts Symbol and Wingdings, in which old documents have their bullets.
_BULLET = re.compile("^[\uf000-\uf0ff\u2022\u25aa]\\s*")
_SIGNS = re.compile("[\uf000-\uf0ff]")
_LINES = str.maketrans("\x0b\x0c\x07", "\n\n ")
_PAGE_NUMBER = re.compile(r"\s*(\d+-)?\d+$")
_LISTED = re.compile(r"[^\W\d_]\d+-\d+$")
# The first version of Word that keeps its text in Unicode: Word 97.
_UNICODE = 0xC1
_UNUSED = "\x81\x8d\x8f\x90\x9d"
_NOTES = ("footnote", "endnote", "comment")
_MASTER, _TEXT_95 = "Slide Master", "Text_Content"


def read(path: Path, limits: ReadLimits) -> Document:
    """All text that the library finds. Raises UnreadableFile when it is locked, damaged, or without text."""
    with locked.opened(path, limits) as file:
        data = file.read()
    kind = _kind(data)
    if kind is None:
        raise _refused(path)
    try:
        with panics_are(_refused(path)):
            tree: dict[str, Any] = office_oxide.Document.from_bytes(data, kind).to_ir()
    except office_oxide.OfficeOxideError as error:
        if "encrypted" in str(error):
            raise UnreadableFile(path, locked.refusal(limits)) from error
        raise _refused(path) from error
    if kind == "ppt":
        return _presentation(path, limits, tree, data)
    counts: dict[str, int] = {}
    shown = [block for part in tree["sections"] for block in _blocks(part["elements"], counts)]
    shown, warnings = _recoded(shown) if _is_single_byte(data) else (shown, ())
    text, headings = assemble([*_without_contents(shown), *margin_blocks(_margins(tree))])
    return finished(path, limits, "doc", text, headings, warnings=warnings)


def _is_single_byte(data: bytes) -> bool:
    """Whether it is a document of Word 6 or 95, whose text is in a code page that it need not name."""
    if not data.startswith(locked.OLE):
        return True
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        start = container.openstream("WordDocument").read(4)
    return int.from_bytes(start[2:], "little") < _UNICODE


def _recoded(blocks: list[Block]) -> tuple[list[Block], tuple[str, ...]]:
    """The library takes every code page for that of Western Europe."""
    decoded = decode(_bytes("\n".join(block.text for block in blocks)))
    if decoded is None or decoded[1] in ("utf-8", "cp1252"):
        return blocks, ()
    encoding = decoded[1]
    texts = (_bytes(block.text).decode(encoding, "replace") for block in blocks)
    recoded = [replace(block, text=text) for block, text in zip(blocks, texts, strict=True)]
    return recoded, (f"Read as {encoding}: the document does not say what its letters are.",)


def _bytes(text: str) -> bytes:
    # The five bytes that have no letter there stand for themselves.
    return b"".join(sign.encode("cp1252" if sign not in _UNUSED else "latin-1", "replace") for sign in text)


def _kind(data: bytes) -> Any:
    """ "doc" or "ppt", by the streams inside; None when it is neither."""
    if not data.startswith(locked.OLE):
        # The first Word versions wrote no container; the library knows some of them.
        return "doc" if data[:2] in (b"\xdb\xa5", b"\xdc\xa5", b"\xec\xa5", b"\x9b\xa5") else None
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            streams = {"doc": "WordDocument", "ppt": "PowerPoint Document"}
            return next((kind for kind, name in streams.items() if container.exists(name)), None)
    except (OSError, ValueError, IndexError, TypeError, AttributeError):  # what olefile raises at damage
        return None


def _refused(path: Path) -> UnreadableFile:
    modern = ".pptx" if path.suffix.lower() in (".ppt", ".pps") else ".docx"
    return UnreadableFile(path, f"is damaged, or of a kind too old to be read. Save it as {modern}.")


def _without_contents(blocks: list[Block]) -> Iterator[Block]:
    """Lines of a table of contents ("A. PURPOSE1-1") are no headings, whatever the library takes them for."""
    titles = {block.text for block in blocks if block.level}
    for block in blocks:
        bare = _PAGE_NUMBER.sub("", block.text)
        listed = _LISTED.search(block.text) or (bare != block.text and bare in titles)
        yield replace(block, level=0) if block.level and listed else block


def _presentation(path: Path, limits: ReadLimits, tree: dict[str, Any], data: bytes) -> Document:
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        slides = outline(container.openstream("PowerPoint Document").read())
        if not tree["sections"] and container.exists(_TEXT_95):
            return _of_95(path, limits, container.openstream(_TEXT_95).read())
    parts = tree["sections"]
    # What the master shows on each slide comes last, and is no slide.
    repeated = parts[len(slides) :] if slides and parts and parts[-1]["title"] == _MASTER else []
    sections: list[Section] = []
    nothing: Any = {}
    for part, listed in zip_longest(parts[: len(parts) - len(repeated)], slides, fillvalue=nothing):
        notes = "\n".join(block.text for block in _blocks(part.get("speaker_notes", []), {}))
        shown = completed(list(_blocks(part.get("elements", []), {})), list(listed))
        if len(sections) == len(slides) - 1:
            shown += (block for one in repeated for block in _blocks(one["elements"], {}))
        sections.append(slide(shown, hidden=False, notes=notes))
    text, headings, pages = join(sections)
    return finished(path, limits, "ppt", text, headings, pages)


def _of_95(path: Path, limits: ReadLimits, data: bytes) -> Document:
    """PowerPoint 95 repeats the words of all slides in a stream of their own."""
    found = decode(data)
    text, headings = assemble(Block(line) for line in (found[0] if found else "").split("\r"))
    warning = "Saved by PowerPoint 95: its slides cannot be told apart. Save it as .pptx to have them."
    return finished(path, limits, "ppt", text, headings, warnings=(warning,))


def _margins(tree: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for part in tree["sections"]:
        for name, elements in part.items():
            if name.endswith(("header", "footer")) and isinstance(elements, list | dict):
                kind = "Header" if name.endswith("header") else "Footer"
                yield kind, " ".join(block.text for block in _blocks(_elements(elements), {}))


def _elements(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = value.get("elements", value.get("content", []))
    return [element for element in value if isinstance(element, dict)]


def _blocks(elements: list[Any], counts: dict[str, int]) -> Iterator[Block]:
    """The blocks of the library's tree; `counts` numbers the notes."""
    for element in elements:
        kind = element["type"]
        if kind == "heading":
            yield Block(" ".join(_words(element).split()), level=min(9, int(element.get("level", 1))))
        elif kind == "list":
            yield from _items(element, 0)
        elif kind == "table":
            yield from (Block(_row(line), run="row") for line in element["rows"])
        elif kind in _NOTES:
            yield from _note(element, counts)
        elif any(
            isinstance(inner, dict) and inner["type"] in ("paragraph", "heading", "table", "list")
            for inner in element.get("content", [])
        ):
            yield from _blocks(element["content"], counts)
        elif text := _words(element).strip():
            is_item = _BULLET.match(text)
            yield Block(_SIGNS.sub("", _BULLET.sub("- ", text)), run="item" if is_item else "")


def _words(element: Any) -> str:
    """All text of an element, a line for each paragraph in it."""
    pieces = []
    for inner in element.get("content", []):
        if inner["type"] == "line_break":
            pieces.append("\n")
        elif "text" in inner:
            pieces.append(inner["text"].translate(_LINES))
        else:
            pieces.append(_words(inner) + "\n")
    return "".join(pieces)


def _items(element: Any, depth: int) -> Iterator[Block]:
    for number, item in enumerate(element["items"], int(element.get("start", 1))):
        marker = f"{number}. " if element.get("ordered") else "- "
        text = " ".join(_words(item).split())
        if text:
            yield Block("  " * depth + marker + text, run="item")
        if item.get("nested"):
            yield from _items(item["nested"], depth + 1)


def _row(line: Any) -> str:
    cells: list[str] = []
    for cell in line["cells"]:
        cells += [_SIGNS.sub("", _words(cell)), *[""] * (min(int(cell.get("col_span", 1)), MOST_CELLS) - 1)]
    return row(cells)


def _note(element: Any, counts: dict[str, int]) -> Iterator[Block]:
    text = " ".join(_words(element).split())
    kind = str(element.get("marker") or element["type"])
    if not text:
        return
    if kind == "comment":
        author = element.get("author", "")
        yield Block(f"Comment ({author}): {text}" if author else f"Comment: {text}")
    else:
        counts[kind] = counts.get(kind, 0) + 1
        yield Block(f"{element['type'].capitalize()} {counts[kind]}: {text}")
