"""Jupyter notebooks: their prose, code and printed results, without pictures."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.readers import markdown
from qa.readers.blocks import Section, join
from qa.readers.document import Document, ReadLimits, UnreadableFile, canonical, finished
from qa.readers.text import read_text

# Of one cell; what is longer is a log or a dump.
_OUTPUT_CHARACTERS = 2000


def read(path: Path, limits: ReadLimits) -> Document:
    """Cells in their order, with the headings of the prose. Raises UnreadableFile when it is not a notebook."""
    source, warnings = read_text(path, path.read_bytes())
    try:
        notebook = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(path, "is damaged: it is not a whole notebook (JSON). Save it again.") from error
    cut: list[int] = []
    sections = [one for cell in _cells(path, notebook) for one in _sections(cell, cut)]
    if cut:
        warnings += (f"Results longer than {_OUTPUT_CHARACTERS:,} characters were shortened ({len(cut)}).",)
    text, headings, _ = join(sections)
    return finished(path, limits, "notebook", text, headings, warnings=warnings)


def _cells(path: Path, notebook: Any) -> Iterator[dict[str, Any]]:
    """The cells; those of the third format stand in worksheets."""
    if isinstance(notebook, dict):
        sheets = notebook.get("worksheets")
        for part in [notebook, *(sheets if isinstance(sheets, list) else [])]:
            cells = part.get("cells") if isinstance(part, dict) else None
            if isinstance(cells, list):
                yield from (cell for cell in cells if isinstance(cell, dict))
        # One to which nobody has added a cell is a notebook, too.
        if "cells" in notebook or sheets or "nbformat" in notebook:
            return
    raise UnreadableFile(path, "is not a notebook: it has no cells. Save it again in Jupyter.")


def _sections(cell: dict[str, Any], cut: list[int]) -> Iterator[Section]:
    """The cell's words, then what it printed; `cut` grows with each result that was shortened."""
    words = _text(cell.get("source", cell.get("input", ""))).strip("\n")
    if cell.get("cell_type") == "heading":
        words = "#" * min(6, max(1, _level(cell))) + " " + words
    prose = cell.get("cell_type") in ("markdown", "heading")
    if prose:
        words = markdown.without_pictures(words)
    if words.strip():
        yield Section(words, tuple(markdown.headings(words)) if prose else ())
    outputs = cell.get("outputs")
    printed = "\n".join(filter(None, map(_printed, outputs if isinstance(outputs, list) else [])))
    if len(printed) > _OUTPUT_CHARACTERS:
        cut.append(len(printed))
        printed = printed[:_OUTPUT_CHARACTERS].rstrip() + " …"
    if printed:
        yield Section("Output:\n" + printed)


def _level(cell: dict[str, Any]) -> int:
    level = cell.get("level", 1)
    return level if isinstance(level, int) else 1


def _printed(output: Any) -> str:
    """The text of one output: what it printed, its value as plain text, or its error in one line."""
    if not isinstance(output, dict):
        return ""
    if output.get("output_type") in ("error", "pyerr"):
        return f"{output.get('ename', 'Error')}: {output.get('evalue', '')}".strip()
    data = output.get("data", output)
    plain = data.get("text/plain", output.get("text", "")) if isinstance(data, dict) else ""
    text = _text(plain).strip("\n")
    # What stands for a picture or a widget says nothing.
    return "" if text.startswith("<") and text.endswith(">") and "\n" not in text else text


def _text(lines: Any) -> str:
    """A string, or a list of its lines."""
    return canonical("".join(map(str, lines)) if isinstance(lines, list) else str(lines or ""))
