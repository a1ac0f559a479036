"""`python -m qa read`: what a user sees of a file, and what a program gets."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from qa.config import ROOT
from qa.readers import Document, Heading, Page, UnreadableFile
from qa.readers.understood import described, shape

REPORT = Document(
    text="Intro\nAll is well.\nEnd\n",
    pages=(Page(1, 0, 19, "iv"), Page(2, 19, 23)),
    headings=(Heading(1, "Intro", 0, 5), Heading(2, "End", 19, 22)),
    kind="pdf",
    warnings=("Read as cp1252, not UTF-8.", "A picture was left out."),
)


def run(*arguments: str | Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "qa", "read", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, env=dict(os.environ))
    assert done.stderr == b""
    return done.returncode, done.stdout.decode()


def test_a_user_sees_kind_pages_headings_warnings_and_text() -> None:
    lines = list(described("report.pdf", REPORT))
    assert lines[:7] == [
        "report.pdf",
        "  kind      a PDF, 2 pages",
        "  text      23 characters",
        "  warnings  Read as cp1252, not UTF-8.",
        "            A picture was left out.",
        "  headings  Intro  (page 1)",
        "              End  (page 2)",
    ]
    assert "── page 1 (printed iv) ──" in lines[7]
    assert lines[8] == "Intro\nAll is well."
    assert "── page 2 ──" in lines[9]
    assert lines[10] == "End"


def test_an_empty_page_is_said_to_be_empty() -> None:
    document = Document("Text", (Page(1, 0, 0), Page(2, 0, 4)), (), "pdf")
    assert list(described("a.pdf", document))[4] == "(no text)"


def test_a_program_gets_offsets_or_the_reason() -> None:
    fields = shape("report.pdf", REPORT)
    assert fields["pages"][0] == {"number": 1, "start": 0, "end": 19, "label": "iv"}
    assert fields["headings"][1] == {"level": 2, "title": "End", "start": 19, "end": 22}
    error = UnreadableFile(Path("report.pdf"), "is locked.")
    assert shape("report.pdf", error) == {"file": "report.pdf", "reason": "is locked."}


def test_a_file_is_printed_and_commands_to_the_terminal_are_not(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_bytes("# Größe\n\nÜber \x1b[2J3 m.".encode("cp1252"))
    code, out = run(path)
    assert code == 0
    assert out.startswith("note.md\n  kind      Markdown\n")
    assert "Read as cp1252" in out
    assert "Über \ufffd[2J3 m." in out


def test_a_refused_file_gives_its_reason_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    assert run(tmp_path / "empty.pdf") == (1, "empty.pdf is empty (0 bytes). Nothing needs to be done.\n\n")
    code, out = run(tmp_path / "gone.pdf", "--json")
    reason = "does not exist (any more). Look for it under another name."
    assert (code, json.loads(out)) == (1, {"file": "gone.pdf", "reason": reason})


def test_each_file_of_an_archive_is_printed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        package.writestr("sub/one.txt", "One.")
        package.writestr("sub/two.txt", "")
    code, out = run(tmp_path / "a.zip", "--json")
    first, second = map(json.loads, out.splitlines())
    assert code == 0
    assert (first["file"], first["text"]) == ("a.zip/sub/one.txt", "One.")
    assert (second["file"], second["reason"][:8]) == ("a.zip/sub/two.txt", "is empty")
