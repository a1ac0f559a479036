"""The commands that look after the library, as processes: dry runs, watching, checking, mending, copying."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from small_library import DOCUMENTS, write_documents

from qa.config import ROOT
from qa.state import INDEX_MARKER, STORE_FILE

PATIENCE = 60.0
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return write_documents(tmp_path / "documents")


def command(documents: Path, *arguments: str) -> list[str]:
    folders = ["--documents", str(documents), "--state", str(documents.parent / "state")]
    return [sys.executable, "-m", "qa", *arguments, *folders]


@pytest.fixture
def qa(documents: Path) -> Run:
    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        ended = subprocess.run(
            command(documents, *arguments), capture_output=True, text=True, cwd=ROOT, timeout=120
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended

    return run


def test_a_dry_run_says_what_a_sync_would_do_and_does_nothing(qa: Run, documents: Path) -> None:
    assert "It would read, 3:" in qa("sync", "--dry-run").stdout
    assert not (documents.parent / "state").exists()
    assert qa("sync").stdout == "3 added, 0 unchanged, 0 failed.\n"
    (documents / "choir.txt").rename(documents / "singers.txt")
    (documents / "harbour.md").write_text("All new.")
    (documents / "bakery.html").unlink()
    (documents / "late.txt").write_text("Late.")
    planned = json.loads(qa("sync", "--dry-run", "--json").stdout)
    assert planned == {
        "added": ["late.txt"],
        "changed": ["harbour.md"],
        "renamed": {"choir.txt": "singers.txt"},
        "removed": ["bakery.html"],
        "refused": {},
        "unchanged": 0,
    }
    assert qa("sync").stdout == "1 added, 1 changed, 1 renamed, 1 removed, 0 unchanged, 0 failed.\n"


def test_a_question_is_limited_to_a_folder(qa: Run, documents: Path) -> None:
    (documents / "old").mkdir()
    (documents / "old" / "rules.txt").write_text("Once, diesel was sold at pier A.\n")
    found = json.loads(qa("search", "Where is diesel sold?", "--in", "old", "--json").stdout)
    assert {one["document"] for one in found} == {"old/rules.txt"}
    refused = qa("search", "Where is diesel sold?", "--in", "harbor.md")
    assert refused.returncode == 2 and "harbour.md" in refused.stderr


@pytest.mark.parametrize("name", ["", " ", "/"])
def test_a_question_that_is_limited_to_nothing_is_refused(qa: Run, name: str) -> None:
    refused = qa("search", "Where is diesel sold?", "--in", name)
    assert refused.returncode == 2 and "--in names nothing" in refused.stderr


def test_what_is_broken_is_found_and_mended(qa: Run, documents: Path) -> None:
    assert qa("verify").returncode == 2
    qa("sync")
    assert qa("verify").stdout == "All is well.\n"
    with sqlite3.connect(documents.parent / "state" / STORE_FILE) as connection:
        connection.execute("DELETE FROM passages WHERE id = (SELECT min(id) FROM passages)")
    connection.close()
    broken = qa("verify", "--json")
    assert broken.returncode == 1 and json.loads(broken.stdout)
    assert "Mended" in qa("repair").stdout
    (documents / "late.txt").write_text("Late.")
    noted = qa("verify")
    assert noted.returncode == 0
    assert noted.stdout.startswith("All is well.\nFiles that differ since the last sync: 1 new. ")


def test_what_is_damaged_inside_is_named_and_read_again_where_there_is_a_file(qa: Run, documents: Path) -> None:
    qa("sync")
    of = "(SELECT id FROM documents WHERE name = ?)"
    first = f"(SELECT min(id) FROM passages WHERE document_id = {of})"
    with sqlite3.connect(documents.parent / "state" / STORE_FILE) as connection:
        connection.execute(f"UPDATE vectors SET vector = x'00' WHERE passage_id = {first}", ("bakery.html",))
        connection.execute(f"UPDATE texts SET text = CAST(text AS BLOB) WHERE document_id = {of}", ("choir.txt",))
        connection.execute("UPDATE documents SET pages = 'page 1' WHERE name = 'harbour.md'")
    connection.close()
    (documents / "bakery.html").unlink()
    (documents / "choir.txt").write_text("The choir is no more.")
    for turn in range(2):
        for words in (["search", "Who started the choir?"], ["documents"], ["sync"]):
            refused = qa(*words)
            assert refused.returncode == 2, words
            assert "qa verify`" in refused.stderr and "qa repair`" in refused.stderr
        verified = qa("verify")
        assert verified.returncode == 1
        assert all(name in verified.stdout for name in DOCUMENTS)
        if turn == 0:  # then with an index that has to be made anew
            (documents.parent / "state" / INDEX_MARKER).unlink(missing_ok=True)
    mended = qa("repair")
    assert mended.returncode == 1
    assert "bakery.html is not in the library any more" in mended.stdout
    assert "choir.txt is not" not in mended.stdout
    assert qa("verify").stdout == "All is well.\n"
    assert "no more" in qa("search", "choir").stdout


def overwrite(store: Path, table: str) -> None:
    """Damage the file of a closed library at the first page of a table."""
    with sqlite3.connect(store) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with store.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xee" * 100)


@pytest.mark.parametrize("table", ["documents", "vectors"])
def test_a_library_that_sqlite_cannot_read_is_a_finding(qa: Run, documents: Path, table: str) -> None:
    qa("sync")
    store = documents.parent / "state" / STORE_FILE
    overwrite(store, table)
    # Then with an index that would have to be made anew.
    for _ in range(2):
        checked = qa("verify", "--json")
        assert checked.returncode == 1, checked.stderr
        assert [finding["part"] for finding in json.loads(checked.stdout)] == ["database"]
        mended = qa("repair")
        assert mended.returncode == 1, mended.stderr
        assert mended.stdout.startswith(f"{store} is damaged")
        (documents.parent / "state" / INDEX_MARKER).unlink(missing_ok=True)


def test_a_document_whose_name_is_damaged_is_read_again_and_not_said_to_be_lost(qa: Run, documents: Path) -> None:
    qa("sync")
    with sqlite3.connect(documents.parent / "state" / STORE_FILE) as connection:
        connection.execute("UPDATE documents SET name = x'ff' WHERE name = 'choir.txt'")
    connection.close()
    assert qa("verify").stdout.startswith("Document ")
    mended = qa("repair")
    assert (mended.returncode, mended.stdout.splitlines()[-1]) == (0, "Mended: 1 of 1."), mended.stdout
    assert qa("verify").stdout == "All is well.\n"


def test_a_copy_is_a_library_of_its_own(qa: Run, documents: Path, tmp_path: Path) -> None:
    qa("sync")
    assert "lies in the documents folder" in qa("backup", str(documents / "copy")).stderr
    copied = qa("backup", str(tmp_path / "copy"))
    assert copied.stdout.startswith(f"Copied to {tmp_path / 'copy'}: 3 documents")
    (tmp_path / "copy").rename(tmp_path / "restored")
    again = [
        sys.executable,
        "-m",
        "qa",
        "sync",
        "--documents",
        str(documents),
        "--state",
        str(tmp_path / "restored"),
    ]
    assert "3 unchanged" in subprocess.run(again, capture_output=True, text=True, cwd=ROOT, timeout=120).stdout


def test_a_folder_is_removed_and_comes_back(qa: Run, documents: Path) -> None:
    (documents / "old").mkdir()
    for name, text in DOCUMENTS.items():
        (documents / "old" / name).write_text(f"Old. {text}")
    qa("sync")
    assert "3 documents" in qa("remove", "old").stdout
    assert len(json.loads(qa("documents", "--json").stdout)) == 3
    assert "is back" in qa("remove", "old", "--undo").stdout
    assert len(json.loads(qa("documents", "--json").stdout)) == 6


def test_what_was_removed_is_listed_and_says_so_when_it_is_removed_again(qa: Run, documents: Path) -> None:
    qa("sync")
    assert "Nothing was removed" in qa("documents", "--removed").stdout
    assert qa("remove", "choir.txt").stdout.startswith("choir.txt is removed; no file was touched")
    assert "choir.txt is removed already" in qa("remove", "choir.txt").stdout
    (documents / "choir.txt").rename(documents / "singers.txt")
    qa("sync")
    listed = json.loads(qa("documents", "--removed", "--json").stdout)
    assert listed == [{"document": "singers.txt", "status": "removed", "was": "choir.txt"}]
    assert "1 removed" in qa("documents").stderr
    assert "was removed" in qa("documents", "--text", "singers.txt").stderr
    assert "choir.txt is back as singers.txt" in qa("remove", "--undo", "choir.txt").stdout


def test_an_emptied_folder_is_emptied_once_that_is_agreed_to(qa: Run, documents: Path) -> None:
    qa("sync")
    for path in documents.iterdir():
        path.unlink()
    assert "would remove 3 of 3" in qa("sync").stderr
    assert "holds no files" in qa("sync", "--rebuild").stderr
    assert len(json.loads(qa("documents", "--json").stdout)) == 3
    agreed = qa("sync", "--yes")
    assert (agreed.returncode, agreed.stdout) == (0, "3 removed, 0 unchanged, 0 failed.\n")
    again = qa("sync")
    assert again.returncode == 0 and "0 unchanged" in again.stdout and "holds no files" in again.stdout
    for command in (["documents"], ["verify"], ["sync", "--yes"], ["sync", "--dry-run"]):
        assert qa(*command).returncode == 0
    asked = qa("search", "Where is diesel sold?")
    assert asked.returncode == 2 and "holds no files" in asked.stderr


def test_a_file_that_could_not_be_read_has_its_reason_in_place_of_a_text(qa: Run, documents: Path) -> None:
    (documents / "empty.txt").touch()
    with zipfile.ZipFile(documents / "box.zip", "w") as box:
        box.writestr("inner.txt", "Inside.")
    qa("sync")
    assert "is empty (0 bytes)" in qa("documents", "--text", "empty.txt").stderr
    assert "is an archive" in qa("documents", "--text", "box.zip").stderr
    rows = [line.split() for line in qa("documents").stdout.splitlines()]
    assert [row[2] for row in rows if row[0] == "box.zip/inner.txt"] == ["–"]
    (documents / "late.txt").write_text("Late.")
    assert "not read yet" in qa("documents", "--text", "late.txt").stderr


def test_a_dry_run_names_a_file_that_is_refused_once(qa: Run, documents: Path) -> None:
    os.mkfifo(documents / "pipe")
    planned = json.loads(qa("sync", "--dry-run", "--json").stdout)
    assert list(planned["refused"]) == ["pipe"] and "pipe" not in planned["added"]
    assert qa("sync", "--dry-run").stdout.count("pipe:") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="is ended by a signal")
def test_a_folder_is_followed_until_ctrl_c(documents: Path) -> None:
    with subprocess.Popen(
        command(documents, "sync", "--watch"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as following:
        try:
            assert following.stdout is not None
            assert following.stdout.readline() == "3 added, 0 unchanged, 0 failed.\n"
            (documents / "late.txt").write_text("Late.")
            assert following.stdout.readline() == "1 added, 3 unchanged, 0 failed.\n"
            following.send_signal(signal.SIGINT)
            assert following.wait(PATIENCE) == 130
        finally:
            following.kill()
