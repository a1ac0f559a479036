"""Pages, books, saved pages, subtitles and marked-up text, on small files made here."""

import zipfile
from pathlib import Path

import pytest
from hostile_files import package, png
from lxml.html import fromstring
from text_files import Save, titles

from qa.readers import epub, html, html_teasers, markdown, mhtml, rst, subtitles, text
from qa.readers.document import ReadLimits, UnreadableFile

LIMITS = ReadLimits()


def page(body: str) -> str:
    return html.page_of(f"<html><body>{body}</body></html>")[0].text


# HTML

STORY = "<p>" + "The baker opens the shop at six and sells rye bread until noon. " * 12 + "</p>"


@pytest.mark.parametrize(
    "clutter",
    [
        "<div class='cookie-banner'>We use cookies.</div>",
        "<div id='onetrust-consent-sdk'>We use cookies.</div>",
        "<div class='main-nav'><a href=/>We use cookies.</a></div>",
        "<div role=dialog>We use cookies.</div>",
        "<ul class=x>" + "<li><a href=/>We use cookies.</a></li>" * 6 + "</ul>",
        "<div style='visibility: hidden'>We use cookies.</div>",
        "<div class='breadcrumbs'>We use cookies.</div>",
        "<noscript>We use cookies.</noscript>",
        "<math><annotation encoding='application/x-tex'>We use cookies.</annotation></math>",
    ],
)
def test_what_surrounds_the_text_of_a_page_is_left_out(clutter: str) -> None:
    assert page(clutter + STORY + clutter).startswith("The baker opens")
    assert "cookies" not in page(clutter + STORY + clutter)


@pytest.mark.parametrize(
    "name", ["share-price", "informed-consent", "related-work", "footnotes", "menu-of-the-day"]
)
def test_content_whose_name_only_sounds_like_a_menu_is_kept(name: str) -> None:
    assert "Forty euro." in page(f"{STORY}<div class='{name}'>Forty euro.</div>")


@pytest.mark.parametrize("tag", ["aside", "div class=sidebar"])
def test_a_note_beside_the_text_is_kept(tag: str) -> None:
    note = "Bread that is kept in a box stays fresh for four days, and in a bag for three at the most, they say."
    assert note in page(f"{STORY}<{tag}><p>{note}</p></{tag.split()[0]}>{STORY}")


TEASER = "<div><a href=/x><h3>Ten cakes that nobody will forget</h3></a><p>Sweet.</p></div>"
LINKS = "<ul>" + "<li><a href=/x>A cake that nobody in this town will ever forget, I say</a></li>" * 4 + "</ul>"


@pytest.mark.parametrize(
    "aside",
    [
        TEASER * 3,
        LINKS,
        f"<section>{LINKS} More</section>",
        "<div class='related-stories'>Sweet cake for all <a href=/x>here</a></div>",
        "<p class='share this'>Tell cake lovers</p>",
    ],
)
def test_what_leads_to_other_pages_is_left_out_beside_an_article(aside: str) -> None:
    body = f"<div><div>{STORY}</div><div>{aside}</div></div>"
    text = html.page_of(f"<html><body>{body}</body></html>", site=True)[0].text
    assert text.startswith("The baker opens")
    assert "cake" not in text


@pytest.mark.parametrize(
    ("body", "site"),
    [
        (LINKS, True),
        (f"<p>Some links.</p>{LINKS}", True),
        (f"<div>{STORY}</div><div>{LINKS}</div>", False),
        (
            f"<div>{STORY}</div><div><table><tr><td><a href=/x>A cake</a><td>nice to eat<td>2 EUR</table></div>",
            True,
        ),
        (f"<div>{STORY}</div><div><h1><a href=/x>A cake</a></h1></div>", True),
        (
            f"<div>{STORY}</div><div class=share><p>The cake is shared by all who come early enough.</p></div>",
            True,
        ),
    ],
)
def test_links_are_kept_where_they_are_the_text(body: str, site: bool) -> None:
    assert "cake" in html.page_of(f"<html><body>{body}</body></html>", site)[0].text


def test_a_part_of_a_book_keeps_its_links() -> None:
    text = "\n".join(
        block.text for block in html.blocks_of(f"<div>{STORY}</div><div>{TEASER}</div>", frozenset())[0]
    )
    assert "Ten cakes" in text


def test_a_page_of_which_little_would_be_left_is_kept_whole() -> None:
    parts = "".join(
        f"<aside><a href=x>Part {n} tells of the flour and of the oven in the back room.</a></aside>"
        for n in range(9)
    )
    words = page(f"<p>Notes</p>{parts}")
    assert "Part 0 tells" in words
    assert "Part 8 tells" in words


def test_a_cell_over_several_rows_stands_in_each_of_them() -> None:
    table = (
        "<table><tr><th>Shop<th>Loaf<th colspan=2>Price, weight<tr><td rowspan=2>North<td>Rye<td>3<td>500"
        "<tr><td>Oat<td>4<td>400<tr><td>South<td>Bran<td>2<td>300</table>"
    )
    assert page(table) == (
        "Shop | Loaf | Price, weight\nNorth | Rye | 3 | 500\nNorth | Oat | 4 | 400\nSouth | Bran | 2 | 300"
    )


def test_a_table_whose_cells_span_beyond_measure_ends() -> None:
    cells = "<td rowspan=60000 colspan=60000>x" * 300
    assert page(f"<table><tr>{cells}</tr>{'<tr><td>y</tr>' * 300}</table>").startswith("x")


def test_the_alternative_text_of_a_picture_is_read_where_it_says_something() -> None:
    words = page("<p>See <img alt='Chart of bread prices since 1990'> and <img alt=logo> here.</p>")
    assert words == "See [Picture: Chart of bread prices since 1990] and here."


def test_soft_hyphens_and_readings_above_words_do_not_break_words() -> None:
    assert page("<p>Brot\u00adbacken <ruby>漢<rt>kan</rt>字<rt>ji</rt></ruby></p>") == "Brotbacken 漢字"


def test_character_data_of_xhtml_is_read() -> None:
    source = "<html xmlns='http://www.w3.org/1999/xhtml'><body><p><![CDATA[a < b & c]]></p></body></html>"
    assert html.page_of(source)[0].text == "a < b & c"


def test_a_raised_number_does_not_become_part_of_the_number_before() -> None:
    assert page("<p>10<sup>6</sup> m<sup>2</sup> in 2019<sup><a href=x>3</a></sup></p>") == "10^6 m2 in 2019^3"
    assert page("<table><tr><td>Rye<td>1,234<sup>1</sup></table>") == "Rye | 1,234^1"


def test_lists_of_links_in_the_text_and_the_categories_of_a_wiki_are_kept() -> None:
    links = "<ul>" + "".join(f'<li><a href="/{n}">Kind {n} of duck</a></li>' for n in range(4)) + "</ul>"
    boxed = f"<div>{links.replace('Kind', 'Offer')}</div>"
    catlinks = f'<div id="catlinks"><div>{links.replace("Kind", "Category")}</div></div>'
    root = fromstring(
        f"<body><div><div>{STORY}{STORY}<h2>See also</h2>{links}{boxed}</div>{catlinks}</div></body>"
    )
    html_teasers.remove(root)
    found = root.text_content()
    assert "Kind 3 of duck" in found and "Category 3 of duck" in found
    assert "Offer 3" not in found


def test_a_page_of_several_articles_is_all_of_them_and_teasers_are_left_out() -> None:
    two = f"<article><h2>One</h2>{STORY}{STORY}</article><article><h2>Two</h2>{STORY}</article>"
    assert "Two" in page(two)
    teasers = f"<article><h2>One</h2>{STORY}{STORY}</article>" + "<article><p>Read more.</p></article>" * 5
    assert "Read more" not in page(teasers)


def test_terms_and_their_definitions_stand_together() -> None:
    assert (
        page("<dl><dt>Rye<dd>A dark flour.<dt>Oat<dd>A pale one.</dl>") == "Rye\nA dark flour.\nOat\nA pale one."
    )


# Saved pages


def saved(body: str, charset: str = "utf-8") -> bytes:
    return (
        'From: <Saved by Blink>\nContent-Type: multipart/related; type="text/html"; boundary="b"\n\n--b\n'
        f"Content-Type: text/html; charset={charset}\nContent-Transfer-Encoding: quoted-printable\n\n{body}\n--b\n"
        "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0K\n--b--\n"
    ).encode("ascii")


def test_the_page_of_a_saved_page_is_read(save: Save) -> None:
    document = mhtml.read(save("a.mhtml", saved("<h1>Gr=C3=BC=\n=C3=9Fe</h1><nav>Menu</nav><p>hallo</p>")), LIMITS)
    assert document.text == "Grüße\n\nhallo"
    assert titles(document) == [(1, "Grüße")]


def test_a_saved_page_in_the_wrong_charset_is_read(save: Save) -> None:
    body = "<p>Der B=E4cker =F6ffnet um sechs und schlie=DFt um zw=F6lf; sonntags ist f=FCr alle zu.</p>"
    assert mhtml.read(save("a.mht", saved(body)), LIMITS).text.startswith("Der Bäcker öffnet")


def test_a_saved_page_without_a_page_is_refused(save: Save) -> None:
    with pytest.raises(UnreadableFile, match="no web page"):
        mhtml.read(save("a.mhtml", "Content-Type: text/plain\n\nhello"), LIMITS)


# Books


def book(path: Path, chapters: dict[str, str], toc: str = "", extra: dict[str, str] | None = None) -> Path:
    """An EPUB of the second edition: parts in their order, and the entries of its table of contents."""
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    order = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    container = "<container><rootfiles><rootfile full-path='O/b.opf'/></rootfiles></container>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/epub+zip")
        package.writestr("META-INF/container.xml", container)
        package.writestr(
            "O/b.opf",
            "<package xmlns='http://www.idpf.org/2007/opf'><manifest>"
            f"<item id='n' href='toc.ncx' media-type='application/x-dtbncx+xml'/>{items}</manifest>"
            f"<spine>{order}</spine></package>",
        )
        package.writestr("O/toc.ncx", f"<ncx><navMap>{toc}</navMap></ncx>")
        for name, body in {**chapters, **(extra or {})}.items():
            package.writestr(f"O/{name}" if name in chapters else name, body)
    return path


def entry(title: str, target: str) -> str:
    return f"<navPoint><navLabel><text>{title}</text></navLabel><content src='{target}'/></navPoint>"


def test_each_chapter_of_a_book_is_a_page_named_by_the_table_of_contents(tmp_path: Path) -> None:
    chapters = {
        "a%20b.xhtml".replace("%20", " "): "<title>Book</title><p>Preface words.</p>",
        "two.xhtml": "<h1 id='c1'>I</h1><p>First words.</p><h1 id='c2'>II</h1><p>Second words.</p>",
        "three.xhtml": "<p>More of the second.</p>",
    }
    toc = entry("Preface", "a%20b.xhtml") + entry("The Oven", "two.xhtml#c1") + entry("The Flour", "two.xhtml#c2")
    document = epub.read(book(tmp_path / "a.epub", chapters, toc), LIMITS)
    assert [page.label for page in document.pages] == ["Preface", "The Oven", "The Flour"]
    assert [document.text[page.start : page.end].strip() for page in document.pages] == [
        "Preface words.",
        "I\n\nFirst words.",
        "II\n\nSecond words.\n\nMore of the second.",
    ]
    assert titles(document) == [(1, "I"), (1, "II")]


def test_a_book_without_a_table_of_contents_has_a_page_for_each_part(tmp_path: Path) -> None:
    chapters = {"1.html": "<h2>One</h2><p>a</p>", "2.html": "<p>b</p>", "empty.html": ""}
    document = epub.read(book(tmp_path / "a.epub", chapters), LIMITS)
    assert [(page.number, page.label) for page in document.pages] == [(1, "One"), (2, "")]


def spine(path: Path, items: str, parts: dict[str, str | bytes]) -> Path:
    """A book whose reading order is its first item."""
    opf = f"<package><manifest>{items}</manifest><spine><itemref idref='a'/></spine></package>"
    container = "<container><rootfiles><rootfile full-path='b.opf'/></rootfiles></container>"
    whole = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "b.opf": opf, **parts}
    path.write_bytes(package(whole))
    return path


def test_drawings_and_what_stands_for_pictures_are_parts_of_a_book(tmp_path: Path) -> None:
    drawing = "<svg xmlns='http://www.w3.org/2000/svg'><g><text>A <tspan>tide</tspan></text></g></svg>"
    item = "<item id='a' href='a.svg' media-type='image/svg+xml'/>"
    assert epub.read(spine(tmp_path / "a.epub", item, {"a.svg": drawing}), LIMITS).text == "A tide"
    items = (
        "<item id='a' href='a.png' media-type='image/png' fallback='b'/>"
        "<item id='b' href='b.xhtml' media-type='application/xhtml+xml' fallback='a'/>"
    )
    parts: dict[str, str | bytes] = {"a.png": png(1, 1), "b.xhtml": "<p>A tide</p>"}
    assert epub.read(spine(tmp_path / "b.epub", items, parts), LIMITS).text == "A tide"


def test_a_book_of_pictures_says_so(tmp_path: Path) -> None:
    for items in ("<item id='a' href='a.png' fallback='a'/>", "<item id='a' href='a.xhtml'/>"):
        path = spine(tmp_path / "a.epub", items, {"a.png": png(1, 1), "a.xhtml": "<img src='a.png'>"})
        with pytest.raises(UnreadableFile, match="holds pictures and no text"):
            epub.read(path, LIMITS)


def test_a_locked_book_says_so_and_one_with_hidden_fonts_is_read(tmp_path: Path) -> None:
    reference = "<CipherData><CipherReference URI='{}'/></CipherData>"
    encryption = f"<encryption><EncryptedData>{reference}</EncryptedData></encryption>"
    chapters = {"1.html": "<p>Words</p>"}
    locked = book(tmp_path / "a.epub", chapters, extra={"META-INF/encryption.xml": encryption.format("O/1.html")})
    with pytest.raises(UnreadableFile, match="DRM"):
        epub.read(locked, LIMITS)
    fonts = book(tmp_path / "b.epub", chapters, extra={"META-INF/encryption.xml": encryption.format("O/f.otf")})
    assert epub.read(fonts, LIMITS).text == "Words"


def test_a_book_that_unpacks_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.epub", {f"{n}.html": "<p>" + "word " * 100_000 for n in range(5)})
    with pytest.raises(UnreadableFile, match="unpacks to more than"):
        epub.read(path, ReadLimits(part_bytes=1_000_000))
    with pytest.raises(UnreadableFile, match="QA_TEXT_CHARACTERS"):
        epub.read(path, ReadLimits(text_characters=600_000))


@pytest.mark.parametrize("content", [b"no zip", b"PK\x03\x04" + bytes(50)])
def test_a_damaged_book_says_so(save: Save, content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="is damaged"):
        epub.read(save("a.epub", content), LIMITS)


def test_a_part_that_is_missing_in_a_book_is_named(tmp_path: Path) -> None:
    path = book(tmp_path / "a.epub", {"1.html": "<p>Words</p>", "2.html": "<p>x</p>"})
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "b.epub", "w") as package:
        for name in whole.namelist():
            if name != "O/2.html":
                package.writestr(name, whole.read(name))
    document = epub.read(tmp_path / "b.epub", LIMITS)
    assert (document.text, document.warnings) == (
        "Words",
        ("The part O/2.html is missing in the book, or damaged.",),
    )


# Markdown


def test_headings_in_tags_are_read_and_those_in_comments_are_not(save: Save) -> None:
    source = "<h1 align='center'>The <b>Oven</b></h1>\n\n<!-- # no\n# no -->\n\n## Use\n\n<!-- x -->\n# Yes\n"
    document = markdown.read(save("a.md", source), LIMITS)
    assert document.text == source
    assert titles(document) == [(1, "The Oven"), (2, "Use"), (1, "Yes")]


@pytest.mark.parametrize("mark", ["---", "+++"])
def test_the_title_in_the_settings_is_the_heading_of_a_text_without_one(save: Save, mark: str) -> None:
    source = f'{mark}\ndate: 1\ntitle{":" if mark == "---" else " ="} "Bread"\n{mark}\n\n## Rye\n\nwords\n'
    assert titles(markdown.read(save("a.md", source), LIMITS)) == [(1, "Bread"), (2, "Rye")]
    assert titles(markdown.read(save("b.md", source + "\n# Top\n"), LIMITS)) == [(2, "Rye"), (1, "Top")]


def test_the_code_of_a_picture_in_the_text_is_left_out(save: Save) -> None:
    source = f"Before ![x](data:image/png;base64,{'iVBORw0K' * 100}) after.\n"
    document = markdown.read(save("a.md", source), LIMITS)
    assert document.text == "Before ![x](data:image/png;base64,) after.\n"
    assert "left out" in document.warnings[0]


# reStructuredText


def test_underlined_titles_have_levels_by_their_order(save: Save) -> None:
    source = (
        "====\nTop\n====\n\nOne\n---\n\ntext\n\n.. code:: sh\n\n   ls\n   --\n\nTwo ``x``\n^^^^^^^^^\n\n"
        "Three\n-----\n"
        "\n=====  =====\nA      B\n=====  =====\n1      2\n=====  =====\n"
    )
    document = rst.read(save("a.rst", source), LIMITS)
    assert document.text == source
    assert titles(document) == [(1, "Top"), (2, "One"), (3, "Two x"), (2, "Three")]


def test_a_damaged_chapter_of_a_book_costs_only_itself(tmp_path: Path) -> None:
    path = book(tmp_path / "a.epub", {"1.html": "<p>Words</p>", "2.html": "<p>" + "other " * 200})
    data = path.read_bytes()
    with zipfile.ZipFile(path) as package:
        place = package.getinfo("O/2.html").header_offset + 40
    path.write_bytes(data[:place] + bytes(8) + data[place + 8 :])
    document = epub.read(path, LIMITS)
    assert document.text == "Words"
    assert "O/2.html" in document.warnings[0]


# Plain text

LAW = """LEASE OF A SHOP

1. THE SHOP

The shop stands at the corner.

2. RENT

The rent is 9 a month, and

a) it is paid in advance.

3. TERM

Five years.
"""


def test_lines_in_capitals_and_counted_sections_of_plain_text_are_headings() -> None:
    assert [(h.level, h.title) for h in text.headings(LAW)] == [
        (1, "LEASE OF A SHOP"),
        (2, "1. THE SHOP"),
        (2, "2. RENT"),
        (2, "3. TERM"),
    ]
    assert all(LAW[h.start : h.end] == h.title for h in text.headings(LAW))


def test_parts_and_chapters_of_a_book_in_plain_text_are_headings() -> None:
    book = "PART ONE\n\nCHAPTER I. The Oven\n\nIt was hot.\n\nAnd so on.\n\nChapter II\n\nIt was cold.\n\nMore.\n"
    assert [(h.level, h.title) for h in text.headings("Words.\n\n" + book)] == [
        (1, "PART ONE"),
        (2, "CHAPTER I. The Oven"),
        (2, "Chapter II"),
    ]


def test_underlined_titles_of_plain_text_are_headings() -> None:
    source = "Bread\n=====\n\nWords.\n\nRye\n---\n\nMore.\n\nName   Price\n------------\nrye    3\n"
    assert [(h.level, h.title) for h in text.headings(source)] == [(1, "Bread"), (2, "Rye")]


@pytest.mark.parametrize(
    "source",
    [
        "1. Buy flour\n\n2. Bake bread\n\nThen eat it.\n",
        "ALL OF THIS IS SHOUTED\n\nAND THIS TOO\n\nAND THIS AS WELL\n",
        "Hello Bob,\n\nplease call me.\n\nAnn\n\nand Carl\n",
        "Article 5 of the treaty says that nobody may do so.\n\nIt is clear.\n",
        "chapter 3 of it\n\nis long.\n",
        "OK\n\nthen.\n",
    ],
)
def test_other_lines_of_plain_text_are_no_headings(source: str) -> None:
    assert text.headings(source) == ()


# Subtitles

CUES = (
    "1\r\n00:00:01,000 --> 00:00:03,000\r\n<i>Good morning,</i>\r\n\r\n"
    "2\r\n00:00:03,100 --> 00:00:05,000\r\nthe oven is hot.\r\n\r\n"
    "3\r\n00:01:05,500 --> 00:01:07,000\r\nLater.\r\n"
)


def test_cues_become_paragraphs_that_begin_with_their_time(save: Save) -> None:
    document = subtitles.read(save("a.srt", CUES), LIMITS)
    assert document.text == "[00:00:01] Good morning, the oven is hot.\n\n[00:01:05] Later."


def test_notes_styles_and_names_of_web_subtitles_are_understood(save: Save) -> None:
    source = (
        "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE nothing\n\nintro\n00:01.000 --> 00:03.000 align:start\n"
        "<v Ann>Bread &amp; <c.x>butter</c>?\n\n00:03.000 --> 00:04.000\n<v Ann>Bread &amp; <c.x>butter</c>?\n"
    )
    assert subtitles.read(save("a.vtt", source), LIMITS).text == "[00:00:01] Ann: Bread & butter?"


def test_long_speech_is_cut_at_the_end_of_a_sentence(save: Save) -> None:
    cues = "".join(
        f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n"
        f"This is line {n} of a rather long speech{'.' * (n % 3 == 0)}\n\n"
        for n in range(1, 40)
    )
    paragraphs = subtitles.read(save("a.srt", cues), LIMITS).text.split("\n\n")
    assert len(paragraphs) > 2
    assert all(paragraph.endswith(".") and len(paragraph) < 700 for paragraph in paragraphs)


def test_subtitles_without_a_cue_are_refused(save: Save) -> None:
    with pytest.raises(UnreadableFile, match="holds no subtitles"):
        subtitles.read(save("a.srt", "just text\n"), LIMITS)
