"""What the README and the docs promise is there, and what is there is in them."""

import json
import re
from pathlib import Path

import pytest
import typer

from qa.cli import app
from qa.config import CONFIG_VARIABLE, PREFIX, ROOT, Settings
from qa.library import SyncPlan, SyncReport
from qa.terminal import out, print_plan, print_report

README = ROOT / "README.md"
PAGES = sorted([README, *(ROOT / "docs").glob("*.md"), ROOT / "models" / "README.md"])
VARIABLES = {PREFIX + name.upper() for name in Settings.model_fields}


def commands() -> dict[str, typer.core.TyperCommand]:
    """Every command by the words that call it, those of groups included."""
    root = typer.main.get_command(app)
    found = {}
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        found[name] = command
        found |= {f"{name} {sub}": inner for sub, inner in getattr(command, "commands", {}).items()}
    return found


def written() -> str:
    return "\n".join(page.read_text("utf-8") for page in PAGES)


@pytest.mark.parametrize("variable", sorted(VARIABLES))
def test_every_setting_is_in_a_table(variable: str) -> None:
    rows = [line for line in written().splitlines() if line.lstrip().startswith("|")]
    assert any(re.search(rf"\b{variable}\b", row) for row in rows), f"{variable} is in no settings table"


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    placeholder = "QA_NAME"
    named = set(re.findall(r"\bQA_[A-Z_]+[A-Z]\b", written())) - {placeholder}
    assert CONFIG_VARIABLE in named
    assert named <= VARIABLES | {CONFIG_VARIABLE}


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert re.search(rf"(python -m qa |`){command}\b", README.read_text("utf-8"))


@pytest.mark.parametrize(
    "flag", ["--host", "--port", "--no-browser", "--documents", "--state", "--model", "--json"]
)
def test_every_flag_of_the_product_is_in_the_readme(flag: str) -> None:
    assert re.search(rf"(?<!\w){flag}\b", README.read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_file_tree_names_every_module() -> None:
    readme = README.read_text("utf-8")
    names = {path.name for path in (ROOT / "qa").iterdir() if not path.name.startswith("_")}
    missing = {name for name in names if not re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", readme)}
    assert missing == set()


def keys(heading: str) -> set[str]:
    """What the first column of the table after a line of docs/library.md names."""
    table = (ROOT / "docs" / "library.md").read_text("utf-8").split(heading)[1].split("\n\n")[1]
    return {key for row in table.splitlines()[2:] for key in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_the_keys_of_a_sync_as_json_are_those_of_the_docs(capsys: pytest.CaptureFixture[str]) -> None:
    print_plan(SyncPlan(), out, as_json=True)
    assert set(json.loads(capsys.readouterr().out)) == keys("`sync --dry-run --json` prints")
    print_report(SyncReport(), {}, out, as_json=True)
    assert set(json.loads(capsys.readouterr().out)) == keys("`sync --json` prints")
