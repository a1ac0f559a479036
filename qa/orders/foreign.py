"""Orders to a language model in German, French, Spanish, Italian, Portuguese, Dutch, Russian, Chinese, Japanese.

As in `qa.orders.rules`: small letters, no accents.
"""

# ruff: noqa: E501 (a pattern that is cut in pieces is harder to read)

from qa.orders.rules import rule as _rule

_DO = r"(?:^|[.:;!?¡¿\"'(\[*#>|`–—-]\s*|,\s*|\b(?:bitte|nun|jetzt|und|dann|s'il\s+(?:te|vous)\s+plait|maintenant|et|por\s+favor|ahora|agora|y|e|ora|adesso|per\s+favore|nu|en|alstublieft)\s+)"
_GERMAN = (
    r"(?:anweisung|instruktion|richtlinie|vorgabe|regel|befehl|systemprompt|systemanweisung|prompt|anordnung)\w*"
)
_FRENCH = r"(?:instructions?|consignes?|directives?|regles?|prompts?|ordres?)"
_SPANISH = r"(?:instruccion\w*|reglas?|indicacion\w*|directri\w*|ordenes|prompts?)"
_ITALIAN = r"(?:istruzion\w|regol\w|direttiv\w|indicazion\w|ordini|prompt)"
_PORTUGUESE = r"(?:instruc\w+|regras?|diretri\w+|ordens|prompts?)"
_DUTCH = r"(?:instructies?|regels?|richtlijn\w*|opdracht\w*|prompts?)"


FOREIGN = [
    _rule(
        "ignoriere ignorieren ignorier vergiss vergessen missachte missachten uberschreibe uberschreiben umgehe umgehen & anweisung anweisungen instruktion instruktionen richtlinie richtlinien vorgabe vorgaben regel regeln befehl befehle systemprompt systemanweisung systemanweisungen prompt anordnung anordnungen",
        rf"{_DO}(?:ignorier\w*|vergiss|vergessen\s+sie|missacht\w*|uberschreib\w*|umgeh\w*)\s+(?:sie\s+)?(?:\w+\s+){{0,4}}"
        rf"(?:deine|ihre|alle|vorherig\w*|bisherig\w*|obig\w*|fruher\w*|vorangehend\w*|system)\s*-?(?:\w+\s+){{0,3}}{_GERMAN}",
    ),
    _rule(
        "verrat verrate verraten zeig zeige zeigen nenne nennen nenn gib sag sage sagen offenbare wiederhole wiederholen enthulle & anweisung anweisungen instruktion instruktionen richtlinie richtlinien vorgabe vorgaben regel regeln befehl befehle systemprompt systemanweisung systemanweisungen prompt anordnung anordnungen",
        rf"\b(?:verrat\w*|zeig\w*|nenn\w*|gib|sag\w*|offenbar\w*|wiederhol\w*|enthull\w*)\s+(?:\w+\s+){{0,3}}(?:dein\w*|ihre?n?|den|die|das)\s+(?:\w+\s+)?{_GERMAN}",
    ),
    _rule(
        "assistent ki sprachmodell bist einschrankung einschrankungen einschraenkung einschraenkungen chatbot bot & als du ohne hinweis anweisung notiz nachricht",
        r"\bals\s+(?:assistent|ki|ki-assistent|sprachmodell)\s+(?:habe|bin|muss|werde|darf|sollst|musst)\b|"
        r"\bdu\s+bist\s+(?:jetzt|nun|ab\s+(?:jetzt|sofort))\s+(?:\w+\s+){0,3}(?:ki|assistent|modell|chatbot|dan|uneingeschrankt\w*|unzensiert\w*)|"
        r"\bohne\s+(?:jede\s+)?(?:einschrankung|einschraenkung)\w*\s+(?:zu\s+)?(?:antwort|beantwort)\w*|"
        r"\bwenn\s+du\s+(?:ein\s+|eine\s+)?(?:\w+\s+)?(?:ki|sprachmodell|assistent|chatbot)|\b(?:hinweis|anweisung|notiz|nachricht)\s+(?:an|fur)\s+(?:die\s+|den\s+|alle\s+)?(?:ki|assistent|sprachmodell|chatbot|bot)",
    ),
    _rule(
        "antwort antworten antworte ausgabe ausgaben zusammenfassung zusammenfassungen schreib schreibe & jeder aller deiner jede alle deine nur ausschliesslich",
        r"\b(?:am\s+ende|an\s+das\s+ende|zu\s+beginn|in)\s+(?:jeder|aller|deiner|jede|alle|deine)\s+(?:\w+\s+)?(?:antwort|zusammenfassung|ausgabe)(?:en)?\b|"
        r"\b(?:antworte|schreibe?)\s+(?:nur|ausschliesslich)\s+(?:mit|auf|in)\b",
        sure=False,
    ),
    _rule(
        "ignore ignorez ignorer oublie oubliez oublier outrepasse outrepassez compte & instruction instructions consigne consignes directive directives regle regles prompt prompts ordre ordres",
        rf"{_DO}(?:ignor\w+|oubli\w+|outrepass\w+|ne\s+(?:tiens|tenez)\s+pas\s+compte\s+de)\s+(?:\w+\s+){{0,3}}{_FRENCH}"
        r"(?:\s+(?:precedent\w*|anterieur\w*|ci-dessus|initial\w*|systeme|donnees|recues|que\s+tu|que\s+vous|et|de\s+securite)|\s*[.!,:;]|\s*$)",
    ),
    _rule(
        "revele revelez montre montrez affiche affichez donne donnez repete repetez dis dites divulgue divulguez prompt & instruction instructions consigne consignes directive directives regle regles prompt prompts ordre ordres",
        rf"\b(?:revel\w+|montr\w+|affich\w+|donn\w+|repet\w+|dis|dites|divulgu\w+)(?:-moi|-nous)?\s+(?:\w+\s+){{0,2}}(?:tes|vos|ton|votre|le|les|l')\s*(?:{_FRENCH})(?:\s+(?:systeme|initial\w*|cache\w*|mot\s+pour\s+mot)|\s*[.!]|\s*$)|\bprompt\s+systeme\b",
    ),
    _rule(
        "maintenant desormais restriction restrictions limite limites filtre filtres ia assistant modele chatbot & es etes sans",
        r"\b(?:tu\s+es|vous\s+etes)\s+(?:maintenant|desormais)\s+(?:\w+\s+){0,3}(?:ia|assistant|modele|chatbot|dan|sans\s+(?:restriction|limite|filtre)\w*)|"
        r"\b(?:repond\w*|agi\w*|assistant)\s+(?:\w+\s+){0,3}sans\s+(?:aucune\s+)?(?:restriction|limite|filtre)s?|\bsi\s+(?:tu\s+es|vous\s+etes)\s+une?\s+(?:ia|assistant|modele\s+de\s+langage|chatbot)",
    ),
    _rule(
        "reponse reponses resume resumes sortie sorties & toute chaque toutes tout tous",
        r"\b(?:a\s+la\s+fin|au\s+debut|dans|en\s+tete)\s+(?:de\s+)?(?:toute|chaque|toutes\s+(?:les|tes|vos)|tout|tous\s+(?:les|tes|vos))\s+(?:\w+\s+)?(?:reponse|resume|sortie)s?\b",
    ),
    _rule(
        "systeme ia assistant modele & note message instruction instructions",
        r"\b(?:note|message|instructions?)\s+(?:systeme|(?:pour|a)\s+(?:l'ia|l'assistant|le\s+(?:modele|bot)|les\s+ia))\s*[:,]",
    ),
    _rule(
        "envoie envoyez envia enviar envie envialas envialos invia inviali sende schicke schick & @",
        r"\b(?:envoie|envoyez|envia|enviar|envie|invia|sende|schicke?)(?:-les|las|los|li|le)?\b[^\n]{0,60}[\w.+-]+@[\w-]+\.\w+",
        sure=False,
    ),
    _rule(
        "ignora ignore ignoren ignorad ignorar olvida olvide olviden olvidad olvidar descarta descarte omiso desobedece & instruccion instrucciones reglas regla indicacion indicaciones directrices directriz ordenes prompt prompts",
        rf"{_DO}(?:ignor\w+|olvid\w+|descart\w+|haz\s+caso\s+omiso\s+de|desobede\w+)\s+(?:\w+\s+){{0,3}}{_SPANISH}"
        r"(?:\s+(?:anterior\w*|previ\w+|iniciales|del?\s+(?:sistema|seguridad|arriba)|que|y|recibid\w*)|\s*[.!,:;]|\s*$)",
    ),
    _rule(
        "revela revele revelame muestra muestrame muestre ensename di dime repite repita divulga imprime prompt & instruccion instrucciones reglas regla indicacion indicaciones directrices directriz ordenes prompt prompts",
        rf"\b(?:revel\w+|muestr\w+|ensen\w+|di|dime|repit\w+|divulg\w+|imprim\w+)\s+(?:\w+\s+){{0,2}}(?:tus|tu|su|sus|el|las)\s+(?:{_SPANISH})(?:\s+(?:del?\s+)?(?:sistema|inicial\w*|ocult\w*)|\s*[.!]|\s*$)|\bprompt\s+de\s+sistema\b",
    ),
    _rule(
        "ahora asistente restriccion restricciones limite limites filtro filtros partir & eres seras responde como sin",
        r"\b(?:ahora\s+eres|eres\s+ahora|a\s+partir\s+de\s+ahora\s+(?:eres|seras|responde\w*))\s+(?:\w+\s+){0,3}(?:ia|asistente|modelo|chatbot|dan|sin\s+(?:restriccion|limite|filtro)\w*)|"
        r"\bcomo\s+asistente,?\s+(?:ya\s+)?(?:he|debo|voy|puedo)\b|\brespond\w+\s+(?:\w+\s+){0,2}sin\s+(?:ninguna\s+)?(?:restriccion|limite|filtro)\w*|\bsi\s+eres\s+una?\s+(?:ia|asistente|modelo\s+de\s+lenguaje|chatbot)",
    ),
    _rule(
        "respuesta respuestas resumen resumenes salida salidas & toda cada todas todo todos",
        r"\b(?:al\s+final|al\s+principio|en|a)\s+(?:de\s+)?(?:toda|cada|todas\s+(?:las|tus)|todo|todos\s+(?:los|tus))\s+(?:\w+\s+)?(?:respuestas?|resumen|resumenes|salidas?)\b",
    ),
    _rule(
        "ignora ignorate ignorare ignori dimentica dimenticate dimenticare trascura trascurare disobbedisci & istruzioni istruzione regole regola direttive direttiva indicazioni ordini prompt",
        rf"{_DO}(?:ignor\w+|dimentic\w+|trascur\w+|disobbed\w+)\s+(?:\w+\s+){{0,3}}{_ITALIAN}"
        r"(?:\s+(?:precedent\w*|di\s+(?:sistema|sicurezza)|iniziali|sopra|ricevut\w*|che|e)|\s*[.!,:;]|\s*$)",
    ),
    _rule(
        "rivela rivelami rivelate mostra mostrami mostrate dimmi ripeti ripetete stampa divulga prompt & istruzioni istruzione regole regola direttive direttiva indicazioni ordini prompt",
        rf"\b(?:rivel\w+|mostr\w+|dimmi|ripet\w+|stamp\w+|divulg\w+)\s+(?:\w+\s+){{0,2}}(?:tue|tuo|il|le|sue|suo)\s+(?:tuo\s+|tue\s+)?(?:{_ITALIAN})(?:\s+(?:di\s+)?(?:sistema|inizial\w*|nascost\w*)|\s*[.!]|\s*$)|\bprompt\s+di\s+sistema\b",
    ),
    _rule(
        "sistema risposta risposte riassunto riassunti output ora assistente restrizioni restrizione limiti limite filtri & nota messaggio ogni tutte tutti sei come senza se",
        r"\b(?:nota|messaggio)\s+di\s+sistema\s*[:,]|\b(?:alla\s+fine|all'inizio|in)\s+(?:di\s+)?(?:ogni|tutte\s+le(?:\s+tue)?|tutti\s+i(?:\s+tuoi)?)\s+(?:rispost|riassunt|output)\w*|"
        r"\b(?:sei\s+ora|ora\s+sei)\s+(?:\w+\s+){0,3}(?:ia|assistente|modello|chatbot|dan|senza\s+(?:restrizion|limit|filtr)\w*)|\bcome\s+assistente,?\s+(?:ho|devo|posso)\b|"
        r"\brispond\w+\s+(?:\w+\s+){0,2}senza\s+(?:alcuna\s+)?(?:restrizion|limit|filtr)\w*|\bse\s+sei\s+(?:una?\s+|un')(?:ia|assistente|modello\s+linguistico|chatbot)",
    ),
    _rule(
        "ignore ignora ignorar ignorem esqueca esquecer esquecam desconsidere desconsiderar & instrucoes instrucao regras regra diretrizes ordens prompt prompts",
        rf"{_DO}(?:ignor\w+|esquec\w+|desconsider\w+)\s+(?:\w+\s+){{0,3}}{_PORTUGUESE}(?:\s+(?:anterior\w*|previ\w+|do\s+sistema|acima|que|e)|\s*[.!,:;]|\s*$)",
    ),
    _rule(
        "negeer vergeet & instructie instructies regel regels richtlijn richtlijnen opdracht opdrachten prompt prompts",
        rf"{_DO}(?:negeer|vergeet)\s+(?:\w+\s+){{0,3}}(?:vorige|eerdere|voorgaande|bovenstaande|alle|je|jouw|uw)\s+(?:\w+\s+){{0,2}}{_DUTCH}",
    ),
    _rule(
        "игнориру забудь внимания",
        r"(?:игнориру\w+|забудь\w*|не\s+обращай\w*\s+внимания\s+на)\s+(?:\w+\s+){0,3}(?:инструкци|указани|правил|команд|распоряжени)\w*",
    ),
    _rule(
        "忽略 无视 無視 忘记 忘記 忘れ 従わない",
        r"(?:忽略|无视|無視|忘记|忘記)[^。\n]{0,12}(?:指令|指示|提示|命令|规则|規則)|(?:指示|命令|指令|ルール)[^。\n]{0,8}(?:無視|忘れ|従わない)",
    ),
]
