"""How an OpenDocument document looks: its titles, the lists and headings that it numbers, and its formulas."""

from dataclasses import dataclass, field
from typing import Any

from qa.readers.formulas import linear
from qa.readers.numbering import Level, Lists
from qa.readers.package import Package, whole

_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, STYLE, DRAW = (
    f"{_NAMES}{name}:1.0}}" for name in ("office", "text", "table", "style", "drawing")
)
SVG, PRESENTATION, CHART = (f"{_NAMES}{name}:1.0}}" for name in ("svg-compatible", "presentation", "chart"))
_HREF = "{http://www.w3.org/1999/xlink}href"
_NUMBER_STYLES = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_DEEPEST = 10


@dataclass
class Writing:
    """One document while it is read."""

    package: Package
    titles: set[str] = field(default_factory=set)
    """Paragraph styles of titles, and those made from them."""
    list_styles: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: Lists = field(default_factory=lambda: Lists({}, {}, {}))
    running: dict[str, str] = field(default_factory=dict)
    """List style → id of the list that it had last, for those that count on."""
    outline: str = ""
    """Id of the list that numbers the headings, where they are numbered."""


def writing(package: Package, *roots: Any) -> Writing:
    """The styles of a document's parts (styles.xml, content.xml), ready to read its text."""
    made = Writing(package)
    parents: dict[str, str] = {}
    for root in roots:
        for style in () if root is None else root.iter(STYLE + "style"):
            parents[style.get(STYLE + "name", "")] = style.get(STYLE + "parent-style-name", "")
        for style in () if root is None else root.iter(TEXT + "list-style"):
            made.list_styles[style.get(STYLE + "name", "")] = _levels(style)
        for style in () if root is None else root.iter(TEXT + "outline-style"):
            levels = {n: level for n, level in _levels(style).items() if level.text}
            if levels:
                made.outline = begin(made, levels)
        _write_out_formulas(package, root)
    made.titles.update(name for name in (*parents, "Title") if _descends(name, parents, "Title"))
    return made


def _write_out_formulas(package: Package, root: Any) -> None:
    """Puts the signs of each formula, an embedded object, where it stands in its line."""
    for element in () if root is None else list(root.iter(DRAW + "object")):
        frame = element.getparent()
        part = embedded(package, element)
        if part is not None and str(part.tag).endswith("}math") and frame.tag == DRAW + "frame":
            tail = frame.tail
            frame.clear()
            frame.tag, frame.text, frame.tail = TEXT + "span", linear(part), tail


def embedded(package: Package, element: Any) -> Any:
    """The content of the object in a frame, None when there is none."""
    folder = element.get(_HREF, "").removeprefix("./").rstrip("/")
    return package.part(f"{folder}/content.xml").root if folder else None


def _descends(name: str, parents: dict[str, str], ancestor: str) -> bool:
    for _ in range(_DEEPEST):
        if name == ancestor:
            return True
        name = parents.get(name, "")
    return False


def _levels(style: Any) -> dict[int, Level]:
    levels = {}
    for entry in style.iterchildren():
        place = whole(entry.get(TEXT + "level"), 1) - 1
        if not str(entry.tag).endswith(("-number", "outline-level-style")):
            levels[place] = Level(1, "bullet", "")
            continue
        form = _NUMBER_STYLES.get(entry.get(STYLE + "num-format", ""), "")
        shown = whole(entry.get(TEXT + "display-levels"), 1)
        numbers = ".".join(f"%{n + 1}" for n in range(max(0, place - shown + 1), place + 1)) if form else ""
        ends = entry.get(STYLE + "num-prefix", ""), entry.get(STYLE + "num-suffix", "")
        start = whole(entry.get(TEXT + "start-value"), 1)
        levels[place] = Level(start, form, f"{ends[0]}{numbers}{ends[1]}" if form else "")
    return levels


def begin(made: Writing, levels: dict[int, Level]) -> str:
    """Id of a list that begins to count."""
    name = str(len(made.lists.abstract) + 1)
    made.lists.abstract[name] = name
    made.lists.levels[name] = levels
    return name
