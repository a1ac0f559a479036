"""What lies in the documents folders, by one stat a file, without opening any."""

from qa.folder.files import Fingerprint, digest, fingerprint
from qa.folder.patterns import PatternError, compiled, named
from qa.folder.roots import NEXT_STEP, EmptyFolderError, FolderError, Root, path_of, roots, shown
from qa.folder.walking import FoundFile, check, folders, scan

__all__ = [
    "NEXT_STEP",
    "EmptyFolderError",
    "Fingerprint",
    "FolderError",
    "FoundFile",
    "PatternError",
    "Root",
    "check",
    "compiled",
    "digest",
    "fingerprint",
    "folders",
    "named",
    "path_of",
    "roots",
    "scan",
    "shown",
]
