"""Orders in English that speak to a model as one: forget what you were told, be another, give away what you know."""

# ruff: noqa: E501 (a pattern that is cut in pieces is harder to read)

from qa.orders.rules import rules
from qa.orders.vocabulary import (
    ADDRESS,
    BOUND,
    DO,
    IGNORE,
    IGNORE_BOUND,
    MODEL,
    NEED_BOUND,
    NEED_IGNORE,
    NEED_IGNORE_BARE,
    NEED_MODEL,
    NEED_NOTE,
    NEED_SECRET,
    QUALIFIED,
    SECRET,
    SURE_MODEL,
    TOLD,
)

ADDRESSING = [
    # Away with what the model was told.
    *rules(
        True,
        (
            NEED_IGNORE,
            rf"{DO}{IGNORE}\s+{QUALIFIED}(?:\w+\s+){{0,2}}{TOLD}\b",
        ),
        (
            "ignore disregard forget discard & everything anything all whatever what",
            rf"{DO}(?:ignore|disregard|forget|discard)\s+(?:about\s+)?(?:everything|anything|all|what(?:ever)?)\s+"
            r"(?:(?:that|you|was|were|is|has|have|'ve|been|came|comes|stands|else|of|the)\s+)*(?:above|before|previous(?:ly)?"
            r"|prior|earlier|you\b(?:\s+know)?|told|instructed|said\s+so\s+far|learned|know)",
        ),
        (
            "instructions prompt rules guidelines programming & changed updated replaced overridden superseded void revoked cancelled suspended longer & your",
            r"\byour\s+(?:\w+\s+)?(?:instructions|prompt|rules|guidelines|programming)\s+"
            r"(?:have\s+(?:now\s+)?(?:been\s+)?|has\s+been\s+|are\s+(?:now\s+)?|is\s+(?:now\s+)?)"
            r"(?:changed|updated|replaced|overridden|superseded|void|revoked|cancelled|suspended|no\s+longer)",
        ),
        (
            "instruction instructions task prompt goal & new real true actual",
            r"(?:^|\byour\s+|\bthe\s+following\s+)(?:new|real|true|actual)\s+(?:instructions?|task|prompt|goal)\b\s*(?::|is\b|are\b|follows?)",
        ),
    ),
    *rules(
        False,
        (
            NEED_BOUND,
            rf"{DO}{IGNORE_BOUND}\s+{QUALIFIED}{BOUND}\b",
        ),
        (NEED_IGNORE_BARE, rf"{DO}(?:ignore|disregard|override|forget)\s+(?:{TOLD}|all|everything)\b"),
    ),
    # A new part to play.
    *rules(
        True,
        (
            "dan ai unrestricted uncensored unfiltered jailbroken llm language chatbot bot mode assistant model & now pretend act behave answer respond roleplay role imagine",
            r"(?:\byou(?:\s+are|'re)\s+now|from\s+now\s+on,?\s+(?:you(?:\s+are|\s+will|\s+must|'re)|act|behave|answer|respond)|"
            r"\byou\s+(?:will|must|shall)\s+(?:now\s+)?(?:act|behave|pretend)|\bpretend(?:\s+(?:to\s+be|that\s+you\s+are|you\s+are|you're))|"
            r"\b(?:act|behave|answer|respond)\s+as(?:\s+if\s+you\s+(?:are|were))?|\brole-?\s?play(?:ing)?\s+as|\bimagine\s+(?:that\s+)?you(?:\s+are|'re))"
            r"\s+(?:\w+\s+){0,4}(?:dan\b|ai\b|a\.i\.|unrestricted|uncensored|unfiltered|jailbroken|language\s+model|llm|chat\s?bot|"
            r"(?:evil|free|rogue|developer|debug|god|admin|root|jailbreak|maintenance|opposite)\s*-?\s*(?:mode|assistant|bot|model))",
        ),
        (
            "anything mode & now developer jailbreak god dan",
            r"\bdo\s+anything\s+now\b|\b(?:you\s+(?:are|have)|enter|enable|activate|switch\s+to|in)\b[^.]{0,30}\b(?:developer|jailbreak|god|dan)\s+mode\b[^.]*\b(?:you|restrict|limit|no\b|answer|respond|enabled|activated|content)",
        ),
        (
            "restriction restrictions limit limits limitations filter filters rules censorship content constraints & you your dan assistant answer respond reply comply",
            r"\b(?:you|dan|the\s+assistant)\s+(?:now\s+)?(?:have|has|are|operate|answer)\s+(?:\w+\s+){0,3}(?:no|without|free\s+(?:of|from))\s+(?:\w+\s+){0,2}"
            r"(?:restrictions|limits|limitations|filters|rules|censorship|content\s+polic\w+)|"
            r"\b(?:answer|respond|reply|comply|proceed|speak|act)(?:\s+\w+){0,4}\s+without\s+(?:any\s+)?(?:restrictions?|limits|limitations|filters?|censorship|constraints)\b|"
            r"\bwith\s+no\s+(?:content\s+polic\w+|restrictions|filters)\s+and\s+answer",
        ),
        (
            "now unrestricted uncensored unfiltered restricted & answer allow accept response output version model assistant ai",
            r"\byou\s+now\s+(?:answer|allow|accept)\b|\b(?:give|produce|with)\s+(?:an?|the)\s+(?:unrestricted|uncensored|unfiltered)\s+(?:response|answer|output|version)|\boutput\s+the\s+restricted|"
            r"\byou\s+now\s+allow\s+all\b|\ban\s+uncensored\s+(?:model|ai|assistant)",
        ),
        (
            "safety content ethics ethical assistant & guidelines guideline protocols filters policy policies rules checks restrictions guardrails i & comply proceed answer respond unrestricted output you i",
            r"\b(?:safety|content|ethic\w+)\s+(?:guidelines?|protocols?|filters?|polic\w+|rules|checks|restrictions|guardrails)\b[^.]{0,40}\b(?:disabled|off|lifted|suspended|"
            r"(?:do|does|did|are|were|is)\s+not\s+(?:meant|apply|intended|needed))\b[^\n]{0,120}\b(?:comply|proceed|answer|respond|unrestricted|output|you)\b|"
            r"\bas\s+(?:the|an)\s+assistant,?\s+i(?:'ve|\s+have|\s+am|\s+will|\s+must|\s+can)\b",
        ),
        (
            "skip bypass disable & safety",
            r"\b(?:skip|bypass|disable)\s+(?:all\s+)?(?:the\s+)?safety\s+(?:checks|filters|guidelines)\b[^.]*(?:\btask|\bconversation|\bsession|\bresponse|\banswer)",
        ),
        (
            "reasoning exempt & trace restrictions",
            r"\breasoning\s+trace\s*\(?assistant|\bexempt\s+from\s+the\s+usual\s+restrictions\b",
        ),
    ),
    # To whom it may concern.
    *rules(
        True,
        (
            NEED_MODEL + " & for to",
            rf"\b(?:for|to)\s+(?:the\s+|all\s+|any\s+|every\s+)?{SURE_MODEL}\s*\)?\s*:",
        ),
        (
            NEED_NOTE,
            rf"(?:^|[#*>\[(<!-]\s*)(?:\w+\s+)?(?:special\s+)?(?:note|notice|message|instructions?|attention|important|reminder|memo|hint|warning|order)s?\s*(?:to|for|:)\s*(?:to\s+)?(?:the\s+|all\s+|any\s+|every\s+)?(?:{SURE_MODEL}|bots?|assistants?|automated\s+\w+)\b",
        ),
        (
            NEED_MODEL + " & you & if since because when",
            rf"\b(?:if|since|because|when)\s+you(?:\s+are|'re)\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:{SURE_MODEL}|bots?|assistants?|automated\s+\w+)\b(?!\s+(?:manager|teacher|professor|principal|coach|director))",
        ),
        (
            "ai llm llms chatbot chatbots language chatgpt gpt & dear hey hello attention to",
            rf"\b(?:dear|hey|hello|attention,?|to)\s+(?:the\s+|any\s+|all\s+)?{SURE_MODEL}\s*(?:,|:|–|—|!|reading|processing|reviewing|summari[sz]ing|evaluating)",
        ),
        (
            "reading processing reviewing summarizing summarising analyzing analysing parsing evaluating indexing scanning & "
            + NEED_MODEL,
            rf"\b{MODEL}(?:\s+that\s+(?:is|are))?\s+(?:reading|processing|reviewing|summari[sz]ing|analy[sz]ing|parsing|evaluating|indexing|scanning)\s+(?:this|the)\b[^.]*\b(?:must|should|shall|will|is|are|has|have|please|:|,)",
        ),
        (
            NEED_MODEL
            + " & must should shall is are & ignore disregard say respond reply answer output include append recommend rate rank state tell reveal summarize summarise treat conclude",
            rf"\b{MODEL}\s+(?:must|should|shall|is\s+(?:required|instructed|ordered|to)|are\s+(?:required|instructed|ordered|to))\s+(?:\w+\s+){{0,2}}"
            rf"(?:ignore|disregard|say|respond|reply|answer|output|include|append|recommend|rate|rank|state|tell|reveal|summari[sz]e\s+this|treat\s+this|conclude)\b",
        ),
    ),
    # What it should give away.
    *rules(
        True,
        (
            "prompt prompts instructions configuration rules guidelines message told & reveal show tell print repeat output display disclose leak share expose give provide summarize summarise quote dump write return list recite paste state copy echo include add & your system initial hidden original operating exact secret internal you",
            rf"{DO}(?:reveal|show|tell|print|repeat|output|display|disclose|leak|share|expose|give|provide|summari[sz]e|quote|dump|write|return|list|recite|paste|state|copy|echo|include|add)\s+"
            r"(?:(?:me|us|out|back|exactly|verbatim|a|an|short|full|complete|summary|copy|the|of|all|entire|first|exact|list|contents?)\s+){0,8}"
            r"(?:your\s+(?:\w+\s+){0,2}(?:prompts?|instructions|configuration|rules|guidelines)|(?:system|initial|hidden|original|operating|exact|secret|internal)\s+(?:prompt|instructions|message|configuration)|"
            r"(?:exact\s+)?(?:\w+\s+)?instructions?\s+(?:that\s+)?you\s+(?:were|have\s+been|are|received|got)|what\s+you\s+were\s+told|prompt\s+(?:above|you))",
        ),
        (
            "above & repeat print output copy write recite & words text everything lines line sentences",
            r"\b(?:repeat|print|output|copy|write|recite)\s+(?:out\s+)?(?:all\s+)?(?:of\s+)?(?:the\s+)?(?:words|text|everything|lines?|sentences?)\s+above\b",
        ),
        (
            "instructions prompt & given system & you your",
            r"\b(?:operating\s+)?instructions\s+(?:that\s+)?you\s+(?:were|have\s+been)\s+given\b|\byour\s+system\s+prompt\b",
        ),
        (
            "credentials credential keys key secrets passwords password & reveal show tell print output leak disclose expose collect gather find send list return",
            rf"{DO}(?:reveal|show|tell|print|output|leak|disclose|expose|collect|gather|find|send|list|return)\s+(?:me\s+|all\s+|any\s+|the\s+|every\s+|its\s+|your\s+)*[^.\n]{{0,40}}(?:credentials?|api\s+keys?|secrets|passwords?)\b"
            rf"[^.\n]{{0,60}}\b(?:you\b|(?:send|forward|post|email|mail|submit|upload)\s+(?:them|it)\b)",
        ),
        (
            "your & real true actual & task job goal purpose",
            r"\byour\s+(?:real|true|actual)\s+(?:task|job|goal|purpose)\s+is\b",
        ),
    ),
    *rules(
        False,
        (
            "send forward email mail post upload transmit exfiltrate submit leak & @ http www. & " + NEED_SECRET,
            rf"\b(?:send|forward|email|e-mail|mail|post|upload|transmit|exfiltrate|submit|leak)\b[^\n]{{0,80}}\b{SECRET}[^\n]{{0,60}}{ADDRESS}|"
            rf"{SECRET}[^\n]{{0,60}}\b(?:send|forward|email|mail|post|upload|transmit)\s+(?:them|it|everything|all)\b[^\n]{{0,40}}{ADDRESS}",
        ),
    ),
]
