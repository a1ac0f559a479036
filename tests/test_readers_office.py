"""Word, PowerPoint and OpenDocument, on small files made here; sheets and RTF have test modules of their own."""

import io
import struct
from pathlib import Path

import docx as python_docx
import msoffcrypto.format.ooxml
import office_files as office
import pytest
from compound_files import compound
from lxml import etree
from office_files import A, C, P, W, docx, opendocument, paragraph, pptx, relations, shape

from qa.readers import Document, UnreadableFile, formats, legacy, odp, odt, rtf
from qa.readers import docx as word
from qa.readers import pptx as powerpoint
from qa.readers.blocks import Block
from qa.readers.document import ReadLimits
from qa.readers.formulas import linear
from qa.readers.ppt_outline import completed, outline

LIMITS = ReadLimits()
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
PICTURE = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
GOES_ON, PLACE = 'vMerge="1"', 'presentation:class="title"'
# Attributes of placeholders.
TITLE, BODY, FOOTER, NUMBER, FIRST = 'type="title"', 'type="body"', 'type="ftr"', 'type="sldNum"', 'idx="1"'
DIAGRAM = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'


def lines(document: Document) -> list[str]:
    for heading in document.headings:
        assert document.text[heading.start : heading.end].strip()
    return [line for line in document.text.split("\n") if line]


def titles(document: Document) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in document.headings]


def refusal(path: Path, limits: ReadLimits = LIMITS) -> str:
    readers = {
        ".docx": word,
        ".pptx": powerpoint,
        ".odt": odt,
        ".odp": odp,
        ".rtf": rtf,
        ".doc": legacy,
        ".ppt": legacy,
    }
    with pytest.raises(UnreadableFile) as error:
        readers[path.suffix].read(path, limits)  # type: ignore[attr-defined]
    return error.value.reason


CHART = (
    f"<c:chartSpace {C} {A}><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Turnover</a:t></a:r></a:p></c:rich>"
    "</c:tx></c:title><c:plotArea><c:barChart>"
    "<c:ser><c:tx><c:strRef><c:strCache><c:pt idx='0'><c:v>Sales</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    "<c:cat><c:strRef><c:strCache><c:pt idx='0'><c:v>2020</c:v></c:pt><c:pt idx='1'><c:v>2021</c:v></c:pt>"
    "</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache><c:formatCode>0.0%</c:formatCode>"
    "<c:pt idx='0'><c:v>0.5</c:v></c:pt><c:pt idx='1'><c:v>0.25</c:v></c:pt></c:numCache></c:numRef></c:val>"
    "</c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
)
CHART_LINES = ["Chart: Turnover", "2020 | Sales: 50.0%", "2021 | Sales: 25.0%"]
SMART_ART = (
    f"<dgm:dataModel {DIAGRAM} {A}><dgm:ptLst><dgm:pt modelId='0' type='doc'/>"
    + "".join(
        f"<dgm:pt modelId='{n}'><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        for n, text in enumerate(["First", "Part of first", "Second"], 1)
    )
    + "</dgm:ptLst><dgm:cxnLst><dgm:cxn srcId='0' destId='3' srcOrd='1'/>"
    "<dgm:cxn srcId='0' destId='1' srcOrd='0'/>"
    "<dgm:cxn srcId='1' destId='2' srcOrd='0'/></dgm:cxnLst></dgm:dataModel>"
)


# Word


def test_comments_follow_the_paragraph_that_they_are_about(tmp_path: Path) -> None:
    mark = "<w:r><w:commentReference w:id='7'/></w:r>"
    body = f"<w:p><w:r><w:t>Pay by May.</w:t></w:r>{mark}</w:p>{paragraph('Next.')}"
    comments = (
        f"<w:comments {W}><w:comment w:id='7' w:author='Ann'>{paragraph('Or June?')}</w:comment></w:comments>"
    )
    document = word.read(docx(tmp_path / "a.docx", body, {"word/comments.xml": comments}), LIMITS)
    assert lines(document) == ["Pay by May.", "Comment (Ann): Or June?", "Next."]


def test_headers_and_footers_are_told_once_when_they_say_something(tmp_path: Path) -> None:
    header, number = (
        f"<w:hdr {W}>{paragraph(text)}</w:hdr>" for text in ("Contract 17, confidential", "Page 3 of 9")
    )
    names = {"h": ("header", "h1.xml"), "i": ("header", "h2.xml"), "j": ("header", "h3.xml")}
    rels = relations(names | {"f": ("footer", "f.xml")})
    draft = f"<w:hdr {W}>{paragraph('Draft')}</w:hdr>"
    parts = {"word/h1.xml": header, "word/h2.xml": header, "word/h3.xml": draft, "word/f.xml": number}
    document = word.read(docx(tmp_path / "a.docx", paragraph("Text."), parts, rels), LIMITS)
    assert lines(document) == ["Text.", "Header: Contract 17, confidential", "Header: Draft"]


def test_charts_diagrams_and_words_about_pictures_are_read(tmp_path: Path) -> None:
    body = (
        f"{paragraph('See:')}<w:p><w:r><w:drawing><wp:inline {PICTURE}>"
        "<wp:docPr id='1' name='Picture 1' descr='A red barn by a lake'/><c:chart r:id='c'/>"
        f"<dgm:relIds {DIAGRAM} r:dm='d'/></wp:inline></w:drawing></w:r></w:p>"
    )
    rels = relations({"c": ("chart", "charts/chart1.xml"), "d": ("diagramData", "d.xml")})
    parts = {"word/charts/chart1.xml": CHART, "word/d.xml": SMART_ART}
    document = word.read(docx(tmp_path / "a.docx", body, parts, rels), LIMITS)
    diagram = ["- First", "  - Part of first", "- Second"]
    assert lines(document) == ["See:", "Picture: A red barn by a lake", *CHART_LINES, *diagram]


def test_a_cell_merged_downwards_is_said_in_each_row(tmp_path: Path) -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    begins, goes_on = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    body = (
        f"<w:tbl><w:tr>{cell('North', begins)}{cell('5')}</w:tr><w:tr>{cell('', goes_on)}{cell('6')}</w:tr>"
        f"<w:tr>{cell('South')}{cell('7')}</w:tr></w:tbl>"
    )
    document = word.read(docx(tmp_path / "a.docx", body), LIMITS)
    assert lines(document) == ["North | 5", "North | 6", "South | 7"]


NUMBERING = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0">'
    '<w:numFmt w:val="upperLetter"/><w:lvlText w:val="(%1)"/></w:lvl></w:lvlOverride></w:num></w:numbering>'
)


def numbered(text: str, list_id: int = 1, more: str = "") -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_id}"/></w:numPr>{more}')


def test_numbers_are_counted_as_word_shows_them(tmp_path: Path) -> None:
    """Also those of empty paragraphs and of cells; a list may write its numbers otherwise than its definition."""
    cells = "".join(f"<w:tc>{one}</w:tc>" for one in (numbered(""), paragraph("Rope")))
    joined = numbered("", more="<w:rPr><w:del/></w:rPr>")
    body = f"{numbered('One')}{numbered('')}{joined}<w:tbl><w:tr>{cells}</w:tr></w:tbl>{numbered('Four', 2)}"
    document = word.read(docx(tmp_path / "a.docx", body, {"word/numbering.xml": NUMBERING}), LIMITS)
    assert lines(document) == ["1. One", "3. | Rope", "(D) Four"]


def test_a_large_first_letter_is_part_of_its_word(tmp_path: Path) -> None:
    body = paragraph("O", '<w:framePr w:dropCap="drop"/>') + paragraph("nce upon a time")
    assert word.read(docx(tmp_path / "a.docx", body), LIMITS).text == "Once upon a time"


def test_letters_in_the_font_symbol_are_read(tmp_path: Path) -> None:
    font = '<w:rPr><w:rFonts w:ascii="{}"/></w:rPr>'
    runs = (
        "<w:r><w:sym w:font='Symbol' w:char='F061'/></w:r><w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r>",
        f"<w:r>{font.format('Symbol')}<w:t> \uf0a3 \uf057</w:t></w:r>",
        f"<w:r>{font.format('Webdings')}<w:t>\uf061</w:t></w:r><w:r><w:sym w:font='Symbol' w:char='no'/></w:r>",
    )
    assert word.read(docx(tmp_path / "a.docx", f"<w:p>{''.join(runs)}</w:p>"), LIMITS).text == "α☒ ≤ Ω"


def test_what_was_chosen_in_a_form_is_read(tmp_path: Path) -> None:
    chosen = "<w:ddList><w:result w:val='1'/><w:listEntry w:val='red'/><w:listEntry w:val='blue'/></w:ddList>"
    checked = "<w:checkBox><w:checked/></w:checkBox>"
    fields = "".join(
        f"<w:r><w:fldChar w:fldCharType='begin'><w:ffData>{data}</w:ffData></w:fldChar><w:t xml:space='preserve'> "
        "</w:t></w:r>"
        for data in (checked, chosen)
    )
    assert word.read(docx(tmp_path / "a.docx", f"<w:p>{fields}</w:p>"), LIMITS).text == "☒ blue"


def test_an_embedded_web_page_is_read_where_it_stands(tmp_path: Path) -> None:
    rels = relations({"a": ("aFChunk", "chunk.html")})
    page = "<html><body><h1>Inside</h1><p>Embedded words that are part of the document.</p></body></html>"
    body = f"{paragraph('Before.')}<w:altChunk r:id='a'/>{paragraph('After.')}"
    path = docx(tmp_path / "a.docx", body, {"word/chunk.html": page}, rels)
    document = word.read(path, LIMITS)
    assert lines(document) == ["Before.", "Inside", "Embedded words that are part of the document.", "After."]
    assert titles(document) == [(1, "Inside")]
    assert word.read(path, ReadLimits(depth=0)).warnings == ("A document embedded in it was left out.",)


def test_what_lies_outside_is_never_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<html><body><p>hidden words</p></body></html>", "utf-8")
    targets = {"a": ("aFChunk", secret.as_uri()), "b": ("aFChunk", "../../../secret.html")}
    body = f"{paragraph('Seen.')}<w:altChunk r:id='a'/><w:altChunk r:id='b'/>"
    document = word.read(docx(tmp_path / "a.docx", body, {}, relations(targets, external=["a"])), LIMITS)
    assert document.text == "Seen."
    assert len(document.warnings) == 2


def test_macros_are_not_run_and_the_text_is_read(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docm", paragraph("Text."), {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 Auto_Open"})
    document = formats.read(path, LIMITS)
    assert (document.kind, document.text) == ("docx", "Text.")


def test_a_strict_document_is_read_like_any_other(tmp_path: Path) -> None:
    parts = office.parts_of(docx(tmp_path / "a.docx", paragraph("Title", "<w:outlineLvl w:val='0'/>")))
    strict = {
        name: str(data, "utf-8")
        .replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/",
            "http://purl.oclc.org/ooxml/wordprocessingml/",
        )
        .replace("officeDocument/2006/relationships", "officeDocument/relationships")
        for name, data in parts.items()
        if isinstance(data, bytes)
    }
    assert titles(word.read(office.package(tmp_path / "b.docx", strict), LIMITS)) == [(1, "Title")]


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("<m:sSup><m:e><m:r><m:t>a</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>", "a^2"),
        (
            "<m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>c</m:t></m:r></m:den></m:f>",
            "(a+b)/c",
        ),
        ("<m:rad><m:deg/><m:e><m:r><m:t>x+1</m:t></m:r></m:e></m:rad>", "√(x+1)"),
        (
            "<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub><m:r><m:t>i=1</m:t></m:r></m:sub>"
            "<m:sup><m:r><m:t>n</m:t></m:r></m:sup><m:e><m:r><m:t>i</m:t></m:r></m:e></m:nary>",
            "∑_(i=1)^n i",
        ),
        (
            "<m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr><m:e><m:r><m:t>x</m:t></m:r></m:e>"
            "</m:d>",
            "[x]",
        ),
    ],
)
def test_a_formula_is_written_on_one_line(formula: str, shown: str) -> None:
    assert linear(etree.fromstring(f"<m:oMath {M}>{formula}</m:oMath>")) == shown


# Locked files


@pytest.fixture(scope="module")
def locked_docx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plain, path = io.BytesIO(), tmp_path_factory.mktemp("locked") / "a.docx"
    document = python_docx.Document()
    document.add_paragraph("The vault opens at noon.")
    document.save(plain)
    with path.open("wb") as file:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("sesame", file)
    return path


def test_a_locked_document_opens_with_one_of_the_passwords(locked_docx: Path) -> None:
    assert word.read(locked_docx, ReadLimits(passwords=("other", "sesame"))).text == "The vault opens at noon."


def test_a_locked_document_says_what_would_open_it(locked_docx: Path) -> None:
    assert "Give it in QA_PASSWORDS" in refusal(locked_docx)
    assert "none of QA_PASSWORDS fits" in refusal(locked_docx, ReadLimits(passwords=("other",)))


# Bombs and damage


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("a.docx", "word/document.xml"),
        ("a.pptx", "ppt/presentation.xml"),
        ("a.odt", "content.xml"),
        ("a.odp", "content.xml"),
    ],
)
def test_a_part_that_unpacks_to_too_much_is_refused(tmp_path: Path, name: str, part: str) -> None:
    path = office.package(tmp_path / name, {part: b"<x>" + b" " * 3_000_000 + b"</x>"})
    assert "unpacks to more than 1 MB" in refusal(path, ReadLimits(part_bytes=1_000_000))


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.odt", "a.odp"])
def test_entities_are_not_replaced(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words", "utf-8")
    made = {
        ".docx": lambda path: docx(path, paragraph("seen &e; &b;")),
        ".pptx": lambda path: pptx(path, [shape("seen &e; &b;")]),
        ".odt": lambda path: opendocument(path, "text", "<text:p>seen &e; &b;</text:p>"),
        ".odp": lambda path: opendocument(
            path, "presentation", "<draw:page><draw:frame><text:p>seen &e; &b;</text:p></draw:frame></draw:page>"
        ),
    }[Path(name).suffix](tmp_path / name)
    declared = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}"><!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'.encode()
    )
    parts: dict[str, str | bytes] = {
        name: declared + data if isinstance(data, bytes) and b"seen" in data else data
        for name, data in office.parts_of(made).items()
    }
    document = formats.read(office.package(tmp_path / name, parts), LIMITS)
    assert "seen" in document.text
    assert "hidden" not in document.text
    assert "aaaa" not in document.text


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.odt", "a.odp", "a.rtf", "a.doc", "a.ppt"])
def test_a_file_of_another_kind_is_refused_with_the_next_step(tmp_path: Path, name: str) -> None:
    path = office.package(tmp_path / name, {"other.xml": "<x/>"})
    assert "ave it" in refusal(path)


def test_damage_ends_a_presentation_where_it_is_and_is_told(tmp_path: Path) -> None:
    parts = office.parts_of(pptx(tmp_path / "a.pptx", [shape("whole"), shape("cut")]))
    second = parts["ppt/slides/slide2.xml"]
    parts["ppt/slides/slide2.xml"] = second[: len(second) // 3]
    document = powerpoint.read(office.package(tmp_path / "b.pptx", parts), LIMITS)
    assert "whole" in document.text
    assert document.warnings == ("Damaged inside: what follows the damage may be missing.",)


# PowerPoint


def test_a_slide_is_a_page_called_by_its_title(tmp_path: Path) -> None:
    slides = [
        shape("Later", (0, 900)) + shape("Plan", (0, 500), TITLE),
        shape("No title here", (5, 5)),
    ]
    document = powerpoint.read(pptx(tmp_path / "a.pptx", slides), LIMITS)
    assert [(page.number, page.label) for page in document.pages] == [(1, "Plan"), (2, "")]
    assert titles(document) == [(1, "Plan")]
    assert lines(document) == ["Plan", "Later", "No title here"]


def test_shapes_are_read_from_the_top_left(tmp_path: Path) -> None:
    slide = (
        shape("bottom", (10, 5_000_000))
        + shape("top right", (5_000_000, 1_000_000))
        + shape("top left", (10, 1_050_000))
        + "<p:grpSp><p:grpSpPr><a:xfrm><a:off x='1' y='3000000'/></a:xfrm></p:grpSpPr>"
        + shape("in a group", (9, 9))
        + "</p:grpSp>"
    )
    document = powerpoint.read(pptx(tmp_path / "a.pptx", [slide]), LIMITS)
    assert lines(document) == ["top left", "top right", "in a group", "bottom"]


def test_bullets_come_from_the_master_unless_the_paragraph_says_otherwise(tmp_path: Path) -> None:
    rels = {
        "slide1.rels": relations({"l": ("slideLayout", "../slideLayouts/l.xml")}),
        "ppt/slideLayouts/l.xml": f"<p:sldLayout {P} {A}>{shape('Click here', (7, 7), FIRST)}</p:sldLayout>",
        "ppt/slideLayouts/_rels/l.xml.rels": relations({"m": ("slideMaster", "../slideMasters/m.xml")}),
        "ppt/slideMasters/m.xml": f"<p:sldMaster {P} {A}><p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char='•'/>"
        "</a:lvl1pPr></p:bodyStyle></p:txStyles></p:sldMaster>",
    }
    numbered = "<a:pPr><a:buAutoNum type='arabicPeriod'/></a:pPr>"
    slide = (
        shape("one\ntwo", holder=FIRST)
        + shape("bare", (9, 900_000), FIRST, "<a:pPr><a:buNone/></a:pPr>")
        + shape("first\nsecond", (9, 2_000_000), properties=numbered)
        + shape("free", (9, 4_000_000))
    )
    document = powerpoint.read(pptx(tmp_path / "a.pptx", [slide], rels), LIMITS)
    assert lines(document) == ["- one", "- two", "bare", "1. first", "2. second", "free"]


def test_tables_charts_diagrams_and_pictures_of_a_slide_are_read(tmp_path: Path) -> None:
    def cell(text: str, merged: str = "") -> str:
        return f"<a:tc {merged}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"

    frame = "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='1' name='x'/></p:nvGraphicFramePr>"
    slide = (
        f"{frame}<a:tbl><a:tr>{cell('North')}{cell('5')}</a:tr><a:tr>{cell('', GOES_ON)}{cell('6')}</a:tr></a:tbl>"
        f"</p:graphicFrame>{frame}<c:chart r:id='c'/></p:graphicFrame>"
        f"{frame}<dgm:relIds {DIAGRAM} r:dm='d'/></p:graphicFrame>"
        "<p:pic><p:nvPicPr><p:cNvPr id='2' name='Picture 2' descr='A red barn'/></p:nvPicPr></p:pic>"
        "<p:pic><p:nvPicPr><p:cNvPr id='3' name='x' descr='image1.png'/></p:nvPicPr></p:pic>"
    )
    parts = {
        "slide1.rels": relations({"c": ("chart", "../charts/c.xml"), "d": ("diagramData", "../d.xml")}),
        "ppt/charts/c.xml": CHART,
        "ppt/d.xml": SMART_ART,
    }
    document = powerpoint.read(pptx(tmp_path / "a.pptx", [slide], parts), LIMITS)
    diagram = ["- First", "  - Part of first", "- Second"]
    assert lines(document) == ["North | 5", "North | 6", *CHART_LINES, *diagram, "Picture: A red barn"]


def test_notes_and_hidden_slides_are_read_and_said(tmp_path: Path) -> None:
    notes = f"<p:notes {P} {A}>{shape('Say hello.', holder=BODY)}{shape('3', holder=NUMBER)}</p:notes>"
    parts = {"slide1.rels": relations({"n": ("notesSlide", "../n.xml")}), "ppt/n.xml": notes}
    document = powerpoint.read(
        pptx(tmp_path / "a.pptx", [shape("Hi"), "hidden:" + shape("Secret")], parts), LIMITS
    )
    assert lines(document) == ["Hi", "Notes: Say hello.", "Secret", "(This slide is hidden.)"]
    assert document.warnings == ("Slide 2 is hidden in the presentation; it was read too.",)


def test_a_footer_is_told_once_and_slide_numbers_never(tmp_path: Path) -> None:
    slide = shape("Text") + shape("Acme 2020", (1, 9), FOOTER) + shape("7", (2, 9), NUMBER)
    assert lines(powerpoint.read(pptx(tmp_path / "a.pptx", [slide, slide]), LIMITS)) == [
        "Text",
        "Acme 2020",
        "Text",
    ]


# OpenDocument


def test_an_opendocument_text_keeps_its_structure(tmp_path: Path) -> None:
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/><text:list-level-style-bullet text:level="2"/></text:list-style>'
    )
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>deleted</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:h text:outline-level="2">Aims</text:h>'
        '<text:p>Two<text:s text:c="2"/>words<text:note text:note-class="footnote">'
        "<text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>a note</text:p></text:note-body></text:note>"
        "<office:annotation><dc:creator>Ann</dc:creator>"
        "<text:p>why?</text:p></office:annotation></text:p>"
        '<text:list text:style-name="L">'
        + item.format("one", "<text:list>" + item.format("inner", "") + "</text:list>")
        + item.format("two", "")
        + "</text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell><table:covered-table-cell/>"
        "<table:table-cell><text:p>B</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p><draw:frame><draw:text-box><text:p>in a box</text:p></draw:text-box></draw:frame></text:p>"
        "<text:p><draw:frame><draw:image/><svg:desc>A red barn</svg:desc></draw:frame></text:p>"
    )
    document = odt.read(opendocument(tmp_path / "a.odt", "text", body, styles), LIMITS)
    assert titles(document) == [(2, "Aims")]
    assert lines(document) == [
        *("Aims", "Two  words", "Footnote 1: a note", "Comment (Ann): why?"),
        *("1. one", "  - inner", "2. two", "A |  | B", "in a box", "Picture: A red barn"),
    ]


def test_the_items_of_a_list_in_a_cell_have_their_numbers(tmp_path: Path) -> None:
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/></text:list-style>'
    )
    items = "".join(f"<text:list-item><text:p>{one}</text:p></text:list-item>" for one in ("Rope", "Boots"))
    cells = (f'<text:list text:style-name="L">{items}</text:list>', "<text:p>Packed</text:p>")
    line = "".join(f"<table:table-cell>{one}</table:table-cell>" for one in cells)
    body = f"<table:table><table:table-row>{line}</table:table-row></table:table>"
    assert odt.read(opendocument(tmp_path / "a.odt", "text", body, styles), LIMITS).text == (
        "1. Rope 2. Boots | Packed"
    )


def test_headings_that_a_document_numbers_have_their_numbers(tmp_path: Path) -> None:
    styles = (
        f"<office:document-styles {office.ODF}><office:styles><text:outline-style>"
        + "".join(
            f'<text:outline-level-style text:level="{n}" style:num-format="1" text:display-levels="{n}"/>'
            for n in (1, 2)
        )
        + "</text:outline-style></office:styles></office:document-styles>"
    )
    body = "".join(
        f'<text:h text:outline-level="{n}">{t}</text:h>' for n, t in [(1, "A"), (2, "B"), (2, "C"), (1, "D")]
    )
    path = opendocument(tmp_path / "a.odt", "text", body, parts={"styles.xml": styles})
    assert [title for _, title in titles(odt.read(path, LIMITS))] == ["1 A", "1.1 B", "1.2 C", "2 D"]


def test_an_opendocument_formula_and_chart_are_read(tmp_path: Path) -> None:
    math = (
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><msup><mi>a</mi><mn>2</mn></msup>'
        "<annotation>a^{2}</annotation></semantics></math>"
    )
    row = "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell>" + (
        '<table:table-cell office:value-type="{}"><text:p>{}</text:p></table:table-cell></table:table-row>'
    )
    chart = (
        f"<office:document-content {office.ODF}><chart:title><text:p>Turnover</text:p></chart:title><table:table>"
        + row.format("", "string", "Sales")
        + row.format("2020", "float", "5")
        + row.format("2021", "float", "6")
        + "</table:table></office:document-content>"
    )
    frame = '<draw:frame><draw:object xlink:href="./{}"/></draw:frame>'
    body = f"<text:p>Area {frame.format('Object 1')} of it.</text:p><text:p>{frame.format('Object 2')}</text:p>"
    parts = {"Object 1/content.xml": math, "Object 2/content.xml": chart}
    shown = lines(odt.read(opendocument(tmp_path / "a.odt", "text", body, parts=parts), LIMITS))
    assert shown[:2] == ["Area a^2 of it.", "Chart: Turnover"]
    assert "2020" in shown[-2]
    assert "5" in shown[-2]


def test_an_opendocument_presentation_has_a_page_for_each_slide(tmp_path: Path) -> None:
    frame = (
        '<draw:frame svg:x="{}cm" svg:y="{}cm" {}><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>'
    )
    notes = f"<presentation:notes>{frame.format(0, 0, '', 'Say hello.')}</presentation:notes>"
    body = (
        f"<draw:page>{frame.format(9, 2, '', 'right')}{frame.format(1, 2.1, '', 'left')}"
        f"{frame.format(1, 9, PLACE, 'Plan')}{notes}</draw:page>"
        f"<draw:page draw:style-name='h'>{frame.format(1, 1, '', 'Secret')}</draw:page>"
    )
    invisible = '<style:drawing-page-properties presentation:visibility="hidden"/>'
    hidden = f'<style:style style:name="h">{invisible}</style:style>'
    document = odp.read(opendocument(tmp_path / "a.odp", "presentation", body, hidden), LIMITS)
    assert [page.label for page in document.pages] == ["Plan", ""]
    assert lines(document) == ["Plan", "left", "right", "Notes: Say hello.", "Secret", "(This slide is hidden.)"]
    assert document.warnings == ("Slide 2 is hidden in the presentation; it was read too.",)


# Old binary files


def record(kind: int, content: bytes, instance: int = 0, version: int = 0) -> bytes:
    """A record of a "PowerPoint Document" stream."""
    return struct.pack("<HHI", instance << 4 | version, kind, len(content)) + content


def text_records(text: str, kind: int) -> bytes:
    """A text with its kind (0: a title, 1: a body), as the outline has them."""
    return record(0x0F9F, struct.pack("<I", kind)) + record(0x0FA0, text.encode("utf-16-le"))


def old_presentation(*slides: bytes) -> bytes:
    listed = b"".join(record(0x03F3, bytes(20)) + texts for texts in slides)
    return record(0x03E8, record(0x0FF0, listed, version=15), version=15)


def test_the_outline_of_an_old_presentation_is_read_slide_by_slide() -> None:
    narrow = record(0x0F9F, struct.pack("<I", 1)) + record(0x0FA8, b"Ropes\rBoots")
    data = old_presentation(b"") + old_presentation(text_records("What to\x0bpack", 0) + narrow, b"")
    assert outline(data) == [[Block("What to pack", 1), Block("Ropes"), Block("Boots")], []]
    assert outline(data[:-30])[0][0].text == "What to pack"
    assert outline(b"noise" * 9) == []


def test_what_a_slide_lacks_of_its_outline_is_put_behind_its_title() -> None:
    listed = [Block("Packing", 1), Block("Ropes"), Block("Boots")]
    shown = [Block("A box"), Block("Packing", 1), Block("Boots"), Block("Page 3")]
    assert [block.text for block in completed(shown, listed)] == ["A box", "Packing", "Ropes", "Boots", "Page 3"]
    assert [block.text for block in completed([], listed)] == ["Packing", "Ropes", "Boots"]


def test_an_old_presentation_has_the_words_of_its_outline(tmp_path: Path) -> None:
    streams = [
        ("PowerPoint Document", old_presentation(text_records("Packing", 0) + text_records("Ropes\rBoots", 1)))
    ]
    (tmp_path / "a.ppt").write_bytes(compound(streams, []))
    document = legacy.read(tmp_path / "a.ppt", LIMITS)
    assert lines(document) == ["Packing", "Ropes", "Boots"]
    assert titles(document) == [(1, "Packing")]
    assert [page.label for page in document.pages] == ["Packing"]


def test_an_old_presentation_of_which_the_library_finds_nothing_has_its_outline(tmp_path: Path) -> None:
    data = compound([("PowerPoint Document", old_presentation(text_records("Packing", 0)))], [])
    document = legacy._presentation(tmp_path / "a.ppt", LIMITS, {"sections": []}, data)
    assert lines(document) == ["Packing"]


def test_a_presentation_of_powerpoint_95_is_read_without_its_slides(tmp_path: Path) -> None:
    streams = [("PowerPoint Document", bytes(5000)), ("Text_Content", b"Packing\r\rRopes\r".ljust(5000))]
    (tmp_path / "a.ppt").write_bytes(compound(streams, []))
    document = legacy.read(tmp_path / "a.ppt", LIMITS)
    assert lines(document) == ["Packing", "Ropes"]
    assert "PowerPoint 95" in document.warnings[0]


def test_an_old_file_that_cannot_be_read_says_in_what_to_save_it(tmp_path: Path) -> None:
    for name, modern in (("a.doc", ".docx"), ("a.ppt", ".pptx")):
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))
        assert f"Save it as {modern}." in refusal(tmp_path / name)
