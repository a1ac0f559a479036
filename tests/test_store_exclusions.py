"""What is kept out is noted with hashes, and a library of version 2, which knew names only, gets room for them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from qa.state import STORE_FILE
from qa.store import Exclusion, FileState, Store


def held(name: str, digest: str = "d") -> FileState:
    return FileState(name, 5, 7, digest.ljust(64, "0") + ".txt")


def test_a_removal_is_noted_and_forgotten_with_its_files(tmp_path: Path) -> None:
    one = Exclusion("folder", (held("folder/a.txt"), held("folder/b.txt", "e")))
    with closing(Store(tmp_path / STORE_FILE)) as store:
        store.exclude(one, "plain.txt")
        assert store.exclusions() == {"folder": one, "plain.txt": Exclusion("plain.txt")}
        assert store.keeps_out("e".ljust(64, "0") + ".md"), "a suffix changes no text"
        store.exclude(Exclusion("folder", (held("folder/a.txt"),)), forget=["plain.txt"])
        assert store.excluded() == {"folder"}
        assert not store.keeps_out("e".ljust(64, "0"))
        assert store.include("folder") and not store.include("folder")
        assert store.exclusions() == {}


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
