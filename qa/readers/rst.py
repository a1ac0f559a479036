"""reStructuredText: the text is the source as it is, with its underlined titles as headings."""

from pathlib import Path

from qa.readers.document import Document, ReadLimits, finished
from qa.readers.text import as_it_stands
from qa.readers.underlines import underlined


def read(path: Path, limits: ReadLimits) -> Document:
    """The source, with its titles; their levels follow from the order in which their styles appear."""
    text, warnings = as_it_stands(path, limits)
    return finished(path, limits, "rst", text, tuple(underlined(text)), warnings=warnings)
