"""A state of version 1 becomes one of this version, whole or not at all; what must be refused says what to run."""

import json
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import pytest
from version_1 import SCHEMA

from qa.index import PassageIndex
from qa.readers import Document, Heading, Page
from qa.splitting import split
from qa.state import INDEX_MARKER, STORE_FILE
from qa.store import SCHEMA_VERSION, FileState, Scope, Store, StoreError, migration

DOCUMENTS = {
    "manual.pdf": Document(
        "Pumps\nThe pump starts at 3 bar.\nMuseum\nRopes were made here.\n",
        (Page(1, 0, 32), Page(2, 32, 61)),
        (Heading(1, "Pumps", 0, 5), Heading(1, "Museum", 32, 38)),
        "pdf",
        ("One picture was left out.",),
    ),
    "насосы.txt": Document("Насосы запускаются. " * 30, (), (), "text"),
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A state folder that the first release left, with ids that have gaps."""
    path = tmp_path / STORE_FILE
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL;" + SCHEMA)
        passage_id = 7
        for document_id, (name, document) in enumerate(DOCUMENTS.items(), start=3):
            pages = [(page.number, page.start, page.end) for page in document.pages]
            headings = [(h.level, h.title, h.start, h.end) for h in document.headings]
            connection.execute(
                "INSERT INTO documents VALUES (?, ?, 9, 8, ?, NULL, ?, ?, ?, ?, ?, ?)",
                (
                    *(document_id, name, name, document.kind, document.text, len(document.text)),
                    *(json.dumps(pages), json.dumps(headings), json.dumps(document.warnings)),
                ),
            )
            for passage in split(document, 100):
                text, path_of_headings = document.text[passage.start : passage.end], json.dumps(passage.headings)
                vector = np.eye(1, 384, passage_id, dtype=np.float32).tobytes()
                connection.execute(
                    "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (passage_id, document_id, passage.start, passage.end, passage.page, path_of_headings, vector),
                )
                connection.execute(
                    "INSERT INTO words (rowid, text, headings) VALUES (?, ?, ?)",
                    (passage_id, text, " ".join(passage.headings)),
                )
                passage_id += 1
        connection.execute(
            "INSERT INTO documents VALUES (9, 'bad.pdf', 1, 2, '', 'is damaged.', '', '', 0, '[]', '[]', '[]')"
        )
        connection.execute(
            "INSERT INTO facts VALUES ('revision', '4'), ('embedding', 'bge'), ('forgotten words', '1')"
        )
        connection.execute("INSERT INTO excluded VALUES ('secret.txt')")
        connection.commit()
    return tmp_path


def test_a_store_of_version_1_is_brought_to_this_one(old: Path) -> None:
    stages = []
    with closing(Store(old / STORE_FILE, progress=lambda stage, *_: stages.append(stage))) as store:
        assert set(stages) == {"indexing words"}
        for name, document in DOCUMENTS.items():
            document_id = store.document_id(name)
            assert document_id is not None
            assert store.document(document_id) == document
            passages, vectors = store.document_passages(document_id)
            assert passages == split(document, 100)
            assert vectors.shape == (len(passages), 384)
        assert (store.revision(), store.fact("embedding"), store.excluded()) == (4, "bge", {"secret.txt"})
        assert [(e.document, e.status) for e in store.catalogue()] == [
            ("bad.pdf", "failed"),
            ("manual.pdf", "ready"),
            ("насосы.txt", "ready"),
        ]
        assert store.file("manual.pdf") == FileState("manual.pdf", 9, 8, "manual.pdf")
        assert [p.place for p in store.passages(store.lexical("museum ropes", 1))] == ["page 2"]
        assert store.lexical("насос", 5), "words are analysed as they are today"
        assert (store.damage(), store.orphans()) == ([], {})
        assert (list(store.broken_documents()), store.words_problem()) == ([], None)
        assert store.scope_documents(Scope(("manual.pdf",))) == {3}
        store.remove("manual.pdf")
        change = store.replace(FileState("new", 1, 1, "n"), DOCUMENTS["manual.pdf"], passages[:1], vectors[:1])
        assert change.added[0] > 7
        assert store.words_problem() is None
    with closing(Store(old / STORE_FILE, progress=lambda *_: pytest.fail("migrated twice"))):
        pass


def test_a_clean_index_of_before_serves_on(old: Path) -> None:
    with closing(Store(old / STORE_FILE)) as store, closing(PassageIndex(old, store)):
        pass
    with closing(sqlite3.connect(old / STORE_FILE)) as connection:
        connection.execute("UPDATE facts SET value = '0' WHERE name = 'analysis of words'")
        connection.commit()
    assert (old / INDEX_MARKER).is_file()
    with ExitStack() as stack:
        store = stack.enter_context(closing(Store(old / STORE_FILE)))
        index = stack.enter_context(closing(PassageIndex(old, store, lambda *_: pytest.fail("rebuilt"))))
        assert index.problem() is None


def test_a_migration_that_fails_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(migration, "rebuild_words", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Store(old / STORE_FILE)
    with closing(sqlite3.connect(old / STORE_FILE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT count(text) FROM documents").fetchone() == (3,)
        assert connection.execute("SELECT rowid FROM words WHERE words MATCH 'ropes'").fetchall()
    monkeypatch.undo()
    with closing(Store(old / STORE_FILE)) as store:
        assert store.words_problem() is None


def test_an_older_store_that_is_only_read_is_refused_with_the_command(old: Path) -> None:
    with pytest.raises(StoreError, match=r"older version.*Run `python -m qa sync`"):
        Store(old / STORE_FILE, read_only=True)
    with closing(sqlite3.connect(old / STORE_FILE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_newer_store_is_refused(old: Path) -> None:
    with closing(sqlite3.connect(old / STORE_FILE)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 5}")
    with pytest.raises(StoreError, match="another version"):
        Store(old / STORE_FILE)
