"""XML: data as fields with their path, prose as paragraphs and headings; nothing outside the file is opened."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from qa.readers import html
from qa.readers.blocks import Block, assemble, bounded, row
from qa.readers.data import too_deep
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished
from qa.readers.records import Fields, TooDeep, blocks
from qa.readers.text import read_text

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]+)")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_EXTERNAL = re.compile(r"<!(?:DOCTYPE|ENTITY)\b[^>\[]{0,300}\b(?:SYSTEM|PUBLIC)\b")
_OUTSIDE = "It refers to another file, which was not opened."
_TITLES = {"title", "head", "heading", "article-title", "chapter-title"}
_ROWS = {"tr", "row"}
_ITEMS = {"listitem", "item", "li"}
_PARAGRAPHS = {"p", "para", "paragraph", "simpara", "ab", "l", "line", "verse"}
_ENTRY_CHARACTERS = 200
_SECTIONS = re.compile(r"(?:part|chapter|appendix|section|sect\d|sec|div\d?|article|book|preface)$")
# Prose has text beside elements; this share of it makes a document.
_PROSE_SHARE = 0.2


def read(path: Path, limits: ReadLimits) -> Document:
    """Fields or paragraphs. Raises UnreadableFile when it has no text, is too deep, or its entities grow."""
    data = path.read_bytes()
    declared = _DECLARED.search(data[:400])
    source, warnings = read_text(path, data, declared[1].decode("ascii") if declared else None)
    if _EXTERNAL.search(source[:20_000]):
        warnings += (_OUTSIDE,)
    root, damage = _parse(path, source)
    if root is None:
        said = f"It is not valid XML ({damage}), so it was read as plain text."
        return finished(path, limits, "xml", source, warnings=(*warnings, said))
    if damage:
        warnings += (f"It is not valid XML ({damage}): what follows the damage may be missing.",)
    try:
        text, headings = assemble(bounded(path, limits, _blocks(root, source)))
    except (TooDeep, RecursionError) as error:
        raise too_deep(path) from error
    if not text and _OUTSIDE in warnings:
        reason = "is empty: it refers to another file, which is never opened. Give that one, if it is the text."
        raise UnreadableFile(path, reason)
    return finished(path, limits, "xml", text, headings, warnings=warnings)


def _parse(path: Path, source: str) -> tuple[Any, str]:
    """(root, "") or, where it is damaged, (root of what precedes the damage, or None; what is wrong)."""
    data = _DECLARATION.sub("", source, count=1).encode("utf-8")
    # Entities are expanded where the file itself defines them; libxml2 stops when they grow.
    safe = {"encoding": "utf-8", "resolve_entities": "internal", "no_network": True, "load_dtd": False}
    silent = {"remove_comments": True, "remove_pis": True, "strip_cdata": True}
    try:
        return etree.fromstring(data, etree.XMLParser(**safe, **silent)), ""
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        message = str(error)
        if "amplification" in message or "loop" in message:
            reason = "defines entities that grow beyond measure: it is made to do harm, and was not read."
            raise UnreadableFile(path, reason) from error
        if "depth" in message:
            raise too_deep(path) from error
        if "huge text node" in message.lower() or "XML_PARSE_HUGE" in message:
            whole = etree.XMLParser(**{**safe, "resolve_entities": False}, **silent, huge_tree=True)
            return etree.fromstring(data, whole), ""
        root = etree.fromstring(data, etree.XMLParser(**safe, **silent, recover=True))
        return root, f"line {error.lineno}: {error.msg.partition(', line')[0]}"


def _blocks(root: Any, source: str) -> Iterator[Block]:
    if _name(root) == "html":
        yield Block(html.page_of(source, site=True)[0].text)
    elif _is_prose(root):
        yield from _prose(root, 0)
    else:
        yield from blocks(_value(root))


def _is_prose(root: Any) -> bool:
    mixed = whole = 0
    for element in root.iter():
        own = len((element.text or "").strip())
        tails = sum(len((child.tail or "").strip()) for child in element)
        whole += own + tails
        mixed += own + tails if len(element) and own + tails else 0
    return mixed > _PROSE_SHARE * whole


def _value(element: Any) -> Any:
    """The element as Fields, a list or text: attributes first, then its elements, those of one name as a list."""
    attributes = [(_local(name), text) for name, text in element.attrib.items() if "schemaLocation" not in name]
    text = " ".join("".join([element.text or "", *(child.tail or "" for child in element)]).split())
    fields = Fields(attributes)
    if not len(element):
        raw = (element.text or "").strip()
        if not fields:
            return raw
        return Fields([*fields, *([("", raw)] if raw else [])])
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name, value = _name(child), _value(child)
        if value == "":
            continue
        if fields and fields[-1][0] == name and len(fields) > len(attributes):
            before = fields[-1][1]
            if isinstance(before, _Several):
                before.append(value)
            else:
                fields[-1] = (name, _Several([before, value]))
        else:
            fields.append((name, value))
    if text:
        fields.append(("", text))
    return fields


class _Several(list[Any]):
    """The values of elements of one name that follow one another."""


def _prose(element: Any, level: int) -> Iterator[Block]:
    """Paragraphs and headings; an element with text of its own is one paragraph with all that stands in it."""
    name = _name(element)
    own = (element.text or "").strip() or any((child.tail or "").strip() for child in element)
    inner = level + 1 if _SECTIONS.match(name) else level
    if name in _TITLES:
        yield Block(_words(element), level=min(max(level, 1), 6))
    elif name in _ROWS:
        yield Block(row(_words(cell) for cell in element if isinstance(cell.tag, str)), run="row")
    elif name in _ITEMS:
        yield Block("- " + _words(element), run="item")
    elif own or not len(element):
        yield Block(_words(element))
    elif _is_entry(element):
        yield Block(" ".join(filter(None, map(_words, element))))
    else:
        for child in element:
            if isinstance(child.tag, str):
                yield from _prose(child, inner)


def _is_entry(element: Any) -> bool:
    """Whether it holds a few words in parts (a name, a date), which belong on one line."""
    parts = [child for child in element if isinstance(child.tag, str)]
    return (
        all(not len(part) and _name(part) not in _PARAGRAPHS | _TITLES | _ITEMS for part in parts)
        and len(parts) == len(element)
        and sum(len(part.text or "") for part in parts) <= _ENTRY_CHARACTERS
    )


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _name(element: Any) -> str:
    return _local(element.tag).lower() if isinstance(element.tag, str) else ""


def _local(name: str) -> str:
    return name.rpartition("}")[2]
