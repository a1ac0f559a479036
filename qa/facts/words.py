"""Words that are no facts: what English sentences are built with, and what marks a denial or a name."""

from collections.abc import Mapping
from types import MappingProxyType


def word_set(words: str) -> frozenset[str]:
    """The words of a text, each once."""
    return frozenset(words.split())


FUNCTION = word_set(
    """a an the this that these those such same other another each every either neither both all any some no none
    many much more most few fewer less least several enough own half i you he she it we they me him her us them
    my your his its our their mine yours hers ours theirs myself yourself himself herself itself ourselves
    themselves who whom whose which what where when why how whoever whatever whichever wherever whenever however
    one ones someone somebody something anyone anybody anything everyone everybody everything nobody nothing
    nowhere here there somewhere anywhere everywhere about above across after against along alongside amid among
    around as at before behind below beneath beside besides between beyond by concerning despite down during
    except for from in inside into like near of off on onto out outside over past per plus regarding since
    through throughout till to toward towards under underneath unlike until up upon via with within without
    worth and or but nor so yet if unless although though whereas while because whether than then once lest
    provided am is are was were be been being do does did doing done have has had having can could may might
    must shall should will would ought need dare used not never ever always often sometimes usually generally
    typically rarely seldom already still just only even also too very quite rather almost nearly about
    approximately roughly exactly again further moreover furthermore therefore thus hence consequently
    accordingly meanwhile otherwise instead indeed perhaps maybe probably possibly certainly clearly actually
    finally eventually initially originally currently presently formerly previously recently later earlier soon
    now today yesterday tomorrow ago first firstly second secondly third thirdly last lastly next yes ok okay
    well please let lets according due based given compared apart together together's isn aren wasn weren don
    doesn didn hasn haven hadn won wouldn couldn shouldn can't cannot won't don't doesn't didn't isn't aren't
    wasn't weren't it's that's there's he's she's they're we're you're i'm i've we've they've let's etc eg ie
    e.g i.e vs"""
)
# Ordinary words that answers begin with; with a capital there they name nobody.
COMMON = word_set(
    """access account action activity address age agreement aid air amount animal annual answer area argument
    army article attack attempt author authority average award back balance bank base battle benefit bill
    birth blood board body book border box branch brief budget building business buyer call cancer capital
    car care case cash cause cell center central centre chair chance change chapter charge check chief child
    choice church citizen city claim class client climate clock close coal code cold colour column comment
    commission common company complete complex condition conflict consumer contact content contract control
    copy core corporate cost council country county couple course court cover credit crew crime critic crop
    cross crowd culture current customer cycle damage data date day deal death debt defence defense degree
    delay demand design desk detail development device diet difference direct director disease distance
    district doctor document dog domestic door double draft drink drive driver drop drug dry duty early earth
    east eastern economic economy edge editor education effect effort election electric electricity emergency
    employee employer end enemy energy engine engineer entry equal error estate event evidence exact example
    exchange expense experience expert export external eye face fact factor factory failure fall false family
    famous farm farmer fast fate father fault fear federal fee female field fight figure file film filter
    final finance fine fire firm fish five fixed flat flight floor flow food foot force foreign forest form
    former found four free freedom fresh front fruit fuel full fund future gain gas gate general germ gift
    girl glass global goal gold good government grain grand grant grass great green gross ground group growth
    guard guest guide habit hand hard head health hear heart heat heavy height help high hill history hold
    hole holiday home hospital host hot hotel hour house household human ice idea image impact import
    important income increase individual industry inflation influence information initial inner input insect
    insurance interest internal invention iron island issue item job joint judge key kind king kitchen
    knowledge labour labor lack lake land language large late law lawyer layer lead leader leaf leak lease
    left legal length lesson letter level liability library licence license life light limit line link list
    load loan local long loss lot love low lower lunch machine mail main maintenance major male man
    management manager manual manufacturer map march margin mark market marriage mass master material matter
    maximum meal mean meaning means measure meat medical medicine medium meeting member membership memory men
    mental message metal meter method middle military milk mind mine minimum minister minor minute mobile
    model modern money month mother motion motor mountain move movement music name narrow nation national
    native natural nature navy negative net network neutral new news night nine noise normal north northern
    note notice nuclear number nurse object ocean offer office officer official oil old open opening
    operation operator opinion order ordinary organ origin outdoor outer output overall owner oxygen page
    pain paint pair paper parent park part particular partner party passenger past patient pattern payment
    peace people period permission person personal phase phone physical picture piece pipe place plain plan
    plane plant plastic plate play player plot point police policy political pollution poor popular
    population port position positive poverty power practice present president press pressure price primary
    prime principal prior prison prisoner private prize problem procedure process product profit program
    programme progress project proof property protein protest public pump pupil purchase pure purpose quality
    quarter queen question quick race rail rain range rapid rate raw reader reason receipt recent record red
    reform refrigerant region regular related relative release relief religion religious remote rent repair
    report request research residents resource response rest restaurant result return revenue review reward
    rich right ring rise risk river road rock role roof room root round route row royal rule run rust safe
    safety salary sale sales salt sample sand scale scene school science scientist scope score screen sea
    search season seat secret section sector security seed seller senior sensor separate series serious
    servants service set seven sex shape share sheet ship shop short show side sight sign signal silver
    similar simple single site situation six size skill skin sky sleep slow small smoke snow social society
    soft software soil soldier solid solution song sort sound source south southern space special specific
    speed spirit sport spring staff stage standard star start state station statistics status steam steel
    step stock stone storage store storm story strategy street strength stress strike strong structure
    student study style subject success sugar suit sum summer sun supply support surface surgery surplus
    survey switch symbol symptom system table target task tax teacher team technique technology temperature
    temporary ten tenant term test text theme theory thing thousand threat three ticket tide time tip title
    tool top total touch tour tourist town toxic track trade traditional traffic train transport travel
    treasure treatment tree trend trial tribe trip troops trouble truck true trust truth turn twelve twenty
    two type typical unit united upper urban use user usual valid value valve van variable various vast
    vegetable vehicle victim video view village violence virus visit visitor visual vital voice volume vote
    wage wall war warm warning waste water wave way weak wealth weapon weather weight west western wheel
    white wide wild wind window winter wire woman women wood word work worker world worse worst year young
    youth zero zone ask see clean wait remove keep make take give put go come get find click select enter
    choose avoid black blue brown grey gray yellow orange pink purple sure remember wrong correct sorry
    thanks hello hi welcome navigate specify enable disable configure create delete install insert connect
    verify confirm ensure submit download upload save apply performance entrance importance appearance
    attendance reference presence absence sequence audience sentence"""
)
# Endings of ordinary words; these names have them too.
ENDINGS = (
    *("ing", "ings", "tion", "tions", "sion", "sions", "ment", "ments", "ness", "ity", "ities", "ances", "ences"),
    *(
        "able",
        "ible",
        "ful",
        "less",
        "ous",
        "ive",
        "ives",
        "ally",
        "ely",
        "ily",
        "ly",
        "ed",
        "ism",
        "ship",
        "ships",
    ),
    *("ware", "ology", "ers", "ors", "ages", "als", "ures", "ants", "ents", "ists"),
)
LOOKALIKES = word_set(
    """beijing nanjing chongqing wyoming reading delaware sicily kimberly mohammed muhammad constable trinity
    sanders rogers myers peters walters winters anders flanders algiers rivers bowers sellers withers
    channing harding fleming browning canning keating manning lansing flushing kipling hastings jennings
    clement clements everly beverly waverly conway alfred manfred wilfred winifred siegfried saladin"""
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS: Mapping[str, int] = MappingProxyType(
    {day: n for n, day in enumerate(_DAYS)}
    | {day: n for n, day in enumerate(day[:3] for day in _DAYS)}
    | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
)
HONORIFICS = word_set("mr mrs ms miss mx dr prof professor sir dame madam mme m herr frau don")
# Between the parts of a name.
CONNECTORS = word_set(
    "of the de del della di da do dos das du la le les los las von van der den zu zum zur ten ter al el bin ibn "
    "ben and y e et for in on at"
)
# What is known by its letters, in both directions.
ACRONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "un": ("united nations",),
        "us": ("united states", "united states of america", "america", "american"),
        "usa": ("united states", "united states of america", "america"),
        "uk": ("united kingdom", "britain", "great britain"),
        "eu": ("european union",),
        "uae": ("united arab emirates",),
        "ussr": ("soviet union",),
        "nato": ("north atlantic treaty organization", "north atlantic treaty organisation"),
        "nasa": ("national aeronautics and space administration",),
        "who": ("world health organization", "world health organisation"),
        "wto": ("world trade organization", "world trade organisation"),
        "imf": ("international monetary fund",),
        "gdp": ("gross domestic product",),
        "fbi": ("federal bureau of investigation",),
        "cia": ("central intelligence agency",),
        "bbc": ("british broadcasting corporation",),
        "ceo": ("chief executive officer", "chief executive"),
        "cfo": ("chief financial officer",),
        "prc": ("people's republic of china",),
        "tv": ("television",),
        "dc": ("district of columbia",),
        "nyc": ("new york city",),
        "la": ("los angeles",),
    }
)
# What makes a clause deny, and what denies by its meaning: "refused" is no "not", yet says that it is not so.
DENIALS = word_set("not no never neither nor nobody none nothing nowhere cannot without n't cant dont wont")
DENYING = word_set(
    """unable unless refuse refuses refused refusing fail fails failed failing failure lack lacks lacked lacking
    deny denies denied except prohibit prohibits prohibited prohibition forbid forbids forbidden forbade ban
    bans banned exclude excludes excluded impossible invalid void illegal absent stop stops stopped avoid avoids
    avoided prevent prevents prevented hardly rarely seldom barely rejected rejects reject ceased cease
    abolished"""
)
