"""RTF: paragraphs with headings by outline level, list items, table rows, notes, comments and text boxes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qa.readers.blocks import assemble
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished, too_long
from qa.readers.margins import margin_blocks
from qa.readers.rtf_flows import Flow, State, begin_flow, end_cell, end_flow, end_paragraph, end_row
from qa.readers.rtf_tokens import CHARSETS, DOUBLE_BYTE, SYMBOL, Token, Tokens, code_page

_BEGINNING = b"{\\rtf"
# Groups that hold text although older programs should skip them.
_SHOWN_STARRED = {
    *("footnote", "shpinst", "do", "dptxbxtext", "shptxt", "annotation", "atnauthor", "ud", "listtext", "pntext"),
    *("moMath", "moMathPara", "mmath"),
}
_NOT_SHOWN = {
    *("colortbl", "info", "pict", "nonshppict", "shprslt", "listtable", "listoverridetable", "revtbl", "rsidtbl"),
    *("fldinst", "objdata", "objclass", "xe", "tc", "rxe", "sp", "themedata", "colorschememapping", "filetbl"),
    *(
        "latentstyles",
        "datastore",
        "generator",
        "bkmkstart",
        "bkmkend",
        "mmathPict",
        "private",
        "template",
        "falt",
    ),
    *("ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "atnid", "atnref", "atndate", "panose"),
    *("nesttableprops", "userprops", "xmlnstbl", "wgrffmtfilter", "pgptbl", "blipuid", "picprop", "mctrlPr"),
}
_FLOWS = {
    *("footnote", "annotation", "shptxt", "dptxbxtext"),
    *("header", "headerf", "headerl", "headerr", "footer", "footerf", "footerl", "footerr"),
}
_PARTS = {"fonttbl": "fonts", "stylesheet": "styles", "listtext": "marker", "pntext": "marker", "ud": "text"} | {
    "atnauthor": "author",
    "shpinst": "ignored",
    "do": "ignored",
    "upr": "ignored",
}
_SIGNS = (
    {"tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " "}
    | {"qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
    | {"~": "\xa0", "_": "-", "nestcell": " ", "nestrow": "; ", "{": "{", "}": "}", "\\": "\\"}
)
# In the fonts Symbol and Wingdings.
_BULLETS = b"\xb7\xa7\xd8\xa8"


def read(path: Path, limits: ReadLimits) -> Document:
    """All text. Raises UnreadableFile when the file is not RTF, or without text."""
    data = path.read_bytes()
    start = data.find(_BEGINNING, 0, 1024)
    if start < 0:
        raise UnreadableFile(path, "is not an RTF document. Save it again in its program.")
    state = State()
    tokens = Tokens(data[start:])
    for token in tokens:
        if token.kind == "text":
            _take_text(state, token)
        else:
            _take(state, token, tokens)
        if state.characters > limits.text_characters:
            raise too_long(path, limits)
    _flush(state)
    while len(state.flows) > 1:
        end_flow(state)
    end_paragraph(state)
    text, headings = assemble([*state.flows[0].blocks, *margin_blocks(state.margins)])
    return finished(path, limits, "rtf", text, headings)


def _take_text(state: State, token: Token) -> None:
    data = token.data
    if state.to_skip:
        skipped = min(state.to_skip, len(data))
        state.to_skip -= skipped
        data = data[skipped:]
    # Decoded together, because a character may take two bytes.
    state.data += data


def _flush(state: State) -> None:
    """Decodes the bytes that have come in, and puts them where their group says."""
    if not state.data:
        return
    group = state.groups[-1]
    if group.symbol:
        text = "".join("•" for byte in state.data if group.part == "marker" or byte in _BULLETS)
    else:
        text = state.data.decode(group.encoding or state.encoding, "replace")
    state.data.clear()
    _put(state, text)


def _put(state: State, text: str) -> None:
    group = state.groups[-1]
    text = text.replace("\ufeff", "")
    if group.part == "text" and not group.hidden:
        state.flows[-1].pieces.append(text)
        state.characters += len(text)
    elif group.part == "marker":
        state.flows[-1].marker += text
    elif group.part == "author":
        state.author += text
    elif group.part == "styles":
        state.style_name += text
        if ";" in text:
            _end_style(state)


def _end_style(state: State) -> None:
    name = state.style_name.strip(" ;").lower()
    if not state.style_level and name.startswith("heading ") and name[8:].isdecimal():
        state.style_level = min(9, int(name[8:]))
    if not state.style_level and name == "title":
        state.style_level = 1
    state.levels[state.style] = state.style_level
    state.style_level = state.style = 0
    state.style_name = ""


def _take(state: State, token: Token, tokens: Tokens) -> None:
    if token.kind == "word" and state.to_skip and token.word in _SIGNS:
        state.to_skip -= 1
        return
    _flush(state)
    if token.kind == "{":
        state.groups.append(state.groups[-1])
        state.to_skip = 0
    elif token.kind == "}":
        _close(state)
    elif token.word == "*":
        state.starred = True
        return
    else:
        _take_word(state, token, tokens)
    state.starred = False


def _close(state: State) -> None:
    state.to_skip = 0
    if len(state.groups) > 1:
        state.groups.pop()
    while state.opened and len(state.groups) < state.opened[-1]:
        end_flow(state)


def _take_word(state: State, token: Token, tokens: Tokens) -> None:
    word, number = token.word, token.number
    if (state.starred and word not in _SHOWN_STARRED) or word in _NOT_SHOWN:
        tokens.skip_group()
        _close(state)
    elif word in _SIGNS:
        _put(state, _SIGNS[word])
    elif word in _FLOWS:
        begin_flow(state, word)
    elif word in _PARTS:
        state.groups[-1] = replace(state.groups[-1], part=_PARTS[word])
    elif word in _WORDS:
        _WORDS[word](state, number)


def _unicode(state: State, number: int | None) -> None:
    _put(state, chr((number or 0) & 0xFFFF))
    state.to_skip = state.groups[-1].fallbacks


def _use_font(state: State, number: int | None) -> None:
    if state.groups[-1].part == "fonts":
        state.font = number or 0
        return
    encoding, symbol = state.fonts.get(number or 0, ("", False))
    state.groups[-1] = replace(state.groups[-1], encoding=encoding, symbol=symbol)


def _font_charset(state: State, number: int | None) -> None:
    encoding = CHARSETS.get(number or 0, "")
    # Careless programs leave the charset at 0 and write in the code page of the document.
    if number == 0 and state.encoding not in DOUBLE_BYTE:
        encoding = ""
    state.fonts[state.font] = encoding, number == SYMBOL


def _font_code_page(state: State, number: int | None) -> None:
    state.fonts[state.font] = code_page(number or 0), False


def _default_font(state: State, _: int | None) -> None:
    state.groups[-1] = replace(state.groups[-1], encoding="", symbol=False, hidden=False)


def _style(state: State, number: int | None) -> None:
    if state.groups[-1].part == "styles":
        state.style = number or 0
    else:
        _flow(state).level = state.levels.get(number or 0, 0)


def _outline(state: State, number: int | None) -> None:
    level = (number or 0) + 1 if (number or 0) < 9 else 0
    if state.groups[-1].part == "styles":
        state.style_level = level
    else:
        _flow(state).level = level


def _new_properties(state: State, _: int | None) -> None:
    if state.groups[-1].part == "text":
        _flow(state).level = 0
        _flow(state).in_table = False


def _hide(state: State, number: int | None) -> None:
    state.groups[-1] = replace(state.groups[-1], hidden=number != 0)


def _fallbacks(state: State, number: int | None) -> None:
    state.groups[-1] = replace(state.groups[-1], fallbacks=min(100, max(0, number if number is not None else 1)))


def _encoding(state: State, name: str) -> None:
    state.encoding = name


def _in_table(state: State, _: int | None) -> None:
    _flow(state).in_table = True


def _endnote(state: State, _: int | None) -> None:
    if _flow(state).kind == "footnote":
        _flow(state).kind = "endnote"


def _flow(state: State) -> Flow:
    return state.flows[-1]


def _paragraph(state: State, _: int | None) -> None:
    if state.groups[-1].part == "text":
        end_paragraph(state)


_WORDS: dict[str, Callable[[State, int | None], None]] = (
    dict.fromkeys(("par", "sect", "page", "column", "pagebb"), _paragraph)
    | {"cell": lambda state, _: end_cell(state), "row": lambda state, _: end_row(state), "intbl": _in_table}
    | {"pard": _new_properties, "s": _style, "outlinelevel": _outline, "ftnalt": _endnote}
    | {"u": _unicode, "uc": _fallbacks, "f": _use_font, "plain": _default_font, "v": _hide, "deleted": _hide}
    | {"fcharset": _font_charset, "cpg": _font_code_page}
    | {"ansicpg": lambda state, number: _encoding(state, code_page(number or 0))}
    | {"mac": lambda state, _: _encoding(state, "mac_roman"), "pc": lambda state, _: _encoding(state, "cp437")}
    | {"pca": lambda state, _: _encoding(state, "cp850")}
)
