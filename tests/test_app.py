"""app.py as a process: what it says, how it ends, and that its server is guarded."""

import http.client
import signal
import socket
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from open_app import ROOT, address_of, ended, open_app, start
from small_library import DOCUMENTS, write_documents
from small_model import NAME, small_model

from qa.state import STORE_FILE, StateFolder
from qa.store import Store


@pytest.fixture
def flags(tmp_path: Path) -> list[str]:
    """A small library with the small model."""
    small_model()
    documents = write_documents(tmp_path / "documents")
    return ["--documents", str(documents), "--state", str(tmp_path / "state"), "--model", NAME]


def request(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage]:
    """Status and headers of the answer to a request, as any program or page may send it."""
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)) as connection:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", "0")
        connection.endheaders()
        response = connection.getresponse()
        response.read()
        return response.status, response.headers


def test_a_port_in_use_is_said_at_once(flags: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        app = start("--port", port, *flags)
        said = ended(app)
    assert app.returncode == 2
    assert port in said and "--port" in said and "Traceback" not in said
    # Nothing slow had begun.
    assert "reading" not in said and not Path(flags[3]).exists()


@pytest.mark.parametrize(
    ("wrong", "word"),
    [(["--documents", "/no/such/folder"], "/no/such/folder"), (["--model", "no-such-model"], "no-such-model")],
)
def test_a_wrong_setting_is_named_with_exit_code_2(flags: list[str], wrong: list[str], word: str) -> None:
    at = flags.index(wrong[0])
    app = start("--port", "0", *flags[:at], *wrong, *flags[at + 2 :])
    said = ended(app)
    assert app.returncode == 2
    assert word in said and "Traceback" not in said


def test_an_unknown_variable_is_named(flags: list[str]) -> None:
    app = start(*flags, QA_PROT="1")
    assert "QA_PROT" in ended(app)
    assert app.returncode == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_closes_in_order_when_it_is_told_to(flags: list[str], number: signal.Signals) -> None:
    app = start("--port", "0", *flags)
    address = address_of(app)
    assert request(address, "/")[0] == 200
    app.send_signal(number)
    said = ended(app)
    assert app.returncode == 0
    assert "Traceback" not in said and "Error" not in said
    StateFolder(Path(flags[3])).close()


TOLD_AS_A_THREAD_BEGINS = """
import runpy, signal, sys, threading
program, begun = sys.argv[1:3]
sys.argv = [program, *sys.argv[3:]]
start = threading.Thread.start
def start_and_tell(thread):
    start(thread)
    if thread.name == begun:
        signal.raise_signal(signal.SIGTERM)
threading.Thread.start = start_and_tell
runpy.run_path(program, run_name="__main__")
"""


def test_told_to_end_as_the_following_of_the_folder_begins_it_waits_for_that_to_end(flags: list[str]) -> None:
    app = start("--port", "0", *flags, python=["-c", TOLD_AS_A_THREAD_BEGINS, str(ROOT / "app.py"), "watch"])
    said = ended(app)
    assert app.returncode == 0
    assert said.endswith("Closing.\n") and "Footnote:" not in said
    StateFolder(Path(flags[3])).close()


def test_ctrl_c_while_documents_are_read_keeps_what_is_finished(flags: list[str]) -> None:
    for number in range(300):
        (Path(flags[1]) / f"note {number}.txt").write_text(f"Note {number}. " + DOCUMENTS["choir.txt"])
    app = start("--port", "0", *flags)
    assert app.stderr is not None
    while "reading documents" not in app.stderr.readline():
        pass
    app.send_signal(signal.SIGINT)
    said = ended(app)
    assert app.returncode == 0
    assert "Closing." in said and "Traceback" not in said
    with closing(Store(Path(flags[3]) / STORE_FILE, read_only=True)) as store:
        assert len(store.files()) < 303
    # What was read before is there; the rest is read now.
    with open_app(*flags), closing(Store(Path(flags[3]) / STORE_FILE, read_only=True)) as store:
        assert len(store.files()) == 303


def test_a_second_window_on_the_same_library_is_turned_away(flags: list[str]) -> None:
    with open_app(*flags):
        second = start("--port", "0", *flags)
        said = ended(second)
    assert second.returncode == 2
    assert "in use by process" in said


def test_the_server_is_guarded(flags: list[str]) -> None:
    with open_app(*flags) as address:
        status, headers = request(address, "/")
        assert status == 200
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert request(address, "/", Host="evil.example")[0] == 403
        join = "/gradio_api/queue/join"
        assert request(address, join, "POST", Origin="http://evil.example")[0] == 403
        assert request(address, join, "POST", Origin="null")[0] == 403
        assert request(address, join, "POST")[0] not in (403, 404)
        for path in ("/openapi.json", "/docs", "/gradio_api/upload", "/gradio_api/file=/etc/passwd"):
            assert request(address, path)[0] == 404


def test_open_to_the_network_it_says_so_and_answers_on_every_address(flags: list[str]) -> None:
    with open_app(*flags, "--host", "0.0.0.0") as address:
        port = urlsplit(address).port
        assert request(address, "/")[0] == 200
        assert request(address, "/", Host=f"192.168.1.20:{port}")[0] == 200
        assert request(address, "/", Host=f"evil.example:{port}")[0] == 403
