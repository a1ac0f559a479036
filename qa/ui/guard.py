"""What stands between the chat window and the web pages that the same browser has open.

Any page can send requests to a port of this machine. Gradio answers all of them; this does not: the address must
be this machine's (DNS rebinding), a request must come from the window itself (forgery), only the paths that the
window needs exist, and the page may load nothing from elsewhere.
"""

import ipaddress
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# 'unsafe-inline' and 'unsafe-eval' are Gradio's needs; what they could run cannot reach another host.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self' 'unsafe-inline'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "connect-src 'self'",
        "font-src 'self' data:",
        "form-action 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
READING = ("GET", "HEAD")
PATHS = ("/", "/config", "/config/", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt")
FOLDERS = ("/assets/", "/static/", "/svelte/", "/gradio_api/heartbeat/")
API = tuple(
    f"/gradio_api/{name}"
    for name in ("queue/join", "queue/data", "component_server", "cancel", "reset", "startup-events", "info")
)
LONGEST_BODY = 2_000_000


class Guard:
    """ASGI middleware; it passes bodies through untouched, so that answers stream.

    `hosts`: names under which the window may be addressed; `addresses`: whether any literal IP address may too.
    """

    def __init__(self, app: App, hosts: frozenset[str], addresses: bool = False) -> None:
        self.app = app
        self.hosts = hosts
        self.addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self.refusal(scope, headers)
        if refusal is not None:
            await _refuse(send, *refusal)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self.app(scope, receive, send_guarded)

    def refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        """Status and reason when the request is not to be answered."""
        if scope["type"] != "http":
            return 403, "The window uses no web sockets."
        host = headers.get("host", "")
        if not self.knows(host):
            return 403, "This address is not the chat window's. Use the one that it printed at its start."
        if not _own(scope, headers, host):
            return 403, "Only the chat window itself may ask this."
        if not _served(scope["path"]):
            return 404, "There is nothing here."
        if not _length(headers) <= LONGEST_BODY:
            return 413, "The request is too long."
        return None

    def knows(self, host: str) -> bool:
        """Whether a Host header names this machine. A foreign name may point here; an IP address cannot lie."""
        name = _host_name(host)
        return name in self.hosts or (self.addresses and _is_address(name))


def own_hosts(host: str) -> tuple[frozenset[str], bool]:
    """`hosts` and `addresses` of the guard for a window that listens on `host`.

    On a loopback address only this machine can ask; on 0.0.0.0 or :: everyone in the network can.
    """
    names = {"localhost", "127.0.0.1", "::1", host.strip("[]").lower()}
    if not _is_wildcard(host):
        return frozenset(names), False
    machine = socket.gethostname().lower()
    return frozenset({*names, machine, f"{machine}.local", socket.getfqdn().lower()}), True


def _own(scope: Scope, headers: dict[str, str], host: str) -> bool:
    """Whether the request comes from the window: browsers say so, other programs say nothing."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
    if scope["method"] in READING:
        # A link to the window, in a mail or another page, is no attack: it only opens it.
        opens = scope["path"] == "/" and headers.get("sec-fetch-mode") == "navigate"
        return site in ("same-origin", "none") or opens
    return site in ("same-origin", "none") and (origin is None or urlsplit(origin).netloc == host)


def _served(path: str) -> bool:
    return path in PATHS or path.rstrip("/") in API or path.startswith(FOLDERS)


def _length(headers: dict[str, str]) -> float:
    if "transfer-encoding" in headers:
        return float("inf")
    length = headers.get("content-length", "0")
    return int(length) if length.isdigit() else float("inf")


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_wildcard(host: str) -> bool:
    name = host.strip("[]")
    return _is_address(name) and ipaddress.ip_address(name).is_unspecified


async def _refuse(send: Send, status: int, reason: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": reason.encode()})
