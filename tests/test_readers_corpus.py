"""The real files of the evaluation data that are of our kinds, against what their list expects."""

import csv
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from qa.config import ROOT, Settings
from qa.evaluation.formats import measure
from qa.readers import Document, Reader, UnreadableFile

FORMATS = ROOT.parent / "shared" / "data" / "formats"
REPORTS = ROOT.parent / "shared" / "data" / "financebench"

# A file's name → its document, or the reason why there is none.
Read = Callable[[str], Document | str]

pytestmark = pytest.mark.skipif(not FORMATS.exists(), reason="no evaluation data")

REFUSED = {
    "docling__2206.01062_pg3.pdf": "password",
    "markitdown__MEDRPT-2024-PAT-3847_medical_report_scan.pdf": "looks like a scan",
    "markitdown__random.bin": "is not a document",
    "pdfjs__REDHAT-1531897-0.pdf": "is damaged",
    "pdfjs__ThuluthFeatures.pdf": "not what its pages show",
    "pdfjs__empty.pdf": "is empty",
    "pdfjs__issue15893_reduced.pdf": "password",
    "pdfjs__issue6010_1.pdf": "password",
    "pdfjs__issue6010_2.pdf": "password",
    "tika__droste.zip": "is an archive",
    "tika__quine.gz": "is an archive",
    "tika__testPDF_no_extract_no_accessibility_owner_user.pdf": "password",
    "tika__testEXCEL.xlsb": "cannot be parsed",
    "tika__testODTEncrypted.odt": "password",
    "tika__testPPT_protected_passtika.pptx": "password",
    "tika__testWORD_protected_passtika.doc": "password",
    "tika__testWORD_protected_passtika.docx": "password",
    "tika__testXXE.xml": "is empty",
    "tika__testZIP_corrupted_oom.zip": "is damaged",
    "unstr__empty.txt": "is empty",
    "unstr__empty.xlsx": "is empty: no cell",
    "unstr__fake-encrypted.eml": "is encrypted",
    "unstr__password_protected.xlsx": "password",
    "unstr__loremipsum-flat.pdf": "looks like a scan",
}
HOLDS = {
    "docling__invisible_text_layer.pdf": ["Visible"],
    "markitdown__test.docx": [
        "314b0a30-5b04-470b-b9f7-eed2c2bec74a",
        "AutoGen: Enabling Next-Gen LLM Applications",
    ],
    "markitdown__test.pptx": [
        "2cdda5c8-e50e-4db4-b5f0-9722a649f455",
        "Chart: a3f6004b-6f4f-4ea8-bee3-3741f4dc385f",
    ],
    "markitdown__test.xls": ["Beta: 6ff4173b-42a5-4784-9b19-f49caff4d93d"],
    "markitdown__test.xlsx": [
        "6ff4173b-42a5-4784-9b19-f49caff4d93d",
        "ColD: affc7dad-52dc-4b98-9b5d-51e65d8a8ad0",
    ],
    "markitdown__test_mskanji.csv": ["名前: 佐藤太郎"],
    "pdfjs__poppler-67295-0.pdf": ["TestString123"],
    "pdfjs__poppler-91414-0-53.pdf": ["foobar"],
    "pdfjs__xref_command_missing.pdf": ["Reduced test-case"],
    "privategpt__file_failing.docx": ["Pedro Sanchez Considera Dimitir"],
    "tika__english.cp500.txt": ["IBM IntelliStation POWER 185 Express"],
    "tika__footnotes.docx": ["Footnote 1: snoska"],
    "tika__russian.cp866.txt": ["Однажды, в студеную зимнюю пору,"],
    "tika__testArabicMisleadingCharset.html": ["اللغة العربية"],
    "tika__testRTFWindowsCodepage1250.rtf": ["zażółć gęślą jaźń"],
    "tika__testWORD6.doc": ["The quick brown fox jumps over the lazy dog"],
    "tika__testPDF_incrementalUpdates.pdf": ["Testing Testing Incremental"],
    "unstr__fake-bold-sample.pdf": ["BOLD TEXT SAMPLE"],
    "unstr__fake-html-cp1252.html": ["schöne", "café", "señora", "João"],
    "unstr__fake-memo-with-duplicate-page.pdf": ["20,000 bottles of water"],
    "unstr__umlauts-non-utf8.md": ["können"],
}


def listed() -> list[str]:
    if not FORMATS.exists():
        return []
    with (FORMATS / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return [row["file"] for row in csv.DictReader(file, delimiter="\t")]


@pytest.fixture(scope="module")
def read() -> Iterator[Read]:
    with Reader(Settings(read_seconds=20, ocr=False)) as reader:
        yield cache(lambda name: attempt(reader, FORMATS / "files" / name))


def attempt(reader: Reader, path: Path) -> Document | str:
    try:
        return reader.read(path)
    except UnreadableFile as error:
        return error.reason


@pytest.mark.parametrize("name", listed())
def test_each_file_gives_text_or_the_expected_reason(read: Read, name: str) -> None:
    document = read(name)
    if name in REFUSED:
        assert isinstance(document, str)
        assert REFUSED[name] in document
        return
    assert isinstance(document, Document), document
    assert any(c.isalnum() for c in document.text)
    text = " ".join(document.text.split())
    assert [part for part in HOLDS.get(name, []) if part not in text] == []


def test_95_of_100_readable_files_are_right_and_none_crashes() -> None:
    figures = measure(Settings(read_seconds=20, ocr=False), FORMATS)
    assert figures["right_share"] >= 0.95
    assert figures["total"]["crashed"] == 0


def test_locked_files_open_with_their_passwords() -> None:
    passwords = ("1234", "abc", "æøå", "user", "tika")
    locked = [name for name, reason in REFUSED.items() if reason == "password"]
    with Reader(Settings(read_seconds=20, passwords=passwords)) as reader:
        opened = [name for name in locked if isinstance(attempt(reader, FORMATS / "files" / name), Document)]
    assert len(opened) >= 7


def test_the_good_pages_of_a_pdf_are_read_and_the_others_named(read: Read) -> None:
    regulation, paper = read("tika__testPDF_bad_page_303226.pdf"), read("pdfjs__TAMReview.pdf")
    assert isinstance(regulation, Document)
    assert isinstance(paper, Document)
    assert len(regulation.pages) == 19
    assert any(warning.startswith("Pages 2-22 left out") for warning in paper.warnings)


def test_a_book_keeps_its_352_pages_and_its_bookmarks(read: Read) -> None:
    book = read("pdfjs__freeculture.pdf")
    assert isinstance(book, Document)
    assert len(book.pages) == 352
    assert len(book.headings) > 20


def test_rows_of_financial_statements_stand_on_one_line() -> None:
    with Reader(Settings()) as reader:
        document = reader.read(REPORTS / "3M_2022_10K.pdf")
    page = document.pages[47]
    assert "\nNet sales $ 34,229 $ 35,355 $ 32,184\n" in document.text[page.start : page.end]
