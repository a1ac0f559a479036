"""The guard, the port, and an environment in which nothing calls home."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest
from small_library import small_settings

from qa.ui import keep_offline
from qa.ui.guard import LONGEST_BODY, Guard, own_hosts
from qa.ui.port import PortError, free_port

OWN = "127.0.0.1:7860"


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b"inside"})


def asked(
    method: str = "GET", path: str = "/", host: str = "127.0.0.1", kind: str = "http", **headers: str
) -> Any:
    """Status and headers of the guard's answer to one request."""
    guard = Guard(_echo, *own_hosts(host))
    named = {"host": OWN, **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = [(name.encode(), value.encode()) for name, value in named.items()]
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    asyncio.run(guard({"type": kind, "method": method, "path": path, "headers": raw}, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"])


def test_the_window_itself_is_served() -> None:
    assert asked()[0] == 200
    assert asked(host="localhost", sec_fetch_site="none")[0] == 200
    assert asked("POST", "/gradio_api/queue/join", origin=f"http://{OWN}", sec_fetch_site="same-origin")[0] == 200
    assert asked("GET", "/assets/index.js", sec_fetch_site="same-origin")[0] == 200


@pytest.mark.parametrize(
    "name", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "", "[::1", "8.8.8.8"]
)
def test_a_foreign_host_name_is_refused(name: str) -> None:
    guard = Guard(_echo, *own_hosts("127.0.0.1"))
    assert not guard.knows(name)
    assert guard.refusal({"type": "http", "method": "GET", "path": "/"}, {"host": name}) is not None


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:3000", "http://localhost:7860"]
)
def test_a_foreign_origin_may_change_nothing(origin: str) -> None:
    assert asked("POST", "/gradio_api/queue/join", origin=origin)[0] == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_request_from_another_site_is_refused(site: str) -> None:
    assert asked("POST", "/gradio_api/queue/join", sec_fetch_site=site)[0] == 403
    assert asked("GET", "/gradio_api/queue/data", sec_fetch_site=site)[0] == 403
    assert asked("GET", "/", sec_fetch_site=site, sec_fetch_mode="no-cors")[0] == 403


def test_a_link_to_the_window_opens_it() -> None:
    assert asked("GET", "/", sec_fetch_site="cross-site", sec_fetch_mode="navigate")[0] == 200
    assert asked("GET", "/config", sec_fetch_site="cross-site", sec_fetch_mode="navigate")[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/openapi.json",
        "/gradio_api/openapi.json",
        "/docs",
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/run/ask",
        "/gradio_api/call/ask",
        "/monitoring",
        "/gradio_api/runs",
        "/gradio_api/proxy=x",
    ],
)
def test_what_the_window_does_not_need_does_not_exist(path: str) -> None:
    assert asked("GET", path)[0] == 404
    assert asked("POST", path)[0] == 404


def test_a_long_request_is_refused() -> None:
    join = "/gradio_api/queue/join"
    assert asked("POST", join, content_length=str(LONGEST_BODY + 1))[0] == 413
    assert asked("POST", join, content_length="many")[0] == 413
    assert asked("POST", join, transfer_encoding="chunked")[0] == 413


def test_web_sockets_are_refused() -> None:
    assert asked(kind="websocket")[0] == 403


def test_every_answer_forbids_foreign_content() -> None:
    for status, headers in (asked(), asked("GET", "/openapi.json")):
        assert b"default-src 'self'" in headers[b"content-security-policy"], status
        assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
        assert headers[b"x-content-type-options"] == b"nosniff"


def test_open_to_the_network_it_answers_to_addresses_and_its_own_name_only() -> None:
    guard = Guard(_echo, *own_hosts("0.0.0.0"))
    assert guard.knows("192.168.1.20:7860") and guard.knows("[fe80::1]:7860")
    assert guard.knows(f"{socket.gethostname().lower()}:7860") and guard.knows("localhost:7860")
    assert not guard.knows("evil.example:7860")


def test_a_port_in_use_is_named_with_the_next_step() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=rf"port {port}: .*in use.*--port"):
            free_port("127.0.0.1", port)


def test_port_0_takes_a_free_one() -> None:
    port = free_port("127.0.0.1", 0)
    assert port > 0
    assert free_port("127.0.0.1", port) == port


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_an_address_that_is_not_this_machines_is_named(host: str) -> None:
    with pytest.raises(PortError, match=host):
        free_port(host, 0)


def test_nothing_calls_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in ("GRADIO_ANALYTICS_ENABLED", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "GRADIO_TEMP_DIR"):
        monkeypatch.setenv(name, "True")
    monkeypatch.setenv("NO_PROXY", "intranet")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("no_proxy", "")
    keep_offline(small_settings(tmp_path).state_folder)
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False" and os.environ["HF_HUB_OFFLINE"] == "1"
    assert Path(os.environ["GRADIO_TEMP_DIR"]).parent == tmp_path / "state"
    assert os.environ["NO_PROXY"].startswith("intranet,") and "127.0.0.1" in os.environ["NO_PROXY"]
