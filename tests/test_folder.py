"""What a documents folder holds: every file once, none opened, and odd ones with the reason to leave them shut."""

import os
import sys
import time
from pathlib import Path

import pytest

from qa.config import ROOT, Settings, SettingsError, load_settings
from qa.folder import FolderError, FoundFile, PatternError, digest, path_of, shown
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
    assert refusals(folder) == {
        "unsearchable/a.txt": "cannot be reached: Permission denied. Allow reading it, or remove it."
    }


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
        "dangling.txt": "cannot be reached: No such file or directory. Allow reading it, or remove it.",
        "loop.txt": "cannot be reached: Too many levels of symbolic links. Allow reading it, or remove it.",
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
    reason = "is not a regular file (it is a pipe, a socket or a device). Leave it out with QA_EXCLUDE."
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


# Several folders.


def make(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_names_of_several_folders_begin_with_the_folders(tmp_path: Path) -> None:
    papers = make(tmp_path / "papers", "a.txt", "sub/b.txt")
    mail = make(tmp_path / "x" / "mail", "a.txt")
    found = scan(papers, mail)
    assert sorted(found) == ["mail/a.txt", "papers/a.txt", "papers/sub/b.txt"]
    assert found["mail/a.txt"].path == mail / "a.txt"
    assert path_of("papers/sub/b.txt", (papers, mail)) == papers / "sub" / "b.txt"


def test_folders_of_one_name_are_told_apart_whatever_their_order(tmp_path: Path) -> None:
    folders = [make(tmp_path / name / "notes", "a.txt") for name in ("x", "y")]
    capital = make(tmp_path / "z" / "Notes", "a.txt")
    other = make(tmp_path / "deep" / "x" / "notes", "a.txt")
    names = {"notes (x)/a.txt", "notes (y)/a.txt", "Notes (z)/a.txt", "notes (x) 2/a.txt"}
    assert set(scan(*folders, capital, other)) == names
    paths = {name: file.path for name, file in scan(*folders, capital, other).items()}
    assert {name: file.path for name, file in scan(other, capital, *reversed(folders)).items()} == paths


def test_a_folder_in_another_and_one_named_twice_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(SettingsError, match=r"a/b lies in another, .*/a \(QA_DOCUMENTS\)"):
        settings_of(tmp_path / "a" / "b", tmp_path / "a")
    with pytest.raises(SettingsError, match="is named twice"):
        settings_of(tmp_path / "a", tmp_path / "a" / "." / "b" / "..")
    with pytest.raises(SettingsError, match="is named twice"):
        settings_of(tmp_path / "a", tmp_path / "link")


@pytest.mark.parametrize("trouble", ["missing", "empty", "file"])
def test_of_several_folders_one_in_trouble_hides_what_was_in_it(trouble: str, tmp_path: Path) -> None:
    papers = make(tmp_path / "papers", "a.txt")
    disk = tmp_path / "disk"
    if trouble == "empty":
        disk.mkdir()
    if trouble == "file":
        disk.touch()
    found = scan(papers, disk)
    assert set(found) == {"papers/a.txt", "disk"}
    assert found["disk"].hides
    assert "is a documents folder that" in (found["disk"].refusal or "")
    (papers / "a.txt").unlink()
    with pytest.raises(FolderError, match="--documents DIR"):
        scan(papers, disk)


def test_links_from_one_documents_folder_to_another_lead_inside(tmp_path: Path) -> None:
    papers, mail = make(tmp_path / "papers", "a.txt"), make(tmp_path / "mail", "b.txt", ".old/c.txt")
    (papers / "b.txt").symlink_to(mail / "b.txt")
    (papers / "mail").symlink_to(mail)
    (papers / "old").symlink_to(mail / ".old")
    found = scan(papers, mail)
    assert {name: file.refusal for name, file in found.items()} == dict.fromkeys(
        ["papers/a.txt", "papers/b.txt", "mail/b.txt", "papers/old/c.txt"]
    )


# Links to folders.


def test_a_folder_is_listed_once_however_many_links_lead_to_it(folder: Path) -> None:
    make(folder, "a/one.txt", ".hidden/two.txt", ".hidden/deep/three.txt")
    (folder / "a" / "up").symlink_to(folder)
    (folder / "again").symlink_to(folder / "a")
    (folder / "shown").symlink_to(folder / ".hidden")
    (folder / "twice").symlink_to(folder / ".hidden" / "deep")
    (folder / ".hidden" / "deep" / "back").symlink_to(folder / ".hidden")
    found = refusals(folder)
    assert found == dict.fromkeys(["a/one.txt", "shown/two.txt", found_deep(found)])


def found_deep(found: dict[str, str | None]) -> str:
    """`deep` has two names; which of them counts is not promised."""
    return next(name for name in found if name.endswith("three.txt"))


def test_a_link_into_the_state_folder_leads_nowhere(folder: Path) -> None:
    make(folder, "a.txt", "state/library.sqlite")
    (folder / "link").symlink_to(folder / "state")
    assert list(scan(folder, state=folder / "state")) == ["a.txt"]


def test_a_thousand_folders_in_one_another_are_walked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for _ in range(1500):
        Path("d").mkdir()
        os.chdir("d")
    (folder / "a.txt").touch()
    try:
        found = scan(folder)
    finally:
        # pytest cannot: it would go 1500 calls deep.
        for _ in range(1500):
            os.chdir("..")
            Path("d").rmdir()
    assert found["a.txt"].refusal is None
    assert all(file.hides for name, file in found.items() if name != "a.txt"), "deeper than the system goes"


# Patterns.


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["*.pdf"], ["a.txt", "drafts/b.txt", "drafts/old/c.txt", "sub/drafts/e.txt"]),
        (["drafts/**"], ["a.txt", "d.pdf", "sub/drafts/e.txt"]),
        (["/drafts"], ["a.txt", "d.pdf", "sub/drafts/e.txt"]),
        (["drafts/"], ["a.txt", "d.pdf"]),
        (["drafts"], ["a.txt", "d.pdf"]),
        (["a.txt/"], ["a.txt", "d.pdf", "drafts/b.txt", "drafts/old/c.txt", "sub/drafts/e.txt"]),
        (["drafts/*.txt"], ["a.txt", "d.pdf", "drafts/old/c.txt", "sub/drafts/e.txt"]),
        (["**/old/*"], ["a.txt", "d.pdf", "drafts/b.txt", "sub/drafts/e.txt"]),
        (["drafts/**/c.txt"], ["a.txt", "d.pdf", "drafts/b.txt", "sub/drafts/e.txt"]),
        (["*", "!a.txt"], ["a.txt"]),
        (["*.TXT"], ["d.pdf"]),
        (["[ab].*"], ["d.pdf", "drafts/old/c.txt", "sub/drafts/e.txt"]),
        (["[!a].txt"], ["a.txt", "d.pdf"]),
        (["?.txt"], ["d.pdf"]),
        (["drafts/b.txt", "d.pdf"], ["a.txt", "drafts/old/c.txt", "sub/drafts/e.txt"]),
    ],
)
def test_patterns_leave_out_what_they_name(patterns: list[str], left: list[str], folder: Path) -> None:
    make(folder, "a.txt", "d.pdf", "drafts/b.txt", "drafts/old/c.txt", "sub/drafts/e.txt")
    assert sorted(scan(folder, exclude=patterns)) == left


@pytest.mark.parametrize(
    ("include", "exclude", "taken"),
    [
        (["*.pdf"], [], ["d.pdf", "drafts/f.pdf"]),
        (["drafts/"], [], ["drafts/b.txt", "drafts/f.pdf"]),
        (["drafts/**"], ["*.pdf"], ["drafts/b.txt"]),
        (["drafts", "!*.pdf", "a.*"], [], ["a.txt", "drafts/b.txt"]),
        (["*.txt"], ["drafts/"], ["a.txt"]),
    ],
)
def test_patterns_take_in_what_they_name(
    include: list[str], exclude: list[str], taken: list[str], folder: Path
) -> None:
    make(folder, "a.txt", "d.pdf", "drafts/b.txt", "drafts/f.pdf")
    assert sorted(scan(folder, include=include, exclude=exclude)) == taken


def test_patterns_know_letters_however_they_are_composed(folder: Path) -> None:
    make(folder, "cafe\u0301.txt", "a.txt", "100% [1].txt")
    assert sorted(scan(folder, exclude=["caf\u00e9.*"])) == ["100% [1].txt", "a.txt"]
    assert sorted(scan(folder, exclude=[r"100% \[1].txt", "caf?.txt"])) == ["a.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_file_that_became_a_pipe_is_refused_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "a.txt")
    with pytest.raises(OSError, match="no regular file"):
        digest(folder / "a.txt")


def test_patterns_that_leave_nothing_are_named_in_the_error(folder: Path) -> None:
    make(folder, "a.txt")
    with pytest.raises(FolderError, match="no files that QA_INCLUDE and QA_EXCLUDE take in"):
        scan(folder, include=["*.pdf"])


def test_hidden_files_are_taken_in_when_the_setting_says_so(folder: Path) -> None:
    make(folder, ".notes.md", ".config/a.txt", "~$report.docx", "b.txt")
    assert list(scan(folder)) == ["b.txt"]
    assert sorted(scan(folder, hidden=True)) == [".config/a.txt", ".notes.md", "b.txt"]


def test_ten_thousand_files_are_found_in_a_second(folder: Path) -> None:
    for number in range(100):
        (folder / f"{number}").mkdir()
        for file in range(100):
            os.close(os.open(folder / f"{number}" / f"{file}.txt", os.O_CREAT))
    settings = settings_of(folder, exclude=["*.bak", "old/"])
    began = time.process_time()
    assert len(scan_settings(settings)) == 10_000
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("!", "names nothing"),
        ("/", "names nothing"),
        ("./drafts", "fits no file"),
        ("../other/*.pdf", "fits no file"),
        ("a//b", "fits no file"),
        ("[abc.txt", "is not closed"),
        ("[!]x", "is not closed"),
        ("[z-a].txt", "cannot be understood"),
        ("drafts\\", "nothing follows"),
    ],
)
def test_a_pattern_that_can_fit_nothing_is_refused_by_its_line(pattern: str, reason: str, folder: Path) -> None:
    with pytest.raises(PatternError, match=rf"Line 3 of QA_EXCLUDE is .*{reason}"):
        scan(folder, exclude=["*.bak", "", pattern])
    with pytest.raises(PatternError, match="Line 1 of QA_INCLUDE"):
        scan(folder, include=[pattern])


def test_lines_of_patterns_are_counted_as_they_were_written(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("QA_EXCLUDE", "*.bak\n\n[z-a]\n")
    with pytest.raises(PatternError, match="Line 3 of QA_EXCLUDE"):
        scan(folder)
