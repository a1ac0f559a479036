"""EPUB: each part of its reading order is a page, labelled with the title of its chapter."""

import errno
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from qa.readers import html
from qa.readers.blocks import Block, Section, bounded, join, section
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished, too_long

# Fewer entries than this are no table of contents.
_CHAPTERS = 3
_START = "#"
"""Stands for the start of a part among the names of places in it; no name looks like this."""
_CONTAINER = "META-INF/container.xml"
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": True}
_PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|gif|webp|svg)$")
# As many times a part may fall back on another.
_FALLBACKS = 10
# Fonts may be obfuscated in a book that is not locked.
_FONT = re.compile(r"(?i)\.(?:otf|ttf|woff2?)$")


def read(path: Path, limits: ReadLimits) -> Document:
    """The chapters in reading order. Raises UnreadableFile when it is locked, damaged, or no book."""
    try:
        with zipfile.ZipFile(path) as package:
            book = _Book(path, package, limits)
            sections = list(book.chapters())
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        # A table of contents that points before the file makes zipfile seek there.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise UnreadableFile(path, "is damaged, or not an EPUB book. Get the file again.") from error
    except RuntimeError as error:
        if isinstance(error, RecursionError):
            raise
        raise UnreadableFile(path, "is locked with a password. Save a copy without one.") from error
    if not sections and book.warnings:
        raise UnreadableFile(path, "is damaged: none of its chapters can be read. Get the file again.")
    if not sections and book.has_pictures():
        raise UnreadableFile(path, "holds pictures and no text. Convert it to PDF, whose pictures are recognised.")
    text, headings, pages = join(sections)
    return finished(path, limits, "epub", text, headings, pages, tuple(book.warnings))


class _Book:
    """An opened book, and what has been unpacked of it."""

    def __init__(self, path: Path, package: zipfile.ZipFile, limits: ReadLimits) -> None:
        self.path = path
        self.package = package
        self.limits = limits
        self.names = {name.lower(): name for name in package.namelist()}
        self.unpacked = 0
        self.characters = 0
        self.warnings: list[str] = []
        self._refuse_locked()

    def chapters(self) -> Iterator[Section]:
        """A section for each chapter of the table of contents; without one, for each part of the reading order."""
        folder, opf = self._opf()
        items = {item.get("id", ""): item for item in opf.iter("{*}item")}
        order = [items.get(ref.get("idref", "")) for ref in opf.iter("{*}itemref")]
        pages = (_page(item, items) for item in order)
        names = [_target(folder, item.get("href", "")) for item in pages if item is not None]
        contents = self._contents(folder, items)
        known = sum(map(len, contents.values())) >= _CHAPTERS
        label, chapter = "", list[Block]()
        for name in names:
            places = contents.get(name.lower(), {})
            for block in [Block("", anchor=_START), *self._blocks(name, frozenset(places))]:
                title = places.get(block.anchor, "") if block.anchor else ""
                if title or (block.anchor == _START and not known):
                    yield from self._chapter(label, chapter)
                    label, chapter = title, []
                chapter.append(block)
        yield from self._chapter(label, chapter)

    def has_pictures(self) -> bool:
        """Whether any of its parts is one."""
        return any(_PICTURE.search(name) for name in self.names)

    def _chapter(self, label: str, chapter: list[Block]) -> Iterator[Section]:
        """The section of a chapter; none where it has no text."""
        one = section(bounded(self.path, self.limits, chapter))
        if one.text:
            self.characters += len(one.text)
            if self.characters > self.limits.text_characters:
                raise too_long(self.path, self.limits)
            first = one.headings[0].title if one.headings else ""
            yield Section(one.text, one.headings, label or first)

    def _blocks(self, name: str, anchors: frozenset[str]) -> list[Block]:
        data = self._part(name)
        if data is None:
            self.warnings.append(f"The part {name} is missing in the book, or damaged.")
        if not data or not data.strip():
            return []
        if name.lower().endswith(".svg"):
            drawing = etree.fromstring(data, etree.XMLParser(**_SAFE))
            texts = () if drawing is None else drawing.iter("{*}text", "{*}title", "{*}desc")
            return [Block(" ".join("".join(text.itertext()).split())) for text in texts]
        source, _ = html.source_of(self.path, data)
        blocks, lost = html.blocks_of(source, anchors)
        self.warnings += (warning for warning in lost if warning not in self.warnings)
        return blocks

    def _contents(self, folder: str, items: dict[str, Any]) -> dict[str, dict[str, str]]:
        """Name of a part in lower case → anchor in it or _START → title, from either table of contents."""
        for is_table, entries in ((_is_nav, _nav_entries), (_is_ncx, _ncx_entries)):
            for item in filter(is_table, items.values()):
                name = _target(folder, item.get("href", ""))
                found = list(entries(self._tree(name)))
                if found:
                    return _places(posixpath.dirname(name), found)
        return {}

    def _opf(self) -> tuple[str, Any]:
        """(its folder, the package document)."""
        container = self._tree(_CONTAINER)
        roots = [] if container is None else [root.get("full-path", "") for root in container.iter("{*}rootfile")]
        names = [*roots, *(name for name in self.names.values() if name.lower().endswith(".opf"))]
        for name in names:
            if (opf := self._tree(name)) is not None:
                return posixpath.dirname(name), opf
        raise zipfile.BadZipFile

    def _tree(self, name: str) -> Any:
        data = self._part(name)
        return None if not data else etree.fromstring(data, etree.XMLParser(**_SAFE))

    def _part(self, name: str) -> bytes | None:
        known = self.names.get(name.lower())
        if known is None:
            return None
        self.unpacked += self.package.getinfo(known).file_size
        if self.unpacked > self.limits.part_bytes:
            size = self.limits.part_bytes // 1_000_000
            raise UnreadableFile(
                self.path, f"unpacks to more than {size} MB. Split it, or raise QA_READ_MEGABYTES."
            )
        try:
            return self.package.read(known)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            return None

    def _refuse_locked(self) -> None:
        encryption = self._tree("META-INF/encryption.xml")
        parts = [] if encryption is None else [one.get("URI", "") for one in encryption.iter("{*}CipherReference")]
        if any(not _FONT.search(name) for name in parts):
            raise UnreadableFile(
                self.path, "is locked by its seller (DRM): its text is encrypted. Ask for a copy without a lock."
            )


def _page(item: Any, items: dict[str, Any]) -> Any:
    """The page that stands for a part of the reading order: itself, or what it falls back on; None without one."""
    for _ in range(_FALLBACKS):
        if item is None or _is_page(item):
            return item
        item = items.get(item.get("fallback", ""))
    return None


def _is_page(item: Any) -> bool:
    kind, name = item.get("media-type", ""), item.get("href", "").lower()
    return "html" in kind or name.endswith((".xhtml", ".html", ".htm", ".svg"))


def _target(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, _unquoted(href.partition("#")[0]))).lstrip("/")


def _unquoted(href: str) -> str:
    """`href` without percent escapes (urllib, which has this too, stays out of the reading process)."""
    escapes = re.compile(rb"%([0-9A-Fa-f]{2})")
    data = escapes.sub(lambda found: bytes([int(found[1], 16)]), href.encode("utf-8", "replace"))
    return data.decode("utf-8", "replace")


def _is_nav(item: Any) -> bool:
    return "nav" in item.get("properties", "").split()


def _is_ncx(item: Any) -> bool:
    return bool(item.get("media-type") == "application/x-dtbncx+xml")


def _ncx_entries(tree: Any) -> Iterator[tuple[int, str, str]]:
    """(depth, target, title) of each entry."""
    for point in () if tree is None else tree.iter("{*}navPoint"):
        content, words = point.find("{*}content"), point.find("{*}navLabel/{*}text")
        if content is not None and words is not None:
            yield _depth(point, "{*}navPoint"), content.get("src", ""), " ".join((words.text or "").split())


def _nav_entries(tree: Any) -> Iterator[tuple[int, str, str]]:
    for nav in () if tree is None else tree.iter("{*}nav"):
        if nav.get("{http://www.idpf.org/2007/ops}type", "toc") == "toc":
            for link in nav.iter("{*}a"):
                yield _depth(link, "{*}ol"), link.get("href", ""), " ".join("".join(link.itertext()).split())


def _depth(element: Any, around: str) -> int:
    return sum(1 for _ in element.iterancestors(around))


def _places(folder: str, entries: list[tuple[int, str, str]]) -> dict[str, dict[str, str]]:
    """The places of chapters: entries of the outermost level that has several, and of those around it."""
    depths = [depth for depth, _, _ in entries]
    level = next((depth for depth in sorted(set(depths)) if depths.count(depth) >= _CHAPTERS), max(depths))
    places: dict[str, dict[str, str]] = {}
    for depth, target, title in entries:
        if depth <= level and title:
            part, _, anchor = target.partition("#")
            places.setdefault(_target(folder, part).lower(), {}).setdefault(anchor or _START, title)
    return places
