"""The whole product with the cable pulled: nothing is reached for, neither by the server nor by the page."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
SESSION = ROOT / "tests" / "offline_session.py"
NEEDED = ("chromium", "strace", "unshare", "ip")
PATCHED = """
import runpy, sys
sys.path.insert(0, {root!r})
import qa.ui
{patch}
sys.argv[0] = {app!r}
runpy.run_path({app!r}, run_name="__main__")
"""
FOREIGN_FONT = """
import gradio
import qa.ui.window as window
window.theme = lambda: gradio.themes.Default(font=gradio.themes.GoogleFont("Bitter"))
"""
ANALYTICS = """
import socket, threading
def call_home():
    try: socket.create_connection(("api.gradio.app", 443), timeout=2)
    except OSError: pass
threading.Thread(target=call_home).start()
"""


def missing() -> str:
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if importlib.util.find_spec("playwright") is None:
        absent.append("playwright")
    if not absent and subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode:
        return "this machine forbids network namespaces (unshare -rn)"
    return f"not installed: {', '.join(absent)}" if absent else ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "all there")


def session(launcher: Path, folder: Path) -> dict[str, Any]:
    run = subprocess.run(
        ["unshare", "-rn", sys.executable, str(SESSION), str(launcher), str(folder)],
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def launcher(folder: Path, patch: str) -> Path:
    """app.py with something added that a careless change might add."""
    path = folder / "launcher.py"
    path.write_text(PATCHED.format(root=str(ROOT), app=str(ROOT / "app.py"), patch=patch))
    return path


def test_everything_works_without_a_network_and_nothing_is_tried(tmp_path: Path) -> None:
    found = session(ROOT / "app.py", tmp_path)
    assert found["server"] == []
    assert found["outside"] == []
    assert found["stopped"] == []
    assert found["requests"] > 10
    assert "leak" in found["answer"]
    assert "refrigerant leak" in found["highlighted"]


def test_a_foreign_font_would_be_seen(tmp_path: Path) -> None:
    found = session(launcher(tmp_path, FOREIGN_FONT), tmp_path)
    assert any("fonts.g" in line for line in found["outside"] + found["stopped"])


def test_an_analytics_call_would_be_seen(tmp_path: Path) -> None:
    found = session(launcher(tmp_path, ANALYTICS), tmp_path)
    assert found["server"]
