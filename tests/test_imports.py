"""The shape of the code: data order is import order, each library has one owner, files stay short."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.config import ROOT

# A module imports only from those above it; the modules of a package import one another freely.
ORDER = (
    *("errors", "config", "weights", "orders", "readers", "scripts", "splitting", "gguf", "language", "embedding"),
    *("state", "store", "index", "folder", "catalogue", "library", "upkeep", "watching", "facts", "retrieval"),
    *("choosing", "evidence"),
    *(
        "turnstile",
        "llm",
        "conversation",
        "prompt",
        "rewriting",
        "citations",
        "checking",
        "missing",
        "judging",
        "surveying",
        "answering",
        "engine",
        "render",
        "ui",
        "terminal",
    ),
    *("evaluation", "cli", "__main__"),
)
# Third-party libraries, and sqlite3, are imported by these modules only.
OWNERS = {
    "PIL": {"readers"},
    "chromadb": {"index"},
    "cryptography": {"readers"},
    # Two locks: on the models folder while fetching, on the state folder while running.
    "filelock": {"weights", "state"},
    "gradio": {"ui"},
    "huggingface_hub": {"weights"},
    "jinja2": {"llm"},
    "langchain_text_splitters": {"splitting"},
    # The model through its C interface; its chat template; bare calls to measure against.
    "llama_cpp": {"gguf", "llm", "evaluation"},
    "lxml": {"readers"},
    "matplotlib": {"evaluation"},
    "olefile": {"readers"},
    "msoffcrypto": {"readers"},
    "office_oxide": {"readers"},
    "onnx": {"evaluation"},
    "onnxruntime": {"embedding", "evaluation"},
    "oxmsg": {"readers"},
    "pydantic": {"config"},
    "pydantic_settings": {"config"},
    "pypdfium2": {"readers", "evaluation"},
    # The standard library knows no character clusters.
    "regex": {"scripts"},
    "python_calamine": {"readers"},
    "rapidocr": {"readers"},
    "rich": {"terminal"},
    "sqlite3": {"store"},
    "snowballstemmer": {"store"},
    "starlette": {"ui"},
    "tokenizers": {"embedding", "evaluation"},
    "torch": {"evaluation"},
    "transformers": {"evaluation"},
    "typer": {"cli"},
    "watchfiles": {"watching"},
}
# Not installed with the product.
TRAINING = {"onnx", "torch", "transformers"}
# Arrays are passed between modules.
EVERYBODYS = {"numpy"}
LONGEST = 300

FILES = sorted((ROOT / "qa").rglob("*.py"))


def module(path: Path) -> str:
    """The module or package of `qa` that a file belongs to: "store" for qa/store/words.py."""
    return path.relative_to(ROOT / "qa").parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Full names of what a file imports, also inside functions: "qa.store", "numpy.typing"."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            if node.module == "qa":
                yield from (f"qa.{alias.name}" for alias in node.names)
            elif node.module:
                yield node.module


def identify(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=identify)
def test_a_module_imports_only_from_those_above_it(path: Path) -> None:
    if path == ROOT / "qa" / "__init__.py":
        # It is imported by everything: it sets the environment of libraries, and pulls nothing in.
        assert list(imported(path)) == ["os"]
        return
    mine = module(path)
    above = set(ORDER[: ORDER.index(mine) + 1])
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("qa.")}
    assert ours <= above, f"{mine} imports {ours - above} from below"


def test_the_order_names_every_module_once() -> None:
    assert {module(path) for path in FILES} - {"__init__"} == set(ORDER)
    assert len(set(ORDER)) == len(ORDER)


def test_each_library_is_imported_by_its_owners_and_nobody_else() -> None:
    importers: dict[str, set[str]] = {}
    for path in FILES:
        for name in imported(path):
            library = name.split(".")[0]
            foreign = library not in sys.stdlib_module_names or library in OWNERS
            if foreign and library not in EVERYBODYS | {"qa", "tomli"}:
                importers.setdefault(library, set()).add(module(path))
    assert importers == OWNERS


@pytest.mark.parametrize("path", FILES, ids=identify)
def test_a_file_is_short_enough_to_be_read_at_once(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


def test_only_weights_opens_connections_to_elsewhere() -> None:
    """The window serves, `weights` fetches; nothing else touches the network."""
    network = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "requests", "httpx", "aiohttp"}
    users = {module(p) for p in FILES for name in imported(p) if name.split(".")[0] in network}
    assert users <= {"weights", "ui"}


def test_every_direct_dependency_is_pinned_and_every_pin_is_used() -> None:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pins = {line.split("==")[0].lower().replace("-", "_") for line in lines if line and not line.startswith("#")}
    names = {
        "PIL": "pillow",
        "llama_cpp": "llama_cpp_python",
        "msoffcrypto": "msoffcrypto_tool",
        "oxmsg": "python_oxmsg",
    }
    # docx files are read with lxml; matplotlib draws only the README's plot, and is pinned for the tests.
    wanted = {names.get(library, library) for library in OWNERS if library not in ("sqlite3", "matplotlib")}
    assert pins == (wanted - TRAINING) | EVERYBODYS | {"pytest", "tomli"}
    assert all("==" in line for line in lines if line and not line.startswith("#"))


def test_what_only_the_training_needs_is_pinned_apart_and_imported_only_there() -> None:
    lines = (ROOT / "qa" / "evaluation" / "train-requirements.txt").read_text("utf-8").splitlines()
    pins = [line.split("==") for line in lines if not line.startswith("#")]
    # The exporter of torch imports onnxscript by itself.
    assert {name for name, _ in pins} == TRAINING | {"onnxscript"}
    users = {path.name for path in FILES for name in imported(path) if name.split(".")[0] in TRAINING}
    assert users == {"train_reader.py", "reader_network.py", "reader_export.py"}
