"""Which model files a configuration needs, and where the chosen chat model lies."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa.config import Settings
from qa.weights.manifest import (
    READER,
    RERANKER,
    Model,
    ModelFile,
    WeightsError,
    fetch_command,
    read_manifest,
    status,
)

# owner/repo:file.gguf, where the file may lie in folders of the repository.
HUB = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+):(?P<file>[\w.+/ -]+\.gguf)", re.IGNORECASE)
MAGIC = b"GGUF"


def required(settings: Settings) -> tuple[Model, ...]:
    """The embedding model, reranker, reader and chat model, as far as they are ones that `fetch` can get."""
    models = {model.name: model for model in read_manifest()}
    chat = _manifest_chat(settings.model, tuple(models.values())) or _hub_model(settings)
    needed = (models.get(settings.embedding), models[RERANKER], models[READER], chat)
    return tuple(model for model in needed if model)


def model_folder(name: str, settings: Settings) -> Path:
    """The folder of the embedding model or the reranker. Raises WeightsError when either file is missing."""
    folder = settings.models / name
    for file in ("model.onnx", "tokenizer.json"):
        if not (folder / file).is_file():
            raise WeightsError(
                f"{folder / file} is missing. Get it with `{fetch_command(settings)}`, or put it there, or choose "
                "another model with QA_EMBEDDING."
            )
    return folder


def reader_model(settings: Settings) -> tuple[Path, Path]:
    """The reader's file, and the one of its words, which are the reranker's. Raises WeightsError without them."""
    path = settings.models / READER / "model.onnx"
    if not path.is_file():
        raise WeightsError(f"{path} is missing. Get it with `{fetch_command(settings)}`.")
    return path, model_folder(RERANKER, settings) / "tokenizer.json"


def judgement(settings: Settings) -> Mapping[str, Any]:
    """How much the signs of an answer weigh: fitted for the chat model, or for any."""
    models = {model.name: model for model in read_manifest()}
    chat = models.get(settings.model)
    return chat.judgement if chat and chat.judgement else models[READER].judgement


def chat_model(settings: Settings) -> Path:
    """The GGUF file that `settings.model` names.

    It may be a name of the manifest, the path of any GGUF, the name (with or without .gguf) of one that lies
    in the models folder, or owner/repo:file.gguf once fetched. Raises WeightsError when there is no such
    file or it is not a GGUF, and lists the models that there are.
    """
    known = _manifest_chat(settings.model, read_manifest()) or _hub_model(settings)
    if known:
        return _gguf(_fetched(known, settings), settings)
    if not settings.model.strip():
        raise WeightsError(f"The setting model is empty. {_choices(settings)}")
    for name in (settings.model, settings.model + ".gguf"):
        if (settings.models / name).is_file():
            return _gguf(settings.models / name, settings)
    path = Path(settings.model).expanduser()
    if not path.exists():
        raise WeightsError(f"There is no chat model {settings.model!r}. {_choices(settings)}")
    return _gguf(path.resolve(), settings)


def _manifest_chat(name: str, models: tuple[Model, ...]) -> Model | None:
    return next((m for m in models if m.role == "chat" and name in (m.name, m.files[0].name)), None)


def _hub_model(settings: Settings) -> Model | None:
    """The model that owner/repo:file.gguf names; size and hash are known once the hub has told them."""
    match = HUB.fullmatch(settings.model)
    if not match or ".." in settings.model or Path(settings.model).exists():
        return None
    name = f"hub/{match['repository']}/{match['file']}"
    size, sha256 = _recorded(settings.models / f"{name}.json")
    file = ModelFile(name, size, sha256, parts=())
    return Model(settings.model, "chat", "as its repository says", settings.model, (file,))


def _recorded(path: Path) -> tuple[int, str]:
    """Size and SHA-256 that the hub told when the file was fetched; (0, "") before."""
    try:
        record = json.loads(path.read_text("utf-8"))
        return int(record["bytes"]), str(record["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, ""


def _fetched(model: Model, settings: Settings) -> Path:
    file = model.files[0]
    found = status(file, settings.models)
    if found != "present":
        raise WeightsError(
            f"The chat model {model.name} is not fetched yet: {settings.models / file.name} is "
            f"{'missing' if found == 'missing' else 'of the wrong size'}. Run: {fetch_command(settings)}"
        )
    return settings.models / file.name


def _gguf(path: Path, settings: Settings) -> Path:
    """The path, if what lies there begins as a GGUF does."""
    if path.is_dir():
        raise WeightsError(f"{path} is a folder, not a GGUF file. {_choices(settings)}")
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        raise WeightsError(
            f"The chat model {path} cannot be read: {error.strerror}. {_choices(settings)}"
        ) from error
    if start != MAGIC:
        what = "is not a GGUF file" if start else "is empty"
        raise WeightsError(f"The chat model {path} {what}. {_choices(settings)}")
    return path


def _choices(settings: Settings) -> str:
    known = [model.name for model in read_manifest() if model.role == "chat"]
    dropped = sorted(path.stem for path in settings.models.glob("*.gguf") if path.stem not in known)
    return (
        f"Set --model or QA_MODEL to one of: {', '.join(known + dropped)}; "
        "to the path of a GGUF file; or to owner/repo:file.gguf of the Hugging Face hub."
    )
