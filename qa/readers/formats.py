"""Which reader a file needs: by its content, and by its name where the content leaves that open."""

import importlib
from dataclasses import replace
from pathlib import Path

from qa.readers.document import Document, ReadLimits, UnreadableFile
from qa.readers.kinds import KINDS, MODULES, NAMES
from qa.readers.sniffing import sniff

# Kinds whose content another kind may be without its name being wrong: a notebook is JSON.
_ALSO = {
    "xml": {"html"},
    "eml": {"mbox"},
    "mhtml": {"eml"},
    "html": {"mhtml"},
}


def read(path: Path, limits: ReadLimits, kind: str | None = None) -> Document:
    """The document in `path`, of `kind` if that is known. Raises UnreadableFile; OSError and MemoryError pass."""
    kind = kind or kind_of(path, limits)
    if kind == "archive":
        raise UnreadableFile(path, "is an archive, not a document. Its files are read one by one.")
    # Loaded when first needed, so that the process pays only for the libraries of the formats it meets.
    document: Document = importlib.import_module(f"qa.readers.{MODULES.get(kind, kind)}").read(path, limits)
    named = KINDS.get(path.suffix.lower())
    if named in (None, kind) or kind in _ALSO.get(str(named), ()):
        return document
    lie = f"Its name says {path.suffix}; it is {NAMES[kind]}, and was read as such."
    return replace(document, warnings=(lie, *document.warnings))


def kind_of(path: Path, limits: ReadLimits) -> str:
    """The kind of the content of `path`, a key of SUFFIXES. Raises UnreadableFile for what is no document."""
    return sniff(path, KINDS.get(path.suffix.lower()), limits)
