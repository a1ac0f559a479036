"""Source code: the text is the source as it is; its definitions are the headings, so that it is cut there."""

import re
from collections.abc import Iterator
from pathlib import Path

from qa.readers.document import Document, Heading, ReadLimits, finished
from qa.readers.text import read_text

# A definition: its whole first line matches, and the group "name" is its title. Its level follows from its
# indentation.
_WORD = r"[\w$.:~]+"
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
    _MODIFIERS + rf"(?:{_TYPES}[ \t]+(?P<name>[\w$.]+)|function\b[ \t]*\*?[ \t]*(?P<bare>[\w$]+)"
    r"|(?:const|let|var)[ \t]+(?P<bound>[\w$]+)[ \t]*(?::[^=]{1,80})?=[ \t]*(?:async[ \t]*)?"
    r"(?:function\b|(?:\([^()]*\)|[\w$]+)[ \t]*(?::[^=]{1,80})?=>|\($)"
    r"|(?:(?:get|set|static|async|public|private|protected)[ \t]+)*\*?(?P<method>[\w$#]+)[ \t]*(?:<[^>]*>)?"
    r"\([^;]*\)[ \t]*(?::[^;{]{1,100})?\{[ \t]*$)"
)
_KEYWORDED = re.compile(
    _MODIFIERS + rf"(?:{_TYPES}[ \t]+(?P<name>[\w.]+)|(?:fun|func|def)[ \t]+(?:<[^>]*>[ \t]*)?(?P<bare>[\w.]+))"
)
# Name and parentheses after a type, and no semicolon: a call ends with one.
_TYPED = re.compile(
    _MODIFIERS + rf"(?:(?:typedef[ \t]+)?(?:template[ \t]*<[^>]*>[ \t]*)?{_TYPES}(?:[ \t]+class)?[ \t]+"
    rf"(?P<name>\w[\w.:]*)(?![^{{]*[;(=])|(?:[\w:<>,?\[\]&*]+[ \t]+)+[&*]*(?P<bare>~?\w[\w:~]*)[ \t]*\([^;]*$)"
)
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
    **{".go": _GO, ".rs": _RUST, ".rb": _RUBY, ".lua": _LUA, ".r": _R, ".ps1": _POWERSHELL, ".sql": _SQL},
    **{".css": _CSS, ".tex": _TEX},
}
# Words that stand where a name does in statements.
_STATEMENTS = frozenset(
    "if else elif for foreach while switch catch return new throw do try using lock await delete sizeof typeof"
    " super this constructor_ defined assert synchronized with match case in not and or".split()
)
_LINE_CHARACTERS = 400
_TEX_LEVELS = {"part": 1, "chapter": 2, "section": 3, "subsection": 4, "subsubsection": 5}


def read(path: Path, limits: ReadLimits) -> Document:
    """The source with its definitions. Raises UnreadableFile when it is empty or not text."""
    text, warnings = read_text(path, path.read_bytes())
    found = tuple(definitions(text, path.suffix.lower()))
    return finished(path, limits, "code", text, found, warnings=warnings)


def definitions(text: str, suffix: str) -> Iterator[Heading]:
    """Definitions in the order of the text. The interval is the first line of each, from its first character."""
    pattern = _LANGUAGES.get(suffix)
    indents: list[int] = []
    offset = 0
    for line in text.split("\n") if pattern is not None else ():
        start, offset = offset, offset + len(line) + 1
        bare = line[:_LINE_CHARACTERS].strip()
        found = pattern.match(bare) if pattern is not None and bare else None
        name = next(filter(None, found.groupdict().values()), "") if found else ""
        if not found or not name or name in _STATEMENTS or bare.split()[0] in _STATEMENTS:
            continue
        indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
        while indents and indents[-1] >= indent:
            indents.pop()
        indents.append(indent)
        level = len(indents)
        if suffix == ".tex":
            level, name = _TEX_LEVELS[found["command"]], found["name"]
        first = start + len(line) - len(line.lstrip())
        yield Heading(level, " ".join(name.split()), first, start + len(line.rstrip()))
