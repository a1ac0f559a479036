"""What a Word paragraph looks like: its heading level by style, and the list that numbers it."""

import re
from dataclasses import dataclass
from typing import Any

from qa.readers.numbering import Level, Lists
from qa.readers.package import whole

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 9


@dataclass(frozen=True)
class Style:
    """A paragraph style, what it inherits included."""

    heading: int = 0
    """1 to 9; 0 is body text."""
    list_id: str = ""
    list_level: int = 0


def read_styles(root: Any) -> dict[str, Style]:
    """Style id → style. `root` is the parsed styles.xml, or None."""
    elements = {} if root is None else {e.get(W + "styleId", ""): e for e in root.iterchildren(W + "style")}
    return {name: _style(elements, name) for name in elements}


def _style(elements: dict[str, Any], name: str) -> Style:
    heading, list_id, list_level = -1, "", -1
    visited: set[str] = set()
    while name in elements and name not in visited:
        visited.add(name)
        element = elements[name]
        if heading < 0:
            heading = _heading(element)
        number = element.find(f"{W}pPr/{W}numPr")
        if number is not None:
            list_id = list_id or value(number, "numId")
            list_level = list_level if list_level >= 0 else whole(value(number, "ilvl"), -1)
        name = value(element, "basedOn")
    return Style(max(0, heading), list_id, max(0, list_level))


def _heading(style: Any) -> int:
    """Level of a style by its outline level (in any language) or its built-in name; -1: it does not say."""
    outline = value(style.find(W + "pPr"), "outlineLvl")
    if outline.isdecimal():
        return outline_level(outline)
    name = value(style, "name").lower()
    found = re.fullmatch(r"heading ([1-9])", name)
    return int(found[1]) if found else 1 if name == "title" else -1


def outline_level(outline: str) -> int:
    """Heading level of w:outlineLvl, which counts from 0 and says 9 for body text."""
    return int(outline) + 1 if int(outline) < _DEEPEST else 0


def value(element: Any, name: str) -> str:
    """The w:val of the child `name`, "" when there is none."""
    child = None if element is None else element.find(W + name)
    return "" if child is None else str(child.get(W + "val", ""))


def read_lists(root: Any) -> Lists:
    """The lists of numbering.xml (None: there are none)."""
    lists = Lists({}, {}, {})
    if root is None:
        return lists
    for definition in root.iterchildren(W + "abstractNum"):
        levels = {whole(e.get(W + "ilvl")): _level(e) for e in definition.iterchildren(W + "lvl")}
        lists.levels[definition.get(W + "abstractNumId", "")] = levels
    for number in root.iterchildren(W + "num"):
        name = number.get(W + "numId", "")
        lists.abstract[name] = value(number, "abstractNumId")
        overrides = {whole(e.get(W + "ilvl")): e for e in number.iterchildren(W + "lvlOverride")}
        starts = {level: value(e, "startOverride") for level, e in overrides.items()}
        lists.restarts[name] = {level: int(start) for level, start in starts.items() if start.isdecimal()}
        written = {level: e.find(W + "lvl") for level, e in overrides.items()}
        lists.own[name] = {level: _level(e) for level, e in written.items() if e is not None}
    return lists


def _level(element: Any) -> Level:
    start = value(element, "start")
    return Level(
        whole(start, 1),
        value(element, "numFmt") or "decimal",
        value(element, "lvlText"),
    )
