"""Items of a list that say the same, as one with the footnotes of all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.facts.spans import content
from qa.store import Filed
from qa.surveying.records import Line

# Two sentences with so much of their words in common, and the same values, say the same.
_ALIKE = 0.8
# Items of the same value that one is compared with, the latest first: a value may stand everywhere.
_NEAREST = 40


@dataclass(frozen=True)
class Item:
    """A line of a list: `same` is what two of them must share to be one, `alone` that nothing else matters."""

    document: Filed
    line: Line
    same: str = ""
    alone: bool = False


def merged(items: Sequence[Item]) -> list[Item]:
    """The items in their order, each at its first place."""
    kept: list[Item] = []
    places: dict[str, list[int]] = {}
    for item in items:
        known = places.setdefault(item.same, [])
        twin = next((at for at in reversed(known[-_NEAREST:]) if item.alone or _is_alike(kept[at], item)), None)
        if twin is None:
            known.append(len(kept))
            kept.append(item)
            continue
        line = kept[twin].line
        words = (*line.words, *(words for words in item.line.words if words not in line.words))
        kept[twin] = replace(kept[twin], line=replace(line, words=words))
    return kept


def _is_alike(one: Item, other: Item) -> bool:
    mine, theirs = content(one.line.text), content(other.line.text)
    return len(mine & theirs) >= _ALIKE * max(1, len(mine | theirs))
