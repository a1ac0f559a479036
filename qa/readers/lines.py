"""Lines in reading order → the text of a page, and where each of its characters comes from."""

import re
from collections.abc import Iterable
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from qa.readers.cell import NOWHERE, Cell

# Lines further apart than this many usual distances begin a paragraph.
_PARAGRAPH = 1.35
_BROKEN = re.compile("[\ufffe\xad]|-\r?\n")
_WORDS = re.compile(r"\w+")
_LAST_WORD = re.compile(r"\w{0,40}$")
_FIRST_WORD = re.compile(r"\w{0,40}")


class Laid(NamedTuple):
    """A page as text."""

    text: str
    lines: list[tuple[int, int, Cell]]
    """(start, end, line): the interval of each line."""

    @property
    def sources(self) -> list[int]:
        """Of each character of `text`, as in the cells; `NOWHERE` for what stands between them."""
        sources: list[int] = []
        for start, end, line in self.lines:
            sources += [NOWHERE] * (start - len(sources))
            sources += line.sources[: end - start]
        return sources + [NOWHERE] * (len(self.text) - len(sources))


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """All words in small letters, without those broken at a line end; empty where none is."""
    texts = list(texts)
    if not any(_BROKEN.search(text) for text in texts):
        return frozenset()
    # A broken word keeps its mark, and is left out as a whole.
    marked = "\n".join(texts).lower().replace("-\r\n", "\ufffe").replace("-\n", "\ufffe").replace("\xad", "\ufffe")
    words = {word for word in set(marked.split()) if "\ufffe" not in word}
    # Punctuation is taken off once for each word of the document: a regular expression takes its time.
    plain = {word for word in words if word.isalnum()}
    return frozenset(plain.union(_WORDS.findall("\n".join(words - plain))))


def together(lines: list[Cell], words: frozenset[str]) -> Laid:
    """The text of a page. `words` occur in the document, see `words_of`."""
    text: list[str] = []
    places: list[tuple[int, int, Cell]] = []
    distance = _usual_distance(lines)
    length = 0
    for n, line in enumerate(lines):
        piece = line.text
        next_ = lines[n + 1] if n + 1 < len(lines) else None
        end = _line_end(line, next_, words, distance)
        if piece[-1] == "\ufffe" or (piece[-1] in _BREAKS and next_ and not end):
            piece = piece[:-1]
        text += (piece, end)
        places.append((length, length + len(piece), line))
        length += len(piece) + len(end)
    return Laid("".join(text), places)


_BREAKS = "-\xad\ufffe"


def _usual_distance(lines: list[Cell]) -> float:
    """Median distance between the tops of neighbouring lines of one block, in points."""
    down = (next_.top - line.top for line, next_ in pairwise(lines) if line.size)
    distances = [d for d in down if 2 < d < 60]
    return median(distances) if distances else 0.0


def _line_end(line: Cell, next_: Cell | None, words: frozenset[str], distance: float) -> str:
    """What follows a line: nothing within a word, a line end, or an empty line between paragraphs."""
    last = line.text[-1]
    if next_ is None:
        return "-" if last == "\ufffe" else ""
    if last in _BREAKS:
        joint = _joint(line.text[:-1], next_.text, last, words)
        if joint is not None:
            return joint
    down = next_.top - line.top
    rows = line.joined > 1 and next_.joined > 1
    apart = down < -line.size or down > _PARAGRAPH * max(distance, line.size, next_.size * 0.8)
    return "\n\n" if apart and not rows else "\n"


def _joint(line: str, next_: str, mark: str, words: frozenset[str]) -> str | None:
    """ "" or "-" where a word was broken between two lines; None where the mark belongs to the line.

    Whether the hyphen belongs to the word (self-publishing) or to the line (docu-ment), the rest of the
    document says: it stays when both halves occur as words and the joined word does not.
    """
    left, right = _LAST_WORD.search(line), _FIRST_WORD.match(next_)
    assert left is not None
    assert right is not None
    whole = (left[0] + right[0]).lower()
    if mark == "-":
        broken = len(left[0]) > 1 and right[0][:1].islower() and whole in words
        return "" if broken else None
    if whole in words or mark == "\xad":
        return ""
    compound = left[0].lower() in words and right[0].lower() in words
    return "-" if compound or left[0][-1:].isdigit() or right[0][:1].isupper() else ""
