"""Source code: the text is the source as it is; its definitions are the headings, so that it is cut there."""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from qa.readers.document import Document, Heading, ReadLimits, finished
from qa.readers.text import as_it_stands

# A definition: its whole first line matches, and the group "name" is its title. Its level follows from its
# indentation.
_PYTHON = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+(?P<name>\w+)")
_RUBY = re.compile(r"(?:def|class|module)[ \t]+(?P<name>[\w.:?!=]+)")
_LUA = re.compile(r"(?:local[ \t]+)?function[ \t]+(?P<name>[\w.:]+)")
_R = re.compile(r"(?P<name>[\w.]+)[ \t]*(?:<-|=)[ \t]*function\b")
_SHELL = re.compile(r"(?:function[ \t]+(?P<name>[\w:.-]+)|(?P<bare>[\w:.-]+)[ \t]*\(\)[ \t]*(?:\{|$))")
_POWERSHELL = re.compile(r"(?:function|filter|class)[ \t]+(?P<name>[\w:-]+)", re.IGNORECASE)
_SQL = re.compile(
    r"create[ \t]+(?:or[ \t]+replace[ \t]+)?(?:\w+[ \t]+){0,2}?(?:table|view|function|procedure|trigger|type|index"
    r"|schema|sequence)[ \t]+(?:if[ \t]+not[ \t]+exists[ \t]+)?(?P<name>[\w.\"`\[\]]+)",
    re.IGNORECASE,
)
_GO = re.compile(r"(?:func[ \t]+(?:\([^)]*\)[ \t]*)?|type[ \t]+)(?P<name>\w+)")
_RUST = re.compile(
    r"(?:pub(?:\([^)]*\))?[ \t]+)?(?:(?:async|unsafe|const|default|extern(?:[ \t]+\"[^\"]*\")?)[ \t]+)*"
    r"(?:(?:fn|struct|enum|trait|union|mod|macro_rules!)[ \t]+(?P<name>\w+)"
    r"|impl\b(?:<[^>]*>)?[ \t]*(?P<bare>[^{]{1,80}?)[ \t]*(?:\{|where\b|$))"
)
_MODIFIERS = (
    r"(?:(?:@\w+|public|private|protected|internal|static|final|abstract|sealed|open|override|virtual|async|partial"
    r"|readonly|export|default|declare|inline|data|suspend|case|implicit|lazy|synchronized|native|extern|unsafe"
    r"|mutating|fileprivate|convenience|required|annotation|inner|const)[ \t]+)*"
)
_TYPES = r"(?:class|interface|enum|record|struct|trait|object|protocol|extension|namespace|module|union|actor)"
_SCRIPT = re.compile(
    _MODIFIERS + rf"(?:{_TYPES}[ \t]+(?P<name>[\w$.]+)|type[ \t]+(?P<type>\w+)[^=]{{0,80}}="
    r"|function\b[ \t]*\*?[ \t]*(?P<bare>[\w$]+)"
    r"|(?:const|let|var)[ \t]+(?P<bound>[\w$]+)[ \t]*(?::[^=]{1,80})?=[ \t]*(?:async[ \t]*)?"
    r"(?:function\b|(?:\([^()]*\)|[\w$]+)[ \t]*(?::[^=]{1,80})?=>|\($)"
    r"|(?:(?:get|set|static|async|public|private|protected)[ \t]+)*\*?(?P<method>[\w$#]+)[ \t]*(?:<[^>]*>)?"
    r"\((?:(?!function|=>)[^;])*\)[ \t]*(?::[^;{]{1,100})?\{[ \t]*$)"
)
_KEYWORDED = re.compile(
    _MODIFIERS + rf"(?:{_TYPES}[ \t]+(?P<name>[\w.]+)|(?:fun|func|def)[ \t]+(?:<[^>]*>[ \t]*)?(?P<bare>[\w.]+))"
)
# Name and parentheses after a type, and no semicolon: a call ends with one.
_TYPED = re.compile(
    r"(?!\[|//|\*|/\*|#)"
    + _MODIFIERS
    + rf"(?:(?:typedef[ \t]+)?(?:template[ \t]*<[^>]*>[ \t]*)?{_TYPES}(?:[ \t]+class)?[ \t]+"
    rf"(?P<name>\w[\w.:]*)(?![^{{]*[;(=])(?!.*[,)]$)"
    r"|(?:[\w:<>,?\[\]&*]+[ \t]+)+[&*]*(?P<bare>~?\w[\w:~]*)[ \t]*\([^;]*$)"
)
_ELIXIR = re.compile(r"(?:defmodule|defp?|defmacro)[ \t]+(?P<name>[\w.?!]+)")
_PERL = re.compile(r"(?:sub|package)[ \t]+(?P<name>[\w:]+)")
_JULIA = re.compile(r"(?:function|struct|mutable struct|module|macro)[ \t]+(?P<name>[\w.!]+)")
_HASKELL = re.compile(
    r"(?:data|newtype|class|instance|module|type)[ \t]+(?P<name>\S+)|(?P<bare>[a-z]\w*'?)[ \t]*::"
)
_BLOCKS = re.compile(
    r"(?:message|service|enum|rpc|type|interface|input|union|query|mutation|resource|module|variable|output|data"
    r"|provider)[ \t]+(?P<name>[\w\". ]{1,100}?)[ \t]*(?:\(|\{|=|$)"
)
_ZIG = re.compile(
    r"(?:pub[ \t]+)?(?:fn[ \t]+(?P<name>\w+)|const[ \t]+(?P<bare>\w+)[ \t]*=[ \t]*(?:struct|enum|union)\b)"
)
_BATCH = re.compile(r":(?P<name>\w+)[ \t]*$")
_TEX = re.compile(r"\\(?P<command>part|chapter|section|subsection|subsubsection)\*?\{(?P<name>[^{}]{1,200})\}")
_TABLE = re.compile(r"\[{1,2}(?P<name>[^\[\]]{1,100})\]{1,2}[ \t]*$")
_CSS = re.compile(r"(?P<name>@media[^{]{1,100})\{")

_LANGUAGES: dict[str, re.Pattern[str]] = {
    **dict.fromkeys((".py",), _PYTHON),
    **dict.fromkeys((".js", ".mjs", ".ts", ".tsx", ".jsx", ".php"), _SCRIPT),
    **dict.fromkeys((".java", ".c", ".h", ".cpp", ".cc", ".hpp", ".cs"), _TYPED),
    **dict.fromkeys((".kt", ".swift", ".scala"), _KEYWORDED),
    **dict.fromkeys((".sh", ".bash"), _SHELL),
    **dict.fromkeys((".toml", ".ini", ".cfg"), _TABLE),
    **dict.fromkeys((".vue", ".svelte"), _SCRIPT),
    **dict.fromkeys((".dart", ".groovy", ".gradle"), _TYPED),
    **dict.fromkeys((".ex", ".exs"), _ELIXIR),
    **dict.fromkeys((".pl", ".pm"), _PERL),
    **dict.fromkeys((".proto", ".graphql", ".tf"), _BLOCKS),
    **dict.fromkeys((".css", ".scss", ".less"), _CSS),
    ".jl": _JULIA,
    ".hs": _HASKELL,
    ".zig": _ZIG,
    ".bat": _BATCH,
    ".go": _GO,
    ".rs": _RUST,
    ".rb": _RUBY,
    ".lua": _LUA,
    ".r": _R,
    ".ps1": _POWERSHELL,
    ".sql": _SQL,
    ".tex": _TEX,
}
# Words that begin a statement, and so stand where a type or a name does in a definition.
_STATEMENTS = {
    *("if", "else", "elif", "for", "foreach", "while", "switch", "catch", "return", "new", "throw", "do", "try"),
    *(
        "using",
        "lock",
        "await",
        "delete",
        "sizeof",
        "typeof",
        "super",
        "this",
        "defined",
        "assert",
        "case",
        "with",
    ),
    *("synchronized", "match", "in", "not", "and", "or"),
}
_LINE_CHARACTERS = 400
_TEX_LEVELS = {"part": 1, "chapter": 2, "section": 3, "subsection": 4, "subsubsection": 5}
# What is written right above a definition belongs to it: comments, decorators, attributes.
_ABOVE = re.compile(r"//|/\*|\*|#(?!include|define|if|endif|pragma|!)|@|--|%|\[[A-Z]")
_MOST_ABOVE = 20
_PARSED_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class _Definition:
    line: int
    """Counted from 0."""
    level: int
    name: str


def read(path: Path, limits: ReadLimits) -> Document:
    """The source with its definitions. Raises UnreadableFile when it is empty or not text."""
    text, notes = as_it_stands(path, limits)
    found = tuple(definitions(text, path.suffix.lower()))
    return finished(path, limits, "code", text, found, warnings=notes)


def definitions(text: str, suffix: str) -> Iterator[Heading]:
    """Definitions in the order of the text. Their intervals are their first lines and the comments above them."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    found = _parsed(text) if suffix == ".py" else None
    reached = 0
    for definition in found if found is not None else _matched(lines, suffix):
        first = _with_above(lines, definition.line, reached)
        reached = definition.line + 1
        indent = len(lines[first]) - len(lines[first].lstrip())
        end = starts[definition.line] + len(lines[definition.line].rstrip())
        yield Heading(definition.level, definition.name, starts[first] + indent, end)


def _parsed(text: str) -> list[_Definition] | None:
    """Classes and functions of Python in their order, or None where it cannot be parsed."""
    if len(text) > _PARSED_CHARACTERS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in the user's source
            waiting: list[tuple[int, ast.AST]] = [(1, ast.parse(text))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found: list[_Definition] = []
    while waiting:
        level, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                found.append(_Definition(child.lineno - 1, level, child.name))
                waiting.append((level + 1, child))
            elif isinstance(child, (ast.stmt, ast.excepthandler)):
                waiting.append((level, child))
    return sorted(found, key=lambda definition: definition.line)


def _matched(lines: list[str], suffix: str) -> Iterator[_Definition]:
    """Definitions by the pattern of the language; their levels by their indentation."""
    pattern = _LANGUAGES.get(suffix)
    indents: list[int] = []
    for number, line in enumerate(lines if pattern is not None else ()):
        bare = line[:_LINE_CHARACTERS].strip()
        found = pattern.match(bare) if pattern is not None and bare else None
        name = next(filter(None, found.groupdict().values()), "") if found else ""
        if not found or not name or name in _STATEMENTS or bare.split()[0] in _STATEMENTS:
            continue
        wide = line[:_LINE_CHARACTERS].expandtabs(4)
        indent = len(wide) - len(wide.lstrip())
        while indents and indents[-1] >= indent:
            indents.pop()
        indents.append(indent)
        if suffix == ".tex":
            yield _Definition(number, _TEX_LEVELS[found["command"]], found["name"])
        else:
            yield _Definition(number, len(indents), " ".join(name.split()))


def _with_above(lines: list[str], number: int, reached: int) -> int:
    """The first of the lines that belong to the definition on this line."""
    first = number
    while first > max(reached, number - _MOST_ABOVE) and _ABOVE.match(lines[first - 1].lstrip()):
        first -= 1
    return first
