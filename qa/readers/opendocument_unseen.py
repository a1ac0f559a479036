"""What nobody sees of an OpenDocument file: hidden, white on white, or too small. In doubt it is seen."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from qa.readers.opendocument_styles import DRAW, OFFICE, PRESENTATION, STYLE, TABLE, TEXT
from qa.readers.package import Package
from qa.readers.unseen import HIDDEN, TINY, WHITE, is_white

_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_LENGTH = re.compile(r"([\d.]+)(pt|in|cm|mm|px)$")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75}
_SMALLEST = 1.0
_DEEPEST = 10


@dataclass(frozen=True)
class Look:
    """How a style shows text; None is what it does not say."""

    hidden: bool | None = None
    colour: str | None = None
    size: float | None = None
    ground: str | None = None
    """Six digits; "" for none, "?" for a picture or a course of colours."""

    def over(self, other: "Look") -> "Look":
        """This look, with what it does not say from another one."""
        return Look(
            other.hidden if self.hidden is None else self.hidden,
            other.colour if self.colour is None else self.colour,
            other.size if self.size is None else self.size,
            other.ground if self.ground is None else self.ground,
        )

    def why_unseen(self, on_ground: bool) -> str:
        """Why nobody sees text that looks so; empty when it is seen."""
        if self.hidden:
            return HIDDEN
        if self.size is not None and self.size <= _SMALLEST:
            return TINY
        white = is_white(self.colour or "") and not on_ground and not is_ground(self.ground)
        return WHITE if white else ""


def is_ground(colour: str | None) -> bool:
    """Whether white letters may be seen on it."""
    return bool(colour) and not is_white(colour or "")


class Looks:
    """The looks of the styles of some parts, each with what it inherits."""

    def __init__(self, *roots: Any) -> None:
        self._styles = {key: style for root in roots if root is not None for key, style in _named(root)}
        self._looks: dict[tuple[str, str], Look] = {}
        self.suspected = {key for key in self._styles if self.of(*key).why_unseen(on_ground=False)}
        """Family and name of the styles that may hide text."""

    def of(self, family: str, name: str) -> Look:
        """The look of a style."""
        key = family, name
        if key not in self._looks:
            found, place = Look(), name
            for _ in range(_DEEPEST):
                style = self._styles.get((family, place))
                if style is None:
                    break
                found = found.over(_look(style))
                place = style.get(STYLE + "parent-style-name", "")
            self._looks[key] = found
        return self._looks[key]


def _named(root: Any) -> Iterator[tuple[tuple[str, str], Any]]:
    for style in root.iter(STYLE + "style", STYLE + "default-style"):
        yield (style.get(STYLE + "family", ""), style.get(STYLE + "name", "")), style


def _look(style: Any) -> Look:
    hidden: bool | None = None
    colour = size = ground = None
    for properties in style.iterchildren():
        if properties.tag == STYLE + "text-properties":
            display = properties.get(TEXT + "display")
            hidden = hidden if display is None else display == "none"
            colour, size = _colour(properties), _size(properties.get(_FO + "font-size"))
        own = _ground(properties)
        ground = own if own is not None else ground
    return Look(hidden, colour, size, ground)


def _colour(properties: Any) -> str | None:
    if properties.get(STYLE + "use-window-font-color") == "true":
        return ""
    given = properties.get(_FO + "color")
    return None if given is None else str(given).lstrip("#")


def _size(given: str | None) -> float | None:
    """Points; None for a share of another size."""
    found = _LENGTH.match(given or "")
    try:
        return float(found[1]) * _POINTS[found[2]] if found else None
    except ValueError:
        return None


def _ground(properties: Any) -> str | None:
    fill, colour = properties.get(DRAW + "fill"), properties.get(_FO + "background-color")
    if fill is not None and fill != "none":
        return str(properties.get(DRAW + "fill-color", "?")).lstrip("#") if fill == "solid" else "?"
    if colour not in (None, "transparent"):
        return str(colour).lstrip("#")
    return None if fill is None and colour is None else ""


def leave_out(content: Any, styles: Any, found: dict[str, list[str]]) -> None:
    """Takes what nobody sees away from a text and from its headers; adds it to `found`, by the reason."""
    for root, other in ((content, styles), (styles, None)):
        if root is not None:
            looks = Looks(other, root)
            _leave_out_parts(root, found)
            if looks.suspected:
                ground = any(map(has_ground, (content, styles)))
                for element in root.iter(TEXT + "p", TEXT + "h"):
                    _leave_out_words(element, looks, ground or _stands_apart(element), found)


def leave_out_of_slide(page: Any, looks: Looks, masters: Mapping[str, Any], found: dict[str, list[str]]) -> None:
    """Takes what nobody sees away from a slide; adds it to `found`, by the reason."""
    _leave_out_parts(page, found)
    if not looks.suspected:
        return
    master = masters.get(page.get(DRAW + "master-page-name", ""))
    painted = any(_paints(one, looks) for one in (page, master) if one is not None)
    for element in page.iter(TEXT + "p", TEXT + "h"):
        if next(element.iterancestors(PRESENTATION + "notes"), None) is None:
            _leave_out_words(element, looks, painted or _in_table(element), found)


def _paints(page: Any, looks: Looks) -> bool:
    """Whether a page has a colour, or anything on it has, or is a picture."""
    if is_ground(looks.of("drawing-page", page.get(DRAW + "style-name", "")).ground):
        return True
    for shape in page.iter():
        name = str(shape.tag)
        if not name.startswith(DRAW) or next(shape.iterancestors(PRESENTATION + "notes"), None) is not None:
            continue
        families = (("graphic", DRAW), ("presentation", PRESENTATION))
        given = [(family, shape.get(space + "style-name")) for family, space in families]
        looked = [looks.of(family, style) for family, style in given if style]
        if shape.tag == DRAW + "image" or any(is_ground(look.ground) for look in looked):
            return True
        # A form that names no fill has that of its program, which is blue.
        if name.endswith("-shape") and not any(look.ground is not None for look in looked):
            return True
    return False


def _leave_out_parts(root: Any, found: dict[str, list[str]]) -> None:
    """Sections and paragraphs that are declared hidden."""
    for section in list(root.iter(TEXT + "section")):
        if section.get(TEXT + "display") == "none":
            _remember(
                found, HIDDEN, "\n".join("".join(p.itertext()) for p in section.iter(TEXT + "p", TEXT + "h"))
            )
            section.clear(keep_tail=True)
    for mark in list(root.iter(TEXT + "hidden-paragraph")):
        paragraph = next(mark.iterancestors(TEXT + "p", TEXT + "h"), None)
        if mark.get(TEXT + "is-hidden") == "true" and paragraph is not None:
            _remember(found, HIDDEN, "".join(paragraph.itertext()))
            paragraph.clear(keep_tail=True)


def _leave_out_words(paragraph: Any, looks: Looks, ground: bool, found: dict[str, list[str]]) -> None:
    name = paragraph.get(TEXT + "style-name", "")
    spans = (("text", span.get(TEXT + "style-name", "")) for span in paragraph.iter(TEXT + "span", TEXT + "a"))
    if ("paragraph", name) in looks.suspected or any(key in looks.suspected for key in spans):
        _blank(paragraph, looks.of("paragraph", name), looks, ground, found)


def _blank(element: Any, look: Look, looks: Looks, ground: bool, found: dict[str, list[str]]) -> None:
    """Empties the texts of an element that nobody sees, and of its spans; what is anchored in it stays."""
    reason = look.why_unseen(ground)
    if reason and element.text:
        _remember(found, reason, element.text)
        element.text = ""
    for child in element.iterchildren():
        if child.tag in (TEXT + "span", TEXT + "a"):
            own = looks.of("text", child.get(TEXT + "style-name", ""))
            on_ground = ground or is_ground(look.ground)
            _blank(child, own.over(look), looks, on_ground, found)
        if reason and child.tail:
            _remember(found, reason, child.tail)
            child.tail = ""


def _remember(found: dict[str, list[str]], reason: str, words: str) -> None:
    if words.strip():
        found.setdefault(reason, []).append(words)


def has_ground(root: Any) -> bool:
    """Whether the pages of a text have a colour, or pictures behind their text."""
    if root is None:
        return False
    pages = chain(root.iter(STYLE + "page-layout-properties"), root.iter(STYLE + "drawing-page-properties"))
    behind = (e.get(STYLE + "run-through") == "background" for e in root.iter(STYLE + "graphic-properties"))
    return any(is_ground(_ground(page)) for page in pages) or any(behind)


def _stands_apart(element: Any) -> bool:
    """In a table, box or section, which have colours by styles of their own."""
    return any(
        one.tag in (TABLE + "table", TEXT + "section") or str(one.tag).startswith(DRAW)
        for one in element.iterancestors()
    )


def _in_table(element: Any) -> bool:
    return next(element.iterancestors(TABLE + "table"), None) is not None


def metadata(package: Package) -> list[str]:
    """What a document says about itself (title, subject, keywords): it is no text of it."""
    root = package.part("meta.xml").root
    parts = () if root is None else root.iter(OFFICE + "meta")
    return [text.strip() for part in parts for text in part.itertext() if text.strip()]
