"""The words of a page whose elements nest too deeply for a tree."""

from html.parser import HTMLParser

_SILENT = ("script", "style", "head", "template")
_INLINE = frozenset(
    ("a", "b", "i", "em", "strong", "span", "font", "u", "small", "big", "code", "sub", "sup", "tt")
)


def flat_text(source: str) -> str:
    """All text outside scripts, a paragraph for each element that is not part of a line."""
    parser = _Words()
    parser.feed(source)
    parser.close()
    paragraphs = (" ".join(part.split()) for part in "".join(parser.pieces).split("\v"))
    return "\n\n".join(filter(None, paragraphs))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self.pieces.append("" if tag in _INLINE else "\v")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        self.pieces.append("" if tag in _INLINE else "\v")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)
