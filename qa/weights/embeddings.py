"""Which embedding model the settings name, and how it wants to be used.

A model is described by an entry: in models/manifest.json, or in a file models/NAME.json of the user's own.
"""

import hashlib
import json
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from qa.config import Settings
from qa.weights.manifest import Model, WeightsError, read_manifest

Pooling = Literal["cls", "mean", "last", "model"]
MANY = "many"

_EXAMPLE = """{
  "model": "%(name)s/model.onnx",
  "tokenizer": "%(name)s/tokenizer.json",
  "languages": ["de"],
  "pooling": "mean",
  "question_prefix": "query: ",
  "passage_prefix": "passage: "
}"""


@dataclass(frozen=True)
class EmbeddingModel:
    """One embedding model; paths are absolute, the rest is as its publisher says."""

    name: str
    model: Path
    """An ONNX file, or a GGUF when its name ends so."""
    tokenizer: Path | None
    """tokenizer.json of an ONNX model; a GGUF holds its own."""
    languages: tuple[str, ...]
    """Codes of two or three letters, or "many"."""
    pooling: Pooling
    """How the vectors of tokens become one; "model": as a GGUF says itself."""
    tokens: int = 512
    """What is longer is not seen."""
    dimensions: int | None = None
    """None: whatever the model gives."""
    question_prefix: str = ""
    passage_prefix: str = ""
    compatible: bool = False
    """Whether texts are first put into Unicode's NFKC, for a vocabulary whose file cannot do it itself."""

    @property
    def is_gguf(self) -> bool:
        return self.model.suffix.lower() == ".gguf"


def embedding_model(name: str, folder: Path) -> EmbeddingModel:
    """The embedding model of that name, its files in the models folder.

    Raises WeightsError when nothing describes it, its description is wrong, or a file is missing.
    """
    entry, origin = _entry(name, folder)
    described = _described(name, entry, origin, folder)
    for path in filter(None, (described.model, described.tokenizer)):
        if not path.is_file():
            known = any(model.name == name for model in read_manifest())
            step = (
                f"Get it with `python -m qa weights fetch {name}`" if known else f"Put it there, correct {origin}"
            )
            raise WeightsError(f"{path} is missing. {step}, or choose another model with QA_EMBEDDING.")
    return described


def embedding_entry(settings: Settings) -> EmbeddingModel | None:
    """What is said of the configured embedding model, whether or not its files are there."""
    try:
        entry, origin = _entry(settings.embedding, settings.models)
        return _described(settings.embedding, entry, origin, settings.models)
    except WeightsError:
        return None


def embedding_identity(settings: Settings) -> str:
    """What tells the configured model's vectors from others: its name; of one's own, also what is said of it."""
    entry = embedding_entry(settings)
    if entry is None or any(model.name == settings.embedding for model in known_embeddings()):
        return settings.embedding
    said = replace(entry, model=Path(entry.model.name), tokenizer=None, languages=())
    size = entry.model.stat().st_size if entry.model.is_file() else 0
    return f"{settings.embedding} ({hashlib.sha256(f'{said} {size}'.encode()).hexdigest()[:8]})"


def known_embeddings() -> tuple[Model, ...]:
    """The embedding models that `weights fetch` can get."""
    return tuple(model for model in read_manifest() if model.role == "embedding")


def _entry(name: str, folder: Path) -> tuple[dict[str, Any], str]:
    for model in known_embeddings():
        if model.name == name:
            return {**model.embedding, "languages": list(model.languages)}, "models/manifest.json"
    own = folder / f"{name}.json"
    if not name.strip() or "/" in name or "\\" in name or not own.is_file():
        known = ", ".join(model.name for model in known_embeddings())
        raise WeightsError(
            f"There is no embedding model {name!r} (QA_EMBEDDING). Choose one of: {known}. For one of your own, "
            f"put its files into {folder} and describe it in {own}, for instance:\n{_EXAMPLE % {'name': name}}"
        )
    try:
        entry = json.loads(own.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"The description {own} cannot be read: {error}.") from error
    if not isinstance(entry, dict):
        raise WeightsError(f"The description {own} is no JSON object. models/README.md shows one.")
    return entry, str(own)


def _described(name: str, entry: dict[str, Any], origin: str, folder: Path) -> EmbeddingModel:
    """The entry with every value checked."""
    given = {**entry, "name": name}
    gguf = str(entry.get("model", "")).lower().endswith(".gguf")
    if gguf:
        given = {"pooling": "model", **given, "tokenizer": None}
    known = {field.name: field for field in fields(EmbeddingModel)}
    needed = [one for one, field in known.items() if field.default is MISSING and one not in given]
    unknown = sorted(given.keys() - known.keys() - {"licence", "upstream"})
    if needed or unknown:
        what = f"lacks {needed[0]!r}" if needed else f"says {unknown[0]!r}, which means nothing here"
        raise WeightsError(
            f"The description of {name} in {origin} {what}. models/README.md shows what belongs in it."
        )
    for one, kind, wanted in _RULES:
        if one in given and not kind(given[one]):
            raise WeightsError(
                f"The description of {name} in {origin} says {one} = {given[one]!r}. It must be {wanted}."
            )
    if not gguf and given["pooling"] == "model":
        raise WeightsError(f"The description of {name} in {origin} must say its pooling: cls, mean or last.")
    paths = {one: folder / given[one] if given[one] else None for one in ("model", "tokenizer")}
    rest = {one: given[one] for one in known if one in given and one not in paths}
    return EmbeddingModel(**{**rest, **paths, "languages": tuple(given["languages"])})


def _number(value: object) -> bool:
    return isinstance(value, int) and 8 <= value <= 65536


_RULES = (
    ("model", lambda value: isinstance(value, str) and bool(value), "a path below the models folder"),
    ("tokenizer", lambda value: value is None or isinstance(value, str), "a path below the models folder"),
    (
        "languages",
        lambda value: isinstance(value, list) and bool(value) and all(isinstance(code, str) for code in value),
        'a list of language codes, or ["many"]',
    ),
    ("pooling", lambda value: value in get_args(Pooling), "cls, mean or last"),
    ("tokens", _number, "a number of tokens"),
    ("dimensions", lambda value: value is None or _number(value), "a number"),
    ("question_prefix", lambda value: isinstance(value, str), "a text"),
    ("passage_prefix", lambda value: isinstance(value, str), "a text"),
    ("compatible", lambda value: isinstance(value, bool), "true or false"),
)
