"""Every setting, path and limit, read once.

A setting has one name everywhere: `QA_NAME` in the environment, `name = …` in the TOML file, and `--name` on
the command line where it matters. The order of precedence is flag, environment, file, default.
"""

import hashlib
import os
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from qa.errors import FootnoteError as FootnoteError

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "QA_"
CONFIG_VARIABLE = "QA_CONFIG"
CONFIG_FILE = ROOT / ".footnote.toml"


Strictness = Literal["careful", "balanced", "eager", "off"]
Unsupported = Literal["drop", "strike"]


class SettingsError(FootnoteError):
    """A setting that does not exist or whose value cannot be used."""


class Progress(Protocol):
    """Told about each long step: `done` of `total` bytes, files or passages (total 0: unknown)."""

    def __call__(self, stage: str, done: int, total: int, detail: str = "") -> None: ...


def silent(stage: str, done: int, total: int, detail: str = "") -> None:
    """The `Progress` of a caller that does not want to be told."""


class Settings(BaseSettings):
    """All settings. Paths are absolute after loading; sizes name their unit."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, allow_inf_nan=False
    )

    documents: Annotated[tuple[Path, ...], NoDecode] = Field(
        (ROOT / "seeds",), min_length=1, description="folders of documents to answer from"
    )
    include: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="patterns of the files to take in, one a line; none: all files"
    )
    exclude: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="patterns of the files and folders to leave out, one a line"
    )
    hidden: bool = Field(False, description="take in hidden files and folders (.name)")
    removal_share: float = Field(
        0.5, ge=0, le=1, description="share of the documents that a sync removes without being told to"
    )
    state: Path | None = Field(None, description="folder for the index; default: one per documents folder")
    models: Path = Field(ROOT / "models", description="folder of the model files")
    cache: Path | None = Field(None, description="folder of downloaded model files or wheels, shared by clones")
    model: str = Field(
        "qwen2.5-coder-1.5b-instruct-q4_k_m",
        description="chat model: a name from models/manifest.json, a GGUF file, or owner/repo:file.gguf",
    )
    embedding: str = Field(
        "bge-small-en-v1.5", description="embedding model: in the manifest or in models/NAME.json"
    )
    host: str = Field("127.0.0.1", description="address that the chat window listens on")
    port: int = Field(7860, ge=0, le=65535, description="port of the chat window; 0 takes any free one")
    browser: bool = Field(True, description="open the chat window in the browser at start")

    threads: int = Field(os.cpu_count() or 1, ge=1, le=256, description="processor threads for the models")
    context_tokens: int = Field(4096, ge=1024, description="context of the chat model, in tokens")
    evidence_tokens: int = Field(1000, ge=100, description="most tokens of evidence given to the chat model")
    answer_tokens: int = Field(400, ge=16, description="most tokens of one answer")
    history_turns: int = Field(2, ge=0, le=20, description="last turns of a conversation given with a follow-up")

    passage_characters: int = Field(500, ge=100, le=2000, description="aimed length of a passage")
    candidates: int = Field(20, ge=1, le=200, description="passages taken from each of dense and lexical search")
    reranked: int = Field(12, ge=1, le=100, description="fused candidates that the cross-encoder reads")
    sources: int = Field(4, ge=1, le=20, description="most passages given to the chat model as evidence")
    relevance_floor: float = Field(-5.9, description="best relevance (logit) below which the model is not asked")
    caution: float = Field(
        1.0,
        ge=-100,
        le=100,
        description="head start of a refusal at the first token (logits), where the reader knows no such language",
    )
    strictness: Strictness = Field(
        "balanced", description="how sure an answer must be: careful, balanced or eager; off only measures"
    )
    unsupported: Unsupported = Field(
        "strike", description="sentences that nothing supports: strike (shown struck through) or drop"
    )
    question_characters: int = Field(4000, ge=10, description="longest question")

    polling: bool = Field(
        False, description="follow folders by looking at them every second, where no system tells of changes"
    )
    readers: int = Field(2, ge=1, le=32, description="files that are read at the same time, each in a process")
    file_megabytes: float = Field(200, gt=0, description="largest file that is read")
    text_characters: int = Field(20_000_000, ge=1000, description="longest text of one document")
    read_seconds: float = Field(60, gt=0, description="longest time to read one file")
    read_megabytes: int = Field(1500, ge=256, description="most memory of the reading process")
    archive_members: int = Field(2000, ge=1, description="most files that are read out of one archive or mail")
    archive_megabytes: float = Field(2000, gt=0, description="most unpacked size of one archive")
    archive_depth: int = Field(2, ge=0, description="how deep archives and attachments are opened in one another")
    ocr: bool = Field(True, description="recognise the text of scanned pages and pictures")
    passwords: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="passwords to try on locked documents, one a line"
    )

    @field_validator("documents", mode="before")
    @classmethod
    def _paths(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part for part in value.split(os.pathsep) if part)
        return (value,) if isinstance(value, Path) else value

    @field_validator("passwords", "include", "exclude", mode="before")
    @classmethod
    def _lines(cls, value: object) -> object:
        return tuple(value.splitlines()) if isinstance(value, str) else value

    @field_validator("passwords")
    @classmethod
    def _no_blank_ones(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(filter(None, value))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, environment, the TOML file; no .env and no secrets folder, which nobody asked for."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _config_file())

    @property
    def state_folder(self) -> Path:
        """Where this library's index lives: `state`, else a folder of its own per set of documents folders."""
        if self.state is not None:
            return self.state
        folders = sorted(self.documents)
        digest = hashlib.sha256(b"\0".join(map(os.fsencode, folders))).hexdigest()[:8]
        return ROOT / ".state" / f"{folders[0].name or 'root'}-{digest}"


def _config_file() -> Path:
    return Path(os.environ.get(CONFIG_VARIABLE) or CONFIG_FILE).expanduser()


def load_settings(**flags: Any) -> Settings:
    """Settings from flags (None and [] mean not given), environment and file.

    Raises SettingsError for an unknown name, a value out of range, documents folders that lie in one another,
    or a file that is not TOML.
    """
    _refuse_unknown_variables()
    named = os.environ.get(CONFIG_VARIABLE)
    if named and not _config_file().is_file():
        raise SettingsError(
            f"The settings file {named} ({CONFIG_VARIABLE}) does not exist. Create it or unset it."
        )
    given = {name: value for name, value in flags.items() if value is not None and value != []}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsError(_explain(error, given)) from error
    except ValueError as error:  # tomllib.TOMLDecodeError, also from tomli
        raise SettingsError(f"{_config_file()} is not valid TOML: {error}. Correct or delete it.") from error
    except OSError as error:
        raise SettingsError(
            f"The settings file {_config_file()} cannot be read: {error.strerror}. Allow reading it or delete it."
        ) from error
    absolute: dict[str, object] = {
        name: _absolute(name, value) for name, value in settings if isinstance(value, Path)
    }
    absolute["documents"] = _apart([_absolute("documents", path) for path in settings.documents])
    return settings.model_copy(update=absolute)


def _apart(folders: list[Path]) -> tuple[Path, ...]:
    """The documents folders, none of which may lie in another: its files would be read twice."""
    for one, other in combinations(sorted(folders), 2):
        if one == other or _is_same(one, other):
            raise SettingsError(f"The documents folder {other} is named twice (QA_DOCUMENTS). Name it once.")
        if other.is_relative_to(one):
            raise SettingsError(
                f"The documents folder {other} lies in another, {one} (QA_DOCUMENTS). Leave one of them out: "
                "folders are read with all that lies below them."
            )
    return tuple(folders)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _absolute(name: str, path: Path) -> Path:
    try:
        return path.expanduser().resolve()
    except (ValueError, RuntimeError, OSError) as error:  # a NUL, no such user after ~, a loop of links
        reason = str(error).rstrip(".")
        raise SettingsError(f"The setting {name} is {str(path)!r}, which is not a path: {reason}.") from error


def _refuse_unknown_variables() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG_VARIABLE}
    unknown = sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise SettingsError(
            f"There is no setting {unknown[0]}. Unset it, or use one of: {', '.join(sorted(known))}."
        )


def _explain(error: ValidationError, flags: dict[str, Any]) -> str:
    lines = []
    for problem in error.errors():
        name = str(problem["loc"][0])
        variable = PREFIX + name.upper()
        origin = f"--{name}" if name in flags else variable if variable in os.environ else _config_file()
        if problem["type"] == "extra_forbidden":
            lines.append(f"There is no setting {name!r} ({_config_file()}). Remove it or correct its name.")
        else:
            lines.append(f"The setting {name} ({origin}) is {problem['input']!r}: {problem['msg']}.")
    return "\n".join(lines)
