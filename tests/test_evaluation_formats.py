"""The measure of reading: what it calls right, warned, refused, wrong and crashed."""

import zipfile
from pathlib import Path

import pytest

from qa.config import Settings
from qa.evaluation.formats import FormatsError, likeness, measure

HEAD = "file\tcategory\tbytes\tsha256\tnote\texpected\texpected_text\tsource"
TRUE = "# Tides\n\n<!-- page 1 -->\nHigh water at [noon](http://x/y), low water at six. $E=mc^2$"


def folder(tmp_path: Path, files: list[tuple[str, str, str, bytes]]) -> Path:
    """A folder to measure; each file: name, category, expected, content."""
    (tmp_path / "files").mkdir()
    (tmp_path / "expected").mkdir()
    rows = [HEAD]
    for name, category, expected, content in files:
        (tmp_path / "files" / name).write_bytes(content)
        true = f"{name}.md" if name.startswith("true") else ""
        if true:
            (tmp_path / "expected" / true).write_text(TRUE)
        rows.append(f"{name}\t{category}\t{len(content)}\t\t\t{expected}\t{true}\t")
    (tmp_path / "MANIFEST.tsv").write_text("\n".join(rows) + "\n")
    return tmp_path


def verdicts(tmp_path: Path, *files: tuple[str, str, str, bytes]) -> dict[str, str]:
    figures = measure(Settings(read_seconds=20), folder(tmp_path, list(files)))
    return {result["file"]: result["verdict"] for result in figures["results"]}


def test_text_counts_by_the_words_of_its_true_text(tmp_path: Path) -> None:
    text = b"Tides\n\nHigh water at noon, low water at six. E mc 2"
    found = verdicts(
        tmp_path,
        ("true.txt", "txt", "", text),
        ("true-short.txt", "txt", "", text[:25]),
        ("true-long.txt", "txt", "", text + b" and much that was never in it, again and again" * 2),
        ("true-odd.txt", "txt", "", text.decode().replace("six", "six — über").encode("cp1252")),
    )
    assert found == {
        "true.txt": "right",
        "true-short.txt": "wrong",
        "true-long.txt": "wrong",
        "true-odd.txt": "warned",
    }


def test_what_the_list_promises_must_be_found(tmp_path: Path) -> None:
    found = verdicts(
        tmp_path,
        ("a.txt", "txt", "contains: two  words; one", b"One two\nwords"),
        ("b.txt", "txt", "contains: two words; three", b"One two words"),
        ("c.txt", "txt", "contains: words", b""),
    )
    assert found == {"a.txt": "right", "b.txt": "wrong", "c.txt": "wrong"}


def test_a_refusal_must_be_due_and_give_its_reason(tmp_path: Path) -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    found = verdicts(
        tmp_path,
        ("empty.txt", "txt-empty", "say empty", b""),
        ("full.txt", "txt-empty", "say empty", b"words"),
        ("locked.docx", "docx-encrypted", "clear error", locked),
        ("broken.docx", "docx-encrypted", "clear error", b"PK\x03\x04"),
        ("junk.bin", "binary", "reject", bytes(range(256)) * 4),
        ("gone.pdf", "pdf", "", b"%PDF-1.4 nothing"),
        ("cut.pdf", "pdf-broken", "no crash", b"%PDF-1.4 nothing"),
    )
    assert found == {
        "empty.txt": "refused",
        "full.txt": "wrong",
        "locked.docx": "refused",
        "broken.docx": "wrong",
        "junk.bin": "refused",
        "gone.pdf": "wrong",
        "cut.pdf": "refused",
    }


def test_markup_and_junk_are_no_text(tmp_path: Path) -> None:
    found = verdicts(
        tmp_path,
        ("a.md", "md", "", b"<html><p>raw"),
        ("b.md", "md", "", b"MIME-Version: 1.0\n\nraw"),
        ("c.md", "md", "", "\ue000\ue001\ue002 symbols".encode()),
        ("d.md", "md", "", "— … —".encode()),
    )
    assert found == {"a.md": "warned", "b.md": "wrong", "c.md": "wrong", "d.md": "wrong"}


def test_files_of_an_archive_count_together_and_a_crash_is_one(tmp_path: Path) -> None:
    names = [("one.txt", "One."), ("two.txt", "")]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        for name, content in names:
            package.writestr(name, content)
    content = (tmp_path / "a.zip").read_bytes()
    page = b"<table>" + (b"<tr>" + b"<td colspan=100><b>1</b>" * 100) * 5000 + b"</table>"
    figures = measure(
        Settings(read_seconds=0.5),
        folder(tmp_path, [("a.zip", "zip", "contains: One.", content), ("slow.html", "html", "", page)]),
    )
    assert figures["total"] == {"right": 1, "warned": 0, "refused": 0, "wrong": 0, "crashed": 1}
    assert figures["kinds"]["html"]["crashed"] == 1
    assert (figures["readable"], figures["right_share"]) == (2, 0.5)


def test_words_are_counted_as_often_as_they_stand_there() -> None:
    assert likeness("a b b", "a b b") == (1.0, 1.0)
    assert likeness("a b", "a b b") == (0.6667, 1.0)
    assert likeness("a b b b", "a b b") == (1.0, 0.75)
    assert likeness("n: a n: b", "| n |\n| a |\n| b |", once=True) == (1.0, 1.0)
    # Letters that are written without spaces count one by one; ligatures are undone.
    assert likeness("東京 タワー", "東京タワー") == (1.0, 1.0)
    assert likeness("ﬁne ﻼ", "fine لا") == (1.0, 1.0)


def test_a_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatsError, match="MANIFEST"):
        measure(Settings(), tmp_path)
