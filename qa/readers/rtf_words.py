"""What the control words of RTF do: they show signs, open notes, hide groups, set fonts and styles."""

from collections.abc import Callable
from dataclasses import replace

from qa.readers.rtf_flows import Flow, Group, State, begin_flow, end_cell, end_flow, end_paragraph, end_row
from qa.readers.rtf_tokens import CHARSETS, DOUBLE_BYTE, SYMBOL_CHARSET, Token, Tokens, code_page
from qa.readers.rtf_unseen import LOOKS, end_colours, leave_out, why_unseen
from qa.readers.symbols import has_signs, shown

# Groups that hold text although older programs should skip them.
_SHOWN_STARRED = {
    *("footnote", "shpinst", "do", "dptxbxtext", "shptxt", "annotation", "atnauthor", "ud", "listtext", "pntext"),
    *("moMath", "moMathPara", "mmath"),
}
_NOT_SHOWN = {
    *("pict", "nonshppict", "shprslt", "listtable", "listoverridetable", "revtbl", "rsidtbl"),
    *("list", "listoverride"),
    *("fldinst", "objdata", "objclass", "xe", "tc", "rxe", "sp", "themedata", "colorschememapping", "filetbl"),
    *("latentstyles", "datastore", "generator", "bkmkstart", "bkmkend", "mmathPict", "private", "template"),
    *("falt", "panose", "blipuid", "picprop", "mctrlPr"),
    *("ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "atnid", "atnref", "atndate"),
    *("nesttableprops", "userprops", "xmlnstbl", "wgrffmtfilter", "pgptbl"),
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
    "colortbl": "colours",
    "info": "info",
}
SIGNS = (
    {"tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " "}
    | {"qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
    | {"~": "\xa0", "_": "-", "nestcell": " ", "nestrow": "; ", "{": "{", "}": "}", "\\": "\\"}
)


def take_word(state: State, token: Token, tokens: Tokens) -> None:
    """Does what a control word says."""
    word, number = token.word, token.number
    if (state.starred and word not in _SHOWN_STARRED) or word in _NOT_SHOWN:
        tokens.skip_group()
        close(state)
    elif word in SIGNS:
        put(state, SIGNS[word])
    elif word in _FLOWS:
        begin_flow(state, word)
    elif word in _PARTS:
        if state.groups[-1].part != "info":
            state.groups[-1] = replace(state.groups[-1], part=_PARTS[word])
    elif word in _WORDS:
        _WORDS[word](state, number)


def close(state: State) -> None:
    """Ends a group, and the note or box that ends with it."""
    state.to_skip = 0
    if len(state.groups) > 1:
        state.info += "\n" if state.groups.pop().part == "info" else ""
    while state.opened and len(state.groups) < state.opened[-1]:
        end_flow(state)


def put(state: State, text: str) -> None:
    """Puts text where its group says: into the paragraph, the name of a style, an author's name."""
    group = state.groups[-1]
    text = text.replace("\ufeff", "")
    if group.part == "text":
        text = shown(text, group.signs) if has_signs(text) else text
        if reason := why_unseen(state, group):
            leave_out(state, text, reason)
        elif not group.deleted:
            state.flows[-1].pieces.append(text)
            state.characters += len(text)
    elif group.part == "marker":
        state.flows[-1].marker += text
    elif group.part == "author":
        state.author += text
    elif group.part == "info":
        state.info += text
    elif group.part == "colours":
        end_colours(state, text.count(";"))
    elif group.part == "fonts" and text.strip(" ;") == "Symbol":
        state.fonts[state.font] = "", "Symbol"
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


def _unicode(state: State, number: int | None) -> None:
    put(state, chr((number or 0) & 0xFFFF))
    state.to_skip = state.groups[-1].fallbacks


def _use_font(state: State, number: int | None) -> None:
    if state.groups[-1].part == "fonts":
        state.font = number or 0
        return
    encoding, signs = state.fonts.get(number or 0, ("", ""))
    state.groups[-1] = replace(state.groups[-1], encoding=encoding, signs=signs)


def _font_charset(state: State, number: int | None) -> None:
    encoding = CHARSETS.get(number or 0, "")
    # Careless programs leave the charset at 0 and write in the code page of the document.
    if number == 0 and state.encoding not in DOUBLE_BYTE:
        encoding = ""
    state.fonts[state.font] = encoding, "Wingdings" if number == SYMBOL_CHARSET else ""


def _font_code_page(state: State, number: int | None) -> None:
    state.fonts[state.font] = code_page(number or 0), ""


def _default_font(state: State, _: int | None) -> None:
    state.groups[-1] = Group(state.groups[-1].part, fallbacks=state.groups[-1].fallbacks)


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
        _flow(state).in_table = _flow(state).shaded = False


def _delete(state: State, number: int | None) -> None:
    state.groups[-1] = replace(state.groups[-1], deleted=number != 0)


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
    LOOKS
    | dict.fromkeys(("par", "sect", "page", "column", "pagebb"), _paragraph)
    | {"cell": lambda state, _: end_cell(state), "row": lambda state, _: end_row(state), "intbl": _in_table}
    | {"pard": _new_properties, "s": _style, "outlinelevel": _outline, "ftnalt": _endnote}
    | {"u": _unicode, "uc": _fallbacks, "f": _use_font, "plain": _default_font, "deleted": _delete}
    | {"fcharset": _font_charset, "cpg": _font_code_page}
    | {"ansicpg": lambda state, number: _encoding(state, code_page(number or 0))}
    | {"mac": lambda state, _: _encoding(state, "mac_roman"), "pc": lambda state, _: _encoding(state, "cp437")}
    | {"pca": lambda state, _: _encoding(state, "cp850")}
)
