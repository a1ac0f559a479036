"""The measuring of PDF files: what it writes for itself, and what it compares."""

from pathlib import Path

import pytest

from qa.config import Settings
from qa.evaluation import bench_pdf
from qa.evaluation.bare import pdf_pages
from qa.readers import Reader


def test_the_written_file_has_its_pages_and_its_words(tmp_path: Path) -> None:
    bench_pdf.write_pdf(tmp_path / "a.pdf", 7)
    assert pdf_pages(tmp_path / "a.pdf") == 7
    with Reader(Settings(ocr=False)) as reader:
        document = reader.read(tmp_path / "a.pdf")
    assert [len(document.text[page.start : page.end]) > 2000 for page in document.pages] == [True] * 7
    assert document.warnings == ()
    assert "prisoner" in document.text


def test_both_sides_read_the_same_files_and_the_unreadable_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_pdf, "WRITTEN_PAGES", 3)
    bench_pdf.write_pdf(tmp_path / "two.pdf", 2)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    figures = bench_pdf.measure_pdfs(Settings(documents=(tmp_path,), readers=2))
    # Two files of its own, one for each reader, and the one that can be read.
    assert (figures["pdf_files"], figures["pdf_pages"]) == (3, 8)
    ratio = figures["pdf_pages_per_s"] / figures["bare_pdfium_pages_per_s"]
    assert figures["pdf_ratio_to_bare_pdfium"] == pytest.approx(ratio, rel=0.02)
    together = figures["pdf_sync_pages_per_s"] / figures["bare_pdfium_pages_per_s"]
    assert figures["pdf_sync_ratio_to_bare_pdfium"] == pytest.approx(together, rel=0.02)
