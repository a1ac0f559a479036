"""The reading process: what one bad file may cost, and that it costs no other."""

import os
import signal
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from qa.config import ROOT, Settings
from qa.readers import Reader, UnreadableFile, process


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(Settings(read_seconds=20)) as reader:
        yield reader


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("A note.")
    return path


def refusal(reader: Reader, path: Path) -> str:
    with pytest.raises(UnreadableFile) as error:
        reader.read(path)
    assert str(error.value).startswith(path.name)
    return error.value.reason


def worker_of(reader: Reader) -> "subprocess.Popen[bytes]":
    assert reader._worker is not None
    return reader._worker.process


def bomb(path: Path) -> Path:
    """A PDF of 2 KB whose one page unpacks, twice, to 400 MB: pdfium aborts at the memory limit."""
    packer = zlib.compressobj()
    inner = b"".join(packer.compress(bytes(10_000_000)) for _ in range(40)) + packer.flush()
    stream = zlib.compress(inner)
    head = (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(stream)
    )
    path.write_bytes(head + stream + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF")
    return path


def slow_page(path: Path) -> Path:
    """A page whose table takes minutes: wide cells, many rows."""
    row = "<tr>" + "<td colspan=100><b>1</b>" * 100
    path.write_text("<table>" + row * 5000 + "</table>")
    return path


def test_a_file_is_read_in_another_process_that_is_kept(reader: Reader, note: Path) -> None:
    assert reader.read(note).text == "A note."
    first = worker_of(reader).pid
    assert first != os.getpid()
    assert reader.read(note).text == "A note."
    assert worker_of(reader).pid == first


def test_no_process_starts_before_the_first_file(reader: Reader, tmp_path: Path) -> None:
    refusal(reader, tmp_path)
    assert reader._worker is None


def test_closing_ends_the_process_and_reading_on_starts_another(reader: Reader, note: Path) -> None:
    reader.read(note)
    old = worker_of(reader)
    reader.close()
    assert old.poll() is not None
    assert reader.read(note).text == "A note."


def test_the_process_is_replaced_now_and_then(reader: Reader, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_FILES_PER_WORKER", 2)
    pids = set()
    for _ in range(4):
        reader.read(note)
        pids.add(reader._worker and worker_of(reader).pid)
    assert len(pids - {None}) == 2


def test_pages_headings_and_warnings_cross_the_pipe(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "größe \N{CAT FACE}.md"
    path.write_bytes("# Größe\n\nÜber 3 m.".encode("cp1252"))
    document = reader.read(path)
    assert (document.text, document.kind, document.pages) == ("# Größe\n\nÜber 3 m.", "markdown", ())
    assert [(h.level, h.title, h.start, h.end) for h in document.headings] == [(1, "Größe", 0, 7)]
    assert document.warnings == ("Read as cp1252, not UTF-8.",)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_a_file_name_that_is_not_utf8_can_be_read_and_printed(reader: Reader, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("Text")
    assert reader.read(path).text == "Text"
    path.write_text("  ")
    with pytest.raises(UnreadableFile) as error:
        reader.read(path)
    assert str(error.value).encode("utf-8").startswith(b"caf")


# What is refused without being opened


def test_a_folder_a_missing_file_and_an_empty_file_are_told_apart(reader: Reader, tmp_path: Path) -> None:
    assert "is a folder" in refusal(reader, tmp_path)
    assert "does not exist" in refusal(reader, tmp_path / "gone.txt")
    (tmp_path / "empty.pdf").touch()
    assert "is empty (0 bytes)" in refusal(reader, tmp_path / "empty.pdf")
    (tmp_path / "dead.txt").symlink_to(tmp_path / "nothing")
    assert "does not exist" in refusal(reader, tmp_path / "dead.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    assert "cannot be reached" in refusal(reader, tmp_path / "loop.txt")


@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes")
def test_pipes_sockets_and_devices_are_never_opened(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket has at most 107 bytes
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        for name in ("pipe.txt", "zero.txt", "socket.txt"):
            assert "is not a regular file" in refusal(reader, tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(reader: Reader, note: Path) -> None:
    note.chmod(0)
    assert "permission denied" in refusal(reader, note)


def test_a_file_beyond_the_size_limit_names_the_setting(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_text("word " * 5000)
    with Reader(Settings(file_megabytes=0.02)) as reader:
        assert "QA_FILE_MEGABYTES (0.02)" in refusal(reader, path)


def test_a_text_beyond_the_limit_names_the_setting(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("word " * 500)
    with Reader(Settings(text_characters=1000)) as reader:
        assert "QA_TEXT_CHARACTERS" in refusal(reader, path)


# What goes wrong in the process


def test_a_pdf_that_aborts_pdfium_costs_only_itself(tmp_path: Path, note: Path) -> None:
    with Reader(Settings(read_megabytes=256)) as reader:
        assert reader.read(note).text == "A note."
        assert "QA_READ_MEGABYTES (256)" in refusal(reader, bomb(tmp_path / "bomb.pdf"))
        assert reader.read(note).text == "A note."


def test_a_file_that_needs_too_much_memory_names_the_setting(tmp_path: Path, note: Path) -> None:
    path = tmp_path / "wide.html"
    path.write_text("<p>word</p>" * 1_500_000)
    with Reader(Settings(read_megabytes=256)) as reader:
        assert "QA_READ_MEGABYTES (256)" in refusal(reader, path)
        assert reader.read(note).text == "A note."


def test_a_file_that_takes_too_long_costs_only_itself(tmp_path: Path, note: Path) -> None:
    path = slow_page(tmp_path / "slow.html")
    with Reader(Settings(read_seconds=1)) as reader:
        reader.read(note)
        begin = time.monotonic()
        assert "within 1 seconds" in refusal(reader, path)
        assert time.monotonic() - begin < 2
        assert reader.read(note).text == "A note."


def test_a_process_that_was_killed_is_replaced(reader: Reader, note: Path) -> None:
    reader.read(note)
    worker_of(reader).kill()
    worker_of(reader).wait()
    assert "SIGKILL" in refusal(reader, note)
    assert reader.read(note).text == "A note."


def test_an_interrupt_while_reading_leaves_no_answer_for_the_next_file(tmp_path: Path, note: Path) -> None:
    path = slow_page(tmp_path / "slow.html")
    with Reader(Settings(read_seconds=30)) as reader:
        reader.read(note)
        pid = worker_of(reader).pid
        Thread(target=lambda: (time.sleep(0.3), os.kill(os.getpid(), signal.SIGINT))).start()
        with pytest.raises(KeyboardInterrupt):
            reader.read(path)
        assert reader.read(note).text == "A note."
        assert worker_of(reader).pid != pid


def test_threads_may_share_a_reader(reader: Reader, tmp_path: Path) -> None:
    texts: dict[int, str] = {}

    def read(number: int) -> None:
        path = tmp_path / f"{number}.txt"
        path.write_text(f"Text {number}")
        texts[number] = reader.read(path).text

    threads = [Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {number: f"Text {number}" for number in range(8)}


def test_a_program_in_the_current_folder_is_not_run(
    reader: Reader, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(note.parent)
    for name in ("json", "lxml", "charset_normalizer", "sitecustomize"):
        (note.parent / f"{name}.py").write_text("raise SystemExit('ran')")
    note.write_bytes("Größe".encode("cp1252"))
    assert reader.read(note).text == "Größe"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_process_loads_neither_models_nor_the_window(reader: Reader, note: Path) -> None:
    reader.read(note)
    maps = Path(f"/proc/{worker_of(reader).pid}/maps").read_text()
    assert not [name for name in ("llama", "onnxruntime", "chromadb", "pdfium", "lxml") if name in maps]


SCRIPT = """
import sys, time
from pathlib import Path
from qa.config import Settings
from qa.readers import Reader
print("started", flush=True)
reader = Reader(Settings())
print(reader.read(Path(sys.argv[1])).text, reader._worker.process.pid, flush=True)
if len(sys.argv) > 2:
    time.sleep(60)
"""


@pytest.mark.parametrize("way", ["stdin", "file"])
def test_the_callers_own_program_is_not_run_again(tmp_path: Path, note: Path, way: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, "-" if way == "stdin" else str(script), str(note)]
    given = SCRIPT if way == "stdin" else None
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=30
    )
    assert done.stdout.startswith("started\nA note. ")
    assert done.stdout.count("started") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_the_process_ends_when_its_caller_was_killed(tmp_path: Path, note: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SCRIPT, str(note), "wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as caller:
        assert caller.stdout is not None
        caller.stdout.readline()
        pid = caller.stdout.readline().split()[-1]
        assert Path(f"/proc/{pid}").exists()
        caller.kill()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
