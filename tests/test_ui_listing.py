"""The list of documents: what it says of the library, of folders, and of a folder that is being read."""

import json
from pathlib import Path

from small_library import small_engine, write_documents

from qa.store import CatalogueEntry
from qa.ui.chat import Chat
from qa.ui.listing import ROWS, Listing, Reading, collections


def entry(name: str, status: str = "ready") -> CatalogueEntry:
    return CatalogueEntry(name, name, status, None, 1, 0, 1, 1)


def test_folders_are_collections_with_the_number_of_their_readable_documents() -> None:
    found = collections([entry("a.txt"), entry("x/b.txt"), entry("x/y/c.txt"), entry("x/d.txt", "failed")])
    assert found == [("x/", 2), ("x/y/", 1)]


def test_a_part_of_a_name_finds_documents_whatever_its_case(tmp_path: Path) -> None:
    with small_engine(tmp_path, chat=False) as engine:
        listing = Listing(Chat(engine), Reading())
        found = listing.documents({"filter": "HARB"})
        assert [row["document"] for row in found["documents"]] == ["harbour.md"]
        assert found["total"] == 1 and found["ready"] == 3
        assert listing.documents({"filter": "nothing such"})["documents"] == []
        assert json.dumps(listing.documents({"wrong": 1})) == json.dumps(listing.documents(None))


def test_of_a_large_library_so_many_rows_are_sent(tmp_path: Path) -> None:
    with small_engine(tmp_path, chat=False) as engine:
        listing = Listing(Chat(engine), Reading())
        listing.documents()
        listing._entries = [entry(f"{n}.txt") for n in range(10 * ROWS)]
        found = listing.documents()
        assert len(found["documents"]) == ROWS and found["total"] == found["ready"] == 10 * ROWS


def test_the_status_says_what_is_read_and_how_much_can_be_asked(tmp_path: Path) -> None:
    reading = Reading()
    with small_engine(tmp_path, chat=False) as engine:
        listing = Listing(Chat(engine), reading)
        before = listing.status()
        assert (before["ready"], before["known"], before["reading"]) == (3, 3, "")
        reading("reading documents", 3, 8, "a.pdf")
        assert listing.status()["reading"] == "Reading documents: 3 of 8"
        reading("reading documents", 8, 8)
        write_documents(engine.settings.documents[0] / "more")
        listing.read_again()
        after = listing.status()
        assert (after["ready"], after["reading"]) == (6, "")
        assert after["changes"] > before["changes"]
