"""The vectors in Chroma: derived from the store, and made again from it whenever in doubt.

Chroma rewrites its files in place, so a process killed near a write can break them for good, and opening broken
files can crash. Hence a marker beside them: it is taken away before the first write and put back, with the
store's revision, after a clean close. Without it the folder is not even opened.
"""

from qa.index.index import PassageIndex
from qa.index.marker import read_marker

__all__ = ["PassageIndex", "read_marker"]
