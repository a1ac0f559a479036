"""RTF as tokens: groups, control words, and bytes of text; and the code pages that those bytes are in."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_BRACE = re.compile(rb"\\bin(\d{1,9}) ?|\\[^b]|[{}]")
# What \fcharset means: https://learn.microsoft.com/openspecs/windows_protocols/ms-wmf (CharacterSet)
CHARSETS = (
    {0: "cp1252", 77: "mac_roman", 78: "cp932", 79: "cp949", 80: "gb18030", 81: "cp950", 83: "cp1255"}
    | {84: "cp1256", 85: "mac_greek", 86: "mac_turkish", 87: "cp874", 88: "mac_latin2", 89: "mac_cyrillic"}
    | {128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254"}
    | {163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}
    | {254: "cp437", 255: "cp850"}
)
_CODE_PAGES = {65001: "utf-8", 10000: "mac_roman", 936: "gb18030", 1361: "johab"}
SYMBOL_CHARSET = 2
DOUBLE_BYTE = ("cp932", "cp949", "gb18030", "cp950", "johab", "utf-8")


@dataclass(frozen=True)
class Token:
    """`kind` is "{", "}", "word" (a control word or sign), or "text"."""

    kind: str
    word: str = ""
    number: int | None = None
    data: bytes = b""


def code_page(number: int) -> str:
    """Python's name for a Windows code page; that of Western Europe for one it does not know."""
    name = _CODE_PAGES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


class Tokens:
    """The tokens of one file, and where it has got to."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def __iter__(self) -> Iterator[Token]:
        while (found := _TOKEN.match(self._data, self._place)) is not None:
            self._place = found.end()
            word, number, code, sign, brace, text = found.groups()
            if brace:
                yield Token(brace.decode())
            elif text:
                yield Token("text", data=text)
            elif code:
                yield Token("text", "'", data=bytes([int(code, 16)]))
            elif word == b"bin":
                self._place += max(0, int(number or 0))
            elif word:
                yield Token("word", word.decode(), int(number) if number else None)
            elif sign in (b"\r", b"\n"):  # so TextEdit ends each paragraph
                yield Token("word", "par")
            elif sign:
                yield Token("word", sign.decode("latin-1"))

    def skip_group(self) -> None:
        """Goes on behind the end of the group that it is in."""
        depth = 1
        while depth and (found := _BRACE.search(self._data, self._place)) is not None:
            self._place = found.end()
            if found[1]:
                self._place += int(found[1])
            elif found[0] in b"{}":
                depth += 1 if found[0] == b"{" else -1
        if depth:
            self._place = len(self._data)
