"""The reading process: what one bad file may cost, and that it costs no other."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import Thread

import pytest

from qa.config import ROOT, Settings
from qa.readers import Document, Reader, UnreadableFile, child, process
from qa.readers.child import ReaderError


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
    """A PDF of 2 KB whose one page unpacks, twice, to 250 MB: pdfium aborts at the memory limit."""
    packer = zlib.compressobj()
    inner = b"".join(packer.compress(bytes(10_000_000)) for _ in range(25)) + packer.flush()
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
    path.write_text("<p>word</p>" * 1_000_000)
    with Reader(Settings(read_megabytes=256)) as reader:
        assert "QA_READ_MEGABYTES (256)" in refusal(reader, path)
        assert reader.read(note).text == "A note."


def test_a_file_that_takes_too_long_costs_only_itself(tmp_path: Path, note: Path) -> None:
    path = slow_page(tmp_path / "slow.html")
    with Reader(Settings(read_seconds=1)) as reader:
        reader.read(note)
        begin = time.monotonic()
        assert "within 1 seconds" in refusal(reader, path)
        assert time.monotonic() - begin < 20
        assert reader.read(note).text == "A note."


def test_a_process_that_does_not_start_leaves_nothing_behind(
    tmp_path: Path, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    with Reader(Settings()) as reader, pytest.raises(ReaderError, match="No such file or directory"):
        reader.read(note)
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a program of two lines")
def test_no_file_is_to_blame_for_a_process_that_ends_before_it_reads(
    tmp_path: Path, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no such module >&2; exit 3\n")
    python.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    with Reader(Settings()) as reader, pytest.raises(ReaderError, match=r"no such module.*Nothing was lost"):
        reader.read(note)


@pytest.mark.skipif(sys.platform == "win32", reason="a program of two lines")
def test_a_process_that_is_not_ready_in_time_is_said_to_be_late(
    tmp_path: Path, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(child, "_START_SECONDS", 0.3)
    with Reader(Settings()) as reader, pytest.raises(ReaderError, match=r"it was not ready within 0\.3 seconds"):
        reader.read(note)


def test_a_process_that_was_killed_between_files_is_replaced(reader: Reader, note: Path) -> None:
    reader.read(note)
    worker_of(reader).kill()
    worker_of(reader).wait()
    # The file is not to blame: it was not asked for yet.
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


# A reader that does what its file says

OBEDIENT = """
from qa.readers import text

honest = text.read

def read(path, limits):
    source = path.read_text()
    if source.startswith("#!"):
        exec(source, {"path": path})
    return honest(path, limits)

text.read = read
"""
# Reaches another program on this machine from C, past Python's own sockets.
BASH = "import subprocess; subprocess.run(['bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/%d'], check=True)"


@pytest.fixture
def obedient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """From now on the reader of plain text runs the Python in its file; returns a writer of such files."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(OBEDIENT)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    numbers = count()

    def write(code: str) -> Path:
        path = tmp_path / f"code-{next(numbers)}.txt"
        path.write_text("#!\n" + code)
        return path

    return write


Obedient = Callable[[str], Path]


@pytest.mark.skipif(sys.platform != "linux", reason="signals and numbers of Linux")
def test_whatever_a_library_does_costs_one_file(obedient: Obedient, note: Path) -> None:
    deeds = {
        "import ctypes; ctypes.string_at(0)": "SIGSEGV",
        "import os; os.abort()": "SIGABRT",
        "import os; os._exit(3)": "exit code 3",
        "raise SystemExit('library said no')": "library said no",
        "everything = []\nwhile True: everything.append(bytes(10**7))": "QA_READ_MEGABYTES",
        "def deeper(): deeper()\ndeeper()": "RecursionError",
        "raise ValueError('odd')": "cannot be parsed (ValueError: odd)",
        # The pipe to the caller.
        "import os; os.write(3, b'\\xff' * 64)": "answer with noise",
        "import os; os.unlink(path)": "No such file",
        "file = open('/dev/full', 'w'); file.write('x'); file.flush()": "No space left",
    }
    with Reader(Settings(read_megabytes=400, read_seconds=20)) as reader:
        for code, reason in deeds.items():
            assert reason in refusal(reader, obedient(code)), code
            assert reader.read(note).text == "A note."


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_hang_costs_one_file_also_in_c_and_deaf_to_signals(obedient: Obedient, note: Path) -> None:
    deaf = "import time, signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); time.sleep(60)"
    with Reader(Settings(read_seconds=1)) as reader:
        # The second holds the lock of the interpreter.
        for code in ("while True: pass", "sum(range(10**15))", deaf):
            reader.read(note)
            begin = time.monotonic()
            assert "within 1 seconds" in refusal(reader, obedient(code))
            assert time.monotonic() - begin < 20
        assert reader.read(note).text == "A note."


def test_what_a_library_prints_reaches_no_answer(reader: Reader, obedient: Obedient) -> None:
    code = "import os, sys; print('x' * 10**6); os.write(1, b'\\0' * 10**6); sys.stderr.write('y' * 10**6)"
    path = obedient(code)
    assert reader.read(path).text == path.read_text()
    assert reader.read(path).text == path.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_what_a_library_started_ends_with_it(obedient: Obedient, tmp_path: Path) -> None:
    code = (
        "import os, subprocess, time\n"
        "started = [subprocess.Popen(['sleep', '60']).pid, os.fork()]\n"
        "if 0 in started: time.sleep(60)\n"
        f"open({str(tmp_path / 'pids')!r}, 'w').write(' '.join(map(str, started)))\n"
        "time.sleep(60)"
    )
    with Reader(Settings(read_seconds=1)) as reader:
        refusal(reader, obedient(code))
    for pid in (tmp_path / "pids").read_text().split():
        wait_until_ended(pid)


def wait_until_ended(pid: str) -> None:
    deadline = time.monotonic() + 50
    with suppress(FileNotFoundError, ProcessLookupError):
        while "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_no_file_that_is_written_outgrows_its_limit(obedient: Obedient, tmp_path: Path) -> None:
    code = f"open({str(tmp_path / 'big')!r}, 'wb').write(bytes(3_000_000))"
    with Reader(Settings(archive_megabytes=1)) as reader:
        assert "File too large" in refusal(reader, obedient(code))
    assert (tmp_path / "big").stat().st_size <= 2_000_000


def test_the_reading_process_cannot_reach_the_network(reader: Reader, obedient: Obedient) -> None:
    ways = [
        "import socket; socket.create_connection(('127.0.0.1', %d))",
        "import socket; socket.socket().connect_ex(('127.0.0.1', %d))",
        "import urllib.request; urllib.request.urlopen('http://localhost:%d')",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', %d))",
        "import asyncio; asyncio.run(asyncio.open_connection('127.0.0.1', %d))",
    ]
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        for code in (*ways, *([BASH] if own_network() else [])):
            refusal(reader, obedient(code % server.getsockname()[1]))
            with pytest.raises(TimeoutError):
                server.accept()


def own_network() -> bool:
    if sys.platform != "linux":
        return False
    option = "-n" if os.geteuid() == 0 else "-rn"
    try:
        return subprocess.run(["unshare", option, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


# Signs of life


def test_a_file_that_shows_signs_of_life_may_take_longer(obedient: Obedient) -> None:
    seen: list[tuple[str, int, int]] = []
    code = "import time\nfrom qa.readers import pulse\nfor n in range(8): time.sleep(0.3); pulse.beat(n + 1, 8)"
    with Reader(
        Settings(read_seconds=2), lambda path, done, total: seen.append((path.name, done, total))
    ) as reader:
        path = obedient(code)
        assert reader.read(path).text == path.read_text()
    assert seen == [(path.name, n, 8) for n in range(1, 9)]


def test_signs_of_life_do_not_last_for_ever(obedient: Obedient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_MOST_TIMES", 3)
    code = "import time\nfrom qa.readers import pulse\nwhile True: time.sleep(0.1); pulse.beat(1, 2)"
    with Reader(Settings(read_seconds=0.5)) as reader:
        begin = time.monotonic()
        assert "QA_READ_SECONDS" in refusal(reader, obedient(code))
        assert time.monotonic() - begin < 30


# Archives, a member at a time


def zipped(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
    return path


def members(reader: Reader, path: Path) -> list[tuple[str, str]]:
    return [
        (name, found.text if isinstance(found, Document) else f"! {found.reason}")
        for name, found in reader.read_all(path)
    ]


def test_a_member_that_ends_the_process_costs_itself(obedient: Obedient, tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"x.txt": "X.", "evil.txt": "#!\nimport os; os.abort()", "y.txt": "Y."})
    slow = "#!\nimport time; time.sleep(60)"
    path = zipped(
        tmp_path / "a.zip", {"a.txt": "A.", "in.zip": inner.read_bytes(), "slow.txt": slow, "z.txt": "Z."}
    )
    with Reader(Settings(read_seconds=2)) as reader:
        found = members(reader, path)
    assert [name for name, _ in found] == [
        "a.txt",
        "in.zip/x.txt",
        "in.zip/evil.txt",
        "in.zip/y.txt",
        "slow.txt",
        "z.txt",
    ]
    texts = dict(found)
    assert "reading process end" in texts["in.zip/evil.txt"]
    assert "within 2 seconds" in texts["slow.txt"]
    assert [texts[name] for name in ("a.txt", "in.zip/x.txt", "in.zip/y.txt", "z.txt")] == ["A.", "X.", "Y.", "Z."]


def test_an_archive_of_nothing_but_crashes_is_given_up(
    obedient: Obedient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_LOST_MEMBERS", 3)
    path = zipped(tmp_path / "a.zip", {f"{n}.txt": "#!\nimport os; os._exit(1)" for n in range(9)})
    with Reader(Settings()) as reader:
        found = members(reader, path)
    assert [name for name, _ in found] == ["0.txt", "1.txt", "2.txt", ""]
    assert "was left after 3" in found[-1][1]


def test_no_member_is_lost_or_read_twice_when_the_process_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_FILES_PER_WORKER", 3)
    inner = zipped(tmp_path / "in.zip", {f"{n}.txt": str(n) for n in range(4)}).read_bytes()
    names = {
        "a.txt": "A",
        "one.zip": inner,
        "b.txt": "B",
        "two.zip": inner,
        "bad.zip": b"PK\3\4junk",
        "c.txt": "C",
    }
    path = zipped(tmp_path / "a.zip", names)
    with Reader(Settings()) as reader:
        found = members(reader, path)
    monkeypatch.setattr(process, "_FILES_PER_WORKER", 1000)
    with Reader(Settings()) as reader:
        assert members(reader, path) == found
    nested = [f"{archive}.zip/{n}.txt" for archive in ("one", "two") for n in range(4)]
    assert [name for name, _ in found] == ["a.txt", *nested[:4], "b.txt", *nested[4:], "bad.zip", "c.txt"]


def test_other_files_may_be_read_between_the_members(reader: Reader, note: Path, tmp_path: Path) -> None:
    one, two = (zipped(tmp_path / f"{n}.zip", {"a.txt": f"A{n}", "b.txt": f"B{n}"}) for n in (1, 2))
    walks = zip(reader.read_all(one), reader.read_all(two), strict=True)
    texts = []
    for (_, first), (_, second) in walks:
        assert isinstance(first, Document)
        assert isinstance(second, Document)
        texts.append((first.text, second.text, reader.read(note).text))
    assert texts == [("A1", "A2", "A note."), ("B1", "B2", "A note.")]


def test_an_archive_that_changes_while_it_is_read_says_so(reader: Reader, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": "A.", "b.txt": "B."})
    walk = reader.read_all(path)
    assert next(walk)[0] == "a.txt"
    zipped(path, {"c.txt": "Something else."})
    worker_of(reader).kill()
    worker_of(reader).wait()
    rest = list(walk)
    assert [name for name, _ in rest] == [""]
    last = rest[-1][1]
    assert isinstance(last, UnreadableFile)
    assert "was changed while it was being read" in last.reason


def test_nothing_unpacked_is_left_behind(
    obedient: Obedient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    inner = zipped(tmp_path / "in.zip", {"x.txt": "X.", "evil.txt": "#!\nimport os; os.abort()"}).read_bytes()
    path = zipped(tmp_path / "a.zip", {"a.txt": "A.", "in.zip": inner, "z.txt": "Z."})
    with Reader(Settings()) as reader:
        for _ in reader.read_all(path):
            assert len(list(scratch.iterdir())) <= 1
    assert list(scratch.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize("seconds", [0, 0.05, 0.4])
def test_a_process_whose_caller_was_killed_leaves_nothing(tmp_path: Path, note: Path, seconds: float) -> None:
    script = (
        "import sys, time\nfrom qa.config import Settings\nfrom qa.readers import Reader\n"
        "reader = Reader(Settings())\nreader.start()\n"
        "print(reader._worker.process.pid, flush=True)\ntime.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment) as caller:
        assert caller.stdout is not None
        pid = caller.stdout.readline().decode().strip()
        time.sleep(seconds)
        caller.kill()
    wait_until_ended(pid)
    assert list(tmp_path.glob("footnote-*")) == []


def test_what_a_killed_program_left_is_swept_an_hour_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = [f"footnote-reading-{pid}-{age}" for pid in (ended.pid, os.getpid()) for age in ("old", "new")]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "member.txt").write_text("Text.")
        if name.endswith("old"):
            os.utime(tmp_path / name, (time.time() - 4000,) * 2)
    Reader(settings).close()
    assert [name for name in names if not (tmp_path / name).exists()] == [names[0]]


# What the process is not


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
    wait_until_ended(pid)
