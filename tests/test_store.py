"""The store: one transaction a document, nothing left of what is removed, and queries that never raise."""

import random
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from qa.config import ROOT
from qa.readers import Document, Heading, Page
from qa.splitting import Passage, split
from qa.store import SCHEMA_VERSION, Change, Exclusion, FileState, Store, StoreError
from qa.store.database import Database

PAGES = Document(
    "Pumps\nThe pump starts at 3 bar.\nMuseum\nRopes were made here.\n",
    (Page(1, 0, 32), Page(2, 32, 61)),
    (Heading(1, "Pumps", 0, 5), Heading(1, "Museum", 32, 38)),
    "pdf",
    ("One picture was left out.",),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "library.sqlite")) as store:
        yield store


def state(name: str, digest: str = "d") -> FileState:
    return FileState(name, 10, 1_000, digest)


def put(store: Store, name: str, text: str, digest: str = "d", characters: int = 200) -> Change:
    """Commit a text, with vectors that tell its passages apart."""
    document = Document(text, (), (), "text")
    passages = split(document, characters)
    vectors = np.random.default_rng(len(text)).standard_normal((len(passages), 384)).astype(np.float32)
    return store.replace(state(name, digest), document, passages, vectors)


def on_disk(path: Path, word: str) -> bool:
    """Whether the word, in any of its forms, is anywhere in the files of the store."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return any(word.encode() in file.read_bytes() for file in path.parent.glob(path.name + "*"))


def test_a_moment_that_cannot_begin_says_why_and_is_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, "a.txt", "The pump starts at 3 bar.")
    rows = Database.rows

    def failing(self: Database, query: str, values: tuple[object, ...] = ()) -> object:
        if query == "BEGIN":
            raise StoreError("no disk")
        return rows(self, query, values)

    monkeypatch.setattr(Database, "rows", failing)
    with pytest.raises(StoreError, match="no disk"):
        store.sizes(frozenset({1}))
    monkeypatch.undo()
    assert store.sizes(frozenset({1}))[0] == 1


def test_a_document_comes_back_as_it_was_read(store: Store) -> None:
    passages = split(PAGES, 100)
    vectors = np.arange(len(passages) * 384, dtype=np.float32).reshape(-1, 384)
    change = store.replace(state("a.pdf"), PAGES, passages, vectors)
    document_id = store.document_id("a.pdf")
    assert document_id is not None
    assert store.document(document_id) == PAGES
    assert store.pages(document_id) == PAGES.pages
    assert store.text(document_id) == PAGES.text
    again, their_vectors = store.document_passages(document_id)
    assert again == passages
    assert np.array_equal(their_vectors, vectors)
    stored = store.passages(change.added)
    assert [(p.page, p.headings, p.text) for p in stored] == [
        (p.page, p.headings, PAGES.text[p.start : p.end]) for p in passages
    ]
    (entry,) = store.catalogue()
    assert (entry.status, entry.pages, entry.passages, entry.characters) == ("ready", 2, len(passages), 61)


def test_what_was_committed_is_there_after_reopening(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "s")) as store:
        change = put(store, "a.txt", "The pump starts at 3 bar.")
    with closing(Store(tmp_path / "s")) as store:
        assert store.passages(change.added)[0].text == "The pump starts at 3 bar."
        assert store.lexical("pump", 5) == change.added
        assert store.revision() == change.revision == 1


def test_a_document_is_replaced_whole(store: Store) -> None:
    first = put(store, "a.txt", "The pump starts at 3 bar. " * 40)
    second = put(store, "a.txt", "Ropes were made here.")
    assert second.removed == first.added
    assert not set(first.added) & set(second.added)
    assert store.passage_count() == len(second.added) == 1
    assert store.lexical("pump", 50) == []
    assert store.passages(first.added) == []
    assert len(store.catalogue()) == 1


def test_a_failed_write_changes_nothing(store: Store) -> None:
    first = put(store, "a.txt", "The pump starts at 3 bar.")
    passages = [Passage(0, 5, None, ()), Passage(5, 9, None, ())]
    with pytest.raises(ValueError, match="zip"):
        store.replace(
            state("a.txt"), Document("Ropes are", (), (), "text"), passages, np.ones((1, 384), np.float32)
        )
    assert store.passages(first.added)[0].text == "The pump starts at 3 bar."
    assert store.lexical("pump", 5) == first.added
    assert store.lexical("ropes", 5) == []
    assert store.revision() == first.revision


def test_nothing_answers_for_a_removed_document(store: Store) -> None:
    change = put(store, "a.txt", "The pump starts at 3 bar.")
    document_id = store.document_id("a.txt")
    assert document_id is not None
    assert store.text(document_id)
    assert store.remove("a.txt").removed == change.added
    assert store.lexical("pump", 5) == []
    assert list(store.vectors()) == []
    assert store.document_id("a.txt") is None
    for read in (store.text, store.document, store.pages):
        with pytest.raises(KeyError):
            read(document_id)


def test_removing_what_is_not_there_is_no_change(store: Store) -> None:
    put(store, "a.txt", "The pump starts at 3 bar.")
    assert store.remove("b.txt") == Change([], [], 1, 1)


def test_the_revision_counts_only_changes_of_passages(store: Store) -> None:
    assert put(store, "a.txt", "one").revision == 1
    assert store.fail(state("b.txt"), "is empty.").revision == 1
    store.move({"a.txt": state("c.txt")})
    store.exclude(Exclusion("d.txt"))
    assert store.revision() == 1
    assert store.fail(state("c.txt"), "is empty.").revision == 2


def test_a_failed_file_is_listed_with_its_reason_and_has_no_text_to_find(store: Store) -> None:
    put(store, "a.txt", "The pump starts at 3 bar.")
    store.fail(state("a.txt"), "is damaged.")
    (entry,) = store.catalogue()
    assert (entry.status, entry.reason, entry.passages) == ("failed", "is damaged.", 0)
    assert store.document_id("a.txt") is None
    assert store.document_of("d") is None
    assert store.lexical("pump", 5) == []


def test_no_byte_of_a_removed_document_stays_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with closing(Store(path)) as store:
        for number in range(30):
            put(store, f"{number}.txt", f"Paragraph {number} on quuxwombat{number}. " * 30, str(number))
        put(store, "secret.txt", ("The zyxwombat sleeps. " * 20 + "\n\n") * 30, "secret")
        assert on_disk(path, "zyxwombat")
        store.remove("secret.txt")
        store.tidy()
        assert not on_disk(path, "zyxwombat")
        put(store, "7.txt", "Something else.")
        store.tidy()
        assert not on_disk(path, "quuxwombat7.")
        assert store.lexical("quuxwombat7", 5) == []
        assert len(store.lexical("quuxwombat8", 50)) > 1


def test_tidying_goes_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with closing(Store(path)) as store:
        put(store, "keep.txt", "The pump starts at 3 bar.")
        put(store, "secret.txt", "The zyxwombat sleeps.")
    with closing(Store(path)) as store:
        store.remove("secret.txt")
    with closing(Store(path)) as store:
        store.tidy()
        assert not on_disk(path, "zyxwombat")
        assert store.lexical("pump", 5) == [1]


def test_bm25_puts_the_telling_passage_first(store: Store) -> None:
    put(store, "a.txt", "The valve of the boiler is on the left. The boiler is large.")
    best = put(store, "b.txt", "Close the valve before resetting the flowmeter.").added
    put(store, "c.txt", "The boiler, the boiler and the boiler.")
    assert store.lexical("Where is the flowmeter valve?", 5)[0] == best[0]
    assert store.lexical("flowmeters", 5) == best, "plural and singular are one word"
    assert store.lexical("FLOWMETER", 5) == best
    assert len(store.lexical("boiler", 1)) == 1


def test_accents_do_not_hide_a_word(store: Store) -> None:
    added = put(store, "a.txt", "Le relevé de la débitmètre.").added
    for question in ("debitmetre", "DÉBITMÈTRE", "de\u0301bitme\u0300tre"):
        assert store.lexical(question, 5) == added


def test_words_of_the_headings_are_found(store: Store) -> None:
    change = store.replace(state("a.pdf"), PAGES, split(PAGES, 100), np.ones((2, 384), np.float32))
    assert store.lexical("museum", 5) == change.added[1:]


QUESTIONS = [
    "",
    " ",
    "?!",
    '"',
    "'",
    '""""',
    'pump" OR "valve',
    "pump AND NOT valve",
    "NEAR(pump valve, 2)",
    "pump*",
    "text:pump",
    "-pump ^pump +pump {pump} (pump",
    "words MATCH 'pump'; DROP TABLE words; --",
    "pump\0valve",
    "🦜 pump 🦜",
    "🦜",
    "\ud800 pump \udfff",
    "\ud800",
    "_ __ pump_valve",
    "²³½ ٣ Ⅻ",
    "漢字",
    "İstanbul ẞ ﬃ",
    "\u202epump\ufeff\u200b",
    "%s %d {0} \\n \\",
    "the of and to",
    "pump " * 5_000,
    " ".join(f"word{number}" for number in range(5_000)) + " pump",
    "x" * 100_000,
]


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_no_question_breaks_the_search(question: str, store: Store) -> None:
    put(store, "a.txt", "The pump starts at 3 bar. Use pump_valve.")
    found = store.lexical(question, 5)
    asked = re.findall(r"\w+", question.lower().replace("\0", " "))[:64]
    assert found == ([1] if {"pump", "pump_valve", "the"} & set(asked) else [])


def test_random_questions_never_raise(store: Store) -> None:
    put(store, "a.txt", "The pump starts at 3 bar.")
    chance = random.Random(11)
    characters = [chr(code) for code in [*range(0x250), 0x301, 0x4E00, 0xD800, 0xDFFF, 0xFEFF, 0xFFFE, 0x1F99C]]
    for _ in range(500):
        store.lexical("".join(chance.choices(characters, k=chance.randint(0, 30))), 5)


def test_vectors_come_in_batches_in_the_order_of_their_ids(store: Store) -> None:
    for number in range(5):
        put(store, f"{number}.txt", "The pump starts at 3 bar. " * (8 * number + 1))
    batches = list(store.vectors(batch=4))
    ids = [passage_id for batch, _ in batches for passage_id in batch]
    assert ids == sorted(ids)
    assert len(ids) == store.passage_count() == sum(len(vectors) for _, vectors in batches)
    assert all(vectors.shape == (len(batch), 384) for batch, vectors in batches)


def test_a_new_name_keeps_the_passages(store: Store) -> None:
    change = put(store, "a.txt", "The pump starts at 3 bar.")
    store.move({"a.txt": state("b.txt")})
    assert [passage.document for passage in store.passages(change.added)] == ["b.txt"]
    assert store.lexical("pump", 5) == change.added
    assert list(store.files()) == ["b.txt"]


def test_passages_are_given_in_the_order_asked_for_without_those_gone(store: Store) -> None:
    one, other = put(store, "a.txt", "one").added[0], put(store, "b.txt", "two").added[0]
    assert [passage.id for passage in store.passages([other, 999, one])] == [other, one]
    assert store.passages([]) == []


def test_clearing_forgets_documents_and_embedding_but_not_what_is_excluded(store: Store) -> None:
    put(store, "a.txt", "The pump starts at 3 bar.")
    store.set_fact("embedding", "x")
    store.exclude(Exclusion("b.txt"))
    store.clear()
    assert (store.files(), store.passage_count(), store.fact("embedding")) == ({}, 0, None)
    assert store.excluded() == {"b.txt"}


def test_a_store_of_another_version_is_refused_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with closing(Store(path)) as store:
        put(store, "a.txt", "The pump starts at 3 bar.")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(StoreError, match=rf"another version .*format {SCHEMA_VERSION + 1}.*--state DIR"):
            Store(path, read_only)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"GGUF" * 5_000, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_damaged_file_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").write_bytes(content)
    with pytest.raises(StoreError, match=r"library\.sqlite is damaged.*Move .* away"):
        Store(tmp_path / "library.sqlite")


def test_pages_damaged_in_the_middle_are_an_error_in_words(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with closing(Store(path)) as store:
        for number in range(40):
            put(store, f"{number}.txt", f"The pump {number} starts at 3 bar. " * 50, str(number))
    content = bytearray(path.read_bytes())
    content[4096:-4096] = b"\xee" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"), closing(Store(path)) as store:
        store.catalogue()


def test_a_folder_that_is_not_there_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written to"):
        Store(tmp_path / "missing" / "library.sqlite")


def test_a_read_only_store_reads_what_its_owner_commits(tmp_path: Path, store: Store) -> None:
    change = put(store, "a.txt", "The pump starts at 3 bar.")
    with closing(Store(tmp_path / "library.sqlite", read_only=True)) as reader:
        assert reader.lexical("pump", 5) == change.added
        put(store, "b.txt", "Another pump.")
        assert len(reader.lexical("pump", 5)) == 2
        with pytest.raises(StoreError, match="cannot be written to"):
            reader.set_fact("name", "value")


def test_a_read_only_store_that_is_not_there_or_only_begun_is_empty(tmp_path: Path) -> None:
    (tmp_path / "begun").touch()
    for name in ("missing", "begun"):
        with closing(Store(tmp_path / name, read_only=True)) as reader:
            assert reader.catalogue() == []
    assert [path.name for path in tmp_path.iterdir()] == ["begun"]
    assert (tmp_path / "begun").stat().st_size == 0


def test_paths_with_odd_characters_open(tmp_path: Path) -> None:
    folder = tmp_path / "100 % & wh?t #1 ünï"
    folder.mkdir()
    with closing(Store(folder / "library.sqlite")) as store:
        put(store, "a.txt", "The pump.")
    with closing(Store(folder / "library.sqlite", read_only=True)) as reader:
        assert reader.passage_count() == 1


def test_threads_read_while_another_writes(store: Store) -> None:
    errors: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                for passage in store.passages(store.lexical("pump", 20)):
                    assert passage.text.startswith("The pump")
        except BaseException as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(60):
        put(store, f"{number % 7}.txt", f"The pump {number}.")
        store.remove(f"{(number + 3) % 7}.txt")
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []


FULL_DISK = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from test_store import put
from qa.store import Store, StoreError
store = Store(Path("/mnt/library.sqlite"))
names = []
try:
    for number in range(10_000):
        put(store, f"{number}.txt", f"The pump {number} starts at 3 bar. " * 100)
        names.append(f"{number}.txt")
except StoreError as error:
    print(error)
assert list(store.files()) == names, "what was committed is there"
Path("/mnt/filler").unlink()
put(store, "last.txt", "The flowmeter.")
assert len(store.lexical("flowmeter", 5)) == 1
assert list(store.files()) == [*names, "last.txt"]
print(len(names))
"""


def test_a_full_disk_keeps_what_was_committed_and_goes_on_when_there_is_room() -> None:
    script = 'mount -t tmpfs -o size=3m none /mnt && head -c 1000000 /dev/zero > /mnt/filler && exec "$@"'
    command = ["unshare", "-rm", "sh", "-c", script, "sh", sys.executable, "-c", FULL_DISK]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    message, count = done.stdout.splitlines()
    assert message.startswith("The disk of the state folder /mnt is full. Everything read before is kept.")
    assert int(count) > 5


def test_an_archive_that_is_only_begun_is_not_ready(store: Store) -> None:
    box = FileState("box.zip", 5, 7, "d")
    store.begin_archive(box)
    assert store.ready_count() == 0
    store.finish_archive(box, ())
    assert store.ready_count() == 1
