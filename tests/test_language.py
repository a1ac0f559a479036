"""Languages by script and common words, and the advice that follows from them."""

import pytest

from qa.config import Settings
from qa.language import LanguageShare, advice, language_of, library_language, spoken, understands
from qa.weights import EMBEDDING, known_embeddings

TEXTS = {
    "en": "The museum is closed on Mondays, but one can see the garden from the street at any time.",
    "de": "Das Museum ist montags geschlossen, aber man kann den Garten jederzeit von der Straße sehen.",
    "fr": "Le musée est fermé le lundi, mais on peut voir le jardin depuis la rue à toute heure.",
    "es": "El museo cierra los lunes, pero se puede ver el jardín desde la calle a cualquier hora.",
    "it": "Il museo è chiuso il lunedì, ma si può vedere il giardino dalla strada a qualsiasi ora.",
    "pt": "O museu está fechado às segundas, mas o jardim pode ser visto da rua a qualquer hora, não só de dia.",
    "nl": "Het museum is op maandag gesloten, maar men kan de tuin altijd van de straat zien.",
    "sv": "Museet är stängt på måndagar, men man kan se trädgården från gatan när som helst.",
    "fi": "Museo on suljettu maanantaisin, mutta puutarhan voi nähdä kadulta, kun haluaa, ja se on kaunis.",
    "pl": "Muzeum jest zamknięte w poniedziałki, ale ogród można zobaczyć z ulicy o każdej porze i nie tylko.",
    "cs": "Muzeum je v pondělí zavřené, ale zahradu lze vidět z ulice, když se nezavírá, a to po celý den.",
    "hu": "A múzeum hétfőn zárva van, de a kertet az utcáról bármikor meg lehet nézni, ha nem esik.",
    "tr": "Müze pazartesi günleri kapalı, ama bahçe sokaktan görülebilir ve çok güzel bir yer olarak bilinir.",
    "vi": "Bảo tàng đóng cửa vào thứ hai, nhưng có thể xem khu vườn từ ngoài phố và không phải trả tiền.",
    "id": "Museum ini tutup pada hari Senin, tetapi taman itu dapat dilihat dari jalan dan tidak akan ditutup.",
    "ru": "Музей закрыт по понедельникам, но сад можно увидеть с улицы в любое время, если не идёт дождь.",
    "uk": "Музей зачинений по понеділках, але сад можна побачити з вулиці, якщо це не взимку, і він гарний.",
    "bg": "Музеят е затворен в понеделник, но градината може да се види от улицата и е за всички.",
    "el": "Το μουσείο είναι κλειστό τη Δευτέρα, αλλά ο κήπος φαίνεται από τον δρόμο.",
    "ar": "المتحف مغلق يوم الاثنين، لكن يمكن رؤية الحديقة من الشارع في أي وقت.",
    "fa": "موزه روزهای دوشنبه بسته است، اما باغ را می توان از خیابان دید و این برای همه است.",
    "ur": "عجائب گھر پیر کو بند ہے لیکن باغ کو سڑک سے کسی بھی وقت دیکھا جا سکتا ہے۔",
    "he": "המוזיאון סגור בימי שני, אבל אפשר לראות את הגן מן הרחוב בכל שעה.",
    "hi": "संग्रहालय सोमवार को बंद रहता है, लेकिन बाग़ को सड़क से किसी भी समय देखा जा सकता है।",
    "mr": "संग्रहालय सोमवारी बंद असते, पण बाग रस्त्यावरून दिसते आणि ते सर्वांसाठी आहे असे म्हणतात.",
    "bn": "জাদুঘর সোমবার বন্ধ থাকে, কিন্তু রাস্তা থেকে বাগান দেখা যায়।",
    "ta": "அருங்காட்சியகம் திங்கட்கிழமைகளில் மூடப்பட்டிருக்கும்.",
    "th": "พิพิธภัณฑ์ปิดวันจันทร์ แต่มองเห็นสวนจากถนนได้ตลอดเวลา",
    "zh": "博物馆周一闭馆，但随时可以从街上看到花园。",
    "ja": "博物館は月曜日が休みですが、庭は通りからいつでも見えます。",
    "ko": "박물관은 월요일에 쉬지만 정원은 거리에서 언제든지 볼 수 있습니다.",
}


@pytest.mark.parametrize("code", TEXTS)
def test_the_language_of_a_sentence_is_told(code: str) -> None:
    assert language_of(TEXTS[code]) == code


@pytest.mark.parametrize("text", ["", " \n", "1,234 5.6 %", "E15", "🦜", "\ud800", "Qty 3 SKU-9 OK", "{ } ; ="])
def test_what_has_too_few_words_has_no_language(text: str) -> None:
    assert language_of(text) is None


def test_some_foreign_words_do_not_change_the_language_of_a_text() -> None:
    assert language_of("The sign reads 博物館 and says that the house is closed to visitors.") == "en"
    assert language_of("使用 Python 和 onnxruntime 运行模型，然后打开浏览器查看结果。") == "zh"


def test_a_library_has_the_shares_of_its_samples_largest_first() -> None:
    share = library_language([TEXTS["de"]] * 6 + [TEXTS["en"]] * 3 + ["12 34"] * 5 + [TEXTS["ru"]])
    assert share.shares == (("de", 0.6), ("en", 0.3), ("ru", 0.1))
    assert (share.samples, share.main) == (10, "de")
    assert library_language([TEXTS["de"], TEXTS["en"]]).main is None
    assert library_language([]) == LanguageShare((), 0)


def test_a_library_in_another_language_is_told_which_model_to_choose_and_what_to_type() -> None:
    said = advice(Settings(), library_language([TEXTS["ru"]] * 8 + [TEXTS["en"]] * 2))
    assert said is not None
    for part in ("Russian (80%)", EMBEDDING, "English", "QA_EMBEDDING=multilingual-e5-small", "sync --rebuild"):
        assert part in said
    assert "weights fetch multilingual-e5-small" in said


def test_several_foreign_languages_count_together() -> None:
    samples = [TEXTS[code] for code in ("de", "fr", "es", "en", "en")]
    assert advice(Settings(), library_language(samples)) is not None


@pytest.mark.parametrize("samples", [[], ["12 34"], [TEXTS["en"]] * 3, [TEXTS["en"]] * 5 + [TEXTS["zh"]] * 5])
def test_nothing_is_said_where_the_model_knows_the_language_or_nobody_does(samples: list[str]) -> None:
    assert advice(Settings(), library_language(samples)) is None


def test_a_model_that_knows_the_language_needs_no_advice() -> None:
    assert advice(Settings(embedding="multilingual-e5-small"), library_language([TEXTS["ru"]])) is None
    assert advice(Settings(embedding="nobody-knows-it"), library_language([TEXTS["ru"]])) is None


def test_a_language_that_no_known_model_has_is_told_where_to_look() -> None:
    said = advice(Settings(), LanguageShare((("bo", 1.0),), 9))
    assert said is not None
    assert "Tibetan" in said
    assert "models/README.md" in said


def test_every_language_of_a_sample_is_one_that_some_model_knows() -> None:
    known = {code for model in known_embeddings() for code in model.languages}
    assert set(TEXTS) <= known


def test_many_and_unknown_languages_are_understood() -> None:
    assert understands(("many",), "bo")
    assert understands(("en",), None)
    assert understands((), "de")
    assert not understands(("en", "de"), "fr")


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["en"], "English"),
        (["de", "fr"], "German and French"),
        (["many"], "many languages"),
        (["xx"], "xx"),
        (["a", "b", "c", "d"], "4 languages"),
    ],
)
def test_languages_are_spoken_of_in_words(codes: list[str], words: str) -> None:
    assert spoken(codes) == words
