"""The numbers and bullets that a program shows before the items of its lists (Word and OpenDocument)."""

import re
from dataclasses import dataclass, field

from qa.readers.roman import as_roman


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
    own: dict[str, dict[int, Level]] = field(default_factory=dict)
    """Levels that one list writes otherwise than its definition, by its id."""
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


def label(lists: Lists, list_id: str, level: int) -> str:
    """What Word shows before the next item of this list: `- ` (indented by level), `2.1. `, `b) `, or ""."""
    name = lists.abstract.get(list_id)
    levels = {**lists.levels.get(name or "", {}), **lists.own.get(list_id, {})}
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
        return written(counts.get(n, definition.start), definition.format)

    text = re.sub(r"%([1-9])", number, levels[level].text).strip()
    return text + " " if text else ""


def written(number: int, style: str) -> str:
    """`number` in the style that Word calls `decimal`, `lowerRoman` and so on."""
    if style == "none":
        return ""
    letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 1000 else str(number)
    forms = {
        "lowerLetter": letters,
        "upperLetter": letters.upper(),
        "lowerRoman": as_roman(number),
        "upperRoman": as_roman(number).upper(),
        "decimalZero": f"{number:02}",
    }
    return forms.get(style, str(number))
