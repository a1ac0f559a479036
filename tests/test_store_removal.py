"""What is removed is gone: not one of its words is in any byte of the state folder, whichever way it went."""

import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import OpenLibrary

from qa.config import Settings
from qa.library import Library
from qa.state import STORE_FILE
from qa.store import Store
from qa.store.database import connect

SECRETS = (
    "zyxwombat",
    "quuxbadger",
    "насосище",
    "水獭秘密",
    "ปลาวาฬ",
    "Überraschungsei",
    "kiwititle",
    "mangoheading",
)
TEXT = (
    "# Mangoheading on top\n\nThe zyxwombat sleeps near the quuxbadger. Насосище стоит в подвале. "
    "水獭秘密在这里。 "
    "ปลาวาฬอยู่ที่นี่ Ein Überraschungsei liegt dort.\n\n"
)
PUBLIC = "The pump starts at 3 bar. Ropes were made in the museum. "


def forms(secret: str) -> set[bytes]:
    """The ways in which a word may be written: in lower case, without accents, as JSON, in UTF-16."""
    words = {secret, secret.lower(), secret.capitalize(), secret.lower().replace("ü", "u")}
    if not secret.isascii():
        # The first letters alone: longer words are kept as stems and pairs.
        words |= {word[:2] for word in words} if secret[0] > "\u0e00" else {word[:6] for word in words}
    written = {word.encode(encoding) for word in words for encoding in ("utf-8", "unicode_escape")}
    # Two letters would be four bytes, which some number may be.
    return written | {word.encode("utf-16-le") for word in words if len(word) > 3}


def traces(folder: Path) -> set[str]:
    """Secrets of which something is in a byte of the folder, or in a name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    contents = [path.read_bytes() for path in files] + ["\n".join(map(str, files)).encode()]
    return {secret for secret in SECRETS for form in forms(secret) if any(form in content for content in contents)}


def lay_out(settings: Settings, name: str) -> None:
    """A file with the secrets among others."""
    folder = settings.documents[0]
    for number in range(12):
        (folder / f"public{number}.txt").write_text(PUBLIC * (number + 1))
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(3):
                archive.writestr(f"kiwititle/{number}.md", TEXT * 8 + str(number))
            archive.writestr("kiwititle/broken-kiwititle.docx", b"no")
    else:
        path.write_text(TEXT * 15, encoding="utf-8")


@contextmanager
def written(settings: Settings, open_library: OpenLibrary, name: str) -> Iterator[Library]:
    """An open library that has read a file with the secrets."""
    lay_out(settings, name)
    with open_library(settings) as library:
        library.sync()
        assert library.store.lexical("zyxwombat", 5)
        assert traces(settings.state_folder) == set(SECRETS)
        yield library
        assert not library.store.lexical("zyxwombat", 5)
        assert len(library.store.lexical("museum ropes", 100)) > 12


def test_a_file_that_was_deleted_leaves_no_trace(settings: Settings, open_library: OpenLibrary) -> None:
    with written(settings, open_library, "kiwititle/kiwititle.md") as library:
        (settings.documents[0] / "kiwititle" / "kiwititle.md").unlink()
        library.sync()
    assert traces(settings.state_folder) == set()


def test_removing_wipes_at_once_and_keeps_the_name_alone(settings: Settings, open_library: OpenLibrary) -> None:
    with written(settings, open_library, "kiwititle.md") as library:
        library.remove("kiwititle.md")
        assert traces(settings.state_folder) <= {"kiwititle"}, "the name is what keeps the file out"
    assert traces(settings.state_folder) <= {"kiwititle"}


def test_the_words_of_before_leave_with_a_change(settings: Settings, open_library: OpenLibrary) -> None:
    with written(settings, open_library, "kiwititle.md") as library:
        (settings.documents[0] / "kiwititle.md").write_text("# Nothing\n\nIt is all different now.")
        library.sync()
    assert traces(settings.state_folder) == {"kiwititle"}


def test_a_file_that_breaks_loses_the_words_of_before(settings: Settings, open_library: OpenLibrary) -> None:
    with written(settings, open_library, "kiwititle.md") as library:
        (settings.documents[0] / "kiwititle.md").write_bytes(b"")
        assert list(library.sync().failed) == ["kiwititle.md"]
    assert traces(settings.state_folder) == {"kiwititle"}


@pytest.mark.parametrize("by_hand", [True, False])
def test_an_archive_leaves_with_all_its_members(
    by_hand: bool, settings: Settings, open_library: OpenLibrary
) -> None:
    with written(settings, open_library, "box.zip") as library:
        assert "broken-kiwititle.docx" in {entry.document.rpartition("/")[2] for entry in library.documents()}
        if by_hand:
            library.remove("box.zip")
            assert traces(settings.state_folder) == set()
        else:
            (settings.documents[0] / "box.zip").unlink()
            library.sync()
    assert traces(settings.state_folder) == set()


def test_starting_anew_leaves_no_trace(settings: Settings, open_library: OpenLibrary) -> None:
    lay_out(settings, "kiwititle/kiwititle.md")
    with open_library(settings) as library:
        library.sync()
    assert traces(settings.state_folder) == set(SECRETS)
    (settings.documents[0] / "kiwititle" / "kiwititle.md").unlink()
    # As `sync --rebuild` does, before Chroma is opened, which writes what lies in the memory of its process.
    with closing(Store(settings.state_folder / STORE_FILE)) as store:
        store.clear()
        assert traces(settings.state_folder) == set()
    with open_library(settings) as library:
        library.sync()
        assert len(library.store.lexical("museum ropes", 100)) > 12
    assert traces(settings.state_folder) == set()


def test_wiping_that_a_reader_was_in_the_way_of_is_made_up_for(
    settings: Settings, open_library: OpenLibrary
) -> None:
    with written(settings, open_library, "kiwititle.md") as library:
        library.store._database._connection.execute("PRAGMA busy_timeout = 50")
        # As a backup does, until it is done.
        with closing(connect(settings.state_folder / STORE_FILE, read_only=True)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM passages").fetchone()
            library.remove("kiwititle.md")
            assert "zyxwombat" in traces(settings.state_folder), "else this test shows nothing"
        library.store.tidy()
        assert traces(settings.state_folder) <= {"kiwititle"}


def test_wiping_that_was_interrupted_is_made_up_for_at_the_next_close(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    with written(settings, open_library, "kiwititle.md") as library:
        (settings.documents[0] / "kiwititle.md").unlink()
        monkeypatch.setattr(type(library.store), "tidy", lambda *_, **__: None)
        library.sync()
    monkeypatch.undo()
    assert "zyxwombat" in traces(settings.state_folder), "else this test shows nothing"
    with open_library(settings):
        pass
    assert traces(settings.state_folder) == set()
