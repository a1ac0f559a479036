"""What lies in the documents folders, by one stat a file, without opening any."""

from qa.folder.files import Fingerprint, digest, fingerprint
from qa.folder.patterns import PatternError
from qa.folder.roots import EmptyFolderError, FolderError, Root, path_of, roots, shown
from qa.folder.walking import FoundFile, check, folders, scan

__all__ = [
    "EmptyFolderError",
    "Fingerprint",
    "FolderError",
    "FoundFile",
    "PatternError",
    "Root",
    "check",
    "digest",
    "fingerprint",
    "folders",
    "path_of",
    "roots",
    "scan",
    "shown",
]
