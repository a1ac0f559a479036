"""Orders in English about answers: what they should hold or look like; and marks that part turns or hide orders."""

# ruff: noqa: E501 (a pattern that is cut in pieces is harder to read)

from qa.orders.rules import rules
from qa.orders.vocabulary import (
    ADD,
    ANSWER,
    DO,
    NEED_ADD,
    NEED_ANSWER,
    NEED_WRITTEN,
)

ANSWERING = [
    # What the answer should be like.
    *rules(
        True,
        (
            NEED_WRITTEN + " & every each any all",
            rf"\b(?:at\s+the\s+(?:end|start|beginning)\s+of|in|to|with|into)\s+(?:every|each|any|all)\s+(?:(?:of\s+)?(?:your|the|future|subsequent|single|following|one)\s+){{0,3}}{ANSWER}"
            r"(?:\s+(?:you\s+(?:give|write|generate|produce|create|make)|from\s+now\s+on|that\s+you|concerning\s+this|regarding\s+this|about\s+this))",
        ),
        (
            "future & append include add insert mention remember output repeat & tasks task conversations turns interactions "
            + NEED_ANSWER,
            rf"{DO}(?:\w+\s+){{0,3}}(?:append|include|add|insert|mention|remember|output|repeat)\b[^\n]*\b(?:every|all|any|each)\s+future\s+(?:{ANSWER}|tasks?|conversations?|turns?|interactions?)\b",
        ),
        (
            "memory future & remember your",
            r"\bremember\s+(?:this\s+)?for\s+all\s+future\b|\b(?:to|in|into)\s+your\s+(?:long-?\s?term\s+)?memory\b",
        ),
        (
            "user & shown displayed repeated told given presented & every each all any",
            rf"\b(?:shown|displayed|repeated|told|given|presented)\s+to\s+the\s+user\s+in\s+(?:every|each|all|any)\s+{ANSWER}",
        ),
        (
            "summarize summarise process read answer respond review analyze analyse translate encounter see & you & when whenever & must always also include email send say add append reply respond output write state tell ignore call never not",
            r"\bwhen(?:ever)?\s+you\s+(?:\w+\s+)?(?:summari[sz]e|process|read|answer|respond|review|analy[sz]e|translate|encounter|see)\s*(?:this|the|about|to|these|any)?\b[^.\n]{0,60}[,:]?\s*(?:you\s+)?(?:must|always|also|include|email|send|say|add|append|reply|respond|output|write|state|tell|ignore|call|do\s+not|never)\b",
        ),
        (
            NEED_WRITTEN
            + " & every each any all & append add insert include put write mention repeat state say place",
            rf"\b(?:append|add|insert|include|put|write|mention|repeat|state|say|place)\b[^\n]{{0,120}}\b(?:to|at)\s+the\s+(?:end|start|beginning|top|bottom)\s+of\s+(?:every|each|any|all)\s+(?:\w+\s+){{0,2}}{ANSWER}\b",
        ),
        (
            "your & " + NEED_ANSWER + " & " + NEED_ADD,
            rf"\b(?:append|add|insert)\b[^.\n]{{0,80}}\b(?:to\s+the\s+(?:end|start|beginning)\s+of\s+your|at\s+the\s+(?:end|start|beginning)\s+of\s+your)\s+{ANSWER}",
        ),
        (
            "mention reveal tell disclose & not don never & instruction instructions message note prompt user",
            r"\b(?:do\s+not|don't|never)\s+(?:mention|reveal|tell|disclose|report|show)\s+(?:\w+\s+){0,4}(?:this\s+(?:instruction|message|note|prompt|order|text)|these\s+instructions|(?:to\s+)?the\s+user|(?:system\s+)?prompt)\b",
        ),
        (
            "respond reply answer & only exclusively solely just & word phrase sentence text string with",
            rf"{DO}(?:respond|reply|answer)\s+(?:to\s+\w+(?:\s+\w+){{0,3}}\s+)?(?:only|exclusively|solely|just)\s+(?:with|by\s+saying)\s+(?:the\s+(?:single\s+)?(?:word|phrase|sentence|text|string)|\"|')",
        ),
        (
            "user anyone somebody someone asked asks & if when whenever matter & say answer reply respond output state claim tell print",
            r"\b(?:if|when(?:ever)?|no\s+matter\s+what)\s+(?:the\s+|a\s+|any\s+)?(?:user|anyone|somebody|someone|you\s+are|you're)\s+(?:is\s+)?(?:asks?|asked|queries|questions|says?)\b[^.\n]{0,80}[,:]?\s*\b(?:you\s+(?:must|should|will)\s+)?(?:always\s+)?(?:say|answer|reply|respond|output|state|claim|tell\s+(?:him|her|them|the\s+user)|print)\b",
        ),
    ),
    *rules(
        False,
        (
            "your & " + NEED_ANSWER + " & " + NEED_ADD,
            rf"{DO}{ADD}\s+(?:[^.\n]|\.(?=\w)){{0,160}}\b(?:your|the)\s+(?:entire\s+|whole\s+|final\s+|next\s+|own\s+)?{ANSWER}(?:'s?)?(?:\b|$)",
        ),
        (
            "your & " + NEED_ANSWER,
            rf"\b(?:in|to|within|throughout|into|from|of|with)\s+your\s+{ANSWER}\b",
        ),
        (
            "respond reply answer & only exclusively solely always entirely & with in by using",
            rf"{DO}(?:respond|reply|answer|speak|write)\s+(?:only|exclusively|solely|always|entirely)\s+(?:with|in|by|using)\b",
        ),
        (
            "output print say repeat respond reply answer & following exact exactly this",
            rf"{DO}(?:output|print|say|write|repeat|return|respond\s+with|reply\s+with|answer\s+with)\s+(?:only\s+|exactly\s+|just\s+)?(?:the\s+following|this\s+(?:exact\s+)?(?:text|sentence|phrase|word|token|string|message)|exactly|\")",
        ),
        (
            "before & responding answering replying continuing answer respond & call use invoke run execute",
            r"\b(?:call|use|invoke|run|execute)\s+[a-z]+_\w+[^\n]*\bbefore\s+(?:responding|answering|replying|continuing|you\s+(?:answer|respond))",
        ),
        (
            "call use invoke run execute & _ & send delete forward transfer post email exec execute run drop remove write upload read get fetch",
            rf"{DO}(?:call|use|invoke|run|execute)\s+(?:send|delete|forward|transfer|post|email|exec|execute|run|drop|remove|write|upload|read|get|fetch)_\w+",
        ),
        (
            "system: assistant: user: developer: system]: prompt: override:",
            r"(?:^|[\n#>*\[(]\s*)\[?(?:system|assistant|user|developer)(?:\s+(?:prompt|message|note|override|update|instruction)s?)?\]?\s*:\s*(?=[^\n]{0,120}\b(?:you|your|the\s+user|instructions?|prompt|requests?|sure|here\s+is|ignore|override|always|never|must|grant|reveal|required|call|from\s+now|disabled|enabled|answer|respond|say)\b)",
        ),
        (
            "override",
            r"^\W*(?:system\s+)?override\b\s*[:!-]+\s*(?:all|any|the|your|safety|previous|security|content|disable|enable|ignore|you|from\s+now)\b",
        ),
        ("note & bot assistant", r"\bnote\s+to\s+(?:the\s+)?(?:bot|assistant|self-driving)\b"),
        (
            "update override alert note notice message & system",
            r"^\W*(?:important\s+)?system\s+(?:update|note|message|override|alert|notice)\s*[:!-]",
        ),
    ),
    # Marks that part the turns of a conversation with a model.
    *rules(
        True,
        (
            "<|",
            r"<\|\s*(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id|begin_of_text|end_of_text|eom_id|end|prompt|tool\w*)\s*\|>",
        ),
        ("inst] sys>> _of_turn", r"\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>"),
        (
            "input prompt prompts instruction instructions context conversation system response human assistant & ### === --- *** << [[",
            r"^\W*(?:#{2,}|={3,}|-{3,}|\*{3,}|<+|\[+)\W*(?:(?:begin(?:ning)?|start|end)(?:\s+of)?\s+(?:\w+\s+){0,2}(?:input|prompt|instructions?|context|conversation|document|system\s+message)\b|(?:instruction|response|system|human|assistant)s?\s*:)",
        ),
        (
            "</ <system <instructions <user",
            r"</?(?:documents?|contexts?|sources?|system|user_?\w*|instructions?|assistant)>",
        ),
    ),
    # Locked up, to be opened by the model.
    *rules(
        True,
        (
            "decode decrypt decipher unscramble & and then & do follow obey execute carry act comply perform run",
            r"\b(?:decode|decrypt|decipher|unscramble)\b[^\n]{0,80}\b(?:and|then)\b[^\n]{0,20}\b(?:do|follow|obey|execute|carry\s+out|act\s+on|comply|perform|run)\b[^\n]{0,30}\b(?:it|instructions?|says?|told|commands?|orders?|what|exactly|inside)\b",
        ),
    ),
]
