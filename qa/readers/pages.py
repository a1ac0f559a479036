"""Pages put together into one text, and their numbers in words."""

from collections.abc import Sequence

from qa.readers.document import Page

_BETWEEN_PAGES = "\n\n"


def joined(texts: Sequence[str], labels: Sequence[str] = ()) -> tuple[str, tuple[Page, ...]]:
    """The whole text, and pages that tile it: the gap before a page belongs to the page it follows."""
    last = max((n for n, text in enumerate(texts) if text), default=0)
    pieces = [text + _BETWEEN_PAGES if text and n < last else text for n, text in enumerate(texts)]
    pages = []
    offset = 0
    for n, piece in enumerate(pieces):
        pages.append(Page(n + 1, offset, offset + len(piece), labels[n] if labels else ""))
        offset += len(piece)
    return "".join(pieces), tuple(pages)


def numbers(indexes: Sequence[int], unit: str = "Page") -> str:
    """`Page 3`, or `Pages 1-3, 7`, of pages (or what `unit` says) counted from 0."""
    runs: list[list[int]] = []
    for number in (index + 1 for index in sorted(indexes)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    listed = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"{unit}{'' if len(indexes) == 1 else 's'} {listed}"
