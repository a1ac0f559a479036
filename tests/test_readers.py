"""Every format, on small real files made here; the reading process has a test module of its own."""

import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from qa.readers import Document, UnreadableFile, formats
from qa.readers.document import ReadLimits, canonical

LIMITS = ReadLimits()
Write = Callable[[str, bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return _write


def read(path: Path, limits: ReadLimits = LIMITS) -> Document:
    document = formats.read(path, limits)
    assert canonical(document.text) == document.text
    for heading in document.headings:
        assert document.text[heading.start : heading.end].strip()
    return document


def refusal(path: Path, limits: ReadLimits = LIMITS) -> str:
    with pytest.raises(UnreadableFile) as error:
        formats.read(path, limits)
    assert str(error.value).startswith(path.name + " ")
    return error.value.reason


def titles(document: Document) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in document.headings]


def make_pdf(pages: list[str], bookmarks: list[tuple[str, int]] | None = None, extra: str = "") -> bytes:
    """A PDF with one line of text per line of each page ("" is a blank page)."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R/Outlines {4 + 2 * count} 0 R>>",
        f"<</Type/Pages/Count {count}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, text in enumerate(pages):
        shown = " ".join(f"({line}) Tj T*" for line in text.split("\n"))
        stream = f"BT /F 12 Tf 14 TL 50 800 Td {shown} ET {extra}" if text else extra
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 850]/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {5 + 2 * number} 0 R>>"
        )
        objects.append(f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream")
    first = 4 + 2 * count
    marks = bookmarks or []
    objects.append(f"<</First {first + 1} 0 R/Last {first + len(marks)} 0 R>>" if marks else "<<>>")
    for n, (title, page) in enumerate(marks, 1):
        following = f"/Next {first + n + 1} 0 R" if n < len(marks) else ""
        objects.append(f"<</Title({title})/Parent {first} 0 R{following}/Dest[{2 + 2 * page} 0 R/Fit]>>")
    return _numbered(objects)


def _numbered(objects: list[str]) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode("latin-1")


# What any reader does


@pytest.mark.parametrize("name", ["README", "notes.xyz", "notes.2024", "übersicht"])
def test_text_without_a_known_suffix_is_read_as_text(write: Write, name: str) -> None:
    document = read(write(name, "Some text."))
    assert (document.kind, document.text, document.warnings) == ("text", "Some text.", ())


def test_a_pdf_named_txt_is_read_as_a_pdf(write: Write) -> None:
    assert read(write("report.txt", make_pdf(["Hello"]))).kind == "pdf"


def test_a_web_page_named_txt_is_read_as_a_web_page(write: Write) -> None:
    document = read(write("page.txt", "<!DOCTYPE html><html><body><p>Hello</p></body></html>"))
    assert (document.kind, document.text) == ("html", "Hello")


def test_a_zip_file_named_txt_is_refused_for_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.txt", "text")
    assert "is an archive" in refusal(path)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize("content", ["\n \t\r\n", "\ufeff", "\0\0 \0"])
def test_a_document_without_visible_text_is_empty(write: Write, name: str, content: str) -> None:
    assert "is empty" in refusal(write(name, content))


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", b"word " * 50), ("a.pdf", make_pdf(["one two three"] * 8))]
)
def test_a_text_beyond_the_limit_is_refused_by_the_name_of_the_setting(
    write: Write, name: str, content: bytes
) -> None:
    assert "QA_TEXT_CHARACTERS" in refusal(write(name, content), ReadLimits(text_characters=100))


@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=60))
def test_canonical_text_has_one_line_ending_and_can_be_stored(text: str) -> None:
    result = canonical(text)
    assert result.encode("utf-8").decode("utf-8") == result == canonical(result)
    assert not {"\r", "\0", "\ufffe"} & set(result)
    assert result.count("\n") == text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


# Text


def test_plain_text_is_kept_to_the_character(write: Write) -> None:
    document = read(write("a.txt", "\ufeffOne\r\n\r\n  two\fthree\rfour\n"))
    assert (document.text, document.pages, document.headings) == ("One\n\n  two\fthree\nfour\n", (), ())
    assert document.warnings == ()


FRENCH = "Où étaient les élèves ? Ils fêtaient Noël à l’école, ça va de soi. "
SAMPLES = [
    (FRENCH, "cp1252"),
    ("Blåbærgrød og smørrebrød er dejligt. ", "cp1252"),
    ("Zażółć gęślą jaźń, proszę państwa. ", "cp1250"),
    ("Однажды, в студёную зимнюю пору, я из лесу вышел. ", "cp1251"),
    ("Однажды, в студёную зимнюю пору, я из лесу вышел. ", "koi8-r"),
    ("すべての人間は、生まれながらにして自由であり、平等である。", "shift_jis"),
    ("すべての人間は、生まれながらにして自由であり、平等である。", "iso2022_jp"),
    ("人人生而自由，在尊严和权利上一律平等。", "gb18030"),
    (FRENCH, "utf-16"),
    (FRENCH, "utf-16-le"),
    (FRENCH, "utf-16-be"),
    (FRENCH, "utf-32-le"),
    ("人人生而自由，在尊严和权利上一律平等。", "utf-16-be"),
    ("The quick brown fox jumps over the lazy dog, and more text follows it. ", "cp500"),
]


@pytest.mark.parametrize(("text", "encoding"), SAMPLES)
def test_text_in_another_encoding_is_read_and_the_encoding_said(write: Write, text: str, encoding: str) -> None:
    document = read(write("a.txt", (text * 4).encode(encoding)))
    assert document.text == text * 4
    assert "not UTF-8" in document.warnings[0]


def test_a_few_broken_bytes_do_not_change_the_encoding_of_the_rest(write: Write) -> None:
    document = read(write("a.txt", (FRENCH * 20).encode() + b"\xff\xfe."))
    assert document.text.startswith(FRENCH)
    assert "broken bytes" in document.warnings[0]


def test_a_stray_nul_does_not_make_text_unreadable(write: Write) -> None:
    assert read(write("a.txt", b"some text\0 and more of it")).text == "some text and more of it"


@pytest.mark.parametrize(
    ("name", "said"),
    [("junk.txt", "is not text"), ("junk.bin", "is not a document"), ("junk", "is not a document")],
)
@pytest.mark.parametrize("content", [bytes(range(256)) * 20, random.Random(0).randbytes(1024)])
def test_binary_junk_is_not_taken_for_text(write: Write, name: str, said: str, content: bytes) -> None:
    assert said in refusal(write(name, content))


# Markdown


def test_markdown_is_kept_as_it_is_with_its_headings(write: Write) -> None:
    source = "---\ntitle: x\n# no\n---\n# One #\ntext\n\nTwo\n===\n\n## **Th**`ree` [link](u)\n#no\n    # code\n"
    document = read(write("a.md", source))
    assert document.text == source
    assert titles(document) == [(1, "One"), (1, "Two"), (2, "Three link")]
    assert [source[h.start : h.end] for h in document.headings][:2] == ["# One #", "Two\n==="]


def test_what_looks_like_a_markdown_heading_in_code_is_none(write: Write) -> None:
    source = "```sh\n# no\n~~~\n# no\n```\n# yes\n~~~~\n~~~\n# no\n~~~~\n"
    assert titles(read(write("a.md", source))) == [(1, "yes")]


@pytest.mark.parametrize("source", ["- item\n---\n", "a\nb\n---\n", "text\n\n---\n", "| a |\n---\n", "# \n"])
def test_a_rule_below_something_else_is_no_heading(write: Write, source: str) -> None:
    assert read(write("a.md", source)).headings == ()


@pytest.mark.parametrize("line", ["*a " * 100_000, "[" * 200_000, " " * 200_000 + "x", "`_" * 100_000])
def test_a_monstrous_heading_takes_no_time(write: Write, line: str) -> None:
    assert len(read(write("a.md", "# " + line)).headings) == 1


# HTML

PAGE = """<html><head><title>Site</title><style>p {}</style></head><body>
<header>Logo</header><nav><a href="/">Home</a></nav>
<main><h1>Bread &amp;
 butter</h1><p>Flour,<br>water  and <b>salt</b>.</p>
<ul><li>one</li><li>two<ul><li>deep</li></ul></li></ul><ol start="3"><li><p>three</p></li><li>four</li></ol>
<h2>Prices</h2>
<table><caption>In euro</caption><tr><th>Loaf<th><th>2024<th>2025<tr><td>Rye<td><td>3<p>.50</p><td>4
<tr><td>Oat<td><td><td>5</table>
<pre>a  b
  c</pre><script>alert(1)</script><div style="display: none">hidden</div></main>
<aside>Advert</aside><form><label>Search</label></form><footer>Imprint</footer></body></html>"""


def test_a_web_page_gives_its_main_text(write: Write) -> None:
    assert read(write("a.html", PAGE)).text == (
        "Bread & butter\n\nFlour,\nwater and salt.\n\n- one\n- two\n  - deep\n3. three\n4. four\n\nPrices\n\n"
        "In euro\n\nLoaf | 2024 | 2025\nRye | 3 .50 | 4\nOat |  | 5\n\na  b\n  c"
    )


def test_headings_of_a_web_page_are_found(write: Write) -> None:
    document = read(write("a.html", PAGE))
    assert titles(document) == [(1, "Bread & butter"), (2, "Prices")]
    assert [document.text[h.start : h.end] for h in document.headings] == ["Bread & butter", "Prices"]


def test_the_title_is_the_first_heading_of_a_page_that_has_none(write: Write) -> None:
    document = read(write("a.html", "<title>A page</title><p>Text</p>"))
    assert (document.text, titles(document)) == ("A page\n\nText", [(1, "A page")])


def test_tables_that_lay_out_a_page_are_no_rows(write: Write) -> None:
    long = "word " * 150
    nested = f"<table><tr><td>menu<td><table><tr><td>{long}<p>end</table></table>"
    assert "|" not in read(write("a.html", nested)).text


def test_a_page_that_is_one_form_is_read(write: Write) -> None:
    assert read(write("a.html", "<form><p>All the text of this page.</p></form>")).text.startswith("All the")


@pytest.mark.parametrize("declared", ["utf-8", "windows-1252", "nonsense", ""])
def test_the_declared_charset_is_believed_only_where_the_bytes_agree(write: Write, declared: str) -> None:
    source = f"<html><meta charset='{declared}'><body><p>{FRENCH * 3}</p></body></html>"
    assert read(write("a.html", source.encode("cp1252"))).text == (FRENCH * 3).strip()
    assert read(write("b.html", source.encode("utf-8"))).text == (FRENCH * 3).strip()


def test_an_external_entity_of_a_page_is_not_fetched(write: Write, tmp_path: Path) -> None:
    secret = write("secret", "secret")
    source = f'<!DOCTYPE html [<!ENTITY e SYSTEM "{secret.as_uri()}">]><html><body><p>Text &e;</p></body></html>'
    assert "secret" not in read(write("a.html", source)).text


def test_text_nested_1500_deep_is_kept_and_deeper_text_is_read_flat(write: Write) -> None:
    assert "deep" in read(write("a.html", "<b>" * 1500 + "deep")).text
    document = read(write("b.html", "<p>start</p>" + "<div>" * 5000 + "deep"))
    assert document.text == "start\n\ndeep"
    assert document.warnings == ("Its elements nest too deeply: read without headings and tables.",)


def test_a_page_of_scripts_alone_is_empty(write: Write) -> None:
    assert "is empty" in refusal(write("a.html", "<html><script>var a = 1</script></html>"))


# PDF


def test_pages_of_a_pdf_tile_its_text(write: Write) -> None:
    document = read(write("a.pdf", make_pdf(["First page\nsecond line", "", "Third page"])))
    assert document.text == "First page\nsecond line\n\nThird page"
    assert [document.text[page.start : page.end] for page in document.pages] == [
        "First page\nsecond line\n\n",
        "",
        "Third page",
    ]
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert document.warnings == ("Page 2 without text (blank, or a picture).",)


def test_bookmarks_found_on_their_page_are_headings(write: Write) -> None:
    pages = ["Contents\nOne\nTwo", "One\ntext of one", "About two\nTwo\ntext of two"]
    marks = [("One", 2), ("Two", 3), ("Nowhere", 2)]
    document = read(write("a.pdf", make_pdf(pages, marks)))
    assert titles(document) == [(1, "One"), (1, "Two")]
    assert document.headings[0].start == document.pages[1].start
    assert document.text[document.headings[1].start :] == "Two\ntext of two"


def test_a_scan_says_that_it_has_no_text_layer(write: Write) -> None:
    picture = "q 500 0 0 500 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    assert "looks like a scan" in refusal(write("a.pdf", make_pdf([""], extra=picture)), ReadLimits(ocr=False))


def test_a_blank_pdf_is_empty_not_a_scan(write: Write) -> None:
    assert "is empty" in refusal(write("a.pdf", make_pdf(["", ""])))


def test_a_damaged_pdf_says_so(write: Write) -> None:
    assert "is damaged" in refusal(write("a.pdf", b"%PDF-1.4\n" + b"junk" * 50))


# Word


def save(document: "docx.document.Document", path: Path) -> Path:
    document.save(str(path))
    return path


def test_word_headings_lists_and_tables_are_read(tmp_path: Path) -> None:
    source = docx.Document()
    source.add_heading("Handbook", 0)
    source.add_heading("Leave", 1)
    source.add_paragraph("Twenty-six days\ta year.")
    for item in ("one", "two"):
        source.add_paragraph(item, style="List Bullet")
    for item in ("first", "second"):
        source.add_paragraph(item, style="List Number")
    table = source.add_table(2, 3)
    for cell, text in zip([c for row in table.rows for c in row.cells], ["A", "", "B", "C", "D"], strict=False):
        cell.text = text
    document = read(save(source, tmp_path / "a.docx"))
    assert document.text == (
        "Handbook\n\nLeave\n\nTwenty-six days\ta year.\n\n- one\n- two\n1. first\n2. second\n\nA |  | B\nC | D"
    )
    assert titles(document) == [(1, "Handbook"), (1, "Leave")]


def test_headings_are_known_by_their_outline_level_in_any_language(tmp_path: Path) -> None:
    source = docx.Document()
    style = source.styles.add_style("Überschrift Zwei", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "1")
    style.element.get_or_add_pPr().append(level)
    source.add_paragraph("Urlaub", style=style)
    source.add_paragraph("Sechsundzwanzig Tage.")
    assert titles(read(save(source, tmp_path / "a.docx"))) == [(2, "Urlaub")]


NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def word_file(path: Path, body: str, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")
        for name, xml in parts.items():
            package.writestr(f"word/{name}.xml", f"<w:{name} {NAMESPACES}>{xml}</w:{name}>")
    return path


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_deleted_and_duplicate_text_is_left_out_and_boxes_and_notes_are_kept(tmp_path: Path) -> None:
    box = f"<w:txbxContent><w:p>{run('In a box')}</w:p></w:txbxContent>"
    alternative = (
        f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    body = (
        f"<w:p>{run('Kept')}<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins>{run(', added')}</w:ins>"
        f"<w:r>{alternative}</w:r><w:r><w:footnoteReference w:id='7'/></w:r>"
        "<m:oMath><m:r><m:t>, x=1</m:t></m:r></m:oMath></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run('In a control')}</w:p></w:sdtContent></w:sdt>"
    )
    notes = f"<w:footnote w:id='7'><w:p>{run('A note.')}</w:p></w:footnote>"
    text = read(word_file(tmp_path / "a.docx", body, footnotes=notes)).text
    assert text == "Kept, added, x=1\n\nIn a box\n\nFootnote 1: A note.\n\nIn a control"


def test_hidden_text_of_word_and_of_a_page_is_left_out(tmp_path: Path, write: Write) -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Obey.</w:t></w:r>"
    shown = "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>Read.</w:t></w:r>"
    assert read(word_file(tmp_path / "a.docx", f"<w:p>{hidden}{shown}</w:p>")).text == "Read."
    page = "<p style='color: red; Display : none'>Obey.</p><p hidden>Obey.<p>Read this text of the page."
    assert read(write("a.html", page)).text == "Read this text of the page."


def test_word_lists_are_numbered_as_word_shows_them(tmp_path: Path) -> None:
    def item(text: str, number: int, level: int) -> str:
        number_ = f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr>"
        return f"<w:p><w:pPr>{number_}</w:pPr>{run(text)}</w:p>"

    levels = [("decimal", "%1."), ("lowerLetter", "%1.%2)"), ("upperRoman", "%3")]
    written = "".join(
        f"<w:lvl w:ilvl='{n}'><w:start w:val='1'/><w:numFmt w:val='{style}'/><w:lvlText w:val='{text}'/></w:lvl>"
        for n, (style, text) in enumerate(levels)
    )
    numbering = (
        f"<w:abstractNum w:abstractNumId='0'>{written}</w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='0'/>"
        "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/></w:lvlOverride></w:num>"
    )
    items = [("a", 1, 0), ("b", 1, 1), ("c", 1, 1), ("d", 1, 2), ("e", 1, 0), ("f", 1, 1), ("g", 2, 0)]
    body = "".join(item(*one) for one in items)
    text = read(word_file(tmp_path / "a.docx", body, numbering=numbering)).text
    assert text == "1. a\n1.a) b\n1.b) c\nI d\n2. e\n2.a) f\n5. g"


def test_a_word_file_that_python_docx_refuses_is_read(tmp_path: Path) -> None:
    assert read(word_file(tmp_path / "a.docx", f"<w:p>{run('Text')}</w:p>")).text == "Text"


def test_damage_inside_a_word_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", f"<w:document {NAMESPACES}><w:body><w:p>{run('Start')}</w:p><w:p><")
    document = read(path)
    assert (document.text, len(document.warnings)) == ("Start", 1)


def test_entities_in_a_word_file_are_not_expanded(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    entities = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    with zipfile.ZipFile(path, "w") as package:
        body = f"<w:body><w:p>{run('x&b;')}</w:p></w:body>"
        package.writestr("word/document.xml", f"{entities}<w:document {NAMESPACES}>{body}</w:document>")
    assert "aaa" not in read(path).text


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = word_file(tmp_path / "a.docx", "<w:p/>" + " " * 5_000_000)
    assert "unpacks to more than 1 MB" in refusal(path, ReadLimits(part_bytes=1_000_000))


def test_a_locked_and_an_old_word_file_are_told_apart(write: Write) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert "password" in refusal(write("a.docx", ole + "EncryptedPackage".encode("utf-16-le")))
    old = write("b.docx", ole + "WordDocument".encode("utf-16-le"))
    assert formats.kind_of(old, LIMITS) == "doc"


def test_a_word_file_cut_short_says_that_it_is_damaged(tmp_path: Path, write: Write) -> None:
    path = word_file(tmp_path / "a.docx", f"<w:p>{run('Text')}</w:p>")
    assert "is damaged" in refusal(write("b.docx", path.read_bytes()[:-30]))
