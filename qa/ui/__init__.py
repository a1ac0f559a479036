"""The chat window: events to widgets. `window` is the only module that imports Gradio."""

import os
from pathlib import Path

from qa.state import WINDOW_FOLDER

LOOPBACK = "localhost,127.0.0.1,::1"


def keep_offline(state_folder: Path) -> None:
    """Set what Gradio and its libraries read once, when they are imported, so that nothing calls home."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    # Its files belong to the library that they come from, not into a shared /tmp.
    os.environ["GRADIO_TEMP_DIR"] = str(state_folder / WINDOW_FOLDER)
    # Gradio asks its own server whether it is up; a company's proxy could not answer that.
    for name in ("NO_PROXY", "no_proxy"):
        others = os.environ.get(name)
        os.environ[name] = f"{others},{LOOPBACK}" if others else LOOPBACK
