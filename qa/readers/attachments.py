"""What comes with a mail: each readable attachment as a section of the mail's own text."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa.readers import formats
from qa.readers.blocks import Section
from qa.readers.document import Heading, ReadLimits, UnreadableFile, canonical


@dataclass(frozen=True)
class Attachment:
    """A file inside a mail."""

    name: str
    data: bytes


@dataclass
class Opened:
    """The reading of one mail file: what may still be read, and what the user is told in the end."""

    path: Path
    limits: ReadLimits
    warnings: list[str] = field(default_factory=list)
    members: int = 0
    characters: int = 0
    charset: str = ""
    """The last one that had to be guessed: messages beside one another are often written in the same."""

    def warn(self, sentence: str) -> None:
        """Once each: a thousand messages may have the same."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def head(subject: str, fields: Iterable[tuple[str, str]]) -> Section:
    """The header lines of a mail; its subject is a heading."""
    lines = [f"{name}: {' '.join(value.split())}" for name, value in fields if value.strip()]
    if not subject:
        return Section("\n".join(lines))
    line = f"Subject: {subject}"
    return Section("\n".join([line, *lines]), (Heading(1, subject, 0, len(line)),), subject)


def below(section: Section, level: int) -> Section:
    """The same section with its headings that many levels deeper."""
    return replace(section, headings=tuple(replace(h, level=h.level + level) for h in section.headings))


def attached(opened: Opened, attachment: Attachment, level: int) -> list[Section]:
    """Its heading and its text; nothing but a warning where it cannot be read."""
    name = " ".join(canonical(attachment.name).split())[:200] or "without a name"
    try:
        text, headings = _read(opened, attachment)
    except UnreadableFile as error:
        opened.warn(f"Attachment {name} {error.reason}")
        return []
    opened.characters += len(text)
    return [titled(name, level), below(Section(text, headings), level)]


def titled(name: str, level: int) -> Section:
    """The heading of an attachment."""
    title = f"Attachment: {name}"
    return Section(title, (Heading(level, title, 0, len(title)),))


def _read(opened: Opened, attachment: Attachment) -> tuple[str, tuple[Heading, ...]]:
    limits = opened.limits
    opened.members += 1
    if limits.depth < 1:
        raise UnreadableFile(opened.path, "was not opened: QA_ARCHIVE_DEPTH is reached. Save it beside the mail.")
    if opened.members > limits.members:
        raise UnreadableFile(opened.path, f"was not opened: QA_ARCHIVE_MEMBERS ({limits.members}) is reached.")
    if not attachment.data:
        raise UnreadableFile(opened.path, "is empty (0 bytes). Nothing needs to be done.")
    left = max(1, limits.text_characters - opened.characters)
    within = replace(limits, depth=limits.depth - 1, text_characters=left)
    with tempfile.TemporaryDirectory(prefix="footnote-") as folder:
        file = Path(folder) / ("attachment" + Path(attachment.name).suffix[:20])
        file.write_bytes(attachment.data)
        try:
            document = formats.read(file, within)
        except (UnreadableFile, MemoryError, OSError):
            raise
        except Exception as error:  # the boundary to other people's parsers: their errors cost one attachment
            raise UnreadableFile(opened.path, f"cannot be parsed ({type(error).__name__}).") from error
    name = " ".join(attachment.name.split())
    for warning in document.warnings:
        opened.warn(f"Attachment {name}: {warning}")
    return document.text, document.headings
