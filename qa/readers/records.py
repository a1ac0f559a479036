"""Fields, lists and records, as lines that can be understood alone: each carries its names (JSON and XML)."""

import re
from collections.abc import Iterator
from typing import Any

from qa.readers import html
from qa.readers.blocks import Block
from qa.readers.document import canonical

MOST_LEVELS = 100
"""How deep fields and lists may stand in one another."""

_LINE_CHARACTERS = 400
_NAME_CHARACTERS = 120
_RECORDS = 3
# Of a record's fields, the one that says what it is.
_NAMES = ("title", "name", "label", "subject", "heading", "question", "key", "id")
_PAGE = re.compile(r"</(?:p|div|a|li|span|td|h[1-6]|b|strong|em)>|<br\s*/?>", re.IGNORECASE)
_ENCODED = re.compile(r"(?:data:[\w/+.-]+;base64,)?[A-Za-z0-9+/=_\s-]{800,}")


class Fields(list[tuple[str, Any]]):
    """Names with their values, in the order of the file; a name may come twice."""


class TooDeep(Exception):  # noqa: N818 (says what the data is)
    """Lists and fields stand in one another more than MOST_LEVELS deep."""


def blocks(value: Any) -> Iterator[Block]:
    """Blocks of a value: Fields, a list, or text. Raises TooDeep."""
    _check(value)
    if isinstance(value, list):
        yield from _contents((), value)
    else:
        yield Block(_shown(value))


def _check(value: Any) -> None:
    """Level by level, so that no depth is too deep for this."""
    level = [value] if isinstance(value, list) else []
    for _ in range(MOST_LEVELS):
        level = [inner for outer in level for inner in _values(outer) if isinstance(inner, list)]
        if not level:
            return
    raise TooDeep


def _values(value: list[Any]) -> list[Any]:
    return [one for _, one in value] if isinstance(value, Fields) else value


def _contents(path: tuple[str, ...], value: list[Any]) -> Iterator[Block]:
    if isinstance(value, Fields):
        yield from _fields(path, value)
    elif all(not isinstance(item, list) for item in value):
        yield from _texts(path, value)
    elif all(isinstance(item, list) and _is_flat(item) and not isinstance(item, Fields) for item in value):
        yield from (Block(" | ".join(_one_line(cell) for cell in item), run="row") for item in value)
    else:
        yield from _items(path, value)


def _fields(path: tuple[str, ...], fields: Fields) -> Iterator[Block]:
    """Those without a heading of their own first: what follows a heading would seem to belong to it."""
    lines = [_line(value) if isinstance(value, Fields) and value else None for _, value in fields]
    if len(fields) >= _RECORDS and None not in lines:
        # A table whose rows have names.
        for (name, _), line in zip(fields, lines, strict=True):
            yield Block(f"{_name((*path, name))}: {line}", run="record")
        return
    headed = [(name, value) for name, value in fields if _is_headed(path, value)]
    for name, value in fields:
        if not _is_headed(path, value):
            yield from _field((*path, name), value)
    for name, value in headed:
        yield Block(_name((*path, name)), level=min(len(path) + 1, 6))
        yield from _contents((*path, name), value)


def _is_headed(path: tuple[str, ...], value: Any) -> bool:
    """Lists of records, and what stands at the top."""
    if not isinstance(value, list) or not value:
        return False
    return not path or (not isinstance(value, Fields) and any(isinstance(item, Fields) for item in value))


def _field(path: tuple[str, ...], value: Any) -> Iterator[Block]:
    if isinstance(value, list) and value:
        yield from _contents(path, value)
        return
    text = _shown(value)
    alone = len(text) > _LINE_CHARACTERS or "\n" in text
    yield Block(f"{_name(path)}: {text}", run="" if alone else "field")


def _texts(path: tuple[str, ...], values: list[Any]) -> Iterator[Block]:
    """A list of numbers or words on one line; a longer one on a line each."""
    texts = [_shown(value) for value in values]
    label = f"{_name(path)}: " if path else ""
    if path and sum(map(len, texts)) + 2 * len(texts) <= _LINE_CHARACTERS and not any("\n" in t for t in texts):
        yield Block(label + ", ".join(texts), run="field")
        return
    yield from (Block(label + text, run="" if len(text) > _LINE_CHARACTERS else "field") for text in texts)


def _items(path: tuple[str, ...], items: list[Any]) -> Iterator[Block]:
    """Records: one line each, or, where any is too long, a heading that says which it is, and its fields."""
    lines = [_line(item) if isinstance(item, list) else _shown(item) for item in items]
    short = None not in lines
    for number, (item, line) in enumerate(zip(items, lines, strict=True), 1):
        if not isinstance(item, list):
            yield Block(line or "")
        elif short:
            yield Block(line or "", run="record")
        else:
            name = _called(item) if isinstance(item, Fields) else None
            title = f"{name[0]}: {_shown(name[1])}" if name else f"{path[-1] if path else 'item'} {number}"
            yield Block(title, level=min(len(path) + 1, 6))
            yield from _record(item, name)


def _record(item: list[Any], name: tuple[str, Any] | None) -> Iterator[Block]:
    """The fields of a record that has a heading, with names that begin at the record."""
    if not isinstance(item, Fields):
        yield from _contents((), item)
        return
    for pair in item:
        if pair is not name:
            yield from _field((pair[0],), pair[1])


def _called(fields: Fields) -> tuple[str, Any] | None:
    """The field that names the record: the first of _NAMES that is short, else the first short one."""
    short = [f for f in fields if not isinstance(f[1], list) and 0 < len(_shown(f[1])) <= _NAME_CHARACTERS]
    short = [f for f in short if "\n" not in _shown(f[1])]
    for name in _NAMES:
        for field in short:
            if field[0].lower() == name:
                return field
    return short[0] if short else None


def _line(item: list[Any]) -> str | None:
    """All fields of a record, also nested ones, on one line; None where it is too long for that."""
    pieces: list[str] = []
    length = 0
    for name, text in _flat("", item):
        length += len(name) + len(text) + 5
        if length > _LINE_CHARACTERS or "\n" in text:
            return None
        pieces.append(f"{name}: {text}" if name else text)
    return " | ".join(pieces)


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    """(path, text) of every text in it; a list of texts is one."""
    if not isinstance(value, list):
        yield prefix, _shown(value)
    elif not isinstance(value, Fields) and _is_flat(value):
        yield prefix, ", ".join(map(_shown, value))
    else:
        pairs = value if isinstance(value, Fields) else [(str(n), one) for n, one in enumerate(value, 1)]
        for name, inner in pairs:
            yield from _flat(f"{prefix}.{name}" if prefix and name else prefix or name, inner)


def _is_flat(value: list[Any]) -> bool:
    return not any(isinstance(item, list) for item in value)


def _name(path: tuple[str, ...]) -> str:
    return ".".join(part[:_NAME_CHARACTERS] for part in path if part)


def _one_line(value: Any) -> str:
    return " ".join(_shown(value).split())


def _shown(value: Any) -> str:
    """A value as it is read; markup in it is taken out, and a coded file in it is not shown."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "{}" if isinstance(value, Fields) else "[]"
    text = canonical(str(value)).strip()
    if len(text) >= 800 and _ENCODED.fullmatch(text) and text.count(" ") * 100 < len(text):
        return f"[{len(text):,} characters of coded data]"
    if _PAGE.search(text):
        return html.page_of(text)[0].text or text
    return text
