"""One whole use of the product in a network namespace that has only loopback; run by test_offline.py.

`unshare -rn python tests/offline_session.py LAUNCHER FOLDER` prints one JSON object: what the server's processes
(strace) and the page (Chromium's request log) tried to reach outside, and what the user saw.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
QUESTION = "What does fault code E15 mean?"
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
ADDRESS = re.compile(r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\("([^"]+)"|inet_pton\(AF_INET6, "([^"]+)")')
LOOPBACK = ("127.", "::1")
DNS = "53"


def outside(traces: list[Path]) -> list[str]:
    """Lines of strace that reach for another machine, or ask a name server, wherever it is."""
    found = []
    for trace in traces:
        for line in trace.read_text("utf-8", "replace").splitlines():
            for port, four, six in ADDRESS.findall(line):
                if port == DNS or not (four or six).startswith(LOOPBACK):
                    found.append(line.strip())
    return found


def traced(trace: Path, *command: str) -> list[str]:
    """The command, with every attempt of it and its children to reach an address written to `trace`."""
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    return ["strace", "-f", "-qq", "--seccomp-bpf", "-e", calls, "-o", str(trace), sys.executable, *command]


def use_window(address: str) -> dict[str, object]:
    """Load the page, ask, click the first footnote."""
    requests: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        page = browser.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(address)
        words = ask(page)
        browser.close()
    own = (address, "data:", "blob:")
    return {
        "requests": len(requests),
        "outside": [url for url in requests if not url.startswith(own)],
        # What the content security policy stopped was tried all the same.
        "stopped": [text for text in complaints if "Content Security Policy" in text],
        "highlighted": words,
    }


def ask(page: Page) -> str:
    """Ask the question and open its first footnote; the words that are highlighted then."""
    page.locator("#fn-box textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator('a[href*="#cite-"]').first.wait_for(timeout=120_000)
    page.locator('#fn-chat a[href*="#cite-"]').last.click()
    mark = page.locator("mark").first
    mark.wait_for(timeout=20_000)
    return mark.inner_text()


def main(launcher: str, folder: Path) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    os.environ["HOME"] = str(folder / "home")
    (folder / "home").mkdir()
    flags = ["--state", str(folder / "state")]
    traces = [folder / f"{name}.strace" for name in ("sync", "ask", "window")]
    subprocess.run(traced(traces[0], "-m", "qa", "sync", *flags), check=True, stdout=sys.stderr, cwd=ROOT)
    command = traced(traces[1], "-m", "qa", "ask", "--json", QUESTION, *flags)
    answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout)
    server = subprocess.Popen(
        traced(traces[2], launcher, "--no-browser", "--port", "0", *flags),
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        assert server.stderr is not None
        lines = iter(server.stderr.readline, "")
        address = next(found.group() for line in lines if (found := re.search(r"http://[\d.:]+", line)))
        page = use_window(address)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(60)
        finally:
            # Whatever is left would hold the pipe that the caller reads to its end.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
    print(json.dumps({"answer": answer["answer"], "server": outside(traces), **page}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
