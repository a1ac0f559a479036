"""The paragraphs of an RTF document while it is read, those of its notes, boxes, headers and comments apart."""

from dataclasses import dataclass, field, replace

from qa.readers.blocks import CELL_CHARACTERS, Block, row

_BULLETS = ("•", "·", "o", "§", "-", "–", "▪", "◦", "●")


@dataclass(frozen=True)
class Group:
    """What ends with the group that says it."""

    part: str = "text"
    """text, fonts, styles, colours, info, marker (of a list item), author (of a comment), or ignored."""
    encoding: str = ""
    signs: str = ""
    """The font, where it has signs instead of letters."""
    fallbacks: int = 1
    r"""Signs after a \u that older programs show instead."""
    deleted: bool = False
    hidden: bool = False
    tiny: bool = False
    white: bool = False
    marked: bool = False
    """Whether the letters have a ground of their own."""


@dataclass
class Flow:
    """A run of paragraphs: the text itself, a note, a box or a header."""

    kind: str = ""
    blocks: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    attached: list[Block] = field(default_factory=list)
    level: int = 0
    in_table: bool = False
    shaded: bool = False
    marker: str = ""


@dataclass
class State:
    """The document while it is read."""

    flows: list[Flow] = field(default_factory=lambda: [Flow()])
    groups: list[Group] = field(default_factory=lambda: [Group()])
    opened: list[int] = field(default_factory=list)
    """How many groups were open when each flow beyond the first began."""
    fonts: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Number → (encoding, its name where it has signs instead of letters)."""
    font: int = 0
    levels: dict[int, int] = field(default_factory=dict)
    """Of headings, by the number of their style."""
    style: int = 0
    style_level: int = 0
    style_name: str = ""
    encoding: str = "cp1252"
    data: bytearray = field(default_factory=bytearray)
    to_skip: int = 0
    begins: bool = False
    """Whether nothing but its brace has come of the group."""
    starred: bool = False
    r"""Whether the group has begun with \*: older programs should skip it."""
    notes: dict[str, int] = field(default_factory=dict)
    author: str = ""
    margins: list[tuple[str, str]] = field(default_factory=list)
    characters: int = 0
    colour: list[int] = field(default_factory=list)
    """Red, green and blue of the entry of the colour table that is being read; empty when it says none."""
    whites: list[bool] = field(default_factory=list)
    """Whether each colour is white."""
    ground: bool = False
    """Whether the pages may have another colour than white."""
    unseen: dict[str, list[str]] = field(default_factory=dict)
    """Why it is not seen → pieces of text that were left out."""
    unseen_at: tuple[int, int] = (0, 0)
    """Characters and blocks that stood before the last of them."""
    info: str = ""
    """Title, subject, keywords and the like, a line each."""


def begin_flow(state: State, kind: str) -> None:
    """The text that follows, to the end of the group, stands apart."""
    state.flows.append(Flow(kind))
    state.opened.append(len(state.groups))
    seen = replace(state.groups[-1], part="text", deleted=False, hidden=False, tiny=False, white=False)
    state.groups[-1] = seen


def end_flow(state: State) -> None:
    """Hands what stands apart to the paragraph that it is anchored in."""
    end_paragraph(state)
    flow = state.flows.pop()
    parent = state.flows[-1]
    state.opened.pop()
    text = " ".join(" ".join(block.text.split()) for block in flow.blocks)
    if flow.kind.startswith(("header", "footer")):
        state.margins.append((flow.kind[:6].capitalize(), text))
    elif flow.kind in ("shptxt", "dptxbxtext"):
        parent.attached += (replace(block, level=0) for block in flow.blocks)
    elif text and flow.kind == "annotation":
        name = state.author.strip()
        parent.attached.append(Block(f"Comment ({name}): {text}" if name else f"Comment: {text}"))
        state.author = ""
    elif text:
        state.notes[flow.kind] = state.notes.get(flow.kind, 0) + 1
        parent.attached.append(Block(f"{flow.kind.capitalize()} {state.notes[flow.kind]}: {text}"))


def end_paragraph(state: State) -> None:
    """Ends the paragraph, or the line in a cell."""
    flow = state.flows[-1]
    if flow.in_table:
        flow.pieces.append("\n")
        return
    if flow.cells:
        pieces, flow.pieces = flow.pieces, []
        end_row(state)
        flow.pieces = pieces
    text = _text(flow).strip("\n").rstrip()
    if text.strip():
        marker = _marker(flow.marker)
        text = text.strip() if marker or flow.level else text
        flow.blocks.append(Block(marker + text, flow.level, run="item" if marker and not flow.level else ""))
    flow.marker = ""
    flow.blocks += flow.attached
    flow.attached = []


def end_cell(state: State) -> None:
    """Ends the cell."""
    flow = state.flows[-1]
    flow.cells.append(_marker(flow.marker) + _text(flow).strip())
    flow.marker = ""


def end_row(state: State) -> None:
    """One line for the row; cell by cell where the table only lays out the page."""
    flow = state.flows[-1]
    if flow.pieces and _joined(flow.pieces).strip():
        end_cell(state)
    if any(len(cell) > CELL_CHARACTERS for cell in flow.cells):
        flow.blocks += (Block(cell) for cell in flow.cells)
    else:
        flow.blocks.append(Block(row(flow.cells), run="row"))
    flow.blocks += flow.attached
    flow.cells, flow.attached, flow.pieces = [], [], []


def _text(flow: Flow) -> str:
    text = _joined(flow.pieces)
    flow.pieces = []
    return text


def _joined(pieces: list[str]) -> str:
    r"""The text; what is beyond U+FFFF was written as two \u."""
    return "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _marker(marker: str) -> str:
    text = marker.strip()
    if not text:
        return ""
    # Fonts of signs keep their bullets in the private area, or have them in no code page.
    return "- " if text in _BULLETS or "\ue000" <= text < "\uf900" or text == "\ufffd" else text + " "
