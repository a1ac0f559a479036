"""Passages tile the text, whatever the text, its headings and its pages."""

import json
import time
from itertools import pairwise
from pathlib import Path

import grapheme
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.config import ROOT
from qa.readers import Document, Heading, Page, UnreadableFile, formats
from qa.readers.document import ReadLimits
from qa.readers.markdown import headings as markdown_headings
from qa.splitting import Passage, split

DATA = ROOT.parent / "shared" / "data"

words = st.sampled_from(
    ["a", "word", "Sentence.", "“Quoted!”", "x" * 90, "3.5", "U.S.", "end,", "人人生而自由。", "é", "\u00a0"]
)
gaps = st.sampled_from([" ", "  ", "\n", "\n\n", "\n \n\n", "\t", ""])
texts = st.one_of(
    st.text(max_size=400),
    st.lists(st.tuples(words, gaps), max_size=120).map(lambda pairs: "".join(w + g for w, g in pairs)),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = draw(texts)
    places = st.integers(0, len(text))
    cuts = sorted(draw(st.sets(places, max_size=6)))
    starts = [0, *cuts] if draw(st.booleans()) else []
    ends = [*starts[1:], len(text)]
    pages = tuple(Page(n, *span) for n, span in enumerate(zip(starts, ends, strict=False), 1))
    marks = sorted(draw(st.sets(places, max_size=12)))
    spans = [(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False) if text[a:b].strip()]
    headings = tuple(Heading(draw(st.integers(1, 4)), text[a:b], a, b) for a, b in spans)
    return Document(text, pages, headings, draw(st.sampled_from(["text", "pdf"])))


def check(document: Document, passages: list[Passage], characters: int) -> None:
    assert "".join(document.text[p.start : p.end] for p in passages) == document.text
    place = 0
    for passage in passages:
        assert passage.start == place < passage.end <= place + characters
        place = passage.end
    assert place == len(document.text)


def plain(text: str, kind: str = "text") -> Document:
    return Document(text, (), (), kind)


def markdown(text: str) -> Document:
    return Document(text, (), tuple(markdown_headings(text)), "markdown")


def pieces(document: Document, characters: int = 500) -> list[str]:
    passages = split(document, characters)
    check(document, passages, characters)
    return [document.text[p.start : p.end] for p in passages]


@settings(max_examples=300, deadline=None)
@given(documents(), st.integers(20, 600))
def test_passages_tile_the_text_and_keep_to_their_length(document: Document, characters: int) -> None:
    passages = split(document, characters)
    check(document, passages, characters)
    ends = {passage.end for passage in passages}
    assert all(page.start in ends | {0} for page in document.pages)
    titles = [heading.title for heading in document.headings]
    for passage in passages:
        assert all(title in titles for title in passage.headings)
        page = next((p for p in document.pages if p.start <= passage.start < p.end), None)
        assert passage.page == (page and page.number)


@settings(max_examples=100, deadline=None)
@given(documents())
def test_a_blank_passage_is_left_only_where_no_neighbour_has_room(document: Document) -> None:
    passages = split(document, 80)
    bounds = {page.start for page in document.pages} | {heading.start for heading in document.headings}
    for one, two in pairwise(passages):
        blank = any(document.text[p.start : p.end].isspace() for p in (one, two))
        assert not (blank and two.end - one.start <= 80 and two.start not in bounds)


SCRIPTS = {
    "Russian": "Все люди рождаются свободными и равными в своём достоинстве и правах. ",
    "Greek": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι; Και ίσοι στην αξιοπρέπεια και τα δικαιώματα. ",
    "Armenian": "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ ու իրավունքներով։ ",
    "Arabic": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا، أليس كذلك؟ ",
    "Hebrew": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון. ",
    "Hindi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है। ",
    "Bengali": "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে। ",
    "Tamil": "மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர். அவர்கள் சமமானவர்கள். ",
    "Thai": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม ",
    "Khmer": "មនុស្សទាំងអស់កើតមកមានសេរីភាពនិងសមភាពក្នុងផ្នែកសេចក្ដីថ្លៃថ្នូរនិងសិទ្ធិ។ ",
    "Burmese": "လူတိုင်းသည်တူညီလွတ်လပ်သောဂုဏ်သိက္ခာဖြင့်လည်းကောင်းမွေးဖွားလာသူများဖြစ်သည်။ ",
    "Tibetan": "འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་སྐྱེས་ཙམ་ཉིད་ནས་ཆེ་མཐོངས་ཐོབ། ",
    "Amharic": "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው። ",
    "Chinese": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    "Japanese": "「すべての人間は、生まれながらにして自由である。」かつ、尊厳と権利とについて平等である。",
    "Korean": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. ",
}
ENDS = ".;։؟។။།።。」।?"


@pytest.mark.parametrize("sentence", SCRIPTS.values(), ids=SCRIPTS.keys())
@pytest.mark.parametrize("characters", [200, 500])
def test_passages_of_any_script_end_with_its_sentences_and_are_about_as_long_as_aimed(
    sentence: str, characters: int
) -> None:
    found = pieces(plain(sentence * 80), characters)
    assert all(piece.rstrip()[-1] in ENDS for piece in found) or "ม" in sentence  # Thai has no such sign
    middle = found[len(found) // 2]
    assert len(middle) >= min(characters - len(sentence), 0.5 * characters)


@pytest.mark.parametrize("sentence", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_text_without_any_space_or_stop_gives_passages_of_the_aimed_length(sentence: str) -> None:
    letters = "".join(sign for sign in sentence if not sign.isspace() and sign not in ENDS + ",，、،་།«»「」")
    found = pieces(plain(letters * 60), 300)
    assert all(220 <= len(piece) <= 300 for piece in found[:-1])


signs = st.sampled_from(
    [
        *"".join(SCRIPTS.values()),
        "e\u0301",
        "👨‍👩‍👧‍👦",
        "🇩🇪",
        "👍🏽",
        "\u1100\u1161\u11a8",
        "\r\n",
        "葛\U000e0100",
        "กำ",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(signs, min_size=30, max_size=400).map("".join), st.integers(10, 80))
def test_no_passage_begins_inside_a_character_cluster(text: str, characters: int) -> None:
    place, bounds = 0, set()
    for cluster in grapheme.graphemes(text):
        place += len(cluster)
        bounds.add(place)
    passages = split(plain(text), characters)
    check(plain(text), passages, characters)
    assert {passage.end for passage in passages} <= bounds


def test_a_cluster_longer_than_a_passage_is_cut() -> None:
    found = pieces(plain("Zalgo e" + "\u0301" * 5000 + " end. " + "🇩🇪" * 500), 300)
    assert len(found) < 40


@pytest.mark.parametrize(
    "repeated", ["a \u0301", "\u0301", "🇩🇪", "👩\u200d", ".", "\n", "。”", "한국어", "\u202e"], ids=ascii
)
def test_no_repeated_sign_makes_splitting_slow(repeated: str) -> None:
    text = "e" + repeated * (100_000 // len(repeated))
    start = time.process_time()
    pieces(plain(text))
    assert time.process_time() - start < 3


def test_passages_of_korean_are_short_enough_for_the_embedding_model_to_see() -> None:
    korean, english = (max(map(len, pieces(plain(text * 60)))) for text in (SCRIPTS["Korean"], SECTION))
    assert korean < 330 < 450 < english


def test_no_text_has_no_passages() -> None:
    assert split(plain("")) == []


def test_a_short_document_is_one_passage() -> None:
    assert split(plain("Short.")) == [Passage(0, 6, None, ())]


def test_a_paragraph_is_cut_before_a_line_a_line_before_a_sentence_a_sentence_before_a_word() -> None:
    assert pieces(plain("one\n\ntwo two"), 9) == ["one\n\n", "two two"]
    assert pieces(plain("One one.\nTwo. Two."), 12) == ["One one.\n", "Two. Two."]
    assert pieces(plain("Here it is. And on it goes"), 20) == ["Here it is. ", "And on it goes"]
    assert pieces(plain("one, two three"), 12) == ["one, ", "two three"]
    assert pieces(plain("one two"), 5) == ["one ", "two"]
    assert pieces(plain("abcdefgh"), 5) == ["abcde", "fgh"]


def test_an_abbreviation_is_no_place_to_cut_where_a_sentence_ends_nearby() -> None:
    text = "It was sold there. It went from the U.S. to Peru later on"
    assert pieces(plain(text), 45) == ["It was sold there. ", "It went from the U.S. to Peru later on"]


def test_where_lines_are_wrapped_a_sentence_ends_a_passage_before_a_line_does() -> None:
    text = "The first sentence goes\nover two lines. The second one\ngoes over two lines\nas well."
    first = "The first sentence goes\nover two lines. "
    assert pieces(plain(text, "pdf"), 60)[0] == first
    assert pieces(plain(text), 60)[0] == first
    assert pieces(plain(text.replace("\ngoes", "\nGoes").replace("\nas", "\nAs").replace("\nov", "\nOv")), 60)[
        0
    ].endswith("\n")


def test_rows_of_a_table_in_a_pdf_stay_whole() -> None:
    rows = "".join(f"U.S. sales {year} $ {year * 3:,} (1,234) 5.6 %\n" for year in range(1990, 2025))
    assert all(piece.endswith("\n") for piece in pieces(plain(rows, "pdf"), 200))


def test_a_page_begins_a_passage() -> None:
    document = Document("One.\n\nTwo.", (Page(1, 0, 6), Page(2, 6, 6), Page(3, 6, 10)), (), "pdf")
    assert split(document) == [Passage(0, 6, 1, ()), Passage(6, 10, 3, ())]


SECTION = "This sentence has fifty characters, as one can see. "


def test_a_heading_begins_a_passage_and_gives_it_its_path() -> None:
    source = f"# A\n\n{SECTION * 5}\n\n## B\n\n{SECTION * 5}\n\n# C\n\n{SECTION}"
    document = markdown(source)
    assert [p.headings for p in split(document)] == [("A",), ("A", "B"), ("C",)]
    assert [piece[:3] for piece in pieces(document)] == ["# A", "## ", "# C"]


def test_tiny_sections_share_a_passage() -> None:
    document = markdown("# A\n\none\n\n# B\n\ntwo\n\n# C\n\nthree\n")
    assert split(document) == [Passage(0, len(document.text), None, ("A",))]


def test_the_path_is_that_of_the_first_words_below_the_headings() -> None:
    assert split(markdown(f"# A\n\n## B\n\n{SECTION}"))[0].headings == ("A", "B")


@pytest.mark.parametrize("before", ["", "Some words come first.\n\n", SECTION * 3 + "\n\n"])
@pytest.mark.parametrize("body", [SECTION * 40, SECTION * 9 + "\n\n" + SECTION * 9, "word " * 400])
def test_a_heading_stays_with_what_follows_it(before: str, body: str) -> None:
    for piece in pieces(markdown(f"{before}## A heading\n\n### Below\n\n{body}")):
        assert not piece.rstrip().endswith(("A heading", "Below"))


def test_a_heading_longer_than_a_passage_is_cut_like_any_text() -> None:
    assert len(pieces(markdown("# " + SECTION * 20 + "\n\nText."))) > 2


@pytest.mark.skipif(not DATA.exists(), reason="no evaluation data")
def test_passages_tile_the_evaluation_corpora() -> None:
    texts = [path.read_bytes().decode("utf-8") for path in sorted((DATA / "chunking").glob("*.md"))]
    articles = json.loads((DATA / "squad2" / "dev.json").read_text())["data"]
    texts += ["\n\n".join(p["context"] for p in article["paragraphs"]) for article in articles]
    for text in texts:
        assert sum(piece.isspace() for piece in pieces(markdown(text))) == 0


@pytest.mark.skipif(not DATA.exists(), reason="no evaluation data")
def test_passages_of_real_reports_seldom_begin_in_mid_sentence() -> None:
    total = lower = 0
    for path in sorted((DATA / "financebench").glob("*.pdf")):
        document = read(path)
        assert document is not None
        found = pieces(document)
        total += len(found)
        lower += sum(piece.lstrip()[:1].islower() for piece in found)
        assert all(passage.page is not None for passage in split(document))
    assert lower < total * 0.12


def read(path: Path) -> Document | None:
    try:
        return formats.read(path, ReadLimits(ocr=False))
    except UnreadableFile:
        return None


@pytest.mark.skipif(not DATA.exists(), reason="no evaluation data")
def test_passages_tile_every_readable_file_of_the_evaluation_data() -> None:
    for path in sorted((DATA / "formats" / "files").glob("*.[mhdtp]*")):
        if "bomb" not in path.name and (document := read(path)):
            pieces(document, 300)
