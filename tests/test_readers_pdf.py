"""PDF: reading order, what is repeated around the text, headings, labels, forms, locks, boxes."""

import json
import os
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from pdf_files import HEIGHT, WIDTH, Said, Sheet, column, in_unicode, page_number, pdf, unicode_font
from pdf_files import picture as drawn_picture

from qa.config import ROOT, Settings
from qa.readers import Document, Reader, UnreadableFile, formats
from qa.readers.document import ReadLimits, canonical
from qa.readers.pdf_boxes import boxes, picture

LIMITS = ReadLimits(ocr=False)
SHARED = ROOT.parent / "shared" / "data"
Save = Callable[..., Path]

PROSE = (
    "The river rose in the night and by morning the lower meadow was a lake with only the tops of the gate posts "
    "standing out of it while the cows had gone up to the old quarry where the ground was dry and the farmer went "
    "out with a boat that his father had built for just such a spring and counted them from the water one by one "
    "until he was sure that none of them had been lost in the dark and then he rowed home and slept until noon "
)


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def _save(content: bytes, name: str = "a.pdf") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return _save


def read(path: Path, limits: ReadLimits = LIMITS) -> Document:
    document = formats.read(path, limits)
    assert canonical(document.text) == document.text
    assert "".join(document.text[page.start : page.end] for page in document.pages) == document.text
    for heading in document.headings:
        assert " ".join(document.text[heading.start : heading.end].split()).strip() != ""
    return document


def refusal(path: Path, limits: ReadLimits = LIMITS) -> str:
    with pytest.raises(UnreadableFile) as error:
        formats.read(path, limits)
    return error.value.reason


def page(document: Document, number: int) -> str:
    found = document.pages[number - 1]
    return document.text[found.start : found.end].strip()


def prose(lines: int, letters: int, seed: int = 0) -> list[str]:
    """Lines of that many letters, cut from the same text at another place for each seed."""
    text = PROSE * 30
    start = seed * 97
    return [text[start + n * letters : start + (n + 1) * letters].strip() for n in range(lines)]


def flat(text: str) -> str:
    return " ".join(text.split())


# Reading order


def test_two_columns_are_read_one_after_the_other(save: Save) -> None:
    left, right = prose(20, 44), prose(20, 44, seed=5)
    text = read(save(pdf([[*column(50, 100, left), *column(320, 100, right)]]))).text
    assert flat(text) == flat(" ".join([*left, *right]))


def test_columns_drawn_line_by_line_across_the_page_are_read_down(save: Save) -> None:
    left, right = column(50, 100, prose(20, 44)), column(320, 100, prose(20, 44, seed=5))
    by_turns = [line for pair in zip(left, right, strict=True) for line in pair]
    text = read(save(pdf([by_turns]))).text
    assert flat(text) == flat(" ".join(line.text for line in [*left, *right]))


def test_a_column_with_formulas_in_pieces_is_read_after_the_one_beside_it(save: Save) -> None:
    left = column(50, 100, prose(20, 44))
    pieces = [Said(330 + 30 * n, 160 + 12 * row + n % 2 * 8, "x(", 7) for row in range(8) for n in range(6)]
    right = [*column(320, 100, prose(5, 44, seed=5)), *pieces, *column(320, 280, prose(5, 44, seed=9))]
    text = flat(read(save(pdf([[*left, *right]]))).text)
    assert text.startswith(flat(" ".join(line.text for line in left)))
    assert text.endswith(flat(" ".join(line.text for line in right[-5:])))


def test_three_columns_below_a_title_and_above_a_note_are_read_down(save: Save) -> None:
    columns = [column(x, 120, prose(15, 30, seed)) for x, seed in ((40, 0), (220, 3), (400, 8))]
    title, note = (
        Said(40, 90, "A title that runs over the whole width of this page of the paper", 16),
        Said(
            40, 330, "A note below all columns that is as wide as the page is and longer than any column of it is"
        ),
    )
    by_turns = [line for row in zip(*columns, strict=True) for line in row]
    expected = flat(" ".join(line.text for line in [title, *(one for lines in columns for one in lines), note]))
    assert flat(read(save(pdf([[title, *by_turns, note]]))).text) == expected


def test_the_columns_of_each_part_of_a_page_stay_together(save: Save) -> None:
    upper = [*column(50, 100, prose(6, 44)), *column(320, 100, prose(6, 44, 1))]
    between = [Said(50, 190, "Between the parts stands one long line which crosses the gutter of both of them")]
    lower = [*column(50, 220, prose(6, 44, 2)), *column(320, 220, prose(6, 44, 3))]
    text = read(save(pdf([[*upper, *between, *lower]]))).text
    assert flat(text) == flat(" ".join(line.text for line in [*upper, *between, *lower]))


def test_japanese_that_runs_down_is_read_from_right_to_left(save: Save) -> None:
    lines = ["あのイハトヴォすき", "とおた風", "イハトヴォあの"]
    said = "".join(in_unicode("".join(lines), line, 500 - 30 * n, 700) for n, line in enumerate(lines))
    text = read(save(pdf([Sheet(drawn=said)], more=unicode_font("".join(lines), "Identity-V")))).text
    assert text.split() == lines


def test_letters_beyond_the_first_65536_are_kept_and_found(save: Save) -> None:
    formula = "k=\U0001d45d+\U0001d452+n"
    page = Sheet([Said(50, 50, "A formula")], in_unicode(formula, formula, 60, 600))
    path = save(pdf([page], more=unicode_font(formula, "Identity-H")))
    text = read(path).text
    assert text.split("\n")[-1] == formula
    places = [boxes(path, 1, n, n + 1, LIMITS)[0].left for n in range(text.index("k"), len(text))]
    # Each letter is 12 points wide.
    assert [round((place - places[0]) * WIDTH / 12) for place in places] == list(range(len(formula)))


def test_ligatures_of_tex_without_a_character_map_are_spelt_out(save: Save) -> None:
    lines = "A signi\x1ccant di\x0berence, he said, \x10of course,\x11 su\x1eces", "\x1crst and last"
    text = read(save(pdf([column(50, 50, lines)]))).text
    assert text == "A significant difference, he said, \u201cof course,\u201d suffices\nfirst and last"


TABLE = [
    ("Net sales", "34,229", "35,355", "32,184"),
    ("Cost of sales", "19,232", "18,795", "16,605"),
    ("Selling, general and administrative expenses", "9,049", "7,197", "6,929"),
    ("Research, development and related expenses", "1,862", "1,994", "1,878"),
    ("Operating income", "6,539", "7,369", "7,161"),
]
PLACES = (50, 320, 400, 480)


@pytest.mark.parametrize("by_column", [False, True])
def test_each_row_of_a_table_keeps_its_label_and_numbers_on_one_line(save: Save, by_column: bool) -> None:
    cells = [
        [Said(x, 100 + 14 * row, text) for x, text in zip(PLACES, texts, strict=True)]
        for row, texts in enumerate(TABLE)
    ]
    order = [list(cells_of) for cells_of in zip(*cells, strict=True)] if by_column else cells
    lines = read(save(pdf([[cell for part in order for cell in part]]))).text.splitlines()
    assert lines == [" ".join(texts) for texts in TABLE]


def test_a_table_of_words_is_read_by_rows_in_whatever_order_it_was_drawn(save: Save) -> None:
    rows = [
        ("Anna Berg", "Production", "Oslo"),
        ("Karl Holm", "Sales", "Bergen"),
        ("Ida Lund", "Legal", "Oslo"),
    ] * 3
    cells = [
        Said(x, 100 + 16 * n, text)
        for n, row in enumerate(rows)
        for x, text in zip((50, 200, 350), row, strict=True)
    ]
    random.Random(1).shuffle(cells)
    assert read(save(pdf([cells]))).text.splitlines() == [" ".join(row) for row in rows]


def test_numbers_set_half_a_row_below_their_label_stand_on_its_line(save: Save) -> None:
    cells = [
        Said(x, 100 + 20 * row + (10 if n else 0), text)
        for row, texts in enumerate(TABLE)
        for n, (x, text) in enumerate(zip(PLACES, texts, strict=True))
    ]
    assert read(save(pdf([cells]))).text.splitlines() == [" ".join(texts) for texts in TABLE]


def test_text_between_two_columns_and_a_table_keeps_its_order(save: Save) -> None:
    columns = [*column(50, 60, prose(10, 44)), *column(320, 60, prose(10, 44, 2))]
    table = [
        Said(x, 220 + 14 * n, text) for n, texts in enumerate(TABLE) for x, text in zip(PLACES, texts, strict=True)
    ]
    text = read(save(pdf([[*columns, *table]]))).text
    assert text.splitlines()[-len(TABLE) :] == [" ".join(texts) for texts in TABLE]
    assert flat(text).startswith(flat(" ".join(line.text for line in columns)))


def test_a_line_that_is_drawn_last_but_stands_first_is_read_first(save: Save) -> None:
    lines = [Said(50, 100 + 30 * n, f"Paragraph number {n} of this page") for n in range(8)]
    random.Random(4).shuffle(lines)
    assert flat(read(save(pdf([lines]))).text) == flat(
        " ".join(line.text for line in sorted(lines, key=lambda line: line.down))
    )


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(save: Save, turn: int) -> None:
    # The page is shown turned to the right; what is drawn is turned to the left to stand upright.
    matrix = {90: "0 1 -1 0 {y} {x}", 180: "-1 0 0 -1 {rx} {y}", 270: "0 -1 1 0 {ry} {rx}"}[turn]

    def operators(x: float, down: float, text: str) -> str:
        place = matrix.format(x=x, y=down, rx=WIDTH - x if turn == 180 else HEIGHT - x, ry=WIDTH - down)
        return f"BT /F 10 Tf {place} Tm ({text}) Tj ET"

    rows = [("Net sales", "34,229"), ("Cost of sales", "19,232"), ("Operating income", "6,539")]
    cells = [(50 + 300 * c, 100 + 20 * r, text) for c in (0, 1) for r, row in enumerate(rows) for text in [row[c]]]
    sheet = Sheet(drawn=" ".join(operators(*cell) for cell in cells), attributes=f"/Rotate {turn}")
    path = save(pdf([sheet]))
    assert read(path).text.splitlines() == [" ".join(row) for row in rows]
    box = boxes(path, 1, 0, len("Net"), LIMITS)[0]
    shown = (HEIGHT, WIDTH) if turn != 180 else (WIDTH, HEIGHT)
    assert box.left == pytest.approx(50 / shown[0], abs=0.01)
    assert box.bottom == pytest.approx(100 / shown[1], abs=0.01)


def test_paragraphs_are_parted_by_an_empty_line(save: Save) -> None:
    one, two = prose(4, 80), prose(4, 80, 3)
    text = read(save(pdf([[*column(50, 100, one), *column(50, 170, two)]]))).text
    assert text == "\n".join(one) + "\n\n" + "\n".join(two)


def test_words_broken_at_line_ends_are_whole_again(save: Save) -> None:
    lines = ["A docu-", "ment by a self-", "publishing author is a document.", "Self made, by publishing houses."]
    text = read(save(pdf([column(50, 100, lines)]))).text
    assert "A document by" in flat(text)
    assert "self-publishing author" in flat(text).replace("self- publishing", "self-publishing")


def test_glyphs_drawn_twice_to_look_bold_are_read_once(save: Save) -> None:
    twice = [Said(50 + shift, 100, "BOLD SAMPLE", 14) for shift in (0, 0.3)]
    assert read(save(pdf([twice]))).text == "BOLD SAMPLE"


# Around the text


def book(pages: int, around: Callable[[int], Sequence[Said]]) -> bytes:
    return pdf([[*column(50, 120, prose(20, 80, n)), *around(n)] for n in range(pages)])


def test_headers_and_footers_of_every_page_are_left_out_and_give_the_page_its_label(save: Save) -> None:
    def around(n: int) -> list[Said]:
        return [Said(50, 40, "Annual report of the river board"), Said(290, 780, f"Page {n + 7} of 12")]

    document = read(save(book(5, around)))
    assert document.text.count("Annual report") == document.text.count("Page ") == 0
    assert [one.label for one in document.pages] == ["7", "8", "9", "10", "11"]
    assert page(document, 2).startswith(prose(1, 80, 1)[0])
    assert document.warnings == ()


def test_headers_that_differ_on_left_and_right_pages_and_name_the_chapter_are_left_out(save: Save) -> None:
    def around(n: int) -> list[Said]:
        title = "Northern board" if n % 2 else f"Chapter {1 + n // 4}: floods"
        return [Said(50, 40, title), Said(540, 40, str(n + 1))]

    document = read(save(book(12, around)))
    assert "Northern board" not in document.text
    assert "floods" not in document.text
    assert [one.label for one in document.pages] == [str(n + 1) for n in range(12)]


def test_roman_numbers_of_the_first_pages_are_labels(save: Save) -> None:
    def around(n: int) -> list[Said]:
        return [Said(300, 780, ["i", "ii", "iii", "iv", "v"][n] if n < 5 else str(n - 4))]

    document = read(save(book(12, around)))
    assert [one.label for one in document.pages] == ["i", "ii", "iii", "iv", "v", *map(str, range(1, 8))]


@pytest.mark.parametrize("pages", [1, 2])
def test_nothing_is_left_out_of_one_or_two_pages(save: Save, pages: int) -> None:
    document = read(save(book(pages, lambda n: [Said(50, 40, "Annual report"), Said(300, 780, str(n + 1))])))
    assert document.text.count("Annual report") == pages


def test_what_begins_one_page_only_or_stands_elsewhere_each_time_stays(save: Save) -> None:
    def around(n: int) -> list[Said]:
        return [Said(50, 90 - 14 * n, "To be continued"), Said(50, 30, "Only here")] if n < 4 else []

    text = read(save(book(6, around))).text
    assert text.count("To be continued") == 4
    assert text.count("Only here") == 4 or text.count("Only here") == 0


def test_a_broken_file_is_not_called_locked_because_the_one_before_was(save: Save) -> None:
    # pdfium gives up on it without an error of its own: what lists its objects stands in a stream nobody can open.
    rows = bytes([0, 0, 0, 255, 1, 0, 9, 0, 2, 0, 1, 0, 1, 0, 104, 0])
    broken = (
        b"%PDF-1.5\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/BrotliDecode/Length 4>>\nstream\nabcd\nendstream\n"
        b"endobj\n3 0 obj\n<</Type/XRef/Size 4/W[1 2 1]/Info 2 0 R/Root 1 0 R/Length 16>>\nstream\n" + rows
    )
    assert "is locked" in refusal(save(pdf([[Said(50, 50, "secret")]], password="unknown")))
    assert "is damaged" in refusal(save(broken + b"\nendstream\nendobj\nstartxref\n104\n%%EOF\n"))


def test_page_numbers_that_are_all_there_is_stay(save: Save) -> None:
    document = read(save(pdf([[Said(280, 780, f"Page {n}")] for n in (1, 2, 3)])))
    assert document.text.split("\n\n") == ["Page 1", "Page 2", "Page 3"]


def test_chapters_that_each_begin_a_page_keep_their_heads_and_number_no_page(save: Save) -> None:
    names = ["Safety", "Site", "Operation", "Faults", "Care", "Warranty"]
    document = read(save(book(6, lambda n: [Said(50, 60, f"{n + 1} {names[n]}", 16, "B")])))
    assert [heading.title for heading in document.headings] == [f"{n + 1} {name}" for n, name in enumerate(names)]
    assert not any(one.label for one in document.pages)


def test_tables_that_go_on_over_pages_keep_their_numbers(save: Save) -> None:
    pages = [
        [
            Said(x, 60 + 16 * n, text)
            for n, texts in enumerate(TABLE * 8)
            for x, text in zip(PLACES, (texts[0], f"{p},{n:03}", *texts[2:]), strict=True)
        ]
        for p in range(4)
    ]
    document = read(save(pdf(pages)))
    assert len(document.text.split("\n")) >= 4 * len(TABLE) * 8
    assert len(re.findall(r"\d,\d{3} 35,355 32,184", document.text)) == 4 * 8


def test_line_numbers_down_the_margin_are_left_out(save: Save) -> None:
    numbers = [Said(20, 120 + 12 * n, str(n + 1)) for n in range(20)]
    document = read(save(book(3, lambda n: numbers)))
    assert page(document, 1) == "\n".join(prose(20, 80))


def test_labels_of_the_file_go_before_numbers_found(save: Save) -> None:
    labels = "/PageLabels<</Nums[0<</S/r>>2<</S/D/St 1/P(A-)>>]>>"
    document = read(save(pdf([column(50, 100, prose(5, 60, n)) for n in range(4)], catalog=labels)))
    assert [one.label for one in document.pages] == ["i", "ii", "A-1", "A-2"]


# Headings


def test_larger_and_bold_lines_are_headings_by_their_size(save: Save) -> None:
    said = [
        Said(50, 80, "The River Board", 20),
        *column(50, 110, prose(5, 80)),
        Said(50, 195, "1 Floods of the last century", 14, "B"),
        *column(50, 220, prose(5, 80, 1)),
        Said(50, 300, "Measures taken", 10, "B"),
        *column(50, 320, prose(5, 80, 2)),
    ]
    document = read(save(pdf([said])))
    found = [(heading.level, heading.title) for heading in document.headings]
    assert found == [(1, "The River Board"), (2, "1 Floods of the last century"), (3, "Measures taken")]


def test_bold_rows_and_totals_of_a_table_are_no_headings(save: Save) -> None:
    rows = [
        Said(x, 200 + 14 * n, text, 10, "B" if n in (0, 4) else "F")
        for n, texts in enumerate(TABLE)
        for x, text in zip(PLACES, texts, strict=True)
    ]
    assert read(save(pdf([[*column(50, 60, prose(8, 80)), *rows]]))).headings == ()


def test_a_bold_sentence_within_a_paragraph_is_no_heading(save: Save) -> None:
    lines = column(50, 100, prose(8, 80))
    bold = [line._replace(font="B") if n == 3 else line for n, line in enumerate(lines)]
    assert read(save(pdf([bold]))).headings == ()


def test_a_text_in_one_size_has_no_headings(save: Save) -> None:
    assert read(save(pdf([column(50, 100, prose(30, 80))]))).headings == ()


def test_bookmarks_are_headings_also_where_the_page_writes_them_otherwise(save: Save) -> None:
    pages = [
        [Said(50, 60, "CHAPTER ONE: Floods"), *column(50, 100, prose(5, 80))],
        [Said(50, 60, "2. \x93Droughts\x94"), *column(50, 100, prose(5, 80))],
    ]
    outline = [
        "<</First 6 0 R/Last 7 0 R>>",
        f"<</Title(1. Floods)/Parent 5 0 R/Next 7 0 R/Dest[{page_number(0, 3)} 0 R/Fit]>>",
        f"<</Title(2. Droughts)/Parent 5 0 R/Dest[{page_number(1, 3)} 0 R/Fit]>>",
    ]
    document = read(save(pdf(pages, "/Outlines 5 0 R", outline)))
    assert [heading.title for heading in document.headings] == ["1. Floods", "2. Droughts"]
    assert [document.text[h.start : h.end] for h in document.headings] == ["CHAPTER ONE: Floods", "2. “Droughts”"]


# Forms, hidden text, attachments, locks


def test_values_of_fields_stand_beside_their_labels_and_no_script_runs(save: Save) -> None:
    def field(name: str, value: str, top: float, more: str = "/FT/Tx") -> str:
        box = f"/Rect[200 {HEIGHT - top - 4} 400 {HEIGHT - top + 10}]"
        return f"<</Type/Annot/Subtype/Widget{more}/T({name}){box}{value}/F 4>>"

    script = "/AA<</C<</S/JavaScript/JS(this.getField\\('a'\\).value='RUN')>>>>"
    fields = [
        field("a", "/V(Anna Berg)", 100),
        field("b", f"/V(Oslo){script}", 130),
        field("c", "/V/Yes/AS/Yes/AP<</N<</Yes 5 0 R/Off 5 0 R>>>>", 160, "/FT/Btn"),
        field("d", "/V(secret)/Ff 8192", 190),
        "<</Type/Annot/Subtype/FreeText/Rect[50 500 300 520]/Contents(Typed onto the page)/F 4>>",
    ]
    said = [
        Said(50, down, text) for down, text in ((100, "Name:"), (130, "Town:"), (160, "Agreed:"), (190, "Code:"))
    ]
    first = page_number(0, 1)
    refs = " ".join(f"{first + 2 + n} 0 R" for n in range(4))
    scripts = "/Names<</JavaScript<</Names[(x)<</S/JavaScript/JS(app.alert\\('RUN'\\))>>]>>>>"
    form = f"/AcroForm<</Fields[{refs}]>>/OpenAction<</S/JavaScript/JS(app.alert\\('RUN'\\))>>{scripts}"
    empty = "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 0>>\nstream\n\nendstream"
    path = save(pdf([Sheet(said, annotations=fields)], form, [empty]))
    text = read(path).text
    assert text.splitlines()[:4] == ["Name: Anna Berg", "Town: Oslo", "Agreed: ☑", "Code:"]
    assert "Typed onto the page" in text
    assert "RUN" not in text
    box = boxes(path, 1, text.index("Anna"), text.index("Anna") + 4, LIMITS)[0]
    assert box.left == pytest.approx(200 / WIDTH)


def test_this_pdfium_has_no_engine_for_scripts() -> None:
    assert "V8" not in pypdfium2.PDFIUM_INFO.flags
    assert "XFA" not in pypdfium2.PDFIUM_INFO.flags


def test_text_that_nobody_sees_is_left_out_and_that_is_said(save: Save) -> None:
    said = [Said(50, 100, "Seen by everybody"), Said(50, 120, "Marzipan on all hills", mode=3)]
    document = read(save(pdf([said])))
    assert document.text == "Seen by everybody"
    assert document.warnings == (
        "Page 1 holds 4 words drawn invisibly, which nobody sees; they were left out: “Marzipan on all hills”.",
    )


def test_the_invisible_text_over_a_scan_is_its_text(save: Save) -> None:
    said = [
        Said(50, 100 + 20 * n, f"Line {n} that another program recognised in the scan", mode=3) for n in range(5)
    ]
    document = read(save(pdf([Sheet(said, drawn_picture())])))
    assert document.text.count("another program") == 5
    assert document.warnings == ()


def test_marks_beside_the_page_are_left_out(save: Save) -> None:
    said = [*column(50, 100, prose(5, 60)), Said(50, HEIGHT + 30, "proof 4 of the printer")]
    assert "proof" not in read(save(pdf([said]))).text


def carrying(name: str, content: str) -> bytes:
    names = f"/Names<</EmbeddedFiles<</Names[({name})5 0 R]>>>>"
    more = [
        f"<</Type/Filespec/F({name})/UF({name})/EF<</F 6 0 R>>>>",
        f"<</Type/EmbeddedFile/Length {len(content)}>>\nstream\n{content}\nendstream",
    ]
    return pdf([[Said(50, 100, "First page")], [Said(50, 100, "See the file")]], names, more)


def test_attached_files_are_named_with_their_sizes_and_read(save: Save) -> None:
    document = read(save(carrying("notes.txt", "The bridge was built in 1931.")))
    assert document.text == (
        "First page\n\nSee the file\n\nAttachment: notes.txt\n\nThe bridge was built in 1931."
    )
    assert len(document.pages) == 2
    assert [heading.title for heading in document.headings] == ["Attachment: notes.txt"]
    assert document.warnings == (
        "Files are attached to it: notes.txt (29 bytes). What can be read of them follows its text.",
    )


def test_an_attached_file_that_cannot_be_read_is_named_with_its_reason(save: Save) -> None:
    warnings = read(save(carrying("locked.pdf", "%PDF-1.4 nothing more"))).warnings
    assert warnings[0].startswith("Files are attached to it: locked.pdf (21 bytes).")
    assert warnings[1].startswith("Attachment locked.pdf is damaged")
    deep = read(save(carrying("notes.txt", "text")), replace(LIMITS, depth=0)).warnings
    assert "QA_ARCHIVE_DEPTH" in deep[1]


def test_a_lock_opens_with_a_password_of_the_settings_and_names_them_otherwise(save: Save) -> None:
    path = save(pdf([[Said(50, 100, "Behind the lock")]], password="river"))
    assert "QA_PASSWORDS" in refusal(path)
    assert "none of QA_PASSWORDS fits" in refusal(path, replace(LIMITS, passwords=("wrong",)))
    assert read(path, replace(LIMITS, passwords=("wrong", "river"))).text == "Behind the lock"


def test_a_file_locked_against_changes_only_is_read(save: Save) -> None:
    assert read(save(pdf([[Said(50, 100, "Look, do not touch")]], password=""))).text == "Look, do not touch"


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
def test_a_file_cut_short_is_refused_or_read_as_far_as_it_goes(save: Save, cut: float) -> None:
    whole = book(6, lambda n: [])
    try:
        document = read(save(whole[: int(len(whole) * cut)]))
    except UnreadableFile as error:
        assert "is damaged" in error.reason
    else:
        assert document.text.strip()


def test_a_name_with_bytes_that_are_no_letters_can_be_opened(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.pdf"
    Path(os.fsdecode(name)).write_bytes(pdf([[Said(50, 100, "Odd name")]]))
    assert read(Path(os.fsdecode(name))).text == "Odd name"


@pytest.mark.parametrize("seed", range(30))
def test_random_damage_never_ends_the_reading_process(save: Save, seed: int) -> None:
    content = bytearray(book(3, lambda n: [Said(50, 40, "header")]))
    dice = random.Random(seed)
    for _ in range(dice.choice([1, 10, 200])):
        content[dice.randrange(len(content))] = dice.randrange(256)
    try:
        assert read(save(bytes(content))).text.strip()
    except UnreadableFile as error:
        assert error.reason.endswith(".")


# Boxes and pictures


def under(path: Path, number: int, start: int, end: int) -> str:
    """The characters that pdfium finds under the boxes."""
    with pypdfium2.PdfDocument(path) as file:
        left, bottom, right, top = file[number - 1].get_bbox()
        width, height = right - left, top - bottom
        text = file[number - 1].get_textpage()
        return "".join(
            text.get_text_bounded(
                left + box.left * width,
                top - box.bottom * height,
                left + box.right * width,
                top - box.top * height,
            )
            for box in boxes(path, number, start, end, LIMITS)
        )


def letters(text: str) -> str:
    return re.sub(r"[\s\ufffe\x02-]", "", text)


def test_the_boxes_of_any_words_hold_these_words_and_no_others(save: Save) -> None:
    columns = [*column(50, 100, prose(20, 40)), *column(320, 100, prose(20, 40, 5))]
    table = [
        Said(x, 450 + 14 * n, text) for n, texts in enumerate(TABLE) for x, text in zip(PLACES, texts, strict=True)
    ]
    header = [Said(50, 40, "Always the same"), Said(300, 780, "1")]
    path = save(pdf([[*columns, *table, *header]] * 3))
    document = read(path)
    text = page(document, 2)
    words = [found.span() for found in re.finditer(r"\S+", text)]
    dice = random.Random(2)
    for _ in range(60):
        first = dice.randrange(len(words))
        last = min(len(words) - 1, first + dice.choice([0, 0, 1, 5, 20]))
        start, end = words[first][0], words[last][1]
        assert letters(under(path, 2, start, end)) == letters(text[start:end])


def test_there_is_one_box_for_each_line(save: Save) -> None:
    lines = prose(3, 60)
    path = save(pdf([column(50, 100, lines)]))
    found = boxes(path, 1, 0, len("\n".join(lines)), LIMITS)
    assert len(found) == 3
    for n, box in enumerate(found):
        assert box.left == pytest.approx(50 / WIDTH, abs=0.005)
        assert box.bottom == pytest.approx((100 + 12 * n) / HEIGHT, abs=0.006)
        assert 0 <= box.top < box.bottom <= 1


def test_boxes_count_from_the_part_of_the_page_that_is_shown(save: Save) -> None:
    cropped = Sheet([Said(150, 300, "Middle")], attributes="/CropBox[100 400 500 600]")
    box = boxes(save(pdf([cropped])), 1, 0, 6, LIMITS)[0]
    assert box.left == pytest.approx((150 - 100) / 400, abs=0.01)
    assert box.bottom == pytest.approx((300 - 200) / 200, abs=0.01)


def test_the_picture_of_a_page_has_the_width_asked_for(save: Save) -> None:
    path = save(pdf([[Said(50, 100, "Seen", 40)]]))
    png = picture(path, 1, 300, LIMITS)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 300
    assert int.from_bytes(png[20:24], "big") == 300 * HEIGHT // WIDTH


def test_a_page_that_does_not_exist_is_refused(save: Save) -> None:
    path = save(pdf([[Said(50, 100, "One page")]]))
    for number in (0, 2):
        with pytest.raises(UnreadableFile, match="has no page"):
            boxes(path, number, 0, 1, LIMITS)
        with pytest.raises(UnreadableFile, match="has no page"):
            picture(path, number, 100, LIMITS)


def test_boxes_and_pictures_come_through_the_reading_process(save: Save) -> None:
    path = save(pdf([[Said(50, 100, "Through the pipe")]]))
    with Reader(Settings()) as reader:
        assert reader.boxes(path, 1, 0, 7) == boxes(path, 1, 0, 7, LIMITS)
        assert reader.picture(path, 1, 200) == picture(path, 1, 200, LIMITS)


# Real files

REAL = (
    "docling__multi_page.pdf",
    "docling__2305.03393v1-pg9.pdf",
    "docling__redp5110_sampled.pdf",
    "unstr__fr_olap.pdf",
)


@pytest.mark.skipif(not SHARED.exists(), reason="no evaluation data")
@pytest.mark.parametrize("name", REAL)
def test_the_boxes_of_words_of_real_files_hold_them(name: str) -> None:
    path = SHARED / "formats" / "files" / name
    document = read(path)
    dice = random.Random(name)
    right = 0
    for _ in range(40):
        number = dice.choice([one.number for one in document.pages if one.end - one.start > 200])
        text = page(document, number)
        start, end = dice.choice([found.span() for found in re.finditer(r"\w\S*", text)])
        right += letters(text[start:end]) in letters(under(path, number, start, end))
    assert right >= 38


NUMBERS = re.compile(r"[\s$()\d,.%—–-]*\d[\s$()\d,.%—–-]*|[$()%—–\s-]+")


def rows(evidence: str) -> list[str]:
    """The rows of a table in the evidence of FinanceBench, where each cell has a line: letters and digits only."""
    found: list[list[str]] = []
    for line in evidence.split("\n"):
        if not NUMBERS.fullmatch(line):
            found.append([bare(line)[-25:]])
        elif found:
            found[-1].append(bare(line))
    return ["".join(row) for row in found if any(row[1:])]


def bare(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower())


@pytest.mark.skipif(not SHARED.exists(), reason="no evaluation data")
def test_rows_of_the_tables_of_real_reports_stand_whole_on_a_line() -> None:
    """All but seven that are artefacts of the evidence (footnote marks, sentences that end in a year)."""
    documents: dict[str, Document] = {}
    right = []
    for line in (SHARED / "financebench" / "questions.jsonl").read_text("utf-8").splitlines():
        question = json.loads(line)
        name = question["document"]
        if name not in documents:
            documents[name] = read(SHARED / "financebench" / name)
        for number, evidence in zip(question["pages_from_0"], question["evidence"], strict=True):
            lines = [bare(one) for one in page(documents[name], number + 1).split("\n")]
            right += [any(row in one for one in lines) for row in rows(evidence)]
    assert len(right) > 140
    assert right.count(False) <= 7


@pytest.mark.parametrize(
    ("drawn", "how"),
    [
        ("1 g BT /F 10 Tf 50 600 Td (Marzipan on all hills) Tj ET", "in the colour of the page"),
        (
            "BT /F 10 Tf 50 620 Td (Visible ) Tj 1 1 1 rg (Marzipan on all hills) Tj ET",
            "in the colour of the page",
        ),
        ("BT /F 0.4 Tf 50 600 Td (Marzipan on all hills) Tj ET", "too small to read"),
    ],
)
def test_text_in_white_or_too_small_is_left_out(save: Save, drawn: str, how: str) -> None:
    document = read(save(pdf([Sheet([Said(50, 100, "Seen by everybody, and on a line of its own")], drawn)])))
    assert "Marzipan" not in document.text
    assert "Seen by everybody" in document.text
    assert ("Visible" in document.text) == ("Visible" in drawn)
    warning = f"Page 1 holds 4 words {how}, which nobody sees; they were left out: “Marzipan on all hills”."
    assert document.warnings == (warning,)


def test_white_text_on_a_dark_ground_is_kept(save: Save) -> None:
    drawn = "0.2 g 40 590 200 30 re f 1 g BT /F 10 Tf 50 600 Td (Title of the table) Tj ET"
    document = read(save(pdf([Sheet([Said(50, 100, "Seen by everybody")], drawn)])))
    assert "Title of the table" in document.text
    assert document.warnings == ()
