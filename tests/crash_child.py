"""A process to be killed: works on a library, counts its steps, and dies at the one that was asked for.

`python tests/crash_child.py` imports once, which takes a second, then forks one process for each request: a line
of JSON on standard input, answered by the exit code. There are no threads yet when it forks; the libraries start
theirs in the process that works.
"""

import json
import os
import re
import shutil
import signal
import sqlite3
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import cache, wraps
from pathlib import Path
from typing import Any, NoReturn

sys.path.insert(0, str(Path(__file__).parent.parent))

import chromadb
import numpy as np
from chromadb.api.models.Collection import Collection

import qa.engine
from qa.config import FootnoteError, Settings, load_settings
from qa.engine import Engine, open_engine
from qa.readers import Reader
from qa.splitting import prepare
from qa.state import STORE_FILE
from qa.store import FileState, Store, StoreError
from qa.upkeep import verify
from qa.weights import EMBEDDING, RERANKER

STATEMENT = re.compile(r"\s+")


class Steps:
    """Every step that this process takes, by name; `kill` is {"at": regex, "nth": n, "after_ms": t}, or nothing.

    The regex is matched against "the step before of the same thread | this step". Later than the step, the
    process is ended by the system's own clock: no Python, no C++ has a say in it. With "fill" and "room", the
    process lives on, but its disk has only that many bytes left.
    """

    def __init__(self, state: Path, kill: dict[str, Any] | None) -> None:
        self.state = str(state)
        self.kill = kill
        self.left = kill["nth"] if kill else 0
        self.seen: Counter[str] = Counter()
        self.read: list[str] = []
        self.embedded = 0
        self._lock = threading.Lock()
        self._before = threading.local()

    def take(self, step: str) -> None:
        before = getattr(self._before, "step", "")
        self._before.step = step
        with self._lock:
            self.seen[step] += 1
            if self.kill is None or not re.search(self.kill["at"], f"{before} | {step}"):
                return
            self.left -= 1
            if self.left == 0 and "fill" in self.kill:
                fill_disk(Path(self.kill["fill"]), self.kill["room"])
            elif self.left == 0:
                die_in(self.kill.get("after_ms", 0))

    def watch(self) -> None:
        """Take a step at every change of a file in the state folder, statement, and call of a model."""
        sys.addaudithook(self._audit)
        _wrap(os, "fsync", self._fsync)
        self._watch_sqlite()
        for name in ("add", "upsert", "delete"):
            _wrap(Collection, name, self._around(f"chroma {name}"))
        _wrap(chromadb.api.client.Client, "close", self._around("chroma close"))
        for name in [name for name in vars(Reader) if name.startswith("read")]:
            _wrap(Reader, name, self._reading)
        _wrap(qa.embedding.Embedder, "passages", self._embedding)

    def _around(self, name: str) -> Callable[..., Any]:
        def around(call: Callable[..., Any], *given: Any, **named: Any) -> Any:
            self.take(f"{name} begin")
            result = call(*given, **named)
            self.take(f"{name} end")
            return result

        return around

    def _reading(self, call: Callable[..., Any], reader: Reader, path: Path, *given: Any) -> Any:
        self.read.append(str(path))
        self.take("read begin")
        result = call(reader, path, *given)
        self.take("read end")
        return result

    def _embedding(self, call: Callable[..., Any], embedder: Any, texts: list[str]) -> Any:
        self.embedded += len(texts)
        self.take("embed begin")
        result = call(embedder, texts)
        self.take("embed end")
        return result

    def _fsync(self, call: Callable[..., Any], descriptor: int) -> None:
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink()).replace(self.state, "")
        self.take(f"fsync {path or '/'}")
        call(descriptor)

    def _watch_sqlite(self) -> None:
        steps = self

        class Watched(sqlite3.Connection):
            def execute(self, statement: str, *given: Any) -> sqlite3.Cursor:
                words = STATEMENT.sub(" ", statement).strip()[:60]
                if words.startswith(("SELECT", "PRAGMA")):
                    return super().execute(statement, *given)
                steps.take(f"before {words}")
                cursor = super().execute(statement, *given)
                steps.take(f"after {words}")
                return cursor

        connect = sqlite3.connect
        sqlite3.connect = lambda *given, **named: connect(*given, **{"factory": Watched, **named})

    def _audit(self, event: str, given: tuple[Any, ...]) -> None:
        if event in ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "shutil.rmtree") or (
            event == "open" and isinstance(given[1], str) and given[1] != "r" and not given[1].startswith("rb")
        ):
            path = str(given[0])
            if path.startswith(self.state):
                self.take(f"{event} {path.replace(self.state, '')}")


def die_in(milliseconds: float) -> None:
    """End this process at once, or later by a signal that nothing handles."""
    if milliseconds == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000)


def fill_disk(file: Path, room: int) -> None:
    """Leave no more than `room` bytes free on the disk of `file`."""
    with file.open("wb", buffering=0) as filler:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while filler.write(b"x" * size):
                    pass
            except OSError:
                continue
        filler.truncate(max(0, filler.tell() - room))


def _wrap(owner: Any, name: str, around: Callable[..., Any]) -> None:
    call = getattr(owner, name)

    @wraps(call)
    def wrapped(*given: Any, **named: Any) -> Any:
        return around(call, *given, **named)

    setattr(owner, name, wrapped)


# What is checked after a kill, by the next process.


def check(
    settings: Settings, folder: Path, versions: dict[str, list[dict[str, Any]]], gone: list[str]
) -> dict[str, Any]:
    """Open as the next start does, check, go on, check again; what was found out, as JSON.

    `versions`: of each file, every version that it ever had: its size, time, documents and the word that only
    these have.
    `gone`: words of versions that no file has any more.
    """
    steps = Steps(settings.state_folder, None)
    stages: list[str] = []
    before = _committed(settings)
    with open_engine(settings, lambda stage, *_: stages.append(stage), chat=False) as engine:
        assert before in (None, engine.store.files()), "opening changes no document"
        rebuilt = "rebuilding the index" in stages
        whole(engine)
        assert verify(settings, engine.store, engine.index, files=False) == []
        answers(engine, versions, [])
        same = [name for name, file in engine.store.files().items() if _agrees(folder, file)]
        steps.watch()
        engine.sync()
        again = {str(folder / name) for name in same} & set(steps.read)
        assert not again, f"read again: {sorted(again)}"
        whole(engine)
        answers(engine, versions, gone)
        # A removal that was interrupted either is undone or done, never half.
        kept_out = engine.store.excluded()
        on_disk = {path.relative_to(folder).as_posix() for path in files(folder)}
        listed = engine.documents()
        assert engine.store.files().keys() == on_disk - kept_out
        assert [entry.document for entry in listed if entry.status != "ready"] == []
        steps.read.clear()
        embedded, revision = steps.embedded, engine.store.revision()
        engine.sync()
        assert (steps.read, steps.embedded, engine.store.revision()) == ([], embedded, revision)
        for name in kept_out:
            engine.library.restore(name)
        if kept_out:
            engine.sync()
            answers(engine, versions, gone)
        return {"kept": len(same), "documents": len(listed), "rebuilt": rebuilt, "embedded": embedded}


def _committed(settings: Settings) -> dict[str, FileState] | None:
    """What any other process would find; None in a store that is yet to be migrated, which says so."""
    try:
        with closing(Store(settings.state_folder / STORE_FILE, read_only=True)) as store:
            return store.files()
    except StoreError as error:
        assert "older version" in str(error)
        return None


def files(folder: Path) -> list[Path]:
    """All files below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def _agrees(folder: Path, file: FileState) -> bool:
    """Whether a file is as it was when it was committed."""
    try:
        status = (folder / file.name).stat()
    except FileNotFoundError:
        return False
    return (file.bytes, file.modified_ns) == (status.st_size, status.st_mtime_ns)


def whole(engine: Engine) -> None:
    """Passages tile their documents once; words, vectors and Chroma agree with them, and with brute force."""
    store, index = engine.store, engine.index
    batches = list(store.vectors())
    ids = [passage_id for batch, _ in batches for passage_id in batch]
    assert len(set(ids)) == len(ids) == store.passage_count() == index.count()
    if not ids:
        return
    vectors = np.concatenate([rows for _, rows in batches])
    # Now and then Chroma's graph has no way to a passage (that Chroma holds it is for `verify` to say).
    reached = index.nearest(vectors[0], len(ids) + 10)
    assert len(set(reached)) == len(reached)
    assert set(reached) <= set(ids), f"ghosts: {sorted(set(reached) - set(ids))}"
    assert len(ids) - len(reached) <= 1 + len(ids) // 50, f"{len(reached)} of {len(ids)} can be reached"
    near = 0
    rows = np.random.default_rng(len(ids)).permutation(len(ids))[:12]
    for row in rows:
        similarity = vectors @ vectors[row]
        found = index.nearest(vectors[row], 5)
        # By similarity, not by id: copies of a passage are equally near.
        fifth = np.sort(similarity)[-min(5, len(ids))]
        near += int(np.sum(similarity[np.searchsorted(ids, found)] >= fifth - 1e-4))
    assert near >= 0.95 * len(rows) * min(5, len(ids))
    passages = store.passages(ids)
    texts: dict[str, str] = {}
    for passage in sorted(passages, key=lambda passage: passage.start):
        texts[passage.document] = texts.get(passage.document, "") + passage.text
    for name, text in texts.items():
        assert text == store.text(store.document_id(name) or 0), f"{name} is not tiled by its passages"
    for row in rows[:3]:
        # The vector is that of this passage; int8 weights see batches of other lengths a little otherwise.
        heading = " > ".join(passages[row].headings)
        text = "\n".join(filter(None, (heading, passages[row].text.strip())))
        assert float(engine.library.embedder.passages([text])[0] @ vectors[row]) > 0.98, passages[row]


def answers(engine: Engine, versions: dict[str, list[dict[str, Any]]], gone: list[str]) -> None:
    """Every committed document is found by its own word, and holds the version that was committed."""
    words: dict[str, set[str]] = {}
    begun: list[str] = []
    for name, file in engine.store.files().items():
        seen = [
            one for one in versions[name] if (one["bytes"], one["modified_ns"]) == (file.bytes, file.modified_ns)
        ]
        if not seen and name.endswith(".zip") and file.modified_ns < 0:
            begun.append(name + "/")
            continue
        assert seen, f"{name} was never like {file}"
        words.setdefault(seen[-1]["word"], set()).update(seen[-1]["documents"])
    for word, names in words.items():
        for name in names:
            assert word in engine.store.text(engine.store.document_id(name) or 0), f"{name} without {word}"
        found = {passage.document for passage in engine.store.passages(engine.store.lexical(word, 1000))}
        # Of an archive that is being read, members may be there already, and those of before are there still.
        assert {name for name in found if not name.startswith(tuple(begun))} == names
    for word in set(gone) - words.keys():
        assert engine.store.lexical(word, 10) == [], f"{word} is a ghost"


# The process.


def work(request: dict[str, Any]) -> None:
    """Do what is asked; what was found out goes to the file `report`."""
    settings = load_settings(**{**request["settings"], "threads": 1})
    report: Any = None
    if request["work"] == "wipe":
        for name in filter(None, (request["filler"], request["path"])):
            _wipe(Path(name))
        report = {}
    elif request["work"] == "check":
        report = check(settings, Path(request["settings"]["documents"]), request["versions"], request["gone"])
    else:
        steps = Steps(settings.state_folder, request["kill"])
        steps.watch()
        try:
            with open_engine(settings, chat=False, rebuild=request["work"] == "rebuild") as engine:
                if request["work"] == "remove":
                    engine.library.remove(request["name"])
                else:
                    engine.sync()
            report = steps.seen
        except FootnoteError as error:
            if "fill" not in (request["kill"] or ()):
                raise
            report = {"error": str(error), "steps left": steps.left}
    Path(request["report"]).write_text(json.dumps(report))


def main() -> None:
    """Fork a process for each line, and say how it ended."""
    prepare(500)
    # The models are loaded once: without threads of their own, they outlive the fork.
    load = cache(qa.embedding.onnx.session)
    for module in (qa.embedding.onnx, qa.embedding.reranker):
        module.session = load
    for model in (EMBEDDING, RERANKER):
        load(load_settings().models / model / "model.onnx", 1)
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a thread would be missing after the fork"
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        process = os.fork()
        if process == 0:
            _work_and_end(request)
        if request["kill_after"] is not None:
            time.sleep(request["kill_after"])
            os.kill(process, signal.SIGKILL)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


def _wipe(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _work_and_end(request: dict[str, Any]) -> NoReturn:
    try:
        work(request)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
