"""What a Word paragraph looks like: heading level by style, and the number that Word shows before it."""

import re
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN_SIGNS = ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i")
_ROMAN_SIZES = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_DEEPEST = 9


@dataclass(frozen=True)
class Style:
    """A paragraph style, what it inherits included."""

    heading: int = 0
    """1 to 9; 0 is body text."""
    list_id: str = ""
    list_level: int = 0


@dataclass(frozen=True)
class Level:
    """One level of a list: `text` is its pattern, such as `%1.%2.`."""

    start: int
    format: str
    text: str


@dataclass(frozen=True)
class Lists:
    """List definitions, and where each list has counted to while the document is read in order."""

    abstract: dict[str, str]
    """List id → id of its definition; lists with one definition count on together."""
    levels: dict[str, dict[int, Level]]
    restarts: dict[str, dict[int, int]]
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


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
            list_level = list_level if list_level >= 0 else int(value(number, "ilvl") or -1)
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
        levels = {int(e.get(W + "ilvl", "0")): _level(e) for e in definition.iterchildren(W + "lvl")}
        lists.levels[definition.get(W + "abstractNumId", "")] = levels
    for number in root.iterchildren(W + "num"):
        name = number.get(W + "numId", "")
        lists.abstract[name] = value(number, "abstractNumId")
        overrides = {int(e.get(W + "ilvl", "0")): e for e in number.iterchildren(W + "lvlOverride")}
        starts = {level: value(e, "startOverride") for level, e in overrides.items()}
        lists.restarts[name] = {level: int(start) for level, start in starts.items() if start.isdecimal()}
    return lists


def _level(element: Any) -> Level:
    start = value(element, "start")
    return Level(
        int(start) if start.isdecimal() else 1,
        value(element, "numFmt") or "decimal",
        value(element, "lvlText"),
    )


def label(lists: Lists, list_id: str, level: int) -> str:
    """What Word shows before the next item of this list: `- ` (indented by level), `2.1. `, `b) `, or ""."""
    name = lists.abstract.get(list_id)
    levels = lists.levels.get(name or "", {})
    if name is None or level not in levels:
        return "  " * level + "- " if list_id and list_id != "0" else ""
    counts = lists.counts.setdefault(name, {})
    if list_id not in lists.seen:
        lists.seen.add(list_id)
        counts.update({n: start - 1 for n, start in lists.restarts.get(list_id, {}).items()})
    counts[level] = counts.get(level, levels[level].start - 1) + 1
    for deeper in [n for n in counts if n > level]:
        del counts[deeper]
    if levels[level].format == "bullet":
        return "  " * level + "- "
    return _filled(levels, counts, level)


def _filled(levels: dict[int, Level], counts: dict[int, int], level: int) -> str:
    def number(found: re.Match[str]) -> str:
        n = int(found[1]) - 1
        definition = levels.get(n, Level(1, "decimal", ""))
        return _written(counts.get(n, definition.start), definition.format)

    text = re.sub(r"%([1-9])", number, levels[level].text).strip()
    return text + " " if text else ""


def _written(number: int, style: str) -> str:
    if style == "none":
        return ""
    letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 1000 else str(number)
    written = {
        "lowerLetter": letters,
        "upperLetter": letters.upper(),
        "lowerRoman": _roman(number),
        "upperRoman": _roman(number).upper(),
        "decimalZero": f"{number:02}",
    }
    return written.get(style, str(number))


def _roman(number: int) -> str:
    written = ""
    for sign, size in zip(_ROMAN_SIGNS, _ROMAN_SIZES, strict=True) if 0 < number < 4000 else ():
        written += sign * (number // size)
        number %= size
    return written or str(number)
