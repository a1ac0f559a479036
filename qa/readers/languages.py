"""What the languages that documents are written in look like: their letters beyond ASCII and commonest words."""

# Language → (its letters beyond ASCII, commonest first; its commonest words).
LATIN: dict[str, tuple[str, str]] = {
    "en": (
        "éèïñçöüêëàáô",
        "the of and to in is that for with are this from be by on or an was not have you it which",
    ),
    "fr": (
        "éèàêçâôùîûœïëæü",
        "de la le les et des en un une du dans est que pour qui sur par au avec ce ne pas son il ses plus "
        "sont être été",
    ),
    "de": (
        "üäößé",
        "der die und den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden "
        "aus er hat sind wie einer oder über",
    ),
    "es": (
        "óíáéñúü¿¡ºª",
        "de la que el en los se del las por un para con una su al lo como más es sus este ser está son y o "
        "sin todos entre también",
    ),
    "pt": (
        "ãçéáíóêõúâàôü",
        "de que do da em um para com uma os no se na por mais as dos como mas ao das não são à todos seus "
        "pela entre também é ou",
    ),
    "it": (
        "èàùòéìî",
        "di che il la per un in non una sono del con della si le dei nel alla come più anche gli ed tutti "
        "essere al dell è",
    ),
    "nl": (
        "ëéïèöüêó",
        "de het een van en in is dat op te zijn met voor niet die aan er om ook als bij door alle worden of "
        "uit heeft",
    ),
    "da": (
        "øåæéö",
        "og i at er en den til på de med der for som af ikke det et har om fra alle eller skal være blev over",
    ),
    "no": (
        "øåæéòô",
        "og i det er en som på til av for at med de ikke den et har om fra alle eller skal være ble mot seg",
    ),
    "sv": (
        "äöåéü",
        "och i att det som en på är av för med till den de om ett har inte från alla eller vid var skall bör mot",
    ),
    "fi": (
        "äöåé",
        "ja on ei että se hän oli mutta ovat kuin myös joka sen niin tai kun ole olla kaikki heidän "
        "toisiaan kohtaan",
    ),
    "is": ("ðíáþöóéúæýäü", "og að í er á sem til um við en með var því eru af hann ekki fyrir það ber hver"),
    "pl": (
        "łęążśóćńźé",
        "i w na z do się nie że to jest o od po za przez oraz są jak wszyscy dla który być jako ich wobec pod",
    ),
    "cs": (
        "íáěéřčžýšůúóťňď",
        "a se v na je že s z do o i to jako za by pro jsou který po od ve při jejich sobě mají všichni být však",
    ),
    "sk": (
        "áíýéčžšúľťôňäóďŕĺ",
        "a sa v na je že s z do o i to ako za by pre sú ktorý po od vo pri ich sebe majú všetci byť však",
    ),
    "hu": (
        "áéöóíüőúű",
        "a az és hogy nem is egy van ez meg de csak már volt el mint még minden szabadon vagy ha lehet kell pedig",
    ),
    "sl": ("čšžćđ", "in je v na da se za so z ki s ne tudi ter po pri od ljudje drug bi kot lahko vsi"),
    "hr": (
        "čšžćđ",
        "i je u na da se su za s od kao koji ne o iz bi treba sva prema jedno drugima biti ali može ljudska",
    ),
    "ro": (
        "ăîâşţșțé",
        "de şi în la a cu pe din nu care se un o să este mai pentru sunt toate ca sau au fi ei unele altele să și",
    ),
    "tr": (
        "ıüşçğöİâîû",
        "ve bir bu da de için ile olarak olan çok daha gibi her ne kadar bütün haklar hür veya en ise karşı",
    ),
    "lv": (
        "āīēšļņģžčūķ",
        "un ir ar no uz par kas kā tas bet vai arī ka pie to visi ikviens savā savstarpējās viņi jāizturas ļaudis",
    ),
    "lt": (
        "ėšųžįąčūę",
        "ir yra kad su iš į tai bet kaip ar savo visi jie kitas laisvi buvo turi už nuo dėl apie lygūs",
    ),
    "et": ("äõüöšž", "ja on et ei see kui ka oma nad kõik ning või mis üksteisesse peab selle oli aga inimesed"),
    "ca": (
        "àèéíòóúïüç·",
        "de la i el que en els les per un amb del una es no al són com més tots éssers seus han ha",
    ),
    "sq": ("ëç", "të e në dhe për me një që i nga është nuk si më do janë ka tek njëri tjetrin gjithë"),
    "vi": (
        "\u0300\u0301\u0323\u0309\u0303đươăâêô",
        "và của là có các cho được trong người không với những một để đều sinh ra về tất cả",
    ),
}
OTHER: dict[str, tuple[str, str]] = {
    "ru": (
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        "и в не на с что по как из для это от он но к а они при или так все быть был было их люди",
    ),
    "uk": (
        "оанівтеирсклудпмяьзгбчхйїжцшєюфщґ",
        "і в не на з що як та до це від у за є для при або всі люди мають бути його із про",
    ),
    "be": (
        "аніеыротялскўпудмвцзькйбгчжшіёхюфэ",
        "і ў не на з што як да гэта ад у за для пры або ўсе людзі яны іх",
    ),
    "bg": (
        "аиоентрсвлкпдъмзуягбчщхцжшйюфьѝ",
        "и на в да се от за е не с са по че към като или всички един друг хора те това той които",
    ),
    "sr": (
        "аоиенртсјвудклпмзгбчшћцжђњхљџф",
        "и у је да се на су за од са не као који сва треба једни према људска бића али",
    ),
    "mk": (
        "аоиентрсвдклпмјузгчбшцжќњѓхљџфѕ",
        "и на да во се од за со е не како што сите треба една луѓе се кон но",
    ),
    "el": (
        "αοτεισνηρπκυλμςωίόθγάδέήύχώφβξζψϊϋΐ",
        "και το να του η της με που την από για είναι τα στο ο οι σε στην δεν θα τους των ή τον όλοι",
    ),
    "he": ("יוהלאתרבמשנםדעחקכפטןגזצסךףץ", "של את על לא זה הוא כל עם או כי היא בני גם אל הם אדם יש אשר בין ידי"),
    "ar": (
        "ايلنمورتبعدسفهكقحجةشطصىأخضغذثزإءئظآؤ",
        "في من على أن إلى و هذا التي عن مع ما لا الذي هذه كان بين كل قد أو جميع الناس هو",
    ),
    "fa": (
        "ایرندمهوتبشسکآزخگفعجقحپلطغصچضثذژظءئ",
        "و در به از که این را با است برای آن یک می تمام هم ها خود آزاد بر",
    ),
    "ur": (
        "اریکنےوہمیسبتلدںپگجشعٹھقزفحچطصڈخژآئڑظضغثذ",
        "اور کے کی میں سے کا ہے کو اس پر یہ ہیں نے تمام انسان ایک بھی",
    ),
    "th": ("านรกอเ่งมย้ลวัดทสตีะปบคิหแจพชขใไ์ืุโูผ็ฟถซธณฉศภญษฐฆำฤๆฎฒฏฯฬฌฮ", ""),
}

FREQUENT_HAN = set(
    "的一是不了在人有我他这個个們们中来來上大为為和国國地到以说說時时要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里裡"
    "用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實日"
    "由等义義权權利平律尊严嚴赋賦性良并弟兄关關系係精神相待东東应應者無无問问第此機机制数數表体體系统統計计公司業业市新長长高工民政全文"
    "間人権利尊厳平等生自由持良心授互同胞精神行動日本月年会社事者場合中国東京都市大学文書第条項号情報"
)
FREQUENT_HANGUL = set(
    "이다는에의을가고하지기로한서도은를사리어자인나시있대해여일정그아수보들면과것국라전부만적와원조게장스상구제세용무동신오주소계관모방문으"
    "년때안성공미비연등유위우거간러니마선행경회말까며중저분할권평존엄없양심형람태날달월"
)
