"""Small files of text for the tests of their readers, and what is asked of a document that was read."""

from collections.abc import Callable
from pathlib import Path

from qa.readers.document import Document

Save = Callable[[str, str | bytes], Path]
"""Writes a file of this name and content into the test's own folder."""


def titles(document: Document) -> list[tuple[int, str]]:
    """(level, title) of each heading; fails where one stands for nothing."""
    for heading in document.headings:
        assert document.text[heading.start : heading.end].strip()
    return [(heading.level, heading.title) for heading in document.headings]
