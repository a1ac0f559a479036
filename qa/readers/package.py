"""A zip package of XML parts (Office Open XML, OpenDocument), opened within limits; it fetches nothing."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lxml import etree

from qa.readers.document import ReadLimits, UnreadableFile

# What the files of "strict" Office call http://schemas.openxmlformats.org/wordprocessingml/2006/main, and so on.
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_USUAL = rb"http://schemas.openxmlformats.org/\1/2006/"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# Also names that are in no encoding.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError)
# No entity is replaced, no address opened, no tree deeper than 256 built.
SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


@dataclass(frozen=True)
class Relation:
    """What one part says about another."""

    type: str
    """The last word of its type: "slide", "chart", "comments"."""
    target: str
    """Name of the other part; for an external one its address, which is never opened."""
    external: bool


@dataclass(frozen=True)
class Part:
    """A parsed part: `root` is an lxml element, None when there is no such part or nothing of it can be parsed."""

    root: Any = None
    broken: bool = False
    """What follows the damage may be missing."""


class Package:
    """The parts of one open package, by name; upper and lower case count as the same, as in Office."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, limits: ReadLimits) -> None:
        self.path = path
        self._archive = archive
        self._limits = limits
        # Some programs write Windows separators.
        names = [(info.filename.replace("\\", "/").lstrip("/").lower(), info) for info in archive.infolist()]
        self._parts = dict(reversed(names))

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def names(self, start: str = "") -> list[str]:
        """The names, in lower case, of the parts that begin with `start`."""
        return sorted(name for name in self._parts if name.startswith(start))

    def data(self, name: str) -> bytes:
        """The bytes of a part (b"" when there is none). Raises UnreadableFile when they are too many."""
        info = self._parts.get(name.lower())
        if info is None:
            return b""
        self.admit(info.file_size)
        with self._archive.open(info) as part:
            data = part.read(self._limits.part_bytes + 1)
        self.admit(len(data))
        return data

    def admit(self, size: int) -> None:
        """Raises UnreadableFile for a part of more bytes than the limits allow."""
        if size > self._limits.part_bytes:
            megabytes = self._limits.part_bytes // 1_000_000
            reason = f"unpacks to more than {megabytes:,} MB. Split it, or raise QA_READ_MEGABYTES."
            raise UnreadableFile(self.path, reason)

    def part(self, name: str) -> Part:
        """The parsed part; damage ends the tree where it is."""
        data = self.data(name)
        return parse(_STRICT.sub(_USUAL, data)) if data else Part()

    @contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        """A part as a file, for one that is too long to be held as a tree."""
        info = self._parts[name.lower()]
        self.admit(info.file_size)
        with self._archive.open(info) as part:
            yield part

    def relations(self, name: str) -> dict[str, Relation]:
        """Id → relation of a part ("" is the package itself)."""
        folder, _, own = name.rpartition("/")
        root = self.part(f"{folder}/_rels/{own}.rels".lstrip("/")).root
        found = {}
        for element in () if root is None else root.iter(_RELATION):
            external = element.get("TargetMode") == "External"
            target = element.get("Target", "")
            if not external:
                base = "/" if target.startswith("/") else f"/{folder}/"
                target = posixpath.normpath(base + target.replace("\\", "/")).lstrip("/")
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = Relation(kind, target, external)
        return found

    def related(self, name: str, kind: str) -> list[str]:
        """Names of the parts that `name` refers to as its `kind`, in the order of the file."""
        relations = self.relations(name).values()
        return [one.target for one in relations if one.type == kind and not one.external and one.target in self]

    def main(self, usual: str) -> str:
        """Name of the part that the package is about."""
        return next(iter(self.related("", "officeDocument")), usual)


@contextmanager
def opened(path: Path, file: IO[bytes], limits: ReadLimits, what: str) -> Iterator[Package]:
    """The package in `file`; damage becomes UnreadableFile, which calls it not `what` ("a Word document")."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield Package(path, archive, limits)
    except _DAMAGE as error:
        raise damaged(path, what) from error
    except RuntimeError as error:
        # Of zipfile: "File ... is encrypted, password required for extraction".
        if "encrypted" not in str(error):
            raise
        raise UnreadableFile(path, "is locked with a password. Save a copy without one.") from error


def properties(package: Package) -> list[str]:
    """What Office says about a document (title, subject, keywords): it is no text of it."""
    root = package.part("docprops/core.xml").root
    return [] if root is None else [text.strip() for text in root.itertext() if text.strip()]


def damaged(path: Path, what: str) -> UnreadableFile:
    """The error for a package that cannot be read as `what` ("a Word document")."""
    return UnreadableFile(path, f"is damaged, or not {what}. Open it in its program and save it again.")


def parse(data: bytes) -> Part:
    """The tree of an XML text; entities stay unreplaced, and a broken one ends where it breaks."""
    try:
        return Part(etree.fromstring(data, etree.XMLParser(**SAFE)))
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        # Stops at the damage without a word; None when nothing precedes it.
        return Part(etree.fromstring(data, etree.XMLParser(recover=True, **SAFE)), broken=True)


def whole(given: str | None, default: int = 0) -> int:
    """The whole number that an attribute says, `default` when it says none."""
    digits = given.removeprefix("-") if given else ""
    return int(given or 0) if digits.isdecimal() and len(digits) < 10 else default
