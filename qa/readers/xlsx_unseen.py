"""Styles of an Excel workbook whose cells nobody sees, and rows and columns that are hidden."""

import re
from typing import Any

from qa.readers.package import whole
from qa.readers.unseen import SAME, TINY, blends

FORMAT = "in a number format that shows nothing"
_S = "{*}"
_PAPER, _INK = "FFFFFF", "000000"
# Of the colours by number: those of the old palette, and the first two of a theme.
_PALETTE = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
_INDEXED = {str(n): _PALETTE[n % 8] for n in range(16)}
_THEME = {"0": _PAPER, "1": _INK}
# Points.
_SMALLEST = 1.0
_NOTHING = re.compile(r'\[[^\]]*\]|["\s]')
_YES = ("1", "true")


def unseen_styles(root: Any) -> dict[str, tuple[str, str]]:
    """The s of a cell → why nobody sees a number in it, and a text; styles that show both are not there."""
    if root is None:
        return {}
    codes = {e.get("numFmtId"): _shows_nothing(e.get("formatCode", "")) for e in root.iter(f"{_S}numFmt")}
    fonts = [_font(font) for font in root.iterfind(f"{_S}fonts/{_S}font")]
    fills = [_fill(fill) for fill in root.iterfind(f"{_S}fills/{_S}fill")]
    found = {}
    for n, cell in enumerate(root.iterfind(f"{_S}cellXfs/{_S}xf")):
        numbers, texts = codes.get(cell.get("numFmtId"), (False, False))
        font, fill = whole(cell.get("fontId")), whole(cell.get("fillId"))
        colour, tiny = fonts[font] if 0 <= font < len(fonts) else (_INK, False)
        ground = fills[fill] if 0 <= fill < len(fills) else _PAPER
        reason = TINY if tiny else SAME if colour and colour == ground != _PAPER else blends(colour, ground)
        reasons = (FORMAT if numbers else reason, FORMAT if texts else reason)
        if any(reasons):
            found[str(n)] = reasons
    return found


def is_hidden(row: Any) -> bool:
    """Whether a row is hidden, or has no height."""
    return row.get("hidden") in _YES or _is_nothing(row.get("ht"))


def hidden_columns(column: Any) -> list[tuple[int, int]]:
    """First and last of the columns that a `col` hides, or gives no width; nothing where they are seen."""
    if column.get("hidden") not in _YES and not _is_nothing(column.get("width")):
        return []
    return [(whole(column.get("min"), 1) - 1, whole(column.get("max"), 1) - 1)]


def _is_nothing(length: str | None) -> bool:
    return length is not None and re.fullmatch(r"0+(\.0*)?", length) is not None


def _shows_nothing(code: str) -> tuple[bool, bool]:
    """Whether a format such as `;;;` shows no number, and no text."""
    parts = [_NOTHING.sub("", part) for part in code.split(";")]
    numbers = len(parts) > 1 and not any(parts[:3])
    return numbers, numbers and len(parts) > 3 and not parts[3]


def _font(font: Any) -> tuple[str, bool]:
    """The colour of its letters, and whether they are too small."""
    size = font.find(f"{_S}sz")
    try:
        tiny = size is not None and 0 < float(size.get("val", "")) <= _SMALLEST
    except ValueError:
        tiny = False
    return _colour(font.find(f"{_S}color"), _INK), tiny


def _fill(fill: Any) -> str:
    """The colour of a fill; empty for a pattern or a course of colours."""
    pattern = fill.find(f"{_S}patternFill")
    if pattern is None or pattern.get("patternType", "none") not in ("none", "solid"):
        return "" if len(fill) else _PAPER
    return _colour(pattern.find(f"{_S}fgColor"), "") if pattern.get("patternType") == "solid" else _PAPER


def _colour(element: Any, usual: str) -> str:
    """Six digits, or what names the same colour of a theme; empty when it is not known."""
    if element is None or element.get("auto") in _YES:
        return usual
    tint = element.get("tint", "0")
    theme, number = element.get("theme"), element.get("indexed")
    if element.get("rgb"):
        known = element.get("rgb")[-6:].upper()
    elif number is not None:
        known = _INDEXED.get(number, usual if number in ("64", "65") else f"indexed {number}")
    else:
        known = _THEME.get(theme or "", f"theme {theme}")
    return known if _is_nothing(tint) else f"{known} {tint}"
