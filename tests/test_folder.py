"""What a documents folder holds: every file once, none opened, and odd ones with the reason to leave them shut."""

import os
import sys
from pathlib import Path

import pytest

from qa.config import ROOT, Settings, load_settings
from qa.folder import FolderError, FoundFile, digest, shown
from qa.folder import scan as scan_settings

NOWHERE = Path("/nowhere")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "documents"
    path.mkdir()
    return path


def scan(*folders: Path, state: Path = NOWHERE, **changed: object) -> dict[str, FoundFile]:
    return scan_settings(settings_of(*folders, state=state, **changed))


def settings_of(*folders: Path, state: Path = NOWHERE, **changed: object) -> Settings:
    return load_settings(documents=list(folders), state=state, models=ROOT / "models", **changed)


def refusals(folder: Path) -> dict[str, str | None]:
    return {name: file.refusal for name, file in scan(folder).items()}


def test_files_are_named_by_their_path_below_the_folder(folder: Path) -> None:
    (folder / "b" / "c").mkdir(parents=True)
    (folder / "b" / "c" / "note.txt").write_text("12345")
    (folder / "a.md").touch()
    found = scan(folder)
    assert list(found) == ["a.md", "b/c/note.txt"]
    file = found["b/c/note.txt"]
    status = file.path.stat()
    assert (file.bytes, file.modified_ns, file.refusal) == (5, status.st_mtime_ns, None)


def test_no_file_is_opened(folder: Path) -> None:
    for number in range(5):
        (folder / f"{number}.txt").write_text("x")
    opened: list[str] = []
    watching = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open":
            opened.append(str(arguments[0]))

    settings = settings_of(folder)
    sys.addaudithook(watch)
    scan_settings(settings)
    watching = False
    assert opened == []


@pytest.mark.parametrize("name", ["missing", "file.txt", "file.txt/below", "empty", "hidden only"])
def test_a_folder_that_cannot_be_used_is_named_with_the_next_step(name: str, tmp_path: Path) -> None:
    (tmp_path / "file.txt").touch()
    (tmp_path / "empty" / "deeper").mkdir(parents=True)
    (tmp_path / "hidden only").mkdir()
    (tmp_path / "hidden only" / ".DS_Store").touch()
    with pytest.raises(FolderError, match=r"--documents DIR \(QA_DOCUMENTS\)") as caught:
        scan(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


@pytest.mark.parametrize("mode", [0o000, 0o300])
def test_a_folder_that_must_not_be_listed_is_an_error(mode: int, folder: Path, permissions_apply: None) -> None:
    (folder / "a.txt").touch()
    folder.chmod(mode)
    with pytest.raises(FolderError, match=r"cannot be read: Permission denied.*--documents"):
        scan(folder)


def test_a_folder_below_one_that_must_not_be_entered_is_an_error(folder: Path, permissions_apply: None) -> None:
    (folder / "deeper").mkdir()
    folder.chmod(0)
    with pytest.raises(FolderError, match="cannot be read: Permission denied"):
        scan(folder / "deeper")


def test_a_subfolder_that_must_not_be_listed_is_listed_itself(folder: Path, permissions_apply: None) -> None:
    (folder / "a.txt").touch()
    (folder / "locked").mkdir(mode=0)
    found = scan(folder)
    assert set(found) == {"a.txt", "locked"}
    assert found["locked"].hides
    assert found["locked"].refusal == "is a folder that cannot be opened: Permission denied. Allow reading it."


def test_files_that_cannot_be_reached_are_listed(folder: Path, permissions_apply: None) -> None:
    (folder / "unsearchable").mkdir()
    (folder / "unsearchable" / "a.txt").touch()
    (folder / "unsearchable").chmod(0o400)
    assert refusals(folder) == {"unsearchable/a.txt": "cannot be reached: Permission denied."}


def test_hidden_files_and_locks_of_office_programs_are_left_out(folder: Path) -> None:
    for name in (".hidden.txt", ".git/config", "~$report.docx", "a.txt", "sub/.b.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    assert list(scan(folder)) == ["a.txt"]


def test_the_state_folder_inside_the_documents_folder_is_left_out(folder: Path) -> None:
    (folder / "state").mkdir()
    (folder / "state" / "library.sqlite").touch()
    (folder / "other" / "state").mkdir(parents=True)
    (folder / "other" / "state" / "a.txt").touch()
    assert list(scan(folder, state=folder / "state")) == ["other/state/a.txt"]


def test_links_are_followed_to_files_inside_only(folder: Path, tmp_path: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "a.txt").touch()
    (tmp_path / "secret.txt").touch()
    (tmp_path / "elsewhere").mkdir()
    (folder / "inside.txt").symlink_to("sub/a.txt")
    (folder / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "dangling.txt").symlink_to("gone.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "round").symlink_to(folder)
    assert refusals(folder) == {
        "inside.txt": None,
        "sub/a.txt": None,
        "outside.txt": "is a link to a file outside the documents folder. Copy the file here.",
        "dangling.txt": "cannot be reached: No such file or directory.",
        "loop.txt": "cannot be reached: Too many levels of symbolic links.",
        "linked": "is a link to a folder outside the documents folder. Copy the folder here.",
    }


def test_a_link_as_the_documents_folder_itself_is_fine(folder: Path, tmp_path: Path) -> None:
    (folder / "a.txt").touch()
    (folder / "b.txt").symlink_to("a.txt")
    (tmp_path / "link").symlink_to(folder)
    assert refusals(tmp_path / "link") == {"a.txt": None, "b.txt": None}


def test_pipes_and_devices_are_not_to_be_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    (folder / "device.txt").symlink_to("/dev/zero")
    reason = "is not a regular file (it is a pipe, a socket or a device)."
    assert refusals(folder) == {"pipe.txt": reason, "device.txt": reason}


def test_odd_names_can_be_stored_and_printed_and_still_lead_to_their_file(folder: Path) -> None:
    names = [b"odd\xff\xfe.txt", b"two\nlines.txt", b"quote\"'.txt", "caf\u00e9.txt".encode(), b"cafe\xcc\x81.txt"]
    for number, name in enumerate(names):
        (folder / os.fsdecode(name)).write_text(str(number))
    found = scan(folder)
    assert len(found) == len(names)
    for name, file in found.items():
        assert name.encode("utf-8")
        assert os.fsencode(file.path.name) == names[int(file.path.read_text())]
    assert "odd\\xff\\xfe.txt" in found
    assert {"caf\u00e9.txt", "cafe\u0301.txt", "two\nlines.txt"} <= found.keys()


def test_two_names_that_are_written_alike_are_both_listed(folder: Path) -> None:
    (folder / os.fsdecode(b"a\xff.txt")).write_text("bytes")
    (folder / "a\\xff.txt").write_text("backslash")
    found = scan(folder)
    assert {file.path.read_text() for file in found.values()} == {"bytes", "backslash"}


def test_a_digest_is_of_content_and_suffix(tmp_path: Path) -> None:
    for name, content in {"a.txt": "x", "b.TXT": "x", "c.md": "x", "d.txt": "y"}.items():
        (tmp_path / name).write_text(content)
    same, also, suffix, content = (digest(tmp_path / name) for name in ("a.txt", "b.TXT", "c.md", "d.txt"))
    assert same == also
    assert len({same, suffix, content}) == 3


def test_a_digest_of_a_large_file_is_that_of_its_whole(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * (1 << 21))
    before = digest(tmp_path / "a.txt")
    (tmp_path / "a.txt").write_bytes(b"x" * ((1 << 21) - 1) + b"y")
    assert digest(tmp_path / "a.txt") != before


def test_shown_paths_escape_what_is_not_utf_8() -> None:
    assert shown(Path(os.fsdecode(b"/caf\xc3\xa9/\xff"))) == "/café/\\xff"
