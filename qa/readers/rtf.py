"""RTF: paragraphs with headings by outline level, list items, table rows, notes, comments and text boxes."""

from pathlib import Path

from qa.readers.blocks import Section, assemble
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished, too_long
from qa.readers.flagging import metadata_warnings
from qa.readers.margins import margin_blocks
from qa.readers.rtf_flows import State, end_flow, end_paragraph
from qa.readers.rtf_tokens import Token, Tokens
from qa.readers.rtf_unseen import has_ground
from qa.readers.rtf_words import SIGNS, close, put, take_word
from qa.readers.symbols import shown
from qa.readers.unseen import told

_BEGINNING = b"{\\rtf"


def read(path: Path, limits: ReadLimits) -> Document:
    """All text. Raises UnreadableFile when the file is not RTF, or without text."""
    written, warnings = section(path, path.read_bytes(), limits)
    return finished(path, limits, "rtf", written.text, written.headings, warnings=warnings)


def section(path: Path, data: bytes, limits: ReadLimits) -> tuple[Section, tuple[str, ...]]:
    """The text of an RTF document that stands in the file `path`, with its headings; warnings of what it hides.

    Raises UnreadableFile.
    """
    start = data.find(_BEGINNING, 0, 1024)
    if start < 0:
        raise UnreadableFile(path, "is not an RTF document. Save it again in its program.")
    state = State(ground=has_ground(data))
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
    warnings = (*told("It", state.unseen), *metadata_warnings(state.info.splitlines()))
    return Section(text, headings), warnings


def _take_text(state: State, token: Token) -> None:
    state.begins = state.starred = False
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
    if group.signs and group.signs != "Symbol" and group.part == "marker":
        text = "•"
    elif group.signs:
        text = shown("".join(chr(0xF000 | byte) for byte in state.data), group.signs)
    else:
        text = state.data.decode(group.encoding or state.encoding, "replace")
    state.data.clear()
    put(state, text)


def _take(state: State, token: Token, tokens: Tokens) -> None:
    if token.kind == "word" and state.to_skip and token.word in SIGNS:
        state.to_skip -= 1
        return
    _flush(state)
    if token.kind == "{":
        state.groups.append(state.groups[-1])
        state.to_skip = 0
    elif token.kind == "}":
        close(state)
    elif token.word != "*":
        take_word(state, token, tokens)
    # Only at the beginning of its group; elsewhere careless programs write it for nothing.
    state.starred = token.word == "*" and state.begins
    state.begins = token.kind == "{"
