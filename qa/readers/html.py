"""HTML: the text that a reader of the page sees, without menus, scripts and forms."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from qa.readers.blocks import Block, Section, row, section
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished
from qa.readers.text import read_text

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""")
_NEVER_SHOWN = (
    "//script|//style|//noscript|//template|//svg|//canvas|//object|//iframe|//head|//button|//select|//textarea"
    "|//audio|//video|//datalist"
)
_BOILERPLATE = (
    "//*[@hidden or @aria-hidden='true'"
    " or contains(translate(@style, 'DISPLAYNOE ', 'displaynoe'), 'display:none')]"
    "|//nav|//aside|//*[@role='navigation' or @role='search' or @role='complementary']"
    "|//footer[not(ancestor::article or ancestor::main)]|//*[@role='contentinfo' or @role='banner']"
    # A page title often stands in the header (pandoc, blogs); its menu is a nav.
    "|//header[not(ancestor::article or ancestor::main or .//h1)]|//header//ul"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK = re.compile(
    "address|article|blockquote|body|caption|center|d[dlt]|details|div|fieldset|fig(caption|ure)|footer|form|h[1-6r]"
    "|header|html|legend|li|main|[ou]l|p|pre|section|summary|table|tbody|t[dhr]|tfoot|thead"
)
_TERMS = {"dt", "dd"}
_LINE_BREAK = "\v"
# A longer cell is part of a page laid out with tables; so is one that holds a table.
_CELL_CHARACTERS = 500


def read(path: Path, limits: ReadLimits) -> Document:
    """Main text, headings, lists and table rows. Raises UnreadableFile when there is no text."""
    source, warnings = source_of(path, path.read_bytes())
    if len(source) > 10 * limits.text_characters:
        raise UnreadableFile(path, "is too long to be parsed. Split it, or raise QA_TEXT_CHARACTERS.")
    page, lost = page_of(source)
    return finished(path, limits, "html", page.text, page.headings, warnings=warnings + lost)


def source_of(path: Path, data: bytes, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The source of a page, and a warning when it is not UTF-8. `declared`: its charset by a header outside."""
    said = _CHARSET.search(data[:4096])
    return read_text(path, data, declared or (said[1].decode("ascii") if said else None))


def page_of(source: str) -> tuple[Section, tuple[str, ...]]:
    """The main text of a page with its headings, and what was lost of it."""
    root, cut = _parse(source)
    lost = ("Elements nested too deeply to be parsed were left out.",) if cut else ()
    return section(blocks(root) if root is not None else ()), lost


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
    try:
        root = lxml_html.document_fromstring(source.encode("utf-8"), parser=parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise
    except etree.ParserError:  # "Document is empty"
        return None, False
    return root, any("depth" in entry.message.lower() for entry in parser.error_log)


def blocks(root: Any) -> Iterator[Block]:
    """The blocks of the page's main part, its title first when no heading says it."""
    title = " ".join((root.findtext(".//title") or "").split())
    for element in root.xpath(_NEVER_SHOWN):
        element.drop_tree()
    main = _main(root)
    if title and not main.xpath(".//h1"):
        yield Block(title, level=1)
    yield from _walk(main)


def _main(root: Any) -> Any:
    whole = _length(root)
    for element in root.xpath(_BOILERPLATE) + root.xpath("//form"):
        # Some pages are one large form, or hidden until a script runs: what holds most of the text stays.
        if element.getparent() is not None and _length(element) * 2 < whole:
            element.drop_tree()
    candidates = root.xpath("//main|//*[@role='main']") or root.xpath("//article")
    longest = max(candidates, key=_length, default=root)
    return longest if _length(longest) * 2 > _length(root) else root


def _length(element: Any) -> int:
    return sum(len(text.strip()) for text in element.itertext())


def _walk(root: Any) -> Iterator[Block]:
    """Blocks in the order of the page, without recursion: pages nest deeper than Python's stack."""
    inline: list[str] = []
    marker = ""
    preformatted = 0
    columns: set[int] = set()
    items: dict[Any, int] = {}
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag, starts = element.tag, event == "start"
        if _is_block(element):
            block = _block("".join(inline), marker, "" if starts else tag, preformatted > 0)
            inline = []
            if block:
                marker = ""
                yield block
        if tag == "table" and starts:
            columns = _used_columns(element)
        if tag == "pre":
            preformatted += 1 if starts else -1
        if tag == "li":
            marker = _marker(element, items) if starts else ""
        if not starts:
            inline.append("" if element is root else element.tail or "")
        elif tag == "tr" and (line := _row(element, columns)) is not None:
            yield Block(line, run="row")
            walker.skip_subtree()
        else:
            inline.append(_LINE_BREAK if tag == "br" else element.text or "")


def _is_block(element: Any) -> bool:
    return bool(_BLOCK.fullmatch(element.tag))


def _block(raw: str, marker: str, ending: str, preformatted: bool) -> Block | None:
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


def _row(element: Any, columns: set[int]) -> str | None:
    """The row on one line, or None where the table only lays out the page."""
    cells = _cells(element)
    if cells is None:
        return None
    return row(text for column, text in enumerate(cells) if column in columns)


def _used_columns(table: Any) -> set[int]:
    """Columns with any text: many pages make gaps with columns that are empty in every row."""
    rows = (_cells(line) for line in table.iterdescendants("tr"))
    return {column for cells in rows if cells for column, text in enumerate(cells) if text}


def _cells(line: Any) -> list[str] | None:
    """One text per column, or None when a cell is too long or too deep for a line."""
    cells: list[str] = []
    for cell in line.iterchildren("td", "th"):
        if next(cell.iterdescendants("table", *_HEADINGS), None) is not None:
            return None
        text = _cell(cell)
        if len(text) > _CELL_CHARACTERS:
            return None
        span = cell.get("colspan", "1")
        cells += [text, *[""] * (min(int(span), 100) - 1 if span.isdecimal() else 0)]
    return cells


def _cell(cell: Any) -> str:
    if not len(cell):
        return " ".join((cell.text or "").split())
    pieces: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element.tag == "br" or _is_block(element):
            pieces.append(" ")
        text = element.text if event == "start" else element.tail
        pieces.append("" if event == "end" and element is cell else text or "")
    return " ".join("".join(pieces).split())
