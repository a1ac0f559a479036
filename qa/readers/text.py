"""Plain text in any encoding."""

from pathlib import Path

from qa.readers.document import Document, ReadLimits, UnreadableFile, canonical, finished, too_long
from qa.readers.encoding import decode
from qa.readers.titles import headings

# Of one character, in any encoding.
_MOST_BYTES = 4


def read(path: Path, limits: ReadLimits) -> Document:
    """The file as it is, decoded, with what are headings for sure. Raises UnreadableFile when it is not text."""
    text, warnings = as_it_stands(path, limits)
    return finished(path, limits, "text", text, headings(text), warnings=warnings)


def as_it_stands(path: Path, limits: ReadLimits) -> tuple[str, tuple[str, ...]]:
    """What `read_text` gives of a file whose text is its source. Raises UnreadableFile, also when it is too long.

    Before anything is looked for in it: a line of 100 MB has no headings.
    """
    if path.stat().st_size > _MOST_BYTES * limits.text_characters:
        raise too_long(path, limits)
    text, warnings = read_text(path, path.read_bytes())
    if len(text) > limits.text_characters:
        raise too_long(path, limits)
    return text, warnings


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
