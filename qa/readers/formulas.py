"""Formulas on one line: Office Math and MathML as people type them, such as (a+b)/(2c) and x_1^2."""

import re
from collections.abc import Callable, Iterator
from typing import Any

_SIMPLE = re.compile(r"\w+|[^\W\d_]\w*\([^()]*\)|\([^()]*\)|√\w+|.")
_DEEPEST = 60


def linear(element: Any, depth: int = 0) -> str:
    """The formula below an m:oMath, an m:oMathPara or a math:math element."""
    if depth > _DEEPEST:
        return ""
    name = _name(element)
    if name in ("t", "mi", "mn", "mo", "mtext", "ms"):
        return "".join(element.itertext()).strip() if name != "t" else element.text or ""
    if name.endswith("Pr") or name in ("", "annotation", "annotation-xml"):
        return ""
    parts = dict(_parts(element, depth))
    if name in _FORMS:
        return _FORMS[name](parts, element)
    if name in _MATHML:
        return _in_order(name, [linear(child, depth + 1) for child in _children(element)])
    return "".join(linear(child, depth + 1) for child in _children(element))


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: Any) -> list[Any]:
    return [child for child in element.iterchildren() if isinstance(child.tag, str)]


def _parts(element: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Name → text of the parts of a structure of Office Math; those of one name together."""
    texts: dict[str, list[str]] = {}
    for child in _children(element):
        texts.setdefault(_name(child), []).append(linear(child, depth + 1))
    for name, several in texts.items():
        yield name, "\n".join(several)


def _grouped(text: str) -> str:
    text = text.strip()
    return text if _SIMPLE.fullmatch(text) or not text else f"({text})"


def _raised(text: str, sign: str) -> str:
    return f"{sign}{_grouped(text)}" if text.strip() else ""


def _property(element: Any, name: str, default: str) -> str:
    for properties in _children(element)[:1]:
        for child in _children(properties):
            if _name(child) == name:
                return next((str(value) for key, value in child.attrib.items() if key.endswith("}val")), "")
    return default


def _fenced(parts: dict[str, str], element: Any) -> str:
    begin, end = _property(element, "begChr", "("), _property(element, "endChr", ")")
    return begin + parts.get("e", "").replace("\n", _property(element, "sepChr", "|")) + end


def _summed(parts: dict[str, str], element: Any) -> str:
    sign = _property(element, "chr", "∫")
    ends = _raised(parts.get("sub", ""), "_") + _raised(parts.get("sup", ""), "^")
    return f"{sign}{ends} {parts.get('e', '')}"


def _scripted(parts: dict[str, str], _: Any) -> str:
    return _base(parts) + _raised(parts.get("sub", ""), "_") + _raised(parts.get("sup", ""), "^")


def _base(parts: dict[str, str]) -> str:
    return _grouped(parts.get("e", ""))


def _root(parts: dict[str, str], _: Any) -> str:
    return f"{parts.get('deg', '')}√{_grouped(parts.get('e', ''))}"


def _fraction(above: str, below: str) -> str:
    return f"{_grouped(above)}/{_grouped(below)}"


_FORMS: dict[str, Callable[[dict[str, str], Any], str]] = {
    "f": lambda parts, _: _fraction(parts.get("num", ""), parts.get("den", "")),
    "sSup": _scripted,
    "sSub": _scripted,
    "sSubSup": _scripted,
    "sPre": lambda parts, _: (
        _raised(parts.get("sub", ""), "_") + _raised(parts.get("sup", ""), "^") + _base(parts)
    ),
    "rad": _root,
    "nary": _summed,
    "d": _fenced,
    "func": lambda parts, _: f" {parts.get('fName', '').strip()} {_grouped(parts.get('e', ''))}",
    "limLow": lambda parts, _: _base(parts) + _raised(parts.get("lim", ""), "_"),
    "limUpp": lambda parts, _: _base(parts) + _raised(parts.get("lim", ""), "^"),
    "acc": lambda parts, element: parts.get("e", "") + _property(element, "chr", "\u0302"),
    "m": lambda parts, _: f"[{'; '.join(parts.get('mr', '').splitlines())}]",
    "mr": lambda parts, _: parts.get("e", "").replace("\n", ", "),
    "eqArr": lambda parts, _: "; ".join(parts.get("e", "").splitlines()),
    "oMathPara": lambda parts, _: "; ".join(parts.get("oMath", "").splitlines()),
}
_MATHML = (
    "mfrac",
    "msup",
    "msub",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "msqrt",
    "mroot",
    "mtr",
    "mtable",
    "semantics",
)


def _in_order(name: str, parts: list[str]) -> str:
    """A structure of MathML, whose parts are told by their order."""
    first, second, third = [*parts, "", "", ""][:3]
    if name == "mfrac":
        return _fraction(first, second)
    if name in ("msup", "mover"):
        return _grouped(first) + _raised(second, "^")
    if name in ("msub", "munder"):
        return _grouped(first) + _raised(second, "_")
    if name in ("msubsup", "munderover"):
        return _grouped(first) + _raised(second, "_") + _raised(third, "^")
    if name == "msqrt":
        return f"√{_grouped(''.join(parts))}"
    if name == "mroot":
        return f"{second}√{_grouped(first)}"
    if name == "mtable":
        return f"[{'; '.join(parts)}]"
    return ", ".join(parts) if name == "mtr" else first
