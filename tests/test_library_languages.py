"""A library in another language than its embedding model: said after each sync, from samples taken once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO

import pytest
from rich.console import Console
from test_language import TEXTS

from qa.config import Settings
from qa.library import Library
from qa.library.languages import SAMPLES, library_languages
from qa.store import Store
from qa.terminal import print_report

OpenLibrary = Callable[..., AbstractContextManager[Library]]


def write(settings: Settings, name: str, *codes: str) -> None:
    (settings.documents[0] / name).write_text("\n\n".join(TEXTS[code] * 5 for code in codes), "utf-8")


def test_a_sync_of_a_german_library_says_which_model_suits_it(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "a.txt", "de", "de", "en")
    with open_library(settings) as library:
        report = library.sync()
        assert report.warning is not None
        assert "German (67%)" in report.warning
        assert library.sync().warning == report.warning
        written = StringIO()
        print_report(report, {}, Console(file=written, width=500))
        assert report.warning in written.getvalue()
        for number in range(3):
            write(settings, f"{number}.txt", "en")
        assert library.sync().warning is None


def test_an_english_library_and_an_empty_one_need_no_warning(
    settings: Settings, open_library: OpenLibrary
) -> None:
    write(settings, "a.txt", "en")
    with open_library(settings) as library:
        assert library_languages(library.store).samples == 0
        assert library.sync().warning is None


def test_passages_are_looked_at_again_only_after_a_change(
    settings: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "a.txt", "ru", "ru")
    asked: list[int] = []
    some = Store.some_passages
    monkeypatch.setattr(Store, "some_passages", lambda store, count: asked.append(count) or some(store, count))
    with open_library(settings) as library:
        library.sync()
        library.sync()
        assert asked == [SAMPLES]
        write(settings, "b.txt", "ru")
        library.sync()
        assert asked == [SAMPLES] * 2
        for damaged in ("German", "[1]", f'{{"revision": {library.store.revision()}}}'):
            library.store.set_fact("languages", damaged)
            library.sync()
        assert asked == [SAMPLES] * 5, "what was noted is found again when it is damaged"


def test_samples_are_spread_over_the_library(settings: Settings, open_library: OpenLibrary) -> None:
    (settings.documents[0] / "a.txt").write_text("\n\n".join(f"Number {n}. " + "x" * 480 for n in range(60)))
    with open_library(settings) as library:
        library.sync()
        count = library.store.passage_count()
        assert len(library.store.some_passages(1000)) == count
        starts = [passage.start for passage in library.store.some_passages(10)]
        assert 8 <= len(starts) <= 15
        assert starts == sorted(starts)
        assert starts[-1] - starts[0] > 0.7 * 60 * 490
