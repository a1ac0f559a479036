"""Encodings are found by the words that the bytes make: one sentence in each, and the mistakes that were made."""

import random

import pytest

from qa.readers.encoding import decode

# Written for this test; each is one or two everyday sentences.
SENTENCES = {
    "English": "The café’s résumé said “closed” – it opens again on Monday, for £5.",
    "French": "Le garçon a fêté Noël à l’école, où les élèves étaient très heureux de chanter près du sapin.",
    "German": "Die Straße war gesperrt, deshalb fuhren wir über die Brücke und kamen später an, müde und hungrig",
    "Spanish": "El niño preguntó mañana por qué los pájaros volvían; nadie supo decirle la razón.",
    "Portuguese": "A reunião não começou porque a administração só chegou às três da tarde com as informações.",
    "Italian": "Perché la città è così bella? Non lo so, però chi può viverci è più felice.",
    "Danish": "På øen spiste børnene smørrebrød og rødgrød med fløde, mens fædrene så på ærgerligt på vejret.",
    "Swedish": "Även på sommaren är sjön kall, men barnen hoppar i från bryggan så fort de får för mamma.",
    "Finnish": "Tänään en lähde kävelylle, koska ulkona sataa räntää ja tie on jäässä.",
    "Icelandic": "Það er kalt á veturna en við förum samt út að ganga með hundinn og börnin þrjú.",
    "Polish": "Proszę zamknąć okno, bo jest zimno; później pójdziemy na spacer, jeśli przestanie padać śnieg.",
    "Czech": "Příliš mnoho lidí přišlo pozdě, a proto řidič čekal ještě půl hodiny před nádražím ve městě.",
    "Hungarian": "A vonat késett, ezért öt órán át ültünk a hűvös váróteremben, és forró teát ittunk a büfében.",
    "Croatian": "Kiša je padala cijeli dan, pa su djeca ostala u kući i čekala da se vrijeme proljepša.",
    "Turkish": "Çocuklar bahçede oynarken büyükannem içeride çay demliyor, bir yandan da şarkı söylüyordu.",
    "Latvian": "Bērni pēc stundām gāja uz mežu lasīt sēnes, bet atgriezās ar tukšiem groziem un slapjām kājām.",
    "Lithuanian": "Vakar mes važiavome prie ežero, tačiau oras buvo šaltas, todėl greitai grįžome į namus.",
    "Russian": "Вчера вечером мы долго гуляли по набережной и говорили о том, что будем делать летом.",
    "Ukrainian": "Сьогодні вранці їхній потяг запізнився, і ми чекали на вокзалі майже дві години.",
    "Bulgarian": "Когато пристигнахме в града, вече беше тъмно и всички магазини бяха затворени за почивка.",
    "Greek": "Χθες το βράδυ περπατήσαμε δίπλα στη θάλασσα και μιλήσαμε για τις διακοπές του καλοκαιριού.",
    "Hebrew": "אתמול בערב הלכנו לאורך הים ודיברנו על מה שנעשה בקיץ הבא עם הילדים.",
    "Arabic": "ذهبنا أمس إلى السوق القديم واشترينا الخبز والزيتون ثم عدنا إلى البيت قبل المغرب.",
    "Persian": "دیروز به بازار رفتیم و برای مهمان ها میوه و نان خریدیم و زود به خانه برگشتیم.",
    "Thai": "เมื่อวานนี้เราไปตลาดกับแม่และซื้อผลไม้หลายอย่างกลับมาที่บ้าน",
    "Simplified Chinese": "昨天下午我们去市场买了一些水果和面包，晚上在家里做饭，然后一起看电视。",
    "Traditional Chinese": "昨天下午我們去市場買了一些水果和麵包，晚上在家裡做飯，然後一起看電視。",
    "Japanese": "昨日の午後、私たちは市場へ行って果物とパンを買い、夜は家で料理をしました。",
    "Korean": "어제 오후에 우리는 시장에 가서 과일과 빵을 사고 저녁에는 집에서 요리를 했습니다.",
}
PAIRS = [
    ("English", "cp1252"),
    ("French", "cp1252"),
    ("French", "mac_roman"),
    ("German", "cp1252"),
    ("German", "iso8859_15"),
    ("German", "cp850"),
    ("Spanish", "cp1252"),
    ("Spanish", "cp850"),
    ("Portuguese", "cp1252"),
    ("Italian", "cp1252"),
    ("Danish", "cp1252"),
    ("Swedish", "cp1252"),
    ("Swedish", "cp850"),
    ("Finnish", "cp1252"),
    ("Icelandic", "cp1252"),
    ("Polish", "cp1250"),
    ("Polish", "iso8859_2"),
    ("Polish", "cp852"),
    ("Czech", "cp1250"),
    ("Czech", "iso8859_2"),
    ("Hungarian", "cp1250"),
    ("Croatian", "cp1250"),
    ("Turkish", "cp1254"),
    ("Turkish", "cp857"),
    ("Latvian", "cp1257"),
    ("Lithuanian", "cp1257"),
    ("Russian", "cp1251"),
    ("Russian", "koi8_r"),
    ("Russian", "cp866"),
    ("Russian", "iso8859_5"),
    ("Russian", "mac_cyrillic"),
    ("Ukrainian", "cp1251"),
    ("Ukrainian", "koi8_u"),
    ("Bulgarian", "cp1251"),
    ("Greek", "cp1253"),
    ("Greek", "iso8859_7"),
    ("Greek", "cp737"),
    ("Hebrew", "cp1255"),
    ("Hebrew", "cp862"),
    ("Arabic", "cp1256"),
    ("Arabic", "iso8859_6"),
    ("Thai", "tis_620"),
    ("Simplified Chinese", "gb18030"),
    ("Simplified Chinese", "hz"),
    ("Traditional Chinese", "big5"),
    ("Japanese", "shift_jis"),
    ("Japanese", "euc_jp"),
    ("Japanese", "iso2022_jp"),
    ("Korean", "euc_kr"),
    ("Korean", "iso2022_kr"),
    ("Korean", "johab"),
    ("French", "utf-16"),
    ("French", "utf-16-le"),
    ("Russian", "utf-16-be"),
    ("Arabic", "utf-16-le"),
    ("Japanese", "utf-16-be"),
    ("Korean", "utf-16-le"),
    ("French", "utf-32-be"),
    ("Japanese", "utf-32-le"),
]


def first(decoded: tuple[str, str] | None) -> str:
    assert decoded is not None
    return decoded[0]


@pytest.mark.parametrize("repeated", [1, 6])
@pytest.mark.parametrize(("language", "encoding"), PAIRS)
def test_a_sentence_is_read_in_the_encoding_it_was_written_in(language: str, encoding: str, repeated: int) -> None:
    text = "\n".join([SENTENCES[language].encode(encoding, "ignore").decode(encoding)] * repeated)
    assert first(decode(text.encode(encoding))) == text


@pytest.mark.parametrize("encoding", ["cp500", "cp037"])
def test_text_of_a_mainframe_is_read(encoding: str) -> None:
    text = "The invoice number is 4711, and the total of 300 dollars is due on Monday. " * 3
    assert first(decode(text.encode(encoding))) == text


@pytest.mark.parametrize(
    ("language", "encoding"), [("Russian", "koi8_r"), ("Polish", "cp1250"), ("Greek", "cp1253")]
)
@pytest.mark.parametrize("lie", ["iso-8859-1", "utf-8", "us-ascii", "no-such-thing"])
def test_a_charset_that_is_declared_but_not_true_is_not_believed(language: str, encoding: str, lie: str) -> None:
    text = SENTENCES[language]
    assert decode(text.encode(encoding, "ignore"), lie) == (
        text.encode(encoding, "ignore").decode(encoding),
        encoding,
    )


def test_a_charset_that_is_declared_decides_where_letters_are_few() -> None:
    assert first(decode("Zürich; Köln".encode("mac_roman"), "macintosh")) == "Zürich; Köln"
    assert first(decode("Łódź".encode("iso8859_2"), "iso-8859-2")) == "Łódź"


def test_utf_7_is_read_only_where_it_is_declared() -> None:
    assert first(decode("Größe".encode("utf-7"), "utf-7")) == "Größe"
    assert decode(b"1 +AOo- 2") == ("1 +AOo- 2", "utf-8")


def test_names_in_a_table_of_ascii_are_read() -> None:
    rows = "\n".join(f"{number},Smith,{number * 7}" for number in range(2000)) + "\n2001,Müller,Genève\n"
    assert decode(rows.encode("cp1252")) == (rows, "cp1252")


def test_signs_of_windows_in_english_text_are_read() -> None:
    text = "It’s the “right” thing – for 20 °C, © and ± 5 % at £3 or €4… "
    assert decode(text.encode("cp1252")) == (text, "cp1252")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Preis: 12 €", "cp1252"),
        ("ÄÖÜ", "cp1252"),
        ("© 2024 ACME®", "cp1252"),
        ("don’t", "cp1252"),
        ("50 °C ± 2", "cp1252"),
        ("Müller;Köln;12", "cp1252"),
        ("Škoda", "cp1250"),
        ("ПРИВЕТ", "cp866"),
        ("ИВАНОВ ИВАН", "cp1251"),
        ("שלום עולם", "cp1255"),
        ("株式会社 東京", "cp932"),
        ("서울", "cp949"),
    ],
)
def test_a_few_words_are_enough(text: str, encoding: str) -> None:
    assert first(decode(text.encode(encoding))) == text


def test_a_cut_character_at_the_end_does_not_change_the_encoding() -> None:
    assert first(decode((SENTENCES["Japanese"] * 3).encode("utf-8")[:-1])).startswith(SENTENCES["Japanese"])
    text = SENTENCES["Japanese"] * 3
    assert first(decode(text.encode("shift_jis")[:-1])).startswith(text[:-2])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("length", [64, 1024, 5000])
def test_random_bytes_are_no_text(seed: int, length: int) -> None:
    assert decode(random.Random(seed).randbytes(length)) is None


def test_bytes_that_only_could_be_utf_16_are_no_text() -> None:
    numbers = random.Random(5)
    data = b"".join(numbers.randrange(0x2000, 0xD700).to_bytes(2, "big") for _ in range(400))
    assert decode(data[:300] + bytes(60) + data[300:]) is None
    assert decode(("Прилив и отлив. " * 30).encode("utf-16-be")) == ("Прилив и отлив. " * 30, "utf-16-be")
    assert decode(("潮は一日に二度来る。" * 30 + "\n").encode("utf-16-le")) is not None


def test_text_beyond_ascii_is_found_behind_the_line_ends_of_the_old_macintosh() -> None:
    text = (
        "The Project Gutenberg Etext.\r" * 100
        + "下人は雨やみを待っていた。広い門の下には、この男のほかに誰もいない。\r" * 5
    )
    assert decode(text.encode("cp932")) == (text, "cp932")


def test_rules_of_full_width_signs_are_read_as_declared() -> None:
    text = "かかってこい！アフィリエイト " + "＝" * 60 + "　［　あなたが知らない　］　" + "＝" * 60
    assert decode(text.encode("cp932"), "Shift_JIS") == (text, "cp932")


def test_russian_of_dos_before_alternativny_is_read() -> None:
    text = "Как только мама заснула, он вышел из дома и пошёл к реке, где его уже ждали друзья. " * 4
    assert decode(text.encode("cp855")) == (text, "cp855")
