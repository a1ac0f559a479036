"""A GGUF of the Hugging Face hub, fetched by a child process.

The rest of Footnote runs with HF_HUB_OFFLINE=1, which the hub's library reads once when it is imported; only
a process of its own can go out on an explicit request, and it can be killed at any moment.
"""

import errno
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from qa.config import ROOT
from qa.weights.downloading import END_WITH_PARENT, last_line, run_watched
from qa.weights.manifest import ModelFile, WeightsError
from qa.weights.meter import Meter

SHA256 = re.compile("[0-9a-f]{64}")
CHILD = END_WITH_PARENT + "from qa.weights.hub import main; main(sys.argv[1:])"


def described(file: ModelFile) -> ModelFile:
    """The same file with the size in bytes and the SHA-256 that the hub publishes for it."""
    told = json.loads(_child(["describe", *_source(file)]))
    return replace(file, bytes=told["bytes"], sha256=told["sha256"])


def download(file: ModelFile, aside: Path, meter: Meter) -> None:
    """Fill `aside` with the bytes of a described file, from where an earlier download stopped."""
    aside.parent.mkdir(parents=True, exist_ok=True)
    aside.touch()
    if aside.stat().st_size > file.bytes:  # more than was published: nothing to resume
        os.truncate(aside, 0)
    come = aside.stat().st_size
    meter.count(come)
    _child(
        ["download", *_source(file), str(aside), str(file.bytes)],
        lambda: meter.arriving(aside.stat().st_size - come),
    )
    meter.count(file.bytes - come)


def record_path(file: ModelFile, models: Path) -> Path:
    """Where the size and hash of a fetched file are kept, so that it can be verified without the network."""
    return models / f"{file.name}.json"


def _source(file: ModelFile) -> tuple[str, str]:
    _, owner, repository, name = file.name.split("/", 3)
    return f"{owner}/{repository}", name


def _child(arguments: Sequence[str], watch: Callable[[], None] = lambda: None) -> str:
    """Run `main` below in a process that may use the network; returns the last line that it printed."""
    environment = {k: v for k, v in os.environ.items() if k not in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")}
    environment |= {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    code, output = run_watched([sys.executable, "-c", CHILD, *arguments], environment, watch)
    if code:
        raise WeightsError(f"{arguments[1]}:{arguments[2]} could not be fetched: {last_line(output)}")
    return last_line(output)


def main(arguments: Sequence[str]) -> None:
    """The child: `describe REPOSITORY FILE` prints JSON, `download REPOSITORY FILE ASIDE BYTES` fills it."""
    try:
        if arguments[0] == "describe":
            print(json.dumps(_describe(arguments[1], arguments[2])))
        else:
            _download(arguments[1], arguments[2], Path(arguments[3]), int(arguments[4]))
    except Exception as error:  # the boundary of a process: whatever the library raises is told to the parent
        sys.exit(f"ERROR: {_reason(error, arguments[1])}")


def _describe(repository: str, name: str) -> dict[str, object]:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    found = get_hf_file_metadata(hf_hub_url(repository, name))
    if found.size is None or not found.etag or not SHA256.fullmatch(found.etag):
        raise ValueError("the hub publishes no size and SHA-256 for it")
    return {"bytes": found.size, "sha256": found.etag}


def _download(repository: str, name: str, aside: Path, size: int) -> None:
    # hf_hub_download of this version starts again from nothing after an interruption; its http_get resumes.
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers

    headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
    with aside.open("r+b") as file:
        come = file.seek(0, os.SEEK_END)
        http_get(hf_hub_url(repository, name), file, resume_size=come, headers=headers, expected_size=size)


def _reason(error: Exception, repository: str) -> str:
    """What went wrong, in one line."""
    from huggingface_hub import errors

    text = " ".join(str(error).split())[:300]
    if isinstance(error, errors.GatedRepoError):
        return f"its owner asks for an agreement. Accept it at huggingface.co/{repository}, then set HF_TOKEN."
    if isinstance(error, errors.RepositoryNotFoundError):
        return f"there is no public repository {repository}. Correct the name, or set HF_TOKEN if it is private."
    if isinstance(error, errors.EntryNotFoundError):
        return f"the repository {repository} has no such file. Correct the name."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full. Free some space."
    if isinstance(error, (errors.HTTPError, OSError)) and not isinstance(error, errors.HfHubHTTPError):
        return f"the Hugging Face hub cannot be reached ({text or type(error).__name__}). Check the network."
    return f"{text or type(error).__name__}."
