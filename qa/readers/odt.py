"""OpenDocument text (LibreOffice Writer)."""

from pathlib import Path
from typing import Any

from qa.readers.blocks import Block, assemble
from qa.readers.document import Document, ReadLimits, finished
from qa.readers.opendocument import OFFICE, STYLE, blocks, plain, refuse_locked, writing
from qa.readers.package import damaged, opened

_WHAT = "an OpenDocument text"


def read(path: Path, limits: ReadLimits) -> Document:
    """All text as it stands: without what tracked changes deleted, with notes and annotations where they belong.

    Raises UnreadableFile when it is locked, damaged, or without text.
    """
    with path.open("rb") as file, opened(path, file, limits, _WHAT) as package:
        refuse_locked(path, package)
        content, styles = package.part("content.xml"), package.part("styles.xml")
        body = None if content.root is None else next(content.root.iter(OFFICE + "text"), None)
        if body is None:
            raise damaged(path, _WHAT)
        made = writing(package, styles.root, content.root)
        shown = list(blocks(made, body))
        text, headings = assemble([*shown, *_margins(styles.root)])
    warnings = ("Damaged inside: what follows the damage may be missing.",) * content.broken
    return finished(path, limits, "odt", text, headings, warnings=warnings)


def _margins(styles: Any) -> list[Block]:
    """Headers and footers, each once, when they say more than the number of the page."""
    found: dict[str, Block] = {}
    for page in () if styles is None else styles.iter(STYLE + "master-page"):
        for element in page.iterchildren(STYLE + "header", STYLE + "footer"):
            name = "Header" if element.tag.endswith("header") else "Footer"
            text = " ".join(plain(element).split())
            if says_something(text):
                found.setdefault(text, Block(f"{name}: {text}", run="margin"))
    return list(found.values())


def says_something(text: str) -> bool:
    """Whether a header or footer is more than the number of a page ("Page 3 of 12")."""
    return sum(len(word) for word in text.split() if word.isalpha()) > len("page of pages")
