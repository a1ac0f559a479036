"""Parts of patterns for orders in English, and the words that tell where to look for them."""

# ruff: noqa: E501 (a pattern that is cut in pieces is harder to read)

DO = (
    r"(?:^|[.:;!?\"'(\[*#>|`–—-]\s*|,\s*|\b(?:please|kindly|now|then|and|just|simply|instead|immediately|first"
    r"|you\s+(?:must|should|shall|will|are\s+to|need\s+to|have\s+to))\s+)(?:(?:please|now|then|also|always)\s+)*"
)
QUALIFIED = (
    r"(?:(?:all|any|every|each|the|these|those|your|my|our|of|other|and|or|previous|previously|prior|above|earlier|"
    r"preceding|foregoing|former|past|existing|current|original|initial|system|safety|content|ethical|security|"
    r"developer'?s?|hidden|given|stated|said|internal|default|built-in|core)\s+){1,6}"
)
TOLD = (
    r"(?:instructions?(?:\s+sets?)?|instructs|prompts?|directives?|guidelines?|directions|commands?|programming|"
    r"guardrails?|safeguards?|prompting)"
)
BOUND = r"(?:rules|orders|context|messages?|constraints?|restrictions?|training|polic(?:y|ies)|filters?|protocols?|limits)"
IGNORE = (
    r"(?:ignore|disregard|forget(?:\s+about)?|override|bypass|discard|neglect|overlook|set\s+aside|put\s+aside|"
    r"abandon|cancel|erase|drop|delete|dismiss|circumvent|disobey|violate|stop\s+(?:following|obeying)|"
    r"pay\s+no\s+attention\s+to|(?:do\s+not|don't)\s+(?:follow|obey|comply\s+with|adhere\s+to))"
)
IGNORE_BOUND = r"(?:ignore|disregard|forget(?:\s+about)?|override|bypass|circumvent|disobey|violate|pay\s+no\s+attention\s+to|set\s+aside)"
ANSWER = (
    r"(?:answers?|responses?|repl(?:y|ies)|outputs?|summar(?:y|ies)|completions?|generations?|generated\s+text|reviews?|"
    r"reports?|messages?|translations?)"
)
MODEL = (
    r"(?:a\.?i\.?(?:\s+(?:assistants?|agents?|models?|systems?|reviewers?|readers?|tools?|chatbots?|coding\s+agents?))?"
    r"|llms?|(?:large\s+)?language\s+models?|chat\s?bots?|chatgpt|gpt(?:-?\d\w*)?|claude|gemini|copilot|bots?|assistants?"
    r"|virtual\s+assistants?|automated\s+(?:systems?|agents?|reviewers?|assistants?)|agents?)"
)
SURE_MODEL = (
    r"(?:a\.?i\.?\s+(?:assistants?|agents?|models?|systems?|reviewers?|readers?|tools?|chatbots?|coding\s+agents?)|a\.?i\.?"
    r"|llms?|(?:large\s+)?language\s+models?|chat\s?bots?|chatgpt|gpt-?\d\w*)"
)
ADD = (
    r"(?:include|add|append|insert|integrate|incorporate|mention|embed|attach|put|place|write|output|print|echo|repeat|"
    r"state|say|use|end|begin|start|conclude|finish|preface|prefix|modify|augment|enhance|change|alter|replace|convert|"
    r"rewrite|render|encode|translate|scramble|jumble|rearrange|misspell|remove|group|combine|substitute|introduce|"
    r"anagram|provide|deliver|give|make|keep|turn)"
)
SECRET = (
    r"(?:api\s+keys?|passwords?|credentials?|secrets?|access\s+tokens?|private\s+keys?|(?:customer|client|user)s?'?s?\s+"
    r"(?:lists?|data|emails?|records?|details)|(?:chat|conversation)\s+history|(?:this|the|entire|whole|full)\s+conversation)"
)
ADDRESS = r"(?:[\w.+-]+@[\w-]+\.\w+|https?://|www\.)"

NEED_VERB = (
    "ignore disregard forget override bypass discard neglect overlook aside abandon cancel erase drop delete dismiss "
    "circumvent disobey violate following obeying attention follow obey comply adhere"
)
NEED_TOLD = (
    "instruction instructions instructs prompt prompts directive directives guideline guidelines directions command "
    "commands programming guardrail guardrails safeguard safeguards prompting"
)
NEED_IGNORE = f"{NEED_TOLD} & {NEED_VERB}"
NEED_BOUND = (
    "ignore disregard forget override bypass discard neglect overlook aside abandon cancel erase delete dismiss circumvent "
    "disobey violate & rules orders context message messages constraint constraints restriction restrictions training "
    "policy policies filter filters protocol protocols limits"
)
NEED_IGNORE_BARE = f"ignore disregard override forget & all everything {NEED_TOLD}"
NEED_MODEL = (
    "ai llm llms model models chatbot chatbots chat chatgpt gpt claude gemini copilot bot bots assistant assistants "
    "automated agent agents"
)
NEED_NOTE = f"note notice message instruction instructions attention important reminder memo hint warning order & {NEED_MODEL}"
NEED_ANSWER = (
    "answer answers response responses reply replies output outputs summary summaries completion completions generation "
    "generations generated review reviews report reports message messages translation translations"
)
NEED_WRITTEN = (
    "answer answers response responses reply replies output outputs summary summaries completion completions"
)
NEED_ADD = (
    "include add append insert integrate incorporate mention embed attach put place write output print echo repeat state "
    "say use end begin start conclude finish preface prefix modify augment enhance change alter replace convert rewrite "
    "render encode translate scramble jumble rearrange misspell remove group combine substitute introduce anagram provide "
    "deliver give make keep turn"
)
NEED_SECRET = (
    "key keys password passwords credential credentials secret secrets token tokens list lists data email emails record "
    "records details history conversation"
)
