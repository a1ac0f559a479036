"""EPUB: each part of its reading order is a page, labelled with the title of its chapter."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from qa.readers import html
from qa.readers.blocks import Section, join
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished, too_long

_CONTAINER = "META-INF/container.xml"
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": True}
# Fonts may be obfuscated in a book that is not locked.
_FONT = re.compile(r"(?i)\.(?:otf|ttf|woff2?)$")


def read(path: Path, limits: ReadLimits) -> Document:
    """The chapters in reading order. Raises UnreadableFile when it is locked, damaged, or no book."""
    try:
        with zipfile.ZipFile(path) as package:
            book = _Book(path, package, limits)
            sections = list(book.chapters())
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableFile(path, "is damaged, or not an EPUB book. Get the file again.") from error
    except RuntimeError as error:
        if isinstance(error, RecursionError):
            raise
        raise UnreadableFile(path, "is locked with a password. Save a copy without one.") from error
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
        self.warnings: list[str] = []
        self._refuse_locked()

    def chapters(self) -> Iterator[Section]:
        folder, opf = self._opf()
        items = {item.get("id", ""): item for item in opf.iter("{*}item")}
        order = [items.get(ref.get("idref", "")) for ref in opf.iter("{*}itemref")]
        pages = [item for item in order if item is not None and _is_page(item)]
        titles = dict(self._titles(folder, opf, items))
        characters = 0
        for item in pages:
            name = _target(folder, item.get("href", ""))
            section = self._chapter(name, titles.get(name.lower(), ""))
            characters += len(section.text)
            if characters > self.limits.text_characters:
                raise too_long(self.path, self.limits)
            yield section

    def _chapter(self, name: str, title: str) -> Section:
        data = self._part(name)
        if data is None:
            self.warnings.append(f"The part {name} is missing in the book.")
            return Section("", label=title)
        if not data.strip():
            return Section("", label=title)
        source, _ = html.source_of(self.path, data)
        section, lost = html.page_of(source)
        self.warnings += (warning for warning in lost if warning not in self.warnings)
        first = section.headings[0].title if section.headings else ""
        return Section(section.text, section.headings, title or first)

    def _opf(self) -> tuple[str, Any]:
        """(its folder, the package document)."""
        container = self._tree(_CONTAINER)
        roots = [] if container is None else [root.get("full-path", "") for root in container.iter("{*}rootfile")]
        names = [*roots, *(name for name in self.names.values() if name.lower().endswith(".opf"))]
        for name in names:
            if (opf := self._tree(name)) is not None:
                return posixpath.dirname(name), opf
        raise zipfile.BadZipFile

    def _titles(self, folder: str, opf: Any, items: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """(name of a part in lower case, title of the first chapter in it), from either table of contents."""
        seen: set[str] = set()
        for item in items.values():
            name = _target(folder, item.get("href", ""))
            if "nav" in item.get("properties", "").split():
                pairs = _nav_titles(self._tree(name))
            elif item.get("media-type") == "application/x-dtbncx+xml":
                pairs = _ncx_titles(self._tree(name))
            else:
                continue
            for href, title in pairs:
                target = _target(posixpath.dirname(name), href).lower()
                if title and target not in seen:
                    seen.add(target)
                    yield target, title

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
            raise UnreadableFile(self.path, f"unpacks to more than {size} MB. Split it into smaller books.")
        return self.package.read(known)

    def _refuse_locked(self) -> None:
        encryption = self._tree("META-INF/encryption.xml")
        parts = [] if encryption is None else [one.get("URI", "") for one in encryption.iter("{*}CipherReference")]
        if any(not _FONT.search(name) for name in parts):
            raise UnreadableFile(
                self.path, "is locked by its seller (DRM): its text is encrypted. Ask for a copy without a lock."
            )


def _is_page(item: Any) -> bool:
    kind, name = item.get("media-type", ""), item.get("href", "").lower()
    return "html" in kind or name.endswith((".xhtml", ".html", ".htm"))


def _target(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, _unquoted(href.partition("#")[0]))).lstrip("/")


def _unquoted(href: str) -> str:
    """`href` without percent escapes (urllib, which has this too, stays out of the reading process)."""
    escapes = re.compile(rb"%([0-9A-Fa-f]{2})")
    data = escapes.sub(lambda found: bytes([int(found[1], 16)]), href.encode("utf-8", "replace"))
    return data.decode("utf-8", "replace")


def _ncx_titles(tree: Any) -> Iterator[tuple[str, str]]:
    for point in () if tree is None else tree.iter("{*}navPoint"):
        content, words = point.find("{*}content"), point.find("{*}navLabel/{*}text")
        if content is not None and words is not None:
            yield content.get("src", ""), " ".join((words.text or "").split())


def _nav_titles(tree: Any) -> Iterator[tuple[str, str]]:
    for nav in () if tree is None else tree.iter("{*}nav"):
        if nav.get("{http://www.idpf.org/2007/ops}type", "toc") == "toc":
            for link in nav.iter("{*}a"):
                yield link.get("href", ""), " ".join("".join(link.itertext()).split())
