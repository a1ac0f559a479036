"""Files made to do harm: each costs at most itself, says why, and reaches nothing outside."""

import io
import os
import socket
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from hostile_files import MARKUP, calling, docx, epub, html, odt, package, pdf, pdf_page, png, xlsx

from qa.config import Settings
from qa.readers import Document, Reader, UnreadableFile, formats
from qa.readers.document import ReadLimits

# Honest files of these sizes take a few; what grows without bounds takes hours. A busy machine may be slow.
SECONDS = 40
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BILLION = f'<!DOCTYPE note [<!ENTITY a0 "ha">{LAUGHS}]>'


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Settings(read_seconds=SECONDS, read_megabytes=700, ocr=False)) as reader:
        yield reader


@pytest.fixture
def bystander(tmp_path: Path) -> Path:
    path = tmp_path / "bystander.txt"
    path.write_text("An honest note.")
    return path


def attempt(reader: Reader, path: Path) -> str:
    """The text, or "! " and the reason."""
    try:
        return reader.read(path).text
    except UnreadableFile as error:
        assert error.reason.endswith(".")
        assert "QA_READ_SECONDS" not in error.reason
        return f"! {error.reason}"


# Entities


@pytest.mark.parametrize("suffix", MARKUP)
def test_entities_that_grow_do_not(reader: Reader, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(MARKUP[suffix]("Words &a9;", BILLION))
    assert len(attempt(reader, path)) < 10_000


@pytest.mark.parametrize("kind", ["&e;", "parameter"])
@pytest.mark.parametrize("suffix", MARKUP)
def test_another_file_is_not_read_into_a_document(reader: Reader, tmp_path: Path, suffix: str, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    prolog = f'<!DOCTYPE note [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    if kind == "parameter":
        (tmp_path / "outside.dtd").write_text('<!ENTITY e "hunter2">')
        prolog = f'<!DOCTYPE note [<!ENTITY % p SYSTEM "{(tmp_path / "outside.dtd").as_uri()}"> %p;]>'
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(MARKUP[suffix]("Words &e;", prolog))
    assert "hunter2" not in attempt(reader, path)


# The network


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A web address on this machine, and what was asked of it."""
    asked: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection:
                    asked.append(connection.recv(1000))

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


@pytest.mark.parametrize("name", calling("http://x"))
def test_no_file_makes_its_reader_fetch_anything(
    listener: tuple[str, list[bytes]], tmp_path: Path, name: str
) -> None:
    """In this process, where no wall would stop it."""
    address, asked = listener
    path = tmp_path / name
    path.write_bytes(calling(address)[name])
    assert "ords" in formats.read(path, ReadLimits()).text
    assert asked == []


# Macros and scripts


def test_macros_and_scripts_are_neither_run_nor_shown(reader: Reader, tmp_path: Path) -> None:
    macro = b'Attribute VB_Name = "Evil"\nSub AutoOpen()\nShell "touch evil"\nEnd Sub'
    main = "application/vnd.ms-word.document.macroEnabled.main"
    more: dict[str, str | bytes] = {"word/vbaProject.bin": macro}
    (tmp_path / "a.docm").write_bytes(docx("Only this.", main=main, more=more))
    assert attempt(reader, tmp_path / "a.docm") == "Only this."
    (tmp_path / "a.html").write_bytes(html("Only this.<script>document.write('evil')</script>"))
    assert attempt(reader, tmp_path / "a.html") == "Only this."
    script = "/Names<</JavaScript<</Names[(x)<</S/JavaScript/JS(x)>>]>>>>"
    launch = "/OpenAction<</S/Launch/F(touch)/Win<</F(cmd.exe)>>>>" + script
    (tmp_path / "a.pdf").write_bytes(pdf_page("Only this.", launch))
    assert attempt(reader, tmp_path / "a.pdf").strip() == "Only this."


# What unpacks to far more than it is


@pytest.mark.parametrize("part", ["word/document.xml", "xl/worksheets/sheet1.xml", "content.xml", "c.xhtml"])
def test_a_part_that_unpacks_beyond_the_limit_is_refused(tmp_path: Path, part: str) -> None:
    suffix, whole = {
        "word/document.xml": ("docx", docx("Words")),
        "xl/worksheets/sheet1.xml": ("xlsx", xlsx("Words")),
        "content.xml": ("odt", odt("Words")),
        "c.xhtml": ("epub", epub("Words")),
    }[part]
    path = tmp_path / f"a.{suffix}"
    with zipfile.ZipFile(io.BytesIO(whole)) as before:
        path.write_bytes(
            package({name: before.read(name) for name in before.namelist()} | {part: b" " * 3_000_000})
        )
    with pytest.raises(UnreadableFile, match=r"unpacks to more than 1 MB|is too long"):
        formats.read(path, ReadLimits(part_bytes=1_000_000))


@pytest.mark.parametrize("reference", ["XFD1048576", "A1048576"])
def test_a_cell_in_the_far_corner_makes_no_grid(reader: Reader, tmp_path: Path, reference: str) -> None:
    row = f'<row r="1048576"><c r="{reference}" t="inlineStr"><is><t>Far.</t></is></c></row>'
    (tmp_path / "a.xlsx").write_bytes(xlsx("Near.", cells=row))
    text = attempt(reader, tmp_path / "a.xlsx")
    assert "Near." in text
    assert len(text) < 1000


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (1, 2**31 - 1), (0, 0)])
def test_a_picture_of_impossible_size_is_refused(reader: Reader, tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "a.png").write_bytes(png(*size))
    assert attempt(reader, tmp_path / "a.png").startswith("! ")


# What is nested without end


def deep(kind: str) -> tuple[str, bytes]:
    many = 100_000
    mails = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2000))
    tables = "<w:tbl><w:tr><w:tc>" * 5000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 5000
    return {
        "json": ("a.json", b'[{"a":' * many + b"1" + b"}]" * many),
        "xml": ("a.xml", b"<a>" * many + b"x" + b"</a>" * many),
        "html": ("a.html", b"<div>" * many + b"x"),
        "yaml": ("a.yaml", b"- " * many + b"x"),
        "flow": ("b.yaml", b"[" * many + b"]" * many),
        "markdown": ("a.md", b"> " * many + b"x"),
        "rst": ("a.rst", b"".join(b" " * n + b"* x\n" for n in range(2000))),
        "rtf": ("a.rtf", b"{\\rtf1 x" + b"{\\b " * many + b"y" + b"}" * many + b"}"),
        "mail": ("a.eml", f"From: a@b.c\nTo: d@e.f\nSubject: x\nMIME-Version: 1.0\n{mails}".encode()),
        "docx": ("a.docx", docx(f"x</w:t></w:r></w:p>{tables}<w:p><w:r><w:t>")),
        "notebook": ("a.ipynb", b'{"nbformat":4,"cells":[' + b"[" * many + b"]" * many + b"]}"),
        "code": ("a.py", b"(" * many + b")" * many),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    ["json", "xml", "html", "yaml", "flow", "markdown", "rst", "rtf", "mail", "docx", "notebook", "code"],
)
def test_nesting_without_end_is_read_or_refused_in_time(
    reader: Reader, tmp_path: Path, bystander: Path, kind: str
) -> None:
    name, content = deep(kind)
    (tmp_path / name).write_bytes(content)
    text = attempt(reader, tmp_path / name)
    # Refused by its reader, not by the death of the process.
    assert "reading process end" not in text
    assert attempt(reader, bystander) == "An honest note."


PAGE_TREES = {
    "its own child": ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>"],
    "its own parent": [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 2/Parent 3 0 R>>",
        "<</Type/Pages/Kids[2 0 R]/Count 2/Parent 2 0 R>>",
    ],
    "a billion pages": ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1000000000>>", "<<>>"],
    "a deep tree": [
        "<</Type/Catalog/Pages 2 0 R>>",
        *(f"<</Type/Pages/Kids[{n + 3} 0 R]/Count 1/Parent {n + 1} 0 R>>" for n in range(20_000)),
        "<</Type/Page/Parent 20001 0 R/MediaBox[0 0 9 9]>>",
    ],
    "its own outline": [
        "<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        "<</First 4 0 R/Last 4 0 R/Next 4 0 R/Title(x)/Dest[3 0 R/Fit]>>",
    ],
}


@pytest.mark.parametrize("tree", PAGE_TREES)
def test_a_tree_of_pages_that_leads_nowhere_ends(
    reader: Reader, tmp_path: Path, bystander: Path, tree: str
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(list(PAGE_TREES[tree])))
    assert attempt(reader, tmp_path / "a.pdf").startswith("! ")
    assert attempt(reader, bystander) == "An honest note."


# Text that a pattern, or what looks at all of it, would take for ever with


ENDLESS = {
    "a.txt": b"<!--a-->" * 500 + b"words",
    "a.html": b"<!--a-->" * 500 + b"words",
    "a.srt": b"00:00:" * 300_000 + b"words",
    "a.mbox": b"From a 00:00 2026\nTo: x\n\nwords\nFrom " + b"00:00 " * 500_000 + b"\nno colon\n",
    "a.csv": b"words," * 300_000,
    "b.csv": b'"' + b"words,\n" * 50_000,
    "c.csv": b",".join(b"c%d" % n for n in range(50_000)) + b"\nwords" + b",1" * 50_000,
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_pattern_that_fits_everywhere_takes_no_time(reader: Reader, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(ENDLESS[name])
    assert "words" in attempt(reader, tmp_path / name)


@pytest.mark.parametrize("suffix", ["txt", "md", "rst", "yaml", "py"])
def test_a_text_that_is_too_long_is_refused_before_it_is_looked_at(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a.{suffix}").write_bytes(b"00:\n" * 4_000_000)
    with Reader(Settings(text_characters=100_000, read_megabytes=256)) as reader:
        assert "QA_TEXT_CHARACTERS" in attempt(reader, tmp_path / f"a.{suffix}")


def multipart(part: str, count: int) -> bytes:
    head = "From: a@b.c\nTo: d@e.f\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n"
    return (head + "".join(f"--B\n{part}\n\nPart.\n" for _ in range(count)) + "--B--\n").encode()


def test_a_mail_of_ten_thousand_parts_is_read(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(multipart("Content-Type: text/plain", 10_000))
    assert attempt(reader, tmp_path / "a.eml").count("Part.") == 10_000


def test_a_mail_of_ten_thousand_attachments_is_read_as_far_as_the_limit(tmp_path: Path, bystander: Path) -> None:
    (tmp_path / "a.eml").write_bytes(multipart("Content-Disposition: attachment; filename=a.txt", 10_000))
    with Reader(Settings(archive_members=20)) as reader:
        document = reader.read(tmp_path / "a.eml")
        assert document.text.count("Part.") == 20
        assert "QA_ARCHIVE_MEMBERS" in document.warnings[0]
        assert attempt(reader, bystander) == "An honest note."


@pytest.mark.parametrize(
    ("attachments", "last"),
    [
        (101, "There is 1 more warning like these."),
        (300, "There are 200 more warnings like these."),
    ],
)
def test_a_mail_has_a_bounded_number_of_warnings(tmp_path: Path, attachments: int, last: str) -> None:
    (tmp_path / "a.eml").write_bytes(
        b"".join(
            (
                b"From: a@b.c\nTo: d@e.f\nSubject: x\nContent-Type: multipart/mixed; boundary=B\n\n",
                *(
                    b"--B\nContent-Disposition: attachment; filename=a%d.zip\n\nPK\x03\x04\n" % n
                    for n in range(attachments)
                ),
            )
        )
    )
    warnings = formats.read(tmp_path / "a.eml", ReadLimits()).warnings
    assert len(warnings) == 101
    assert warnings[-1] == last


def test_a_result_of_a_hundred_megabytes_in_a_notebook_is_shortened(reader: Reader, tmp_path: Path) -> None:
    printed = b"word " * 20_000_000
    cell = b'{"cell_type":"code","source":["Words"],"outputs":[{"output_type":"stream","text":["%b"]}]}' % printed
    (tmp_path / "a.ipynb").write_bytes(b'{"nbformat":4,"cells":[%b]}' % cell)
    assert len(attempt(reader, tmp_path / "a.ipynb")) < 2100


# Names, and files that change under the reader


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
@pytest.mark.parametrize(
    "name", [b"a\nb.txt", b"\xff\xfe.txt", b"x" * 251 + b".txt", b"\x1b[2J.txt", b" .txt", b"-rf.txt"]
)
def test_a_file_of_any_name_is_read(reader: Reader, tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_text("Text.")
    assert attempt(reader, path) == "Text."


def test_a_name_beyond_all_bounds_is_refused(reader: Reader, tmp_path: Path) -> None:
    assert "cannot be reached" in attempt(reader, tmp_path / ("x" * 5000))
    assert "cannot be reached" in attempt(reader, tmp_path.joinpath(*["folder" * 20] * 100))
    assert "cannot be reached" in attempt(reader, tmp_path / "nul\0.txt")


def test_a_file_that_grows_while_it_is_read_is_read_as_it_was_at_some_moment(
    reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "log.txt"
    path.write_text("line\n" * 1000)
    stop = Event()

    def grow() -> None:
        with path.open("a") as file:
            while not stop.is_set():
                file.write("line\n" * 100)
                file.flush()
                time.sleep(0.002)

    thread = Thread(target=grow)
    thread.start()
    try:
        texts = [attempt(reader, path) for _ in range(10)]
    finally:
        stop.set()
        thread.join()
    assert [text.count("line\n") * 5 for text in texts] == [len(text) for text in texts]
    assert sorted(map(len, texts)) == list(map(len, texts))


def test_a_file_that_shrinks_and_changes_kind_is_read_or_refused(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    whole = docx("Words " * 1000)
    stop = Event()

    def change() -> None:
        while not stop.is_set():
            for content in (whole, whole[:-500], b"plain", pdf_page("Words"), whole):
                path.write_bytes(content)

    path.write_bytes(whole)
    thread = Thread(target=change)
    thread.start()
    try:
        texts = [attempt(reader, path) for _ in range(30)]
    finally:
        stop.set()
        thread.join()
    assert all(text.startswith(("!", "Words", "plain")) or not text for text in texts)
    assert not [text for text in texts if "reading process end" in text]


def test_every_refusal_of_a_hostile_file_is_a_sentence_with_a_next_step(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04" + os.urandom(500))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\n" + os.urandom(500))
    (tmp_path / "c.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + os.urandom(3000))
    (tmp_path / "d.epub").write_bytes(package({"mimetype": "application/epub+zip"}))
    (tmp_path / "e.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000))
    (tmp_path / "f.zip").write_bytes(b"PK\x05\x06" + os.urandom(30))
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(UnreadableFile) as error:
            for _, found in reader.read_all(path):
                assert not isinstance(found, Document)
        assert error.value.reason.count(".") >= 2, error.value.reason


@pytest.mark.parametrize("odd", ["\x01", "&#1;", "&#x1f;", "&#65534;", "\x0c", "&#12;"])
def test_control_characters_do_not_spoil_a_page(reader: Reader, tmp_path: Path, odd: str) -> None:
    words = "Many honest words stand on this page. " * 10
    (tmp_path / "a.html").write_bytes(html(f"{words}{odd}<script>no</script>More{odd} words &#65;&#x42;."))
    assert " ".join(attempt(reader, tmp_path / "a.html").split()) == f"{words}More words AB."
