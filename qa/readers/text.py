"""Plain text in any encoding."""

from pathlib import Path

from qa.readers.document import Document, ReadLimits, UnreadableFile, canonical, finished
from qa.readers.encoding import decode
from qa.readers.titles import headings


def read(path: Path, limits: ReadLimits) -> Document:
    """The file as it is, decoded, with what are headings for sure. Raises UnreadableFile when it is not text."""
    text, warnings = read_text(path, path.read_bytes())
    return finished(path, limits, "text", text, headings(text), warnings=warnings)


def read_text(path: Path, data: bytes, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The canonical text of `data`, and a warning when its encoding is not UTF-8."""
    if not data:
        raise UnreadableFile(path, "is empty (0 bytes). Nothing needs to be done.")
    decoded = decode(data, declared)
    if decoded is None:
        raise UnreadableFile(
            path,
            "is not text: its bytes are those of a kind of file that is not known. Save it in another format.",
        )
    text, encoding = decoded
    warnings = () if encoding == "utf-8" else (f"Read as {encoding}, not UTF-8.",)
    return canonical(text), warnings
