"""What comes with a mail: each readable attachment as a section of the mail's own text."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa.readers import formats, scratch
from qa.readers.archive import Walk
from qa.readers.blocks import Section
from qa.readers.document import Heading, ReadLimits, UnreadableFile, canonical

_NAME_CHARACTERS = 200
_MOST_WARNINGS = 100


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
    untold: int = 0

    def warn(self, sentence: str) -> None:
        """Once each: a thousand messages may have the same. Of very many only the number of the rest is told."""
        if sentence in self.warnings:
            return
        if len(self.warnings) < _MOST_WARNINGS:
            self.warnings.append(sentence)
            return
        self.untold += 1
        rest = f"are {self.untold:,} more warnings" if self.untold > 1 else "is 1 more warning"
        self.warnings[_MOST_WARNINGS:] = [f"There {rest} like these."]


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
    """Its heading, of `level`, and its text; for an archive those of its files. Warns of what cannot be read."""
    name = " ".join(canonical(attachment.name).split())[:_NAME_CHARACTERS] or "without a name"
    try:
        limits = within(opened, level)
    except UnreadableFile as error:
        opened.warn(f"Attachment {name} {error.reason}")
        return []
    folder = scratch.make()
    try:
        if not attachment.data:
            raise UnreadableFile(opened.path, "is empty (0 bytes). Nothing needs to be done.")
        with _parsing(opened):
            file = folder / ("attachment" + Path(attachment.name).suffix[:20])
            file.write_bytes(attachment.data)
            if formats.kind_of(file, limits) == "archive":
                return list(_members(opened, name, Walk(file, limits, folder, None), level))
        return _read(opened, name, file, limits, level)
    except UnreadableFile as error:
        opened.warn(f"Attachment {name} {error.reason}")
        return []
    finally:
        scratch.remove(folder)


@contextmanager
def _parsing(opened: Opened) -> Iterator[None]:
    """The boundary to other people's parsers: their errors cost one attachment. Raises UnreadableFile."""
    try:
        yield
    except (UnreadableFile, MemoryError, OSError):
        raise
    except Exception as error:
        reason = f"cannot be parsed ({type(error).__name__}). Save it beside this file."
        raise UnreadableFile(opened.path, reason) from error


def within(opened: Opened, level: int) -> ReadLimits:
    """The limits for what stands in the mail at this level of headings (2: its own attachments).

    Raises UnreadableFile where it is too deep, or one too many.
    """
    limits = opened.limits
    opened.members += 1
    depth = limits.depth - (level - 2)
    if depth < 1:
        raise UnreadableFile(opened.path, "was not opened: QA_ARCHIVE_DEPTH is reached. Save it beside this file.")
    if opened.members > limits.members:
        reason = f"was not opened: QA_ARCHIVE_MEMBERS ({limits.members}) is reached. Raise that."
        raise UnreadableFile(opened.path, reason)
    left = max(1, limits.text_characters - opened.characters)
    return replace(limits, depth=depth - 1, text_characters=left, members=limits.members - opened.members + 1)


def _members(opened: Opened, name: str, walk: Walk, level: int) -> Iterator[Section]:
    """What can be read in an archive. The members that it names are counted by `Walk`."""
    with closing(walk):
        while (member := walk.next()) is not None:
            inner = f"{name}/{member.name}".rstrip("/")
            opened.members += 1
            try:
                if member.path is None:
                    raise UnreadableFile(opened.path, member.reason)
                yield from _read(opened, inner, member.path, member.limits, level)
            except UnreadableFile as error:
                opened.warn(f"Attachment {inner} {error.reason}")


def titled(name: str, level: int) -> Section:
    """The heading of an attachment."""
    title = f"Attachment: {name}"
    return Section(title, (Heading(level, title, 0, len(title)),))


def _read(opened: Opened, name: str, file: Path, limits: ReadLimits, level: int) -> list[Section]:
    with _parsing(opened):
        document = formats.read(file, limits)
    opened.characters += len(document.text)
    for warning in document.warnings:
        opened.warn(f"Attachment {name}: {warning}")
    return [titled(name, level), below(Section(document.text.rstrip(), document.headings), level)]
