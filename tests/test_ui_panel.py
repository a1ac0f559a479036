"""What the side panel shows, and the example questions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_library import small_engine

from qa.config import ROOT
from qa.engine import Engine
from qa.evidence import Source
from qa.ui.chat import Chat
from qa.ui.examples import SEEDS, examples
from qa.ui.listing import Listing, Reading
from qa.ui.panel import AROUND, MORE, WHOLE, Panel, pieces, shown_part


def source(n: int = 1, document: str = "a.txt", text: str = "words") -> Source:
    return Source(n, n, document, None, 0, len(text), text, (), 1.0)


def test_pieces_are_the_text_with_its_pages_and_its_mark() -> None:
    text = "first page|second page|third"
    marks = {0: "Page 1", 11: "Page 2 (printed ii)", 23: "Page 3"}
    cut = list(pieces(text, marks, (0, len(text)), (11, 22), [(11, 17)]))
    assert cut == [
        ("page", "Page 1"), ("text", "first page|"), ("page", "Page 2 (printed ii)"), ("mark", "second"),
        ("passage", " page"), ("text", "|"), ("page", "Page 3"), ("text", "third"),
    ]  # fmt: skip


def test_pieces_count_characters_beyond_the_basic_plane_as_one() -> None:
    text = "🙂🙂 exact words 🙂"
    assert [
        value for kind, value in pieces(text, {}, (0, len(text)), (0, len(text)), [(3, 14)]) if kind == "mark"
    ] == ["exact words"]


def test_of_a_long_document_a_part_is_shown() -> None:
    assert shown_part(WHOLE, 5, 10) == (0, WHOLE)
    assert shown_part(10 * WHOLE, WHOLE, WHOLE + 10) == (WHOLE - AROUND, WHOLE + 10 + AROUND)
    assert shown_part(10 * WHOLE, 5, 10) == (0, 10 + AROUND)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with small_engine(tmp_path_factory.mktemp("window"), chat=False) as opened:
        yield opened


def listing(engine: Engine) -> Listing:
    return Listing(Chat(engine), Reading())


def shown_source(panel: Panel, found: Source) -> dict[str, Any]:
    panel.chat.shown.keep("token", (found,))
    opened = panel.open_source("token-1")
    json.dumps(opened)
    return opened


def words(opened: dict[str, Any], wanted: tuple[str, ...] = ("mark",)) -> str:
    return "".join(value for kind, value in opened["pieces"] if kind in wanted)


def test_a_footnote_opens_the_document_at_its_exact_words(engine: Engine) -> None:
    panel = Panel(Chat(engine))
    found = engine.search("Where is diesel sold?")[0]
    opened = shown_source(panel, found)
    assert opened["document"] == "harbour.md" and opened["headings"] == found.headings
    assert words(opened) == found.text
    assert words(opened, ("text", "mark")) == engine.store.text(found.document_id)
    assert opened["note"] is None


def test_a_footnote_of_another_run_says_what_to_do(engine: Engine) -> None:
    panel = Panel(Chat(engine))
    for link in ("unknown-1", "token-0", "token-x", "", None, {"a": 1}):
        assert "Ask the question again" in panel.open_source(link)["problem"]


def test_a_document_that_is_gone_still_shows_the_words_as_they_were(tmp_path: Path) -> None:
    with small_engine(tmp_path, chat=False) as opened:
        panel = Panel(Chat(opened))
        found = opened.search("Where is diesel sold?")[0]
        assert shown_source(panel, found)["note"] is None
        (opened.settings.documents[0] / "harbour.md").write_text("All new.")
        listed = listing(opened).read_again()
        assert {entry["status"] for entry in listed["documents"]} == {"ready"}
        gone = shown_source(panel, found)
        assert "changed or was removed" in gone["note"] and words(gone) == found.text


def test_a_file_that_changed_since_it_was_read_is_said_so(tmp_path: Path) -> None:
    with small_engine(tmp_path, chat=False) as opened:
        panel = Panel(Chat(opened))
        found = opened.search("Where is diesel sold?")[0]
        path = opened.settings.documents[0] / "harbour.md"
        path.write_text(path.read_text() + "More.")
        changed = shown_source(panel, found)
        assert "has changed since" in changed["note"] and words(changed) == found.text


def test_the_rest_of_a_long_document_comes_in_parts(tmp_path: Path) -> None:
    with small_engine(tmp_path, chat=False) as opened:
        text = "".join(f"Line {n} of the long one. 🙂\n" for n in range(12_000))
        (opened.settings.documents[0] / "long.txt").write_text(text)
        settings = opened.settings.model_copy(update={"passage_characters": 500})
        assert settings.documents[0].is_dir()
        document_id = _stored(opened, "long.txt", text)
        panel = Panel(Chat(opened))
        start = text.index("Line 6000 ")
        part = shown_source(panel, Source(1, document_id, "long.txt", None, start, start + 9, "", (), 0.0))
        assert words(part) == "Line 6000" and part["low"] > 0 and part["high"] < part["total"] == len(text)
        whole = words(part, ("text", "mark"))
        low, high = part["low"], part["high"]
        while low:
            more = panel.more_text({"id": document_id, "low": low - MORE, "high": low})
            whole, low = words(more, ("text",)) + whole, more["low"]
        while high < len(text):
            more = panel.more_text({"id": document_id, "low": high, "high": high + MORE})
            whole, high = whole + words(more, ("text",)), more["high"]
        assert whole == text


def _stored(engine: Engine, name: str, text: str) -> int:
    """The id of a document put into the store without its vectors, which would take a minute."""
    import numpy as np

    from qa.readers import Document
    from qa.store import FileState

    engine.store.replace(
        FileState(name, len(text), 0, "digest"),
        Document(text, (), (), "text", ()),
        [],
        np.empty((0, 384), dtype=np.float32),
    )
    document_id = engine.store.document_id(name)
    assert document_id is not None
    return document_id


@pytest.mark.parametrize(
    "wish", [None, {}, {"id": "x", "low": 0, "high": 1}, {"id": 999, "low": 0, "high": 1}, [1]]
)
def test_a_wish_that_makes_no_sense_is_answered_with_a_message(engine: Engine, wish: Any) -> None:
    assert "problem" in Panel(Chat(engine)).more_text(wish)


def test_a_document_opens_from_the_list(engine: Engine) -> None:
    panel = Panel(Chat(engine))
    opened = panel.open_document("choir.txt")
    assert words(opened, ("text",)).startswith("The choir was founded") and words(opened) == ""
    assert "no readable document" in panel.open_document("../secret.txt")["problem"]


def test_the_list_of_documents_gives_status_and_reason(tmp_path: Path) -> None:
    with small_engine(tmp_path, chat=False) as opened:
        panel = listing(opened)
        (opened.settings.documents[0] / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
        assert {e["document"]: e["status"] for e in panel.documents()["documents"]}["broken.pdf"] == "pending"
        listed = panel.read_again()
        broken = next(entry for entry in listed["documents"] if entry["document"] == "broken.pdf")
        assert broken["status"] == "failed" and broken["reason"]
        assert "path" not in broken and listed["folder"] == "documents"


def test_a_folder_that_vanished_is_named(tmp_path: Path) -> None:
    with small_engine(tmp_path, chat=False) as opened:
        panel = listing(opened)
        opened.settings.documents[0].rename(tmp_path / "elsewhere")
        assert "does not exist" in panel.documents()["problem"]
        assert "does not exist" in panel.read_again()["problem"]


def test_examples_for_other_folders_come_from_their_headings(engine: Engine) -> None:
    assert examples(engine) == ("What does harbour say about Moorings?",)


def test_examples_for_the_seeds_are_chosen(engine: Engine) -> None:
    class Seeds:
        settings = engine.settings.model_copy(update={"documents": (ROOT / "seeds",)})

    assert examples(Seeds()) == SEEDS  # type: ignore[arg-type]
