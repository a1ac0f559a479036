"""reStructuredText: the text is the source as it is, with its underlined titles as headings."""

from pathlib import Path

from qa.readers.document import Document, ReadLimits, finished
from qa.readers.text import read_text
from qa.readers.underlines import underlined


def read(path: Path, limits: ReadLimits) -> Document:
    """The source, with its titles; their levels follow from the order in which their styles appear."""
    text, warnings = read_text(path, path.read_bytes())
    return finished(path, limits, "rst", text, tuple(underlined(text)), warnings=warnings)
