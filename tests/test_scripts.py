"""Sentences, clauses and clusters of many scripts; clusters are checked against another library."""

import re
import unicodedata
from itertools import pairwise

import grapheme
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.scripts import BROKEN_LINE, CLAUSE, SENTENCE, SURE_SENTENCE, WORD, seen_characters, whole_cut

TWO_SENTENCES = {
    "English": ("It closed at noon. ", "Nobody came."),
    "English question": ("“Did it close?” ", "Nobody knows."),
    "Spanish": ("Cerró a mediodía. ", "¿Quién vino?"),
    "Russian": ("Музей закрыт. ", "Никто не пришёл."),
    "Russian dialogue": ("Музей закрыт! ", "— Да."),
    "Greek": ("Πού είναι το μουσείο; ", "Έκλεισε."),
    "Greek, own sign": ("Πού είναι το μουσείο\u037e ", "Έκλεισε."),
    "Armenian": ("Թանգարանը փակ է։ ", "Ոչ ոք չեկավ։"),
    "Armenian, colon": ("Թանգարանը փակ է: ", "Ոչ ոք չեկավ:"),
    "Georgian": ("მუზეუმი დაკეტილია. ", "არავინ მოვიდა."),
    "Arabic": ("هل المتحف مغلق؟ ", "نعم."),
    "Arabic, voweled": ("المُتْحَفُ مُغْلَقٌ. ", "نَعَمْ."),
    "Urdu": ("عجائب گھر بند ہے۔ ", "کوئی نہیں آیا۔"),
    "Hebrew": ("המוזיאון סגור. ", "איש לא בא."),
    "Hindi": ("संग्रहालय बंद है। ", "कोई नहीं आया।"),
    "Hindi, no space": ("संग्रहालय बंद है।", "कोई नहीं आया।"),
    "Sanskrit": ("धर्मक्षेत्रे कुरुक्षेत्रे॥ ", "समवेता युयुत्सवः॥"),
    "Bengali": ("জাদুঘর বন্ধ। ", "কেউ আসেনি।"),
    "Marathi, Latin stop": ("संग्रहालय बंद आहे. ", "कोणी आले नाही."),
    "Tamil": ("அருங்காட்சியகம் மூடப்பட்டது. ", "யாரும் வரவில்லை."),
    "Khmer": ("សារមន្ទីរបិទ។ ", "គ្មាននរណាមក។"),
    "Burmese": ("ပြတိုက်ပိတ်သည်။ ", "ဘယ်သူမှမလာ။"),
    "Tibetan": ("འགྲེམས་སྟོན་ཁང་སྒོ་བརྒྱབ་ཡོད། ", "སུ་ཡང་མ་ཡོང་།"),
    "Amharic": ("ሙዚየሙ ተዘግቷል። ", "ማንም አልመጣም።"),
    "Amharic, two word spaces": ("ሙዚየሙ ተዘግቷል፡፡ ", "ማንም አልመጣም፡፡"),
    "Chinese": ("博物馆关门了。", "没有人来。"),
    "Chinese, quoted": ("他说：“关门了。”", "没有人来。"),
    "Japanese": ("「博物館は閉まった。」", "誰も来なかった。"),
    "Japanese question": ("博物館は閉まったのか？", "誰も来なかった。"),
    "Korean": ("박물관은 닫혔다. ", "아무도 오지 않았다."),
}


@pytest.mark.parametrize(("one", "two"), TWO_SENTENCES.values(), ids=TWO_SENTENCES.keys())
def test_a_sentence_ends_where_its_script_says(one: str, two: str) -> None:
    text = one + two
    ends = [match.end() for match in re.finditer(SURE_SENTENCE, text)]
    assert ends[0] == len(one)
    assert all(end in (len(one), len(text)) for end in ends)


@pytest.mark.parametrize(
    "text",
    [
        "It went from the U.S. to Peru",
        "see Item 15. Exhibits",
        "costs 3.5 million",
        "А. С. Пушкин писал",
        "in der z. B. genannten Liste",
        "a; b; c",
        "３．５メートル",
        "note: See below",
        "e.g. something",
    ],
)
def test_what_only_looks_like_an_end_is_not_surely_one(text: str) -> None:
    assert re.search(SURE_SENTENCE, text) is None


def test_the_patterns_capture_nothing() -> None:
    assert all(re.compile(pattern).groups == 0 for pattern in (SURE_SENTENCE, SENTENCE, CLAUSE, WORD))


def test_words_end_at_empty_spaces_and_syllable_dots_too() -> None:
    assert re.split(WORD, "សារមន្ទីរ\u200bបិទ a\u00a0b") == ["សារមន្ទីរ", "បិទ", "a", "b"]
    assert len(re.split(WORD, "བོད་སྐད་")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "the first line\ngoes on",
        "первая строка\nидёт дальше",
        "第一行文字很長很長很長很長很長很長很長很長很長很長\n下一行",
    ],
)
def test_a_line_broken_in_mid_sentence_is_seen_in_any_script(text: str) -> None:
    assert BROKEN_LINE.search(text)


@pytest.mark.parametrize(
    "text", ["An item\nAnother", "苹果\n香蕉", "第一句話完了，這是很長很長很長很長的一行。\n下一行"]
)
def test_items_and_whole_sentences_are_no_broken_lines(text: str) -> None:
    assert BROKEN_LINE.search(text) is None


CLUSTERS = [
    "e\u0301",
    "\r\n",
    "각",
    "\u1100\u1161\u11a8",
    "क्ष",
    "नि",
    "กำ",
    "ကြ",
    "ཀྵ",
    "🇩🇪",
    "👍🏽",
    "👨‍👩‍👧‍👦",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "✌\ufe0f",
    "葛\U000e0100",
    "1\ufe0f\u20e3",
    "ב\u05bc\u05b8",
    "x\u0301\u0302\u0303",
    "\u0600١",
    "ｶ\uff9e",
]
signs = st.one_of(
    st.sampled_from([*CLUSTERS, "a", " ", "。", "ไ", "한", "\n", "\u200d", "\u0301"]),
    st.characters(exclude_categories=["Cs", "Cn", "Co"]),
)


@pytest.mark.parametrize("cluster", CLUSTERS, ids=ascii)
def test_a_cluster_is_never_parted(cluster: str) -> None:
    text = "ab" + cluster + "cd"
    for cut in range(3, 2 + len(cluster)):
        assert whole_cut(text, 0, cut, len(text)) == 2
        assert whole_cut(text, 2, cut, len(text)) == 2 + len(cluster)


def bounds(text: str) -> set[int]:
    """Where clusters end, told by another library than ours."""
    ends, place = set(), 0
    for cluster in grapheme.graphemes(text):
        place += len(cluster)
        ends.add(place)
    return ends


@settings(max_examples=300, deadline=None)
@given(st.lists(signs, min_size=1, max_size=150).map("".join), st.data())
def test_cuts_are_bounds_of_clusters_by_another_library_too(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(text)))
    found = whole_cut(text, 0, cut, len(text))
    assert 0 < found <= len(text)
    if not _disputed(text):
        assert found in bounds(text) | {len(text)}
        assert not any(found < bound <= cut for bound in bounds(text))


def _disputed(text: str) -> bool:
    """Signs that the two libraries, made for different versions of Unicode, may take for something else.

    Behind a control sign the other one takes a flag for two clusters.
    """
    if any(unicodedata.category(sign) == "Mc" or "\U00010000" <= sign < "\U0001f000" for sign in text):
        return True
    return any(
        unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") and "\U0001f1e6" <= other <= "\U0001f1ff"
        for one, other in pairwise(text)
    )


def test_a_cluster_longer_than_may_be_is_cut_inside() -> None:
    assert whole_cut("e" + "\u0301" * 900, 0, 500, 500) == 500
    assert whole_cut("ab" + "\u0301" * 900, 0, 500, 500) == 1
    assert whole_cut("🇩🇪" * 300, 0, 501, 501) == 500


@pytest.mark.parametrize(
    ("sample", "least", "most"),
    [
        ("All human beings are born free and equal. ", 2000, 2200),
        ("Все люди рождаются свободными и равными. ", 500, 650),
        ("人人生而自由，在尊严和权利上一律平等。", 400, 450),
        ("모든 인간은 태어날 때부터 자유로우며 동등하다. ", 250, 330),
    ],
)
def test_dense_scripts_let_fewer_characters_be_seen(sample: str, least: int, most: int) -> None:
    assert least <= seen_characters(sample * 100) <= most


def test_a_text_of_odd_characters_has_a_length_too() -> None:
    assert all(seen_characters(text) > 200 for text in ("", "\ud800", "\x00", "🦜" * 50, "한" * 9))
