"""The letters and signs of the fonts Symbol and Wingdings, which have codes of their own instead of Unicode."""

import re

# From 0x41, 0x61 and 0xA1 on, as Adobe encoded them.
_RUNS = (
    (0x41, "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"),
    (0x61, "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"),
    (0xA1, "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"),
)
_OTHERS = {0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0xF2: "∫"}
_SYMBOL = (
    {code: chr(code) for code in range(0x20, 0x7F)}
    | {start + n: sign for start, signs in _RUNS for n, sign in enumerate(signs)}
    | _OTHERS
)
"""What the font Symbol shows for a byte."""

# Of Wingdings, in which forms have their boxes, and lists their bullets; its other signs are no words.
_WINGDINGS = {0xFE: "☒", 0xFD: "☒", 0x78: "☒", 0xA8: "☐", 0x6F: "☐", 0xFC: "✓", 0xE0: "→", 0xB7: "•"} | {
    0xA7: "▪",
    0xD8: "➢",
}
# Where fonts of signs have their codes in Unicode's private area.
_PRIVATE = re.compile("[\uf020-\uf0ff]")


def has_signs(text: str) -> bool:
    """Whether some of it is in a font of signs."""
    return not text.isascii() and _PRIVATE.search(text) is not None


def shown(text: str, font: str) -> str:
    """`text` with what `font` shows for its codes of the private area."""
    signs = _SYMBOL if font == "Symbol" else _WINGDINGS
    return _PRIVATE.sub(lambda found: signs.get(ord(found[0]) & 0xFF, ""), text)
