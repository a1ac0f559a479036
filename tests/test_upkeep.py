"""Verify finds each thing that can go wrong, repair mends it, and a backup is whole or absent."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import pytest
from conftest import OpenLibrary

from qa.config import ROOT, Settings, load_settings
from qa.embedding import Embedder
from qa.engine import open_engine
from qa.index import PassageIndex
from qa.library import Library
from qa.state import ASIDE, INDEX_FOLDER, INDEX_MARKER, PREFIX_FOLDER, STORE_FILE, StateFolder
from qa.store import Store, StoreError
from qa.upkeep import BackupError, Finding, backup, notes, repair, verify

TEXTS = {
    "pumps/one.txt": "The pump starts at 3 bar. " * 60,
    "pumps/two.md": "# Valves\n\nThe valve of the boiler is on the left.\n\n## Ropes\n\nRopes were made here.\n",
    "水.txt": "水泵在三巴时启动。" * 20,
    "empty.txt": "",
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A folder with four files and a library in step with them, closed."""
    folder = tmp_path_factory.mktemp("library")
    for name, text in TEXTS.items():
        path = folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = load_settings(documents=str(folder / "documents"), state=folder / "state")
    with ExitStack() as stack:
        stack.enter_context(StateFolder(folder / "state"))
        store = stack.enter_context(closing(Store(folder / "state" / STORE_FILE)))
        index = stack.enter_context(closing(PassageIndex(folder / "state", store)))
        Library(settings, store, index, embedder).sync()
    return folder


@pytest.fixture
def filled(original: Path, settings: Settings) -> Settings:
    """A copy of it, of one's own."""
    assert settings.state is not None
    shutil.copytree(original / "documents", settings.documents[0], dirs_exist_ok=True)
    shutil.copytree(original / "state", settings.state)
    return settings


def checked(library: Library) -> list[Finding]:
    return verify(library.settings, library.store, library.index)


def change(settings: Settings, *statements: str) -> None:
    """Change the closed library behind its back."""
    with closing(sqlite3.connect(settings.state_folder / STORE_FILE)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_sound_library_has_no_findings(filled: Settings, open_library: OpenLibrary) -> None:
    stages = set()
    with open_library(filled) as library:
        assert checked(library) == []
        verify(filled, library.store, library.index, lambda stage, *_: stages.add(stage))
        library.remove("pumps/one.txt")
        (filled.documents[0] / "pumps" / "two.md").write_text("Changed.")
        (filled.documents[0] / "水.txt").unlink()
        assert checked(library) == [], "what the next sync will see to is no finding"
    assert stages == {"checking documents", "checking words", "checking the index", "checking files"}


# Rows that SQLite is content with, and nobody else.
INNER_DAMAGES = {
    "a vector of another size": (["UPDATE vectors SET vector = x'0000' WHERE passage_id = 1"], "document"),
    "a vector that is text": (["UPDATE vectors SET vector = 'abcd' WHERE passage_id = 1"], "document"),
    "pages that are no JSON": (["UPDATE documents SET pages = 'page 1' WHERE id = 1"], "document"),
    "pages of another shape": (["UPDATE documents SET pages = '[[1, \"a\", 2]]' WHERE id = 1"], "document"),
    "headings that are no JSON": (["UPDATE documents SET headings = '[' WHERE id = 1"], "document"),
    "headings of another shape": (["UPDATE documents SET headings = '{\"a\": 1}' WHERE id = 1"], "document"),
    "warnings that are no JSON": (["UPDATE documents SET warnings = x'ff' WHERE id = 1"], "document"),
    "the headings of a passage": (["UPDATE passages SET headings = 'Pumps' WHERE id = 1"], "document"),
    "the place of a passage": (["UPDATE passages SET start = 'first' WHERE id = 1"], "document"),
    "a text that is bytes": (["UPDATE texts SET text = CAST(text AS BLOB) WHERE document_id = 1"], "document"),
    "a text that is no UTF-8": (
        ["UPDATE texts SET text = CAST(x'ff41' AS TEXT) WHERE document_id = 1"],
        "document",
    ),
    "a name that is bytes": (["UPDATE documents SET name = CAST(name AS BLOB) WHERE id = 1"], "document"),
    "a name that is no UTF-8": (["UPDATE documents SET name = CAST(x'ff41' AS TEXT) WHERE id = 1"], "document"),
    "a length that is no number": (["UPDATE documents SET characters = 'many' WHERE id = 1"], "document"),
}
STORE_DAMAGES = {
    **INNER_DAMAGES,
    "no text": (["DELETE FROM texts WHERE document_id = 1"], "document"),
    "another text": (["UPDATE texts SET text = text || 'x' WHERE document_id = 1"], "document"),
    "a gap": (
        ["DELETE FROM vectors WHERE passage_id = 1", "DELETE FROM passages WHERE id = 1"],
        "*",
    ),
    "an overlap": (["UPDATE passages SET end = end + 1 WHERE id = 1"], "*"),
    "a page": (["UPDATE documents SET pages = '[[1, 0, 5], [2, 6, 9]]' WHERE id = 1"], "document"),
    "a heading": (["UPDATE documents SET headings = '[[1, \"x\", 0, 9999999]]' WHERE id = 1"], "document"),
    "no vector": (["DELETE FROM vectors WHERE passage_id = 1"], "document"),
    "a long vector": (["UPDATE vectors SET vector = zeroblob(1536) WHERE passage_id = 1"], "document"),
    "another hash": (["UPDATE vectors SET text_hash = x'00' WHERE passage_id = 1"], "document"),
    "orphans": (["PRAGMA foreign_keys = OFF", "DELETE FROM documents WHERE id = 1"], "rows"),
    "orphans with vectors": (
        ["PRAGMA foreign_keys = OFF", "DELETE FROM documents WHERE name = 'pumps/one.txt'"],
        "rows",
    ),
    "missing words": (["INSERT INTO words (words) VALUES ('delete-all')"], "words"),
    "a word too many": (["INSERT INTO words (rowid, text, headings) VALUES (999, 'ghost', '')"], "words"),
    "words exchanged": (["UPDATE words_docsize SET id = 7777 WHERE id = 1"], "words"),
    "words damaged": (["UPDATE words_data SET block = x'00' WHERE id > 10"], "words"),
}


def test_a_library_that_was_emptied_is_sound(filled: Settings, open_library: OpenLibrary) -> None:
    with open_library(filled) as library:
        for name in TEXTS:
            library.remove(name)
        assert checked(library) == []


@pytest.mark.parametrize("damage", STORE_DAMAGES)
def test_damage_in_the_store_is_found_and_mended(damage: str, filled: Settings, open_library: OpenLibrary) -> None:
    statements, part = STORE_DAMAGES[damage]
    change(filled, *statements)
    with open_library(filled) as library:
        found = checked(library)
        assert found, damage
        assert part in {"*", *(finding.part for finding in found)}
        assert all(finding.mendable and finding.how.endswith(".") for finding in found)
        assert repair(found, library.store, library.index) == found
        assert checked(library) == []
        library.sync()
        assert checked(library) == []
        assert library.store.ready_count() == 3
        assert library.store.lexical("Where is the pump?", 5)
        assert library.store.lexical("水泵", 5)


@pytest.mark.parametrize("damage", INNER_DAMAGES)
def test_damage_inside_a_row_ends_in_words_that_name_the_next_step(
    damage: str, filled: Settings, open_library: OpenLibrary
) -> None:
    statements, _ = INNER_DAMAGES[damage]
    change(filled, *statements)
    for path in filled.documents[0].rglob("*.*"):
        path.write_text("It is all different now.")

    def read_all(library: Library) -> None:
        for ids, _ in library.store.vectors():
            library.store.passages(ids)
        library.store.document(1)

    errors = []
    with open_library(filled) as library:
        for work in (Library.documents, read_all, Library.sync):
            try:
                work(library)
            except StoreError as error:
                errors.append(str(error))
    assert errors
    assert all("`python -m qa verify`" in error and "`python -m qa repair`" in error for error in errors), errors


def test_words_are_made_anew_at_the_start_also_of_a_damaged_library(
    filled: Settings, open_library: OpenLibrary
) -> None:
    change(filled, "UPDATE facts SET value = 'x' WHERE name IN ('analysis of words', 'revision')")
    for statements, _ in INNER_DAMAGES.values():
        change(filled, *statements)
    with closing(Store(filled.state_folder / STORE_FILE)) as store:
        assert len(list(store.broken_documents())) == 2
        assert store.revision() == 0


def test_a_damaged_member_comes_back_with_its_archive(filled: Settings, open_library: OpenLibrary) -> None:
    with zipfile.ZipFile(filled.documents[0] / "box.zip", "w") as archive:
        for name, text in TEXTS.items():
            archive.writestr(name, f"{text} In a box.")
    with open_library(filled) as library:
        library.sync()
    change(
        filled,
        "UPDATE texts SET text = 'x' WHERE document_id = "
        "(SELECT id FROM documents WHERE name = 'box.zip/pumps/two.md')",
    )
    with open_library(filled) as library:
        found = checked(library)
        assert {finding.where for finding in found if finding.part == "document"} == {"box.zip/pumps/two.md"}
        repair(found, library.store, library.index)
        library.sync()
        assert checked(library) == []
        assert "box.zip/pumps/two.md" in {entry.document for entry in library.documents()}


def test_words_in_another_passage_are_found_out(filled: Settings, open_library: OpenLibrary) -> None:
    with open_library(filled) as library:
        one, other = library.store.passages([1, 2])
        with library.store._database.transaction() as connection:
            from qa.store.words import add_words, forget_words

            forget_words(connection, 1, one.text, one.headings)
            forget_words(connection, 2, other.text, other.headings)
            add_words(connection, 2, one.text, one.headings)
            add_words(connection, 1, other.text + " Ropes.", other.headings)
        assert [finding.part for finding in checked(library)] == ["words"]


def _lost_vector(library: Library) -> None:
    library.index._chroma.collection.delete(ids=["1"])


def _strange_vector(library: Library) -> None:
    library.index._chroma.collection.update(ids=["1"], embeddings=np.eye(1, 384, dtype=np.float32))


def _ghost(library: Library) -> None:
    library.index._chroma.collection.add(ids=["777"], embeddings=np.eye(1, 384, dtype=np.float32))


def _exchanged(library: Library) -> None:
    _lost_vector(library)
    _ghost(library)


@pytest.mark.parametrize("damage", [_lost_vector, _strange_vector, _ghost, _exchanged])
def test_an_index_that_disagrees_is_found_and_made_anew(
    damage: Callable[[Library], None], filled: Settings, open_library: OpenLibrary
) -> None:
    with open_library(filled) as library:
        damage(library)
        found = checked(library)
        assert [finding.part for finding in found] == ["index"]
        repair(found, library.store, library.index)
        assert checked(library) == []


def test_what_is_no_damage_is_noted(filled: Settings, open_library: OpenLibrary) -> None:
    with open_library(filled) as library:
        assert notes(filled, library.store, library.index) == []
    (filled.state_folder / INDEX_MARKER).unlink()
    (filled.documents[0] / "pumps" / "two.md").write_text("Changed.")
    (filled.documents[0] / "pumps" / "three.md").write_text("New.")
    (filled.documents[0] / "pumps" / "four.md").write_text("New, too.")
    (filled.documents[0] / "水.txt").unlink()
    with open_library(filled) as library:
        assert checked(library) == []
        anew, files = notes(filled, library.store, library.index)
        assert anew == "The index was not closed cleanly, so it was made anew from the vectors."
        assert files.startswith("Files that differ since the last sync: 1 changed, 2 new, 1 gone. ")
        assert notes(filled, library.store, library.index, files=False) == [anew]
    with open_library(filled) as library:
        library.sync()
        assert notes(filled, library.store, library.index) == []


def test_words_that_are_made_anew_at_the_start_are_told(filled: Settings) -> None:
    change(filled, "UPDATE facts SET value = '0' WHERE name = 'analysis of words'")
    stages = set()
    with open_engine(filled, lambda stage, *_: stages.add(stage), chat=False):
        pass
    assert "indexing words" in stages


def test_leftovers_are_deleted_and_strange_files_are_named(filled: Settings, open_library: OpenLibrary) -> None:
    (filled.state_folder / PREFIX_FOLDER).mkdir()
    for name in (
        f"{PREFIX_FOLDER}/1{ASIDE}",
        *(f"{STORE_FILE}{ASIDE}{ending}" for ending in ("", "-wal", "-shm", "-journal")),
    ):
        (filled.state_folder / name).touch()
    (filled.state_folder / "holiday.jpg").touch()
    (filled.state_folder / INDEX_FOLDER / "12345678-1234-1234-1234-123456789abc").mkdir()
    with open_library(filled) as library:
        found = checked(library)
        assert sorted(finding.part for finding in found) == ["foreign", "index", *["leftover"] * 5]
        assert [finding.mendable for finding in found] == [finding.part != "foreign" for finding in found]
        repair(found, library.store, library.index)
        assert [finding.part for finding in checked(library)] == ["foreign"]
    assert (filled.state_folder / "holiday.jpg").exists()


def test_a_change_that_size_and_time_do_not_show_is_found_and_read_again(
    filled: Settings, open_library: OpenLibrary
) -> None:
    path = filled.documents[0] / "pumps" / "one.txt"
    before = path.stat()
    path.write_text(TEXTS["pumps/one.txt"].replace("3 bar", "8 bar"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with open_library(filled) as library:
        assert library.sync().changed == []
        (found,) = checked(library)
        assert (found.part, found.where) == ("file", "pumps/one.txt")
        assert verify(filled, library.store, library.index, files=False) == []
        repair([found], library.store, library.index)
        assert checked(library) == []
        assert library.sync().changed == ["pumps/one.txt"]
        assert "8 bar" in library.store.passages(library.store.lexical("pump", 1))[0].text


def test_a_damaged_file_is_not_said_to_be_mendable(filled: Settings, open_library: OpenLibrary) -> None:
    path = filled.state_folder / STORE_FILE
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'vectors'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : (page - 1) * size + 100] = b"\xee" * 100
    path.write_bytes(content)
    with open_library(filled) as library:
        found = checked(library)
    assert [(finding.part, finding.mendable) for finding in found] == [("database", False)]
    assert "python -m qa sync" in found[0].how


# Backup.


def test_a_backup_is_used_like_the_original(filled: Settings, open_library: OpenLibrary, tmp_path: Path) -> None:
    made = backup(filled.state_folder, tmp_path / "copies" / "monday")
    assert (made.documents, made.with_index) == (3, True)
    assert made.bytes > 10_000
    shutil.copytree(filled.state_folder, tmp_path / "copied")
    stages: list[str] = []
    for folder in (made.path, tmp_path / "copied"):
        copied = filled.model_copy(update={"state": folder})
        with open_library(copied, lambda stage, *_: stages.append(stage)) as library:
            report = library.sync()
            assert (report.added, report.changed, report.unchanged) == ([], [], 4)
            assert checked(library) == []
    assert "rebuilding the index" not in stages


def test_a_backup_while_the_library_is_written_is_of_one_moment(
    filled: Settings, open_library: OpenLibrary, tmp_path: Path
) -> None:
    made = []
    with open_library(filled) as library:
        stop = threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                (filled.documents[0] / f"new{number % 3}.txt").write_text(f"The flowmeter {number}. " * 50)
                library.sync()

        writer = threading.Thread(target=write)
        writer.start()
        made = [backup(filled.state_folder, tmp_path / f"copy{number}") for number in range(4)]
        stop.set()
        writer.join()
    for copy in made:
        with open_library(filled.model_copy(update={"state": copy.path})) as library:
            assert library.store.passage_count() == copy.passages
            assert verify(library.settings, library.store, library.index, files=False) == []


def test_a_backup_needs_no_lock_and_no_models(filled: Settings, open_library: OpenLibrary, tmp_path: Path) -> None:
    script = "import sys, pathlib, qa.upkeep; qa.upkeep.backup(*map(pathlib.Path, sys.argv[1:]))"
    with open_library(filled):
        command = [sys.executable, "-c", script, str(filled.state_folder), str(tmp_path / "copy")]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert (tmp_path / "copy" / STORE_FILE).is_file()


def test_a_backup_overwrites_nothing_and_leaves_nothing_half(filled: Settings, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "stopped.new").mkdir()
    state = filled.state_folder
    for target, words in (
        (tmp_path / "there", "exists already"),
        (tmp_path / "file", "exists already"),
        (state, "is the state folder itself"),
        (state / "inside", "the state folder itself or lies in it"),
        (tmp_path / "file" / "below", "would lie in a file"),
        (tmp_path / "file" / "below" / "it", "would lie in a file"),
        (tmp_path / ("n" * 300), "cannot be made there .*name too long"),
        (tmp_path / "stopped", "stopped.new is in the way: .* still running"),
        (tmp_path / "loop" / "copy", "cannot be made there|would lie in a file"),
    ):
        with pytest.raises(BackupError, match=words) as raised:
            backup(state, target)
        assert ".." not in str(raised.value)
    with pytest.raises(BackupError, match="no library"):
        backup(tmp_path / "there", tmp_path / "copy")
    (state / STORE_FILE).write_bytes(b"junk" * 1000)
    # The library is to blame, and not the place of the copy.
    with pytest.raises(StoreError, match="is damaged"):
        backup(state, tmp_path / "copy")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("documents", "file", "loop", "state", "stopped.new", "there")
    ]


def test_a_library_that_cannot_be_copied_is_to_blame_and_not_the_place_of_the_copy(
    filled: Settings, tmp_path: Path
) -> None:
    path = filled.state_folder / STORE_FILE
    content = path.read_bytes()
    # The first page is whole, so that it opens, and nothing behind it is.
    path.write_bytes(content[:4096] + b"\xee" * (len(content) - 4096))
    with pytest.raises(BackupError, match="is damaged") as raised:
        backup(filled.state_folder, tmp_path / "copy")
    assert str(raised.value).startswith(f"The library in {filled.state_folder} is damaged (")
    assert "`python -m qa verify`" in str(raised.value)
    assert not (tmp_path / "copy").exists()


FULL_DISK = """
import sys
from pathlib import Path
from qa.store import Store
from qa.upkeep import BackupError, backup
try:
    backup(Path(sys.argv[1]), Path("/mnt/copy"))
except BackupError as error:
    print(error)
print([path.name for path in Path("/mnt").iterdir()])
"""
READ_ONLY_DISK = FULL_DISK.replace("/mnt/copy", "/mnt/new/copy")


def test_a_backup_to_a_full_disk_says_so_and_leaves_nothing(filled: Settings) -> None:
    script = 'mount -t tmpfs -o size=100k none /mnt && exec "$@"'
    command = ["unshare", "-rm", "sh", "-c", script, "sh", sys.executable, "-c", FULL_DISK]
    done = subprocess.run([*command, str(filled.state_folder)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    message, left = done.stdout.splitlines()
    assert "no room" in message
    assert left == "[]"


def test_a_backup_to_a_disk_that_cannot_be_written_names_it(filled: Settings) -> None:
    script = 'mount -t tmpfs -o ro none /mnt && exec "$@"'
    command = ["unshare", "-rm", "sh", "-c", script, "sh", sys.executable, "-c", READ_ONLY_DISK]
    done = subprocess.run([*command, str(filled.state_folder)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    message, left = done.stdout.splitlines()
    assert message == "/mnt/new/copy cannot be made there (Read-only file system). Name another place."
    assert left == "[]"


@pytest.mark.parametrize("content", [None, "[]", "{"])
def test_an_index_that_is_not_clean_is_left_out_of_a_backup(
    content: str | None, filled: Settings, open_library: OpenLibrary, tmp_path: Path
) -> None:
    marker = filled.state_folder / INDEX_MARKER
    if content is None:
        marker.unlink()
    else:
        marker.write_text(content)
    made = backup(filled.state_folder, tmp_path / "copy")
    assert not made.with_index
    assert [path.name for path in made.path.iterdir()] == [STORE_FILE]
    with open_library(filled.model_copy(update={"state": made.path})) as library:
        assert checked(library) == []
