"""A library of several folders begins with what that of one of them holds."""

from contextlib import closing
from pathlib import Path

import pytest
from conftest import OpenLibrary
from test_library import found, record

from qa import config
from qa.config import ROOT, Settings, load_settings, silent
from qa.library import SyncReport, adopt
from qa.state import STORE_FILE
from qa.store import Store


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two folders with documents, whose libraries lie in their own places below `tmp_path`."""
    monkeypatch.setattr(config, "ROOT", tmp_path)
    made = (tmp_path / "papers", tmp_path / "mail")
    for start, folder in enumerate(made):
        folder.mkdir()
        for number in range(3):
            (folder / f"{number}.txt").write_text(record(10 * start + number))
    return made


def settings_of(*folders: Path) -> Settings:
    return load_settings(documents=list(folders), models=ROOT / "models", threads=2)


def test_what_one_library_holds_is_not_read_again(folders: tuple[Path, Path], open_library: OpenLibrary) -> None:
    papers, mail = folders
    with open_library(settings_of(papers)) as library:
        library.sync()
        library.remove("2.txt")
    both = settings_of(papers, mail)
    both.state_folder.mkdir()
    adopt(both, silent)
    with open_library(both) as library:
        assert library.sync() == SyncReport(added=["mail/0.txt", "mail/1.txt", "mail/2.txt"], unchanged=2)
        assert found(library, record(1)) == "papers/1.txt"
        assert library.store.excluded() == {"papers/2.txt"}
    assert sorted(path.name for path in both.state_folder.iterdir() if path.name.startswith(STORE_FILE)) == [
        STORE_FILE
    ]
    with open_library(settings_of(papers)) as library:
        assert library.sync() == SyncReport(unchanged=2), "the other goes on by itself"


def test_a_library_that_is_there_is_left_as_it_is(folders: tuple[Path, Path], open_library: OpenLibrary) -> None:
    both = settings_of(*folders)
    with open_library(both) as library:
        library.sync()
    with open_library(settings_of(folders[0])) as library:
        library.sync()
    before = (both.state_folder / STORE_FILE).read_bytes()
    adopt(both, silent)
    assert (both.state_folder / STORE_FILE).read_bytes() == before


def test_a_library_embedded_otherwise_is_not_taken(folders: tuple[Path, Path], open_library: OpenLibrary) -> None:
    with open_library(settings_of(folders[0]).model_copy(update={"passage_characters": 300})) as library:
        library.sync()
    both = settings_of(*folders)
    both.state_folder.mkdir()
    adopt(both, silent)
    assert not (both.state_folder / STORE_FILE).exists()


def test_a_damaged_library_is_passed_over(folders: tuple[Path, Path], open_library: OpenLibrary) -> None:
    broken = settings_of(folders[0]).state_folder
    broken.mkdir(parents=True)
    (broken / STORE_FILE).write_text("no database at all, but some text that is long enough to be read as one")
    with open_library(settings_of(folders[1])) as library:
        library.sync()
    both = settings_of(*folders)
    both.state_folder.mkdir()
    adopt(both, silent)
    with closing(Store(both.state_folder / STORE_FILE, read_only=True)) as store:
        assert sorted(store.files()) == ["mail/0.txt", "mail/1.txt", "mail/2.txt"]
