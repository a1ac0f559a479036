"""File → Document. Each format is a small module; files are only opened in a recycled worker process."""

from qa.readers.child import limits_of
from qa.readers.document import Document, Heading, Page, UnreadableFile
from qa.readers.kinds import KINDS, READABLE, place
from qa.readers.process import Reader

__all__ = ["KINDS", "READABLE", "Document", "Heading", "Page", "Reader", "UnreadableFile", "limits_of", "place"]
