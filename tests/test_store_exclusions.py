"""What is kept out is noted with hashes, and a library of version 2, which knew names only, gets room for them."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from qa.state import STORE_FILE
from qa.store import Exclusion, FileState, Store
from qa.store.exclusions import KEEPS_OUT


def held(name: str, digest: str = "d") -> FileState:
    return FileState(name, 5, 7, digest.ljust(64, "0") + ".txt")


def test_a_removal_is_noted_and_forgotten_with_its_files(tmp_path: Path) -> None:
    one = Exclusion("folder", (held("folder/a.txt"), held("folder/b.txt", "e")))
    with closing(Store(tmp_path / STORE_FILE)) as store:
        store.exclude(one, Exclusion("plain.txt"))
        assert store.exclusions() == {"folder": one, "plain.txt": Exclusion("plain.txt")}
        assert store.keeps_out("e".ljust(64, "0") + ".md"), "a suffix changes no text"
        store.exclude(Exclusion("folder", (held("folder/a.txt"),)), forget=["plain.txt"])
        assert store.excluded() == {"folder"}
        assert not store.keeps_out("e".ljust(64, "0"))
        store.restore(["folder"])
        assert store.exclusions() == {}


def test_whether_content_is_kept_out_is_looked_up_and_not_searched_for(tmp_path: Path) -> None:
    path = tmp_path / STORE_FILE
    with closing(Store(path)) as store:
        member = Exclusion("box.zip/a.txt", (held("box.zip", "b"),))
        store.exclude(member, Exclusion("empty", (replace(held("empty", "c"), bytes=0),)))
        assert not store.keeps_out("b".ljust(64, "0") + ".zip"), "the archive itself was not removed"
        assert not store.keeps_out("c".ljust(64, "0") + ".txt"), "empty files are all alike"
    with closing(sqlite3.connect(path)) as connection:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {KEEPS_OUT}", ("d", "d", "d/"))]
    assert not [step for step in steps if step.startswith("SCAN") and "CONSTANT" not in step], steps
    assert any("excluded_files_by_content" in step for step in steps)
    assert any("documents_by_digest" in step for step in steps)


def test_content_of_a_document_is_not_kept_out_whatever_the_suffix(tmp_path: Path) -> None:
    with closing(Store(tmp_path / STORE_FILE)) as store:
        store.exclude(Exclusion("a.txt", (held("a.txt"),), copied=True))
        assert store.exclusions()["a.txt"].copied
        assert store.keeps_out("d".ljust(64, "0") + ".txt")
        for suffix in ("", ".md"):
            store.fail(replace(held("b.md"), digest="d".ljust(64, "0") + suffix), "is empty.")
            assert not store.keeps_out("d".ljust(64, "0") + ".txt")


def test_a_library_of_version_2_keeps_its_removals_and_its_words(tmp_path: Path) -> None:
    path = tmp_path / STORE_FILE
    with closing(Store(path)) as store:
        store.set_fact("embedding", "bge")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP INDEX documents_unfinished; DROP TABLE excluded_files; DROP TABLE excluded;"
            "CREATE TABLE excluded (name TEXT PRIMARY KEY);"
            "INSERT INTO excluded VALUES ('secret.txt'); PRAGMA user_version = 2;"
        )
    with closing(Store(path, progress=lambda *_: pytest.fail("the words were indexed again"))) as store:
        assert store.exclusions() == {"secret.txt": Exclusion("secret.txt")}
        assert store.fact("embedding") == "bge"
