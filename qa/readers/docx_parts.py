"""What a Word document holds in other parts: charts, diagrams, and whole documents that it embeds (altChunk)."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from qa.readers import drawing, formats
from qa.readers.blocks import Block
from qa.readers.document import Document, ReadLimits, UnreadableFile
from qa.readers.docx_text import Word

_LEFT_OUT = "A document embedded in it was left out."


def chunk_blocks(word: Word, element: Any, limits: ReadLimits) -> Iterator[Block]:
    """The text of an embedded document, where its format can be read."""
    name = drawing.target(word.relations, element, "id")
    data = word.package.data(name) if name else b""
    if not data or limits.depth < 1:
        word.warnings.append(_LEFT_OUT)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("chunk" + (PurePosixPath(name).suffix or ".html"))
        path.write_bytes(data)
        try:
            document = formats.read(path, replace(limits, depth=limits.depth - 1))
        except UnreadableFile:
            word.warnings.append(_LEFT_OUT)
            return
    yield from _document_blocks(document)


def _document_blocks(document: Document) -> Iterator[Block]:
    place = 0
    for heading in document.headings:
        yield Block(document.text[place : heading.start])
        yield Block(document.text[heading.start : heading.end], level=heading.level)
        place = heading.end
    yield Block(document.text[place:])
