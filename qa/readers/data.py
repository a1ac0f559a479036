"""JSON, and JSON a line: fields with their path, lists of records as one line each."""

import json
from pathlib import Path
from typing import Any

from qa.readers.blocks import assemble, bounded
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished
from qa.readers.records import MOST_LEVELS, Fields, TooDeep, blocks
from qa.readers.text import read_text

# A file that holds fewer whole lines than this share is not JSON a line, but damaged JSON.
_WHOLE_LINES = 0.5


def read(path: Path, limits: ReadLimits) -> Document:
    """Its fields as text, as they stand in the file where it is not valid. Raises UnreadableFile."""
    source, warnings = read_text(path, path.read_bytes())
    try:
        value = _value(source)
        text, headings = assemble(bounded(path, limits, blocks(value)))
    except (TooDeep, RecursionError) as error:
        raise too_deep(path) from error
    except json.JSONDecodeError as error:
        value, broken = _lines(source)
        if value is None:
            said = f"It is not valid JSON (line {error.lineno}: {error.msg}), so it was read as plain text."
            return finished(path, limits, "json", source, warnings=(*warnings, said))
        text, headings = assemble(bounded(path, limits, blocks(value)))
        if broken:
            warnings += (f"Not valid JSON, and left as they stand: {_listed(broken)}.",)
    return finished(path, limits, "json", text, headings, warnings=warnings)


def too_deep(path: Path) -> UnreadableFile:
    """The error for data whose nesting no document has."""
    return UnreadableFile(
        path, f"nests lists and fields more than {MOST_LEVELS} deep: it is damaged, or made to do harm."
    )


def _value(source: str) -> Any:
    # Numbers stay as they are written: 1.10 is a version, and 20 digits are an identifier.
    return json.loads(source, object_pairs_hook=Fields, parse_int=str, parse_float=str)


def _lines(source: str) -> tuple[list[Any] | None, list[int]]:
    """(the values of the lines, or None where most are none; the numbers of those that are not valid)."""
    values: list[Any] = []
    broken: list[int] = []
    for number, line in enumerate(source.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values.append(_value(line))
        except json.JSONDecodeError:
            values.append(line)
            broken.append(number)
    whole = len(values) - len(broken)
    return (values, broken) if whole > 1 and whole >= _WHOLE_LINES * len(values) else (None, broken)


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:5]))
    more = f" and {len(numbers) - 5:,} more" if len(numbers) > 5 else ""
    return f"line{'s' if len(numbers) > 1 else ''} {shown}{more}"
