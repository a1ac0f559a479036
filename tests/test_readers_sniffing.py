"""The kind of a file is decided by its content: under its own name, a false one, and none."""

import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hostile_files import docx, epub, html, odt, package, pdf_page, png, svg, xlsx, xml

from qa.readers import UnreadableFile, formats
from qa.readers.document import ReadLimits
from qa.readers.kinds import KINDS, MODULES, NAMES, SUFFIXES

LIMITS = ReadLimits()
MAIL = "Received: by x\nFrom: a@example.org\nTo: b@example.org\nSubject: Tides\nMessage-ID: <1@x>\n\nHigh water."
MBOX = "From a@example.org Mon Nov 23 08:00:00 2026\n" + MAIL
MHTML = (
    "From: <Saved by Blink>\nSnapshot-Content-Location: http://x/\nMIME-Version: 1.0\n"
    "Content-Type: multipart/related; boundary=X\n\n--X\nContent-Type: text/html\n\n<p>Words</p>\n--X--\n"
)
NOTEBOOK = json.dumps({"nbformat": 4, "cells": [], "metadata": {}})
SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = 5
        archive.addfile(info, io.BytesIO(b"Words"))
    return file.getvalue()


def old_tar() -> bytes:
    """As before 1988: without the word "ustar", and so with a sum of its own."""
    whole = bytearray(tar().replace(b"ustar", bytes(5)))
    whole[148:156] = b" " * 8
    whole[148:156] = b"%06o\x00 " % sum(whole[:512])
    return bytes(whole)


def stream(name: str) -> bytes:
    """The beginning of an OLE file with a broken directory, and the name of a stream somewhere in it."""
    return OLE + name.encode("utf-16-le") + bytes(600)


def opened(kind: str) -> bytes:
    return package({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<a/>"})


def manifest(kind: str) -> str:
    """That of a file that holds a chart, too."""
    chart = 'full-path="Object 1/" m:media-type="application/vnd.oasis.opendocument.chart"'
    whole = f'media-type="application/vnd.oasis.opendocument.{kind}" m:full-path="/"'
    entries = "".join(f"<m:file-entry m:{entry}/>" for entry in (chart, whole))
    return f"<m:manifest>{entries}</m:manifest>"


def undeclared(kind: str) -> str:
    root = 'o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    return f"<{root}><o:styles/>\n<o:body><o:{kind}/></o:body></o:document-content>"


def office(part: str) -> bytes:
    return package({"[Content_Types].xml": "<Types/>", part: "<a/>"})


CONTENTS: list[tuple[str, bytes]] = [
    ("pdf", pdf_page("Words")),
    ("pdf", b"\r\n  " + pdf_page("Words")),
    ("docx", docx("Words")),
    ("docx", package({"word/document.xml": "<a/>", "[Content_Types].xml": ""})),
    ("pptx", office("ppt/presentation.xml")),
    ("xlsx", xlsx("Words")),
    ("xlsb", office("xl/workbook.bin")),
    ("odt", odt("Words")),
    ("odt", opened("text-template")),
    ("ods", opened("spreadsheet")),
    ("odp", opened("presentation")),
    ("odt", package({"META-INF/manifest.xml": manifest("text"), "content.xml": "<a/>"})),
    ("ods", package({"META-INF/manifest.xml": manifest("spreadsheet-template"), "content.xml": "<a/>"})),
    ("odp", package({"content.xml": undeclared("presentation")})),
    ("odt", package({"content.xml": undeclared("text"), "Pictures/a.png": png(1, 1)})),
    ("archive", package({"content.xml": "<a><b:body><b:text/></b:body></a>"})),
    ("epub", epub("Words")),
    ("epub", package({"META-INF/container.xml": "<a/>"})),
    ("doc", stream("WordDocument")),
    ("xls", stream("Workbook")),
    ("ppt", stream("PowerPoint Document")),
    ("msg", stream("__properties_version1.0")),
    ("rtf", b"{\\rtf1\\ansi Words}"),
    ("html", html("Words")),
    ("html", b"\xef\xbb\xbf<!-- a comment -->\n<!DOCTYPE html><p>Words"),
    ("html", html("Words").decode().encode("utf-16")),
    ("html", b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x' 'y'><html><p>Words</p></html>"),
    ("xml", xml("Words")),
    ("xml", b"<!DOCTYPE note SYSTEM 'note.dtd'><note>Words</note>"),
    ("json", b'{"words": [1, 2]}'),
    ("json", b'{"words": 1}\n{"words": 2}\n{"words": 3}\n'),
    ("notebook", NOTEBOOK.encode()),
    ("eml", MAIL.encode()),
    ("eml", MAIL.replace("\n", "\r\n").encode("utf-16")),
    ("mbox", MBOX.encode()),
    ("mhtml", MHTML.encode()),
    ("subtitles", b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello"),
    ("subtitles", SRT.encode()),
    ("picture", png(1, 1)),
    ("picture", b"\xff\xd8\xff\xe0" + bytes(20)),
    ("picture", b"GIF89a" + bytes(20)),
    ("picture", b"II*\x00" + bytes(20)),
    ("picture", b"RIFF\x20\x00\x00\x00WEBPVP8 " + bytes(20)),
    ("picture", b"BM" + struct.pack("<IIII", 90, 0, 54, 40) + bytes(72)),
    ("archive", package({"a.txt": "Words", "b.pdf": pdf_page("Words")})),
    ("archive", package({})),
    ("archive", tar()),
    ("archive", gzip.compress(b"Words")),
    ("archive", old_tar()),
    ("archive", bz2.compress(b"Words")),
    ("archive", bz2.compress(b"")),
    ("archive", lzma.compress(b"Words")),
]


@pytest.mark.parametrize("name", ["nameless", "a.txt", "a.pdf", "a.doc", "a.xyz"])
@pytest.mark.parametrize(("kind", "content"), CONTENTS)
def test_content_decides_whatever_the_name_says(tmp_path: Path, name: str, kind: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert formats.kind_of(tmp_path / name, LIMITS) == kind


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", "a;b\n1;2\n", "csv"),
        ("a.yaml", "a: b", "yaml"),
        ("a.md", "<p align=center>words</p>\n\n# Title", "markdown"),
        ("a.rst", "Title\n=====\n", "rst"),
        ("a.php", "<!DOCTYPE html><html><?php echo 1 ?>", "code"),
        ("a.js", '{"a": 1}', "code"),
        ("a.sql", "-- From: x\n", "code"),
        ("a.json", "not JSON", "json"),
        ("a.json", NOTEBOOK, "notebook"),
        ("a.eml", MBOX, "eml"),
        ("a.html", "words without a tag", "html"),
        ("a.txt", "From: the harbour\nTo: all\n\nA note in the form of a mail.", "text"),
        ("a.txt", "Subject: tides\n\nWords.", "text"),
        ("a.txt", "[1] A reference.\n[2] Another.", "text"),
        ("a.txt", "{curly} words", "text"),
        ("a.txt", "GIFs and PARtial IDs: MZ, BM, PK, Rar! GGUF ID3 wOFF", "text"),
        ("a.txt", "MZ is the sign of a program", "text"),
        ("a.txt", "GGUF is the sign of a model", "text"),
        ("a.txt", "< 5 is less than 6", "text"),
        ("a.txt", "The format %PDF-1.4 explained", "text"),
        ("a.pdf", "An honest text.", "text"),
        ("a.docx", "An honest text.", "text"),
        ("a.png", "An honest text.", "text"),
        ("a.zip", "An honest text.", "text"),
        ("Makefile", "all:\n\techo", "text"),
    ],
)
def test_the_name_decides_what_kind_of_text_it_is(tmp_path: Path, name: str, content: str, kind: str) -> None:
    (tmp_path / name).write_text(content)
    assert formats.kind_of(tmp_path / name, LIMITS) == kind


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1251", "cp500"]
)
def test_text_in_any_encoding_is_no_binary(tmp_path: Path, encoding: str) -> None:
    words = (
        "Прилив приходит два раза в день, и гавань ждёт его. "
        if encoding == "cp1251"
        else "The tide comes twice a day. "
    )
    path = tmp_path / "nameless"
    path.write_bytes((words * 20).encode(encoding))
    assert formats.read(path, LIMITS).text.strip() == (words * 20).strip()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x7fELF\x02\x01\x01" + bytes(60), "a program"),
        (b"MZ\x90\x00" + bytes(60), "a program"),
        (b"\xca\xfe\xba\xbe\x00\x00\x00\x37" + bytes(60), "a program"),
        (b"GGUF\x03\x00\x00\x00" + bytes(60), "a chat model"),
        (b"SQLite format 3\x00" + bytes(60), "an SQLite database"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(60), "a video"),
        (b"\x00\x00\x00\x20ftypheic" + bytes(60), "an HEIC picture"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(60), "a sound"),
        (b"ID3\x03\x00" + bytes(60), "a sound"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(60), "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(60), "a 7-Zip archive"),
        (b"PAR1" + bytes(60), "a Parquet table"),
        (b"\x80\x04\x95" + bytes(60), "pickled data"),
        (b"\x30\x82\x01\xb2\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + bytes(60), "signed or encrypted"),
        (b"\x03\x7a\x05\x18\x09" + bytes(27) + b"NAME" + bytes(7) + b"C" + bytes(60), "a dBase table"),
        (b"\xd9\xd9\xf7\xa1" + bytes(60), "CBOR data"),
        (package({"index.apxl": "<a/>", "thumbs/a.jpg": b"x"}), "a Pages, Numbers or Keynote document"),
        (b"%!PS-Adobe-3.0\n", "a PostScript file"),
        (b"AT&TFORM" + bytes(60), "a DjVu document"),
        (bytes(60) + b"BOOKMOBI" + bytes(60), "a Kindle book"),
        (stream("VisioDocument"), "a Visio drawing"),
        (package({"visio/document.xml": "<a/>"}), "a Visio drawing"),
        (package({"Index/Document.iwa": b"x"}), "a Pages, Numbers or Keynote document"),
        (opened("graphics"), "an OpenDocument graphics"),
        (bytes(1000), "no text"),
        (bytes(range(256)) * 4, "no text"),
    ],
)
@pytest.mark.parametrize("name", ["nameless", "a.bin", "a.py"])
def test_what_is_no_document_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFile) as error:
        formats.read(tmp_path / name, LIMITS)
    assert said in error.value.reason
    assert error.value.reason.endswith(".")


@pytest.mark.parametrize(
    ("name", "content", "warning"),
    [
        ("a.pdf", docx("Words"), "Its name says .pdf; it is a Word document, and was read as such."),
        ("a.docx", pdf_page("Words"), "Its name says .docx; it is a PDF, and was read as such."),
        ("a.xls", html("Words"), "Its name says .xls; it is a web page, and was read as such."),
        ("a.doc", b"{\\rtf1\\ansi Words}", "Its name says .doc; it is an RTF document, and was read as such."),
        ("a.pdf", b"Words", "Its name says .pdf; it is plain text, and was read as such."),
        ("a.dat", docx("Words"), ""),
        ("nameless", docx("Words"), ""),
        ("a.xml", html("Words"), ""),
        ("a.svg", svg("Words"), ""),
    ],
)
def test_a_name_that_lies_is_said(tmp_path: Path, name: str, content: bytes, warning: str) -> None:
    (tmp_path / name).write_bytes(content)
    document = formats.read(tmp_path / name, LIMITS)
    assert "Words" in document.text
    assert [said for said in document.warnings if "name" in said] == ([warning] if warning else [])


def test_an_open_document_file_that_does_not_say_what_it_is_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(odt("Words"))) as whole:
        parts: dict[str, str | bytes] = {name: whole.read(name) for name in whole.namelist() if name != "mimetype"}
    (tmp_path / "a.odt").write_bytes(package(parts))
    document = formats.read(tmp_path / "a.odt", LIMITS)
    assert (document.kind, document.text, document.warnings) == ("odt", "Words", ())


def test_a_damaged_package_is_left_to_the_reader_of_its_name(tmp_path: Path) -> None:
    for name in ("a.docx", "a.xlsx", "a.pptx", "a.odt", "a.epub"):
        (tmp_path / name).write_bytes(b"PK\x03\x04" + bytes(100))
        with pytest.raises(UnreadableFile, match="is damaged"):
            formats.read(tmp_path / name, LIMITS)


def test_every_kind_has_a_name_a_suffix_and_a_reader() -> None:
    assert set(NAMES) == set(SUFFIXES)
    assert len(KINDS) == sum(map(len, SUFFIXES.values()))
    folder = Path(formats.__file__).parent
    for kind in SUFFIXES:
        assert (folder / f"{MODULES.get(kind, kind)}.py").exists(), kind
