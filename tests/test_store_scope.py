"""Questions limited to documents and folders: exactly what is in scope, and all of it; else a clear error."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from test_index import opened, units
from test_store import put, state

from qa.readers import Document
from qa.splitting import Passage
from qa.store import Scope, ScopeError, Store
from qa.store.lexical import SCORED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "library.sqlite")) as store:
        for name in ("a.txt", "reports/2019/may.pdf", "reports/2020/may.pdf", "reports.txt", "old.zip/in/x.txt"):
            put(store, name, f"The pump of {name}.", name)
        store.fail(state("broken.pdf"), "is damaged: its pages cannot be found. Get another copy.")
        yield store


def names(store: Store, *asked: str) -> set[str] | None:
    """Names of the documents in scope; None for everything."""
    ids = store.scope_documents(Scope(asked))
    if ids is None:
        return None
    return {entry.document for entry in store.catalogue() if store.document_id(entry.document) in ids}


def test_a_scope_holds_documents_folders_and_archives(store: Store) -> None:
    assert names(store, "a.txt") == {"a.txt"}
    assert names(store, "reports") == {"reports/2019/may.pdf", "reports/2020/may.pdf"}
    assert names(store, "reports/2019/") == {"reports/2019/may.pdf"}
    assert names(store, "./reports/2020", "a.txt") == {"reports/2020/may.pdf", "a.txt"}
    assert names(store, "old.zip") == names(store, "old.zip/in") == {"old.zip/in/x.txt"}


def test_nothing_or_everything_is_no_restriction(store: Store) -> None:
    assert names(store) is names(store, ".") is names(store, "") is None
    assert names(store, "a.txt", "reports", "reports.txt", "old.zip") is None


def test_names_are_found_however_they_are_typed(store: Store) -> None:
    put(store, "Übersicht/Größe.txt", "Die Größe.", "g")
    assert names(store, "u\u0308bersicht") == names(store, "ÜBERSICHT/größe.TXT") == {"Übersicht/Größe.txt"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("report", r"no document or folder 'report'.*Near it: reports"),
        ("may.pdf", r"no document or folder 'may.pdf'.*Near it: reports/20"),
        ("zebra", r"no document or folder 'zebra'.*python -m qa documents"),
        ("reports/2021", r"Near it: reports/20"),
        ("broken.pdf", r"broken.pdf cannot be asked: it is damaged"),
        ("a.txt/b", r"Near it: a.txt"),
        ("%", "no document"),
    ],
)
def test_what_is_not_there_is_an_error_that_names_what_is_near(asked: str, words: str, store: Store) -> None:
    with pytest.raises(ScopeError, match=words):
        store.scope_documents(Scope(("a.txt", asked)))


def test_a_scope_follows_the_library(store: Store) -> None:
    assert names(store, "reports") == {"reports/2019/may.pdf", "reports/2020/may.pdf"}
    put(store, "reports/2021/may.pdf", "The pump.", "new")
    store.remove("reports/2019/may.pdf")
    assert names(store, "reports") == {"reports/2020/may.pdf", "reports/2021/may.pdf"}


WORDS = ["pump", "valve", "boiler", "rope", "museum", "flowmeter", "ladder", "harbour", "choir", "oven"]


def _filled(store: Store, documents: int) -> None:
    chance = random.Random(3)
    for number in range(documents):
        text = " ".join(chance.choices(WORDS, k=8)) + f" number{number}"
        passages = [Passage(0, 30, None, ()), Passage(30, len(text), None, ())]
        vectors = np.ones((2, 4), dtype=np.float32)
        name = f"f{number % 10}/{number}.txt"
        store.replace(state(name, name), Document(text, (), (), "text"), passages, vectors)


@pytest.mark.parametrize("folders", [1, 5, 9])
def test_words_are_found_in_scope_and_completely(folders: int, tmp_path: Path) -> None:
    with closing(Store(tmp_path / "library.sqlite")) as store:
        _filled(store, 200)
        allowed = store.scope_documents(Scope(tuple(f"f{number}" for number in range(folders))))
        assert allowed is not None
        for question in ("pump", "valve boiler", "number7 rope", "ladder harbour choir", "number8"):
            everything = store.lexical(question, 1000)
            inside = [p.id for p in store.passages(everything) if p.document_id in allowed]
            for limit in (1, 7, 300):
                assert store.lexical(question, limit, allowed) == inside[:limit]


def test_common_words_are_left_out_when_rarer_ones_are_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SCORED > 1000, "small libraries lose nothing"
    monkeypatch.setattr("qa.store.lexical.SCORED", 3)
    best = put(store, "z.txt", "A rare flowmeter.").added
    assert store.lexical("the pump of the flowmeter", 5) == best
    assert len(store.lexical("which pump", 5)) == 5, "the only word is asked, however common"


def test_nearest_in_scope_are_those_of_brute_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.index.index.COMPARED", 100)
    with opened(tmp_path) as library:
        vectors = {f"f{number % 10}/{number}": units(number, 20) for number in range(60)}
        for name, rows in vectors.items():
            library.put(name, rows)
        far = np.eye(1, 384, dtype=np.float32)[0]
        folders = tuple(f"f{number}" for number in range(9))
        for scope in (("f3/3",), folders[:1], folders[:2], folders[:5], folders):
            allowed = library.store.scope_documents(Scope(scope))
            assert allowed is not None
            parts = list(library.store.vectors_of(allowed))
            ids = [passage_id for batch, _ in parts for passage_id in batch]
            assert len(ids) == library.store.sizes(allowed)[0]
            rows = np.concatenate([part for _, part in parts])
            for question in (rows[5], vectors["f9/9"][0], far):
                found = library.index.nearest(question, 10, allowed)
                assert set(found) <= set(ids)
                assert len(set(found)) == 10
                best = np.sort(rows @ question)[::-1][:10]
                similar = (rows @ question)[[ids.index(passage_id) for passage_id in found]]
                assert list(similar) == sorted(similar, reverse=True)
                assert np.mean(similar >= best[-1] - 1e-5) >= 0.9
                assert similar[0] >= best[0] - 1e-5


def test_a_scope_of_nearly_everything_costs_hardly_more_than_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.index.index.COMPARED", 100)
    with opened(tmp_path) as library:
        for number in range(20):
            library.put(f"f{number}", units(number, 20))
        allowed = library.store.scope_documents(Scope(tuple(f"f{number}" for number in range(19))))
        assert allowed is not None
        asked: list[int] = []
        query = library.index._query
        monkeypatch.setattr(library.index, "_query", lambda v, limit: (asked.append(limit), query(v, limit))[1])
        queries: list[str] = []
        rows = library.store._database.rows
        monkeypatch.setattr(library.store._database, "rows", lambda q, *v: (queries.append(q), rows(q, *v))[1])
        for turn in range(2):
            queries.clear()
            assert len(library.index.nearest(units(5, 20)[0], 20, allowed)) == 20
            library.store.lexical("x", 20, allowed)
            counted = [query for query in queries if "count(*)" in query and "words" not in query]
            assert len(counted) == (turn == 0), "the library is counted once, as long as nothing changes"
        assert len(asked) == 2 and max(asked) <= 25


def test_a_scope_without_passages_has_nothing_near(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        library.put("a", units(1, 20))
        assert library.index.nearest(units(1, 1)[0], 5, frozenset()) == []
        assert library.index.nearest(units(1, 1)[0], 5, frozenset([999])) == []
        assert library.store.lexical("x", 5, frozenset()) == []
