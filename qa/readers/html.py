"""HTML: the text that a reader of the page sees, without menus, scripts and forms."""

import re
from collections.abc import Iterator
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from qa.readers import html_main, html_tables, html_teasers, html_unseen
from qa.readers.blocks import Block, Section, section
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished
from qa.readers.html_flat import flat_text
from qa.readers.text import read_text

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TERMS = {"dt", "dd"}
_LINE_BREAK = "\v"
# Marks that only say where a word may be broken.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))
# An alternative text of fewer words names a sign or an ornament, not the content of a picture.
_ALTERNATIVE_WORDS = 3
# Control characters, as they are and as references.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    r"|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])|x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]))(?![0-9a-f]);?",
    re.IGNORECASE,
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


def read(path: Path, limits: ReadLimits) -> Document:
    """Main text, headings, lists and table rows. Raises UnreadableFile when there is no text."""
    source, warnings = source_of(path, path.read_bytes())
    if len(source) > 10 * limits.text_characters:
        raise UnreadableFile(path, "is too long to be parsed. Split it, or raise QA_TEXT_CHARACTERS.")
    page, lost = page_of(source, site=True)
    return finished(path, limits, "html", page.text, page.headings, warnings=warnings + lost)


def source_of(path: Path, data: bytes, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The source of a page, and a warning when it is not UTF-8. `declared`: its charset by a header outside."""
    said = _CHARSET.search(data[:4096])
    return read_text(path, data, declared or (said[1].decode("ascii") if said else None))


def page_of(source: str, site: bool = False) -> tuple[Section, tuple[str, ...]]:
    """The main text of a page with its headings, and what was lost of it. `site`: it was one of several."""
    found, lost = blocks_of(source, site=site)
    return section(found), lost


def blocks_of(
    source: str, anchors: frozenset[str] | None = None, site: bool = False
) -> tuple[list[Block], tuple[str, ...]]:
    """The blocks of the main part of a page, and what was lost of it.

    With `site`, it may have teasers of other pages around it, which are left out. With `anchors`, the page is a
    part of a book: a block marks each place of such a name, and the title of the file, which is that of the book,
    is no heading.
    """
    root, cut = _parse(source)
    if cut:
        # The parser stops where elements nest too deeply; the words are there all the same.
        return [Block(flat_text(source))], ("Its elements nest too deeply: read without headings and tables.",)
    if root is None:
        return [], ()
    title = _title(root) if anchors is None else ""
    hidden: list[tuple[str, str]] = []
    if not html_main.reduce(root, hidden):
        hidden.clear()
        root, _ = _parse(source)
        html_main.remove(root)
    elif site:
        html_teasers.remove(root)
    return list(_blocks(html_main.main(root), title, anchors or frozenset())), html_unseen.told(hidden, source)


def _title(root: Any) -> str:
    return " ".join((root.findtext(".//title") or "").split())


def _parse(source: str) -> tuple[Any, bool]:
    """(root or None, whether the parser dropped text). Entities and other files are never fetched."""
    parser = lxml_html.HTMLParser(
        encoding="utf-8",
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        # Without it, all text after 256 nested elements is lost, which unclosed tags reach; with it, 2,048.
        huge_tree=True,
    )
    if "xmlns" in source[:3000]:
        source = _CDATA.sub(lambda found: escape(found[1]), source)
    # lxml puts these into a tree, and then refuses to move them within it.
    source = _UNFIT.sub(" ", source)
    try:
        root = lxml_html.document_fromstring(source.encode("utf-8"), parser=parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise
    except etree.ParserError:  # "Document is empty"
        return None, False
    return root, any("depth" in entry.message.lower() for entry in parser.error_log)


def _blocks(main: Any, title: str, anchors: frozenset[str]) -> Iterator[Block]:
    """The blocks of the page's main part, its title first when no heading says it."""
    if title and not main.xpath(".//h1"):
        yield Block(title, level=1)
    yield from _walk(main, anchors)


def _walk(root: Any, anchors: frozenset[str]) -> Iterator[Block]:
    """Blocks in the order of the page, without recursion: pages nest deeper than Python's stack."""
    inline: list[str] = []
    marker = ""
    preformatted = 0
    rows: dict[Any, str] = {}
    items: dict[Any, int] = {}
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag, starts = element.tag, event == "start"
        if tag in html_tables.BLOCKS:
            block = _block("".join(inline), marker, "" if starts else tag, preformatted > 0)
            inline = []
            if block:
                marker = ""
                yield block
        if starts and anchors:
            yield from (Block("", anchor=name) for name in {element.get("id"), element.get("name")} & anchors)
        if tag == "table" and starts:
            rows |= html_tables.lines(element)
        if tag == "pre":
            preformatted += 1 if starts else -1
        if tag == "li":
            marker = _marker(element, items) if starts else ""
        if starts and html_tables.is_raised(element, inline):
            inline.append("^")
        if not starts:
            inline.append("" if element is root else element.tail or "")
        elif element in rows:
            yield Block(rows[element].translate(_INVISIBLE), run="row")
            walker.skip_subtree()
        else:
            inline.append(
                _LINE_BREAK if tag == "br" else _alternative(element) if tag == "img" else element.text or ""
            )


def _alternative(picture: Any) -> str:
    """What a picture shows, where its author says so in several words."""
    words = picture.get("alt", "").split()
    within_link = next(picture.iterancestors("a"), None) is not None
    return f" [Picture: {' '.join(words)}] " if len(words) >= _ALTERNATIVE_WORDS and not within_link else ""


def _block(raw: str, marker: str, ending: str, preformatted: bool) -> Block | None:
    raw = raw.translate(_INVISIBLE)
    if preformatted:
        return Block(raw.replace(_LINE_BREAK, "\n"))
    lines = (" ".join(line.split()) for line in raw.split(_LINE_BREAK))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    if not text:
        return None
    if ending in _HEADINGS:
        return Block(text.replace("\n", " "), level=_HEADINGS[ending])
    return Block(marker + text, run="item" if marker else "term" if ending in _TERMS else "")


def _marker(item: Any, items: dict[Any, int]) -> str:
    """`- ` or the number of a list item, indented by its depth. `items` counts those of each list so far."""
    parent = item.getparent()
    items[parent] = items.get(parent, 0) + 1
    depth = sum(1 for _ in islice(item.iterancestors("ul", "ol"), 10))
    indent = "  " * max(0, depth - 1)
    if parent is None or parent.tag != "ol":
        return indent + "- "
    start = parent.get("start", "1")
    return f"{indent}{(int(start) if start.isdecimal() else 1) + items[parent] - 1}. "
