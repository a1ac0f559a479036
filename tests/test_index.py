"""The index agrees with brute force over the store's vectors, and is made anew whenever that is in doubt."""

import json
import shutil
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from qa.config import ROOT
from qa.index import PassageIndex
from qa.index.chroma import DEPTH
from qa.readers import Document
from qa.splitting import Passage
from qa.state import INDEX_FOLDER, INDEX_MARKER, STORE_FILE
from qa.store import Change, FileState, Store

DIMENSIONS = 384
Vectors = npt.NDArray[np.float32]


class Opened:
    """A store and its index, with the stages of progress that opening reported."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.stages: list[tuple[str, int, int]] = []
        self.store = stack.enter_context(closing(Store(folder / STORE_FILE)))
        self.index = stack.enter_context(closing(PassageIndex(folder, self.store, self._note)))

    def _note(self, stage: str, done: int, total: int, detail: str = "") -> None:
        self.stages.append((stage, done, total))

    def put(self, name: str, vectors: Vectors, follow: bool = True) -> Change:
        passages = [Passage(start, start + 1, None, ()) for start in range(len(vectors))]
        document = Document("x" * len(vectors), (), (), "text")
        change = self.store.replace(FileState(name, 1, 1, name), document, passages, vectors)
        if follow:
            self.index.follow(change, vectors)
        return change

    def remove(self, name: str) -> None:
        self.index.follow(self.store.remove(name))


@contextmanager
def opened(folder: Path) -> Iterator[Opened]:
    with ExitStack() as stack:
        yield Opened(folder, stack)


def units(seed: int, count: int) -> Vectors:
    """Unit vectors in clusters, as the passages of documents are."""
    chance = np.random.default_rng(seed)
    centres = chance.standard_normal((max(1, count // 20), DIMENSIONS))
    vectors = centres[chance.integers(len(centres), size=count)] + chance.standard_normal((count, DIMENSIONS)) / 2
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def assert_agrees(library: Opened) -> None:
    """Nearest passages by the index are those of brute force over all stored vectors.

    Asked near passages: far from all, where nothing is an answer, a graph may miss one of ten.
    """
    batches = list(library.store.vectors())
    assert library.index.count() == sum(len(ids) for ids, _ in batches)
    if not batches:
        assert library.index.nearest(units(1, 1)[0], 5) == []
        return
    ids = np.concatenate([ids for ids, _ in batches])
    vectors = np.concatenate([vectors for _, vectors in batches])
    for question in vectors[::17] + units(99, len(vectors[::17])) / 2:
        question /= np.linalg.norm(question)
        similarity = vectors @ question
        best = np.sort(similarity)[::-1][:10]
        found = library.index.nearest(question, 10)
        assert len(set(found)) == len(found) == len(best)
        # By similarity, not by id: copies of a passage are equally near.
        assert np.allclose(similarity[np.searchsorted(ids, found)], best, atol=1e-4)


def test_the_index_agrees_with_brute_force_before_and_after_reopening(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        for number in range(12):
            library.put(f"{number}", units(number, 50))
        library.put("3", units(100, 20))
        library.put("4", units(5, 50))
        library.remove("6")
        assert_agrees(library)
    with opened(tmp_path) as library:
        assert library.stages == [], "a clean close is opened as it is"
        assert_agrees(library)
        library.remove("7")
        library.put("8", units(101, 30))
        assert_agrees(library)
    with opened(tmp_path) as library:
        assert library.stages == []
        assert_agrees(library)


def test_an_empty_library_has_nothing_near(tmp_path: Path) -> None:
    for _ in range(2):
        with opened(tmp_path) as library:
            assert_agrees(library)


def test_asking_for_more_than_there_are_gives_all(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        added = library.put("a", units(1, 3)).added
        assert sorted(library.index.nearest(units(2, 1)[0], 50)) == added


def test_a_change_of_many_passages_is_followed_in_batches(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        library.put("a", units(1, 4500))
        assert library.index.count() == 4500
        library.put("a", units(2, 10))
        assert_agrees(library)


def test_the_marker_is_away_while_the_index_is_written_and_back_after_closing(tmp_path: Path) -> None:
    marker = tmp_path / INDEX_MARKER
    with opened(tmp_path) as library:
        library.put("a", units(1, 3))
        assert not marker.exists()
    assert json.loads(marker.read_bytes()) == {"revision": 1, "depth": DEPTH}
    with opened(tmp_path) as library:
        assert marker.exists(), "reading leaves it"
        library.put("b", units(2, 3))
        assert not marker.exists()
    assert json.loads(marker.read_bytes()) == {"revision": 2, "depth": DEPTH}


def test_another_depth_makes_the_index_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as library:
        library.put("a", units(1, 3))
    monkeypatch.setattr("qa.index.chroma.DEPTH", 50)
    with opened(tmp_path) as library:
        assert library.stages == [("rebuilding the index", 3, 3)]
    with opened(tmp_path) as library:
        assert library.stages == []


def test_a_failed_file_alone_does_not_cost_a_rebuild(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        library.put("a", units(1, 3))
    with opened(tmp_path) as library:
        library.index.follow(library.store.fail(FileState("b", 1, 1, ""), "is damaged."))
    with opened(tmp_path) as library:
        assert library.stages == []


def _no_marker(folder: Path) -> None:
    (folder / INDEX_MARKER).unlink()


def _junk_marker(folder: Path) -> None:
    (folder / INDEX_MARKER).write_bytes(b"\xff{")


def _list_marker(folder: Path) -> None:
    (folder / INDEX_MARKER).write_text("[1]")


def _old_marker(folder: Path) -> None:
    (folder / INDEX_MARKER).write_text('{"revision": 1}')


def _no_folder(folder: Path) -> None:
    shutil.rmtree(folder / INDEX_FOLDER)


def _empty_folder(folder: Path) -> None:
    _no_folder(folder)
    (folder / INDEX_FOLDER).mkdir()


def _file_for_folder(folder: Path) -> None:
    _no_folder(folder)
    (folder / INDEX_FOLDER).touch()


def _junk_database(folder: Path) -> None:
    (folder / INDEX_FOLDER / "chroma.sqlite3").write_bytes(b"junk" * 3000)


def _no_database(folder: Path) -> None:
    (folder / INDEX_FOLDER / "chroma.sqlite3").unlink()


def _changed_store(folder: Path) -> None:
    with closing(Store(folder / STORE_FILE)) as store:
        store.remove("1")


DAMAGES = [
    *(_no_marker, _junk_marker, _list_marker, _old_marker, _no_folder, _empty_folder, _file_for_folder),
    *(_junk_database, _no_database, _changed_store),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_is_in_doubt_is_made_anew_with_progress(damage: Callable[[Path], None], tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        for number in range(3):
            library.put(f"{number}", units(number, 40))
    damage(tmp_path)
    with opened(tmp_path) as library:
        total = library.store.passage_count()
        assert library.stages == [("rebuilding the index", total, total)]
        assert_agrees(library)
        library.put("new", units(9, 5))
        assert_agrees(library)
    with opened(tmp_path) as library:
        assert library.stages == []
        assert_agrees(library)


def test_a_count_that_does_not_agree_is_made_anew(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        library.put("a", units(1, 40))
        library.put("b", units(2, 40))
        library.index._chroma.collection.delete(ids=["1"])
    with opened(tmp_path) as library:
        assert library.stages == [("rebuilding the index", 80, 80)]
        assert_agrees(library)


def test_a_missed_change_is_not_marked_clean_even_when_the_counts_agree(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        library.put("a", units(1, 40))
        library.put("a", units(2, 40), follow=False)  # as when Ctrl-C comes between the two
        assert library.index.count() == library.store.passage_count()
    with opened(tmp_path) as library:
        assert library.stages == [("rebuilding the index", 40, 40)]
        assert_agrees(library)


def test_a_change_after_a_missed_one_makes_the_index_anew_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        library.put("a", units(1, 40))
        library.put("a", units(2, 40), follow=False)
        library.put("b", units(3, 10))
        assert_agrees(library)
    with opened(tmp_path) as library:
        assert library.stages == []


def test_a_stray_env_file_does_not_reconfigure_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("IS_PERSISTENT=FALSE\nPERSIST_DIRECTORY=/nowhere\nALLOW_RESET=maybe\n")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "state").mkdir()
    with opened(tmp_path / "state") as library:
        library.put("a", units(1, 3))
    assert (tmp_path / "state" / INDEX_FOLDER / "chroma.sqlite3").is_file()


def test_threads_search_while_another_changes_and_rebuilds(tmp_path: Path) -> None:
    errors: list[BaseException] = []
    stop = threading.Event()
    with opened(tmp_path) as library:
        library.put("keep", units(1, 40))

        def search() -> None:
            try:
                while not stop.is_set():
                    assert library.index.nearest(units(1, 1)[0], 5)
            except BaseException as error:
                errors.append(error)

        searchers = [threading.Thread(target=search) for _ in range(2)]
        for searcher in searchers:
            searcher.start()
        for number in range(8):
            library.put("a", units(number, 20), follow=number != 4)
        stop.set()
        for searcher in searchers:
            searcher.join()
        assert errors == []
        assert_agrees(library)


FULL_DISK = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from test_index import assert_agrees, opened, units
from qa.store import StoreError
folder = Path("/mnt/state")
folder.mkdir()
with opened(folder) as library:
    library.put("0", units(0, 30))
    library.put("filler", units(1, 30), follow=False)
    free = __import__("shutil").disk_usage("/mnt").free
    filler = Path("/mnt/filler")
    try:
        for number in range(1, 200):
            change = library.put(f"{number}", units(number, 30), follow=False)
            try:
                with filler.open("ab", buffering=0) as file:
                    while file.write(b"x" * 4096):
                        pass
            except OSError:
                pass
            library.index.follow(change, units(number, 30))
    except StoreError as error:
        print(error)
    filler.unlink()
    library.put("after", units(7, 30))
    assert_agrees(library)
    print(library.store.passage_count())
with opened(folder) as library:
    assert library.stages == []
    assert_agrees(library)
"""


def test_a_full_disk_is_said_and_the_index_made_anew_when_there_is_room() -> None:
    command = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=12m none /mnt && exec "$@"', "sh"]
    done = subprocess.run([*command, sys.executable, "-c", FULL_DISK], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    message, count = done.stdout.splitlines()
    assert message.startswith("The disk of the state folder /mnt/state is full. Everything read before is kept.")
    assert int(count) >= 90


def test_no_memory_of_the_process_stays_in_the_files_of_the_index(tmp_path: Path) -> None:
    """Chroma writes its graph with room for more, and with whatever lay in that memory before."""
    with opened(tmp_path) as library:
        library.put("a", units(1, 30))
        library.put("b", units(2, 30))
        library.remove("a")
    for turn in range(2):
        (header,) = (tmp_path / INDEX_FOLDER).glob("*/header.bin")
        _, _, room, used, size = struct.unpack_from("<i4Q", header.read_bytes())
        for name, each in (("data_level0.bin", size), ("length.bin", 4)):
            content = header.with_name(name).read_bytes()
            assert used * each <= len(content) <= room * each, "the files are laid out as expected"
            assert not any(content[used * each :])
        with opened(tmp_path) as library:
            assert library.stages == []
            assert_agrees(library)
            library.put(f"c{turn}", units(3 + turn, 1200))
            library.index.wipe()
            library.put(f"d{turn}", units(5 + turn, 700))
            assert_agrees(library)
            assert library.index.problem() is None
