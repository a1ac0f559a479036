"""What a sync did, and how far the library covers its folder."""

from dataclasses import dataclass, field


@dataclass
class SyncReport:
    """What a sync did, as names of files; `failed` maps a file, or a member of an archive, to its reason."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0
    postponed: list[str] = field(default_factory=list)
    """Files that changed each time they were read: the next sync tries again."""
    warning: str | None = None
    """What the user should know about the library as a whole: that another embedding model suits its language."""


@dataclass(frozen=True)
class Coverage:
    """How much of the folder can be asked: documents that were read, of these and the files still to be read."""

    ready: int
    total: int
