"""Search by words in many scripts: a question finds the passage that answers it; what is forgotten is gone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from test_store import put

from qa.readers.document import canonical
from qa.store import Store
from qa.store.analysis import searchable, words
from qa.store.words import WORDS, add_words, forget_words

PASSAGES = {
    "english": "The pump starts as soon as the pressure falls below three bar.",
    "french": "Le relevé du débitmètre se fait à l’œil nu, près de la vanne cassée.",
    "german": "Die Größe der Schlüssel für die Ölpumpe steht auf dem Gehäuse.",
    "vietnamese": "Máy bơm nước khởi động khi áp suất giảm xuống dưới ba bar.",
    "russian": "Насосы запускаются автоматически, когда давление падает ниже трёх бар.",
    "ukrainian": "Обігрівач вмикають узимку, коли на подвір’ї мороз.",
    "greek": "Οι αντλίες ξεκινούν όταν πέσει η πίεση του νερού.",
    "arabic": "تبدأ المضخّات بالعمل عندما يَنخفِض ضغط المياه في الأنابيب.",
    "persian": "کتاب‌های قدیمی در کتابخانهٔ شهر نگهداری می‌شوند.",
    "hebrew": "המשאבה מתחילה לפעול כאשר הלחץ יורד.",
    "hindi": "पुरानी किताबें शहर के पुस्तकालय में रखी जाती हैं।",
    "tamil": "பழைய புத்தகங்கள் நகர நூலகத்தில் உள்ளன.",
    "chinese": "水泵在压力低于三巴时自动启动。旧书保存在市图书馆。",
    "japanese": "圧力が三バールを下回ると、ﾎﾟﾝﾌﾟが自動的に起動します。",
    "korean": "압력이 떨어지면 펌프가 자동으로 작동합니다.",
    "thai": "ปั๊มน้ำจะเริ่มทำงานเมื่อแรงดันต่ำกว่าสามบาร์",
    "lao": "ປໍ້ານໍ້າຈະເລີ່ມເຮັດວຽກເມື່ອຄວາມດັນຕໍ່າ",
    "khmer": "ម៉ាស៊ីនបូមទឹកចាប់ផ្តើមដំណើរការនៅពេលសម្ពាធធ្លាក់ចុះ",
    "burmese": "ရေစုပ်စက်သည် ဖိအားကျဆင်းသောအခါ စတင်လည်ပတ်သည်။",
}
QUESTIONS = [
    ("english", "When do pumps start?"),
    ("french", "Ou est la VANNE cassee ?"),
    ("french", "relevés des débitmètres"),
    ("german", "Welche grosse haben die Schlussel"),
    ("german", "ÖLPUMPE"),
    ("vietnamese", "Áp suất nào khởi động?"),
    ("russian", "Когда запускается насос?"),
    ("russian", "ДАВЛЕНИЯ"),
    ("russian", "тре\u0445 бар"),
    ("ukrainian", "мороза"),
    ("greek", "Πότε ξεκινά η αντλία;"),
    ("greek", "ΠΙΕΣΗ"),
    ("arabic", "متى تعمل المضخة؟"),
    ("arabic", "أنبوب الماء والمضخات"),
    ("arabic", "ينخفض"),
    ("arabic", "ضـــغـــط"),
    ("persian", "کتابهای قدیمی"),
    ("persian", "كتابخانه"),
    ("hebrew", "מָתַי הַמַּשְׁאֵבָה מַתְחִילָה"),
    ("hindi", "पुस्तकालय में कौन सी किताब है?"),
    ("tamil", "நூலகத்தில் என்ன உள்ளது?"),
    ("chinese", "水泵什么时候启动？"),
    ("chinese", "图书馆"),
    ("chinese", "泵"),
    ("japanese", "ポンプはいつ起動しますか？"),
    ("japanese", "圧力"),
    ("korean", "펌프는 언제 작동하나요?"),
    ("korean", "압력"),
    ("thai", "ปั๊มน้ำเริ่มทำงานเมื่อไร"),
    ("thai", "แรงดัน"),
    ("lao", "ຄວາມດັນ"),
    ("khmer", "សម្ពាធ"),
    ("burmese", "ဖိအား"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with closing(Store(tmp_path_factory.mktemp("store") / "library.sqlite")) as store:
        for language, text in PASSAGES.items():
            put(store, language, text, language)
        yield store


@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_a_question_finds_the_passage_of_its_language(language: str, question: str, store: Store) -> None:
    found = store.passages(store.lexical(question, 1))
    assert [passage.document for passage in found] == [language]


@pytest.mark.parametrize("language", PASSAGES)
def test_words_of_no_other_language_are_found(language: str, store: Store) -> None:
    alone = {
        "chinese",
        "japanese",
        "korean",
        "thai",
        "lao",
        "khmer",
        "burmese",
        "greek",
        "hindi",
        "tamil",
        "hebrew",
    }
    if language in alone:
        others = {p.document for p in store.passages(store.lexical(PASSAGES[language], 20))} - {language}
        assert others <= ({"chinese", "japanese"} if language in ("chinese", "japanese") else set())


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Plain English stays.", "Plain English stays."),
        ("水", " 水 "),
        ("水泵启", " 水泵 泵启 启 "),
        ("กำ", " กํา า "),
        ("насосами", "насос"),
        ("ﾎﾟﾝﾌﾟ", " ポン ンプ プ "),
        ("الكِتَاب", "كتاب"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_the_form_of_words(text: str, form: str) -> None:
    assert searchable(text) == form


def test_a_letter_alone_is_sought_at_the_beginning_of_a_pair() -> None:
    assert words("水") == ["水*"]
    assert words("水泵启 水泵") == ["水泵", "泵启"]


MIXED = st.text(
    st.sampled_from("aé Öß\u0301\u00ad.,'\"*水泵がｶﾞ한국ปั๊ำลาკхНасоسّالكتابहिन्दीકઅ\u200d😀\u0e3f१٣")
    | st.characters(),
    max_size=60,
)


@given(MIXED)
@hypothesis_settings(max_examples=150, deadline=None)
def test_whatever_was_indexed_is_forgotten_whole(text: str) -> None:
    text = canonical(text)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(WORDS)
        add_words(connection, 1, text, (text,))
        forget_words(connection, 1, text, (text,))
        connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab (words, row)")
        assert connection.execute("SELECT count(*) FROM terms").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM words_docsize").fetchone() == (0,)


def test_words_of_another_analysis_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.sqlite"
    with closing(Store(path)) as store:
        put(store, "a.txt", "Насосы запускаются.")
        store.set_fact("analysis of words", "0")
        with store._database.transaction() as connection:
            connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
        assert store.lexical("насос", 5) == []
    stages = []
    with closing(
        Store(path, progress=lambda stage, done, total, detail="": stages.append((stage, done, total)))
    ) as store:
        assert store.lexical("насос", 5) == [1]
        assert store.words_problem() is None
    assert stages[-1] == ("indexing words", 1, 1)
    with closing(Store(path, progress=lambda *_: pytest.fail("made anew twice"))):
        pass
