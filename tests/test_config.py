"""Settings: one name each, in the right order of precedence, and errors that name what is wrong."""

import os
from pathlib import Path

import pytest

from qa.config import ROOT, Settings, SettingsError, load_settings


@pytest.fixture
def toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file that QA_CONFIG names."""
    path = tmp_path / "footnote.toml"
    path.write_text("")
    monkeypatch.setenv("QA_CONFIG", str(path))
    return path


def test_without_anything_the_defaults_hold() -> None:
    settings = load_settings()
    assert settings.documents == (ROOT / "seeds",)
    assert settings.host == "127.0.0.1"
    assert settings.model == "qwen2.5-coder-1.5b-instruct-q4_k_m"


def test_flag_beats_environment_beats_file_beats_default(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().port == 7860
    toml.write_text("port = 1001")
    assert load_settings().port == 1001
    monkeypatch.setenv("QA_PORT", "1002")
    assert load_settings().port == 1002
    assert load_settings(port=1003).port == 1003
    assert load_settings(port=None).port == 1002


def test_every_setting_can_be_given_in_the_environment_and_in_the_file(
    toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {name: getattr(load_settings(), name) for name in Settings.model_fields}
    values["state"] = values["cache"] = ROOT
    values["passwords"] = ("open", "sesame")
    for name, value in values.items():
        text = "\n".join(map(str, value)) if isinstance(value, tuple) else str(value)
        monkeypatch.setenv(f"QA_{name.upper()}", text)
    assert {name: getattr(load_settings(), name) for name in values} == values
    for name in values:
        monkeypatch.delenv(f"QA_{name.upper()}")
    lines = [f"{name} = {_toml(value)}" for name, value in values.items()]
    toml.write_text("\n".join(lines))
    assert {name: getattr(load_settings(), name) for name in values} == values


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return str(value) if isinstance(value, int | float) else f'"{value}"'


def test_an_unknown_variable_is_named_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_DOCUMENT", "x")
    with pytest.raises(SettingsError, match=r"QA_DOCUMENT\b.*Unset it, or use one of: .*QA_DOCUMENTS"):
        load_settings()


def test_an_unknown_line_of_the_file_is_named_with_the_file(toml: Path) -> None:
    toml.write_text("documens = '/x'")
    with pytest.raises(SettingsError, match="'documens'") as caught:
        load_settings()
    assert str(toml) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "70000"),
        ("port", "web"),
        ("threads", "0"),
        ("passage_characters", "99"),
        ("passage_characters", "2001"),
        ("read_seconds", "inf"),
        ("relevance_floor", "nan"),
        ("file_megabytes", "0"),
        ("browser", "perhaps"),
    ],
)
def test_a_value_out_of_range_is_named_with_its_origin(
    name: str, value: str, toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match=rf"{name} \(--{name}\) is '{value}'"):
        load_settings(**{name: value})
    toml.write_text(f'{name} = "{value}"')
    with pytest.raises(SettingsError, match=rf"{name} \(.*footnote.toml\) is '{value}'"):
        load_settings()
    toml.write_text("")
    monkeypatch.setenv(f"QA_{name.upper()}", value)
    with pytest.raises(SettingsError, match=rf"{name} \(QA_{name.upper()}\) is '{value}'"):
        load_settings()


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_PORT", "-1")
    monkeypatch.setenv("QA_THREADS", "many")
    with pytest.raises(SettingsError, match=r"(?s)port.*\n.*threads"):
        load_settings()


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe\x00", b"port 7860"])
def test_a_file_that_is_not_toml_is_named(content: bytes, toml: Path) -> None:
    toml.write_bytes(content)
    with pytest.raises(SettingsError, match=r"footnote\.toml is not valid TOML"):
        load_settings()


def test_a_file_that_cannot_be_read_is_named(toml: Path, permissions_apply: None) -> None:
    toml.chmod(0)
    with pytest.raises(SettingsError, match=r"footnote\.toml cannot be read: Permission denied"):
        load_settings()


def test_a_named_file_that_does_not_exist_is_an_error(toml: Path) -> None:
    toml.unlink()
    with pytest.raises(SettingsError, match=r"does not exist. Create it or unset it"):
        load_settings()


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_STATE", "")
    monkeypatch.setenv("QA_DOCUMENTS", "")
    assert load_settings().state is None
    assert load_settings().documents == (ROOT / "seeds",)


def test_no_dotenv_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("QA_PORT=1\nPORT=2\n")
    monkeypatch.chdir(tmp_path)
    assert load_settings().port == 7860


def test_paths_are_absolute_and_know_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    settings = load_settings(documents="notes", state="~/state")
    assert settings.documents == (tmp_path / "notes",)
    assert settings.state == tmp_path / "home" / "state"


@pytest.mark.parametrize("path", ["a\0b", "~no-such-user-here/x"])
def test_what_cannot_be_a_path_is_named(path: str) -> None:
    with pytest.raises(SettingsError, match=r"documents is .* which is not a path"):
        load_settings(documents=path)


def test_each_documents_folder_has_a_state_folder_of_its_own(tmp_path: Path) -> None:
    one, other = (load_settings(documents=tmp_path / name / "notes") for name in ("a", "b"))
    assert one.state_folder != other.state_folder
    assert one.state_folder == load_settings(documents=tmp_path / "a" / ".." / "a" / "notes").state_folder
    assert one.state_folder.is_relative_to(ROOT / ".state")
    assert load_settings(documents=os.fsdecode(b"/\xff")).state_folder.is_relative_to(ROOT / ".state")
    assert load_settings(state=tmp_path).state_folder == tmp_path
