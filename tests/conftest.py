"""What several test modules build on: settings of their own, the real small models, an opened library."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import hypothesis
import pytest
from text_files import Save

from qa.config import PREFIX, ROOT, Progress, Settings, load_settings, silent
from qa.embedding import Embedder, Reranker
from qa.index import PassageIndex
from qa.library import Library
from qa.state import STORE_FILE, StateFolder
from qa.store import Store
from qa.weights import EMBEDDING, RERANKER, embedding_model

# A run that fails fails again. FOOTNOTE_FUZZ=1 looks for what these examples do not show.
hypothesis.settings.register_profile("repeatable", derandomize=True)
if not os.environ.get("FOOTNOTE_FUZZ"):
    hypothesis.settings.load_profile("repeatable")

OpenLibrary = Callable[..., AbstractContextManager[Library]]


@pytest.fixture(scope="session", autouse=True)
def own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the developer's reaches the tests or the processes that they start."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith(PREFIX):
                patch.delenv(name)
        file = tmp_path_factory.mktemp("settings") / "footnote.toml"
        file.touch()
        patch.setenv("QA_CONFIG", str(file))
        yield


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_interrupts() -> None:
    """A shell that starts its command in the background lets it ignore Ctrl-C, which tests send themselves."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An empty documents folder and no state yet, with the weights of the checkout."""
    documents = tmp_path / "documents"
    documents.mkdir()
    return load_settings(documents=documents, state=tmp_path / "state", models=ROOT / "models", threads=2)


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Several modules have one of their own, for the files of one format."""

    def _save(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _save


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    _present(EMBEDDING)
    return Embedder(embedding_model(EMBEDDING, ROOT / "models"), threads=2)


@pytest.fixture(scope="session")
def reranker() -> Reranker:
    return Reranker(_present(RERANKER), threads=2)


@pytest.fixture
def open_library(embedder: Embedder) -> OpenLibrary:
    """`with open_library(settings) as library`: the whole of it, without a chat model."""

    @contextmanager
    def opened(settings: Settings, progress: Progress = silent) -> Iterator[Library]:
        with ExitStack() as stack:
            folder = stack.enter_context(StateFolder(settings.state_folder)).path
            store = stack.enter_context(closing(Store(folder / STORE_FILE)))
            index = stack.enter_context(closing(PassageIndex(folder, store, progress)))
            yield Library(settings, store, index, embedder)

    return opened


@pytest.fixture
def permissions_apply() -> Iterator[None]:
    """File permissions hold in this thread, also when the tests run as root."""
    if sys.platform != "linux" or os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    # struct __user_cap_header_struct (version 3, this thread), then effective, permitted, inheritable, twice.
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    before = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, before) == 0
    without = (ctypes.c_uint32 * 6)(*before)
    without[0] &= ~0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    assert libc.capset(header, without) == 0
    yield
    assert libc.capset(header, before) == 0


def _present(model: str) -> Path:
    folder = ROOT / "models" / model
    if not (folder / "model.onnx").is_file() or not (folder / "tokenizer.json").is_file():
        pytest.fail(f"The weights of {model} are missing: run `python -m qa weights fetch`.", pytrace=False)
    return folder
