"""OpenDocument text (LibreOffice Writer)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.readers.blocks import assemble
from qa.readers.document import Document, ReadLimits, finished
from qa.readers.flagging import metadata_warnings
from qa.readers.margins import margin_blocks
from qa.readers.opendocument import blocks, plain
from qa.readers.opendocument_locks import unlocked
from qa.readers.opendocument_styles import OFFICE, STYLE, writing
from qa.readers.opendocument_unseen import leave_out, metadata
from qa.readers.package import damaged
from qa.readers.unseen import told

_WHAT = "an OpenDocument text"


def read(path: Path, limits: ReadLimits) -> Document:
    """All text as it stands: without what tracked changes deleted, with notes and annotations where they belong.

    Raises UnreadableFile when it is locked, damaged, or without text.
    """
    with path.open("rb") as file, unlocked(path, file, limits, _WHAT) as package:
        content, styles = package.part("content.xml"), package.part("styles.xml")
        body = None if content.root is None else next(content.root.iter(OFFICE + "text"), None)
        if body is None:
            raise damaged(path, _WHAT)
        unseen: dict[str, list[str]] = {}
        leave_out(content.root, styles.root, unseen)
        hidden = (*told("It", unseen), *metadata_warnings(metadata(package)))
        made = writing(package, styles.root, content.root)
        shown = list(blocks(made, body))
        text, headings = assemble([*shown, *margin_blocks(_margins(styles.root))])
    warnings = ("Damaged inside: what follows the damage may be missing.",) * content.broken
    return finished(path, limits, "odt", text, headings, warnings=(*warnings, *hidden))


def _margins(styles: Any) -> Iterator[tuple[str, str]]:
    for page in () if styles is None else styles.iter(STYLE + "master-page"):
        for element in page.iterchildren(STYLE + "header", STYLE + "footer"):
            yield "Header" if element.tag == STYLE + "header" else "Footer", plain(element)
