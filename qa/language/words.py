"""The languages that Footnote tells apart: their commonest words, and their names."""

from collections.abc import Mapping

# Of languages that share their script with others, the words that come most often.
WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": (
            "the of and to in is that for it with as was on be by this are from at which you not have has "
            "or an a can how what one"
        ),
        "de": (
            "der die das und ist nicht von den mit dem in ein eine einen zu auf für sich des im auch "
            "werden bei oder wird ich wie es er am an zum zur hat man was wer"
        ),
        "fr": (
            "le la les des de et est une un du dans que qui pour pas sur au à en avec sont par ce il se "
            "aux plus ou être cette l'on d'un si on ne quel comment"
        ),
        "es": (
            "el la los las de y que en del una un a por con para es se no como más al lo su este son o "
            "pero está hay qué quien cada cuando si"
        ),
        "it": (
            "il di che è la e in un a per una del non con sono della dei si le gli nel alla da come più "
            "anche ha questo i lo se"
        ),
        "pt": (
            "o a e de os as que do da em um uma não para com dos das é no na se por mais ao são foi ou "
            "sua à um quem"
        ),
        "nl": (
            "de het een van en in is dat op te voor met zijn niet aan er ook als bij wordt door worden "
            "naar deze om of die was je"
        ),
        "sv": "och att det som är en på för med av till den inte har de om ett var från eller kan ska",
        "da": "og at det som er en på for med af til den ikke har de om et der fra eller kan skal blev",
        "no": "og at det som er en på for med av til den ikke har de om et fra eller kan skal ble være etter",
        "fi": "ja on ei se että oli ovat tai myös mutta kun hän joka sekä sen jos niin voi olla mukaan",
        "pl": "w i na z do nie się to jest że od o przez jak dla po są lub oraz jego być za ale",
        "cs": "a v se na je že z do to s o jsou ve pro jako by byl od nebo po která který ale při",
        "sk": "a v sa na je že z do to s o sú vo pre ako by bol od alebo po ktorá ktorý ale pri",
        "hu": "a az és hogy nem egy is van meg ez volt de ha vagy csak mint már el azt amely ki",
        "ro": "și în de la cu pe care este din nu un o a pentru să au mai sau ca prin fi sunt ale se ce al",
        "tr": "ve bir bu için ile da de olarak olan çok daha gibi ne en ya veya kadar olduğu sonra değil",
        "vi": "và của là có được cho các trong không với những một người này đã để từ khi về như",
        "id": "yang dan di dengan untuk dari ini itu dalam adalah tidak pada akan ke oleh atau juga telah dapat",
        "ca": "el la els les i que de del una un a per amb és en no com al més aquest són seva o ha es dels d'un",
        "hr": "i u je na se da su za od s koji što kao ili iz ne bi ali o biti te sa nije",
        "sl": "in v je na se da so za od ki kot ali iz ne bi pa o biti tudi pri z ni",
        "et": "ja on ei see et oli või ka kui mis aga oma ta seda selle nii veel mida siis",
        "lv": "un ir ar no uz par ka kas tas arī vai bet ne to pēc pie kā būt tika šis",
        "lt": "ir yra kad į su iš tai kaip ar bet ne buvo dėl už apie jo kurie taip per jau",
        "af": "die en van is in nie het wat vir op met sy dat te om ook aan deur was",
        "sw": "ya na wa kwa katika ni za la kuwa cha hii hiyo kama au lakini yake pia baada hilo",
        "la": "et in est non ut ad cum quod qui sed ex de per atque si ab etiam esse quae aut",
        "ru": "и в не на что с по как это к но из от для он все или его так был бы также при если",
        "uk": "і в не на що з як це до та але із від для він або його так був також при якщо є",
        "bg": "и в не на че с по как това за но от или е са се да към който при ако след",
        "sr": "и у је на се да су за од који што као или из не би али о бити те са није",
        "mk": "и во не на дека со како тоа за но од или е се да кој при ако по ги што",
        "be": "і ў не на што з па як гэта да але ад для ён або яго так быў таксама пры калі",
        "ar": "في من على أن إلى عن التي الذي هذا هذه مع كان لا أو ما كل قد بعد بين ذلك كما",
        "fa": "و در به از که این را با است برای آن یک خود تا بر می شود شده های کرد اما",
        "ur": "اور کے میں کی ہے کا سے کو نے پر یہ کہ ہیں اس ایک بھی نہیں تھا لیے جو",
        "hi": "और के में की है का से को ने पर यह कि हैं इस एक भी नहीं था लिए जो",
        "mr": "आणि आहे या व ते हे मध्ये आहेत की होते एक नाही असे केले त्या होता साठी",
        "ne": "र को मा छ का ले यो हो लाई पनि गर्न भएको एक छन् तथा गरेको थियो भने",
    }.items()
}
# fmt: off
NAMES: Mapping[str, str] = {
    "af": "Afrikaans", "am": "Amharic", "ar": "Arabic", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali",
    "bo": "Tibetan", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "km": "Khmer", "kn": "Kannada",
    "ko": "Korean", "la": "Latin", "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian",
    "ml": "Malayalam", "mr": "Marathi", "my": "Burmese", "ne": "Nepali", "nl": "Dutch", "no": "Norwegian",
    "or": "Odia", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "si": "Sinhala", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "ta": "Tamil", "te": "Telugu", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese", "zh": "Chinese",
}
# fmt: on
