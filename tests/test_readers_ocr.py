"""Scans and pictures: what is recognised in them, and what is said when it cannot be. The real models run."""

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from pdf_files import HEIGHT, Said, Sheet, pdf
from PIL import Image, ImageDraw

from qa.config import ROOT, Settings
from qa.readers import Reader, UnreadableFile, formats, ocr
from qa.readers.document import ReadLimits
from qa.readers.pdf_boxes import boxes, picture
from qa.readers.pulse import listen

SHARED = ROOT.parent / "shared" / "data" / "formats" / "files"
LIMITS = ReadLimits()
LINES = ("The river rose by forty centimetres", "Invoice number 48213 of March 2024")

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def _save(pages: Sequence[Image.Image], name: str = "scan.pdf") -> Path:
        path = tmp_path / name
        pages[0].save(path, save_all=len(pages) > 1, append_images=list(pages[1:]), resolution=144)
        return path

    return _save


def scan(*lines: str, width: int = 300, height: int = 80) -> Image.Image:
    """Lines of print, 144 pixels an inch; 300 by 80 points."""
    said = [Said(20, 24 + 20 * n, line, 12) for n, line in enumerate(lines)]
    box = f"/MediaBox[0 {HEIGHT - height} {width} {HEIGHT}]"
    with pypdfium2.PdfDocument(pdf([Sheet(said, attributes=box)])) as file:
        drawn: Image.Image = file[0].render(scale=2).to_pil()
        return drawn.convert("RGB")


def refusal(path: Path, limits: ReadLimits = LIMITS) -> str:
    with pytest.raises(UnreadableFile) as error:
        formats.read(path, limits)
    return error.value.reason


def test_a_scanned_pdf_is_recognised_page_by_page_and_that_is_said(save: Save) -> None:
    beats: list[tuple[int, int]] = []
    listen(lambda done, total: beats.append((done, total)))
    path = save([scan(LINES[0]), scan(LINES[1])])
    document = formats.read(path, LIMITS)
    assert document.text == "\n\n".join(LINES)
    assert len(document.pages) == 2
    assert document.warnings == ("Pages 1-2 were recognised from pictures; letters may be wrong.",)
    assert beats == [(1, 2), (2, 2)]


def test_a_scan_is_refused_by_the_name_of_the_setting_that_would_read_it(save: Save) -> None:
    for name in ("scan.pdf", "scan.png"):
        assert "QA_OCR" in refusal(save([scan(LINES[0])], name), ReadLimits(ocr=False))


def test_only_pages_without_text_are_recognised_and_a_stamp_is_no_text(tmp_path: Path, save: Save) -> None:
    path = tmp_path / "mixed.pdf"
    scanned = pypdfium2.PdfDocument(save([scan(LINES[0]), scan(LINES[1])]))
    typed = pypdfium2.PdfDocument(pdf([[Said(50, 100, "A page of typed text that needs no recognising at all")]]))
    typed.import_pages(scanned)
    stamp = pypdfium2.PdfDocument(pdf([[Said(50, 100, "Case 5")]]))
    typed.import_pages(stamp)
    typed.save(path)
    document = formats.read(path, LIMITS)
    assert document.text.startswith("A page of typed text")
    assert document.warnings == ("Pages 2-3 were recognised from pictures; letters may be wrong.",)
    assert document.text.endswith("Case 5")


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.webp", "a.gif"])
def test_a_picture_of_text_is_read(save: Save, name: str) -> None:
    document = formats.read(save([scan(LINES[1])], name), LIMITS)
    assert document.text == LINES[1]
    assert document.kind == "picture"
    assert document.warnings == ("Its text was recognised from a picture; letters may be wrong.",)


def test_every_page_of_a_fax_is_read(save: Save) -> None:
    document = formats.read(save([scan(LINES[0]), scan(), scan(LINES[1])], "fax.tif"), LIMITS)
    assert document.text == "\n\n".join(LINES)
    assert [page.end - page.start for page in document.pages] == [len(LINES[0]) + 2, 0, len(LINES[1])]
    assert "Page 2 without text." in document.warnings


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_scan_that_lies_on_its_side_or_head_is_read(turns: int) -> None:
    upright = np.asarray(scan(*LINES, "Signed by the board of the river", width=300, height=120))
    turned = np.ascontiguousarray(np.rot90(upright, turns))
    result = ocr.recognise(turned)
    assert [cell.text for cell in sorted(result.cells, key=lambda cell: cell.top)][:2] == list(LINES)
    first = result.places[0]
    ink = np.argwhere(turned.min(axis=2) < 128)
    assert ink[:, 1].min() - 12 <= first[0] < first[2] <= ink[:, 1].max() + 12
    assert ink[:, 0].min() - 12 <= first[1] < first[3] <= ink[:, 0].max() + 12


def test_a_photograph_turned_by_its_camera_is_read_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned right
    path = tmp_path / "photo.jpg"
    scan(*LINES).rotate(90, expand=True).save(path, exif=exif)
    assert formats.read(path, LIMITS).text.splitlines() == list(LINES)


def test_a_clear_background_is_paper(tmp_path: Path) -> None:
    ink = 255 - np.asarray(scan(LINES[0]).convert("L"))
    picture = np.dstack([np.zeros((*ink.shape, 3), np.uint8), ink])
    Image.fromarray(picture).save(tmp_path / "clear.png")
    assert formats.read(tmp_path / "clear.png", LIMITS).text == LINES[0]


def test_two_scanned_columns_are_read_one_after_the_other(save: Save) -> None:
    left = (
        "The meadow lay under water",
        "and only the gate posts",
        "stood out of the brown lake",
        "until the third morning",
    )
    right = (
        "Nobody had seen such floods",
        "since the mill was built",
        "and the miller was the first",
        "to open all of the gates",
    )
    said = [Said(20, 24 + 16 * n, line, 11) for n, line in enumerate(left)]
    said += [Said(220, 24 + 16 * n, line, 11) for n, line in enumerate(right)]
    box = f"/MediaBox[0 {HEIGHT - 100} 400 {HEIGHT}]"
    with pypdfium2.PdfDocument(pdf([Sheet(said, attributes=box)])) as file:
        drawn = file[0].render(scale=2).to_pil().convert("RGB")
    lines = formats.read(save([drawn]), LIMITS).text.splitlines()
    assert [line for line in lines if line] == [*left, *right]


def test_a_picture_without_text_says_so(save: Save) -> None:
    drawn = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(drawn).ellipse((100, 50, 300, 250), fill="navy")
    assert "no text was found" in refusal(save([drawn], "circle.png"))
    assert "pictures without text" in refusal(save([drawn], "circle.pdf"))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
def test_a_picture_cut_short_says_that_it_is_damaged(tmp_path: Path, name: str) -> None:
    whole = io.BytesIO()
    scan(*LINES).save(whole, {"png": "PNG", "jpg": "JPEG", "tif": "TIFF"}[name[2:]])
    path = tmp_path / name
    path.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 3])
    assert "is damaged" in refusal(path)


def test_a_picture_of_a_billion_pixels_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    small = io.BytesIO()
    Image.new("1", (1, 1)).save(small, "BMP")
    header = bytearray(small.getvalue())
    header[18:22] = header[22:26] = (40_000).to_bytes(4, "little")
    path = tmp_path / "bomb.bmp"
    path.write_bytes(bytes(header))
    assert "too large" in refusal(path)


def test_letters_that_the_models_do_not_know_are_refused_not_guessed(tmp_path: Path) -> None:
    """Of a script that they never saw, the models see blanks, and are sure of them."""
    drawn = Image.new("RGB", (1000, 200), "white")
    pen = ImageDraw.Draw(drawn)
    dice = np.random.default_rng(5)
    for line in (30, 90, 150):
        for x in range(40, 940, 22):
            for _ in range(3):
                ends = [(x + int(dx), line + int(dy)) for dx, dy in dice.integers(0, (18, 30), (3, 2))]
                pen.line(ends, fill="black", width=3)
    drawn.save(tmp_path / "runes.png")
    reason = refusal(tmp_path / "runes.png")
    assert "could not be made out" in reason or "no text was found" in reason


def test_boxes_on_a_scan_are_where_the_word_is(save: Save) -> None:
    for name in ("scan.pdf", "scan.png"):
        path = save([scan(*LINES)], name)
        text = formats.read(path, LIMITS).text
        start = text.index("48213")
        (box,) = boxes(path, 1, start, start + 5, LIMITS)
        drawn = Image.open(io.BytesIO(picture(path, 1, 600, LIMITS))).convert("RGB")
        width, height = drawn.size
        cut = drawn.crop(
            (
                int(box.left * width) - 6,
                int(box.top * height) - 6,
                int(box.right * width) + 6,
                int(box.bottom * height) + 6,
            )
        )
        (line,) = ocr.recognise(np.asarray(cut)).cells
        assert line.text.strip() == "48213"


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux only")
def test_a_scan_is_recognised_within_the_memory_of_the_reading_process(save: Save) -> None:
    with Reader(Settings()) as reader:
        page = scan(*LINES, *("A line of print",) * 10, width=595, height=700)
        document = reader.read(save([page]))
    assert document.text.splitlines()[0] == LINES[0]


@pytest.mark.skipif(not SHARED.exists(), reason="no evaluation data")
@pytest.mark.parametrize("name", ["docling__right_to_left_01.pdf", "unstr__korean-text-with-tables.pdf"])
def test_pages_in_scripts_that_cannot_be_recognised_are_refused(tmp_path: Path, name: str) -> None:
    with pypdfium2.PdfDocument(SHARED / name) as file:
        page = file[0].render(scale=2).to_pil().convert("RGB")
    page.crop((0, 0, page.width, page.height // 4)).save(tmp_path / "page.png")
    assert "could not be made out" in refusal(tmp_path / "page.png")
