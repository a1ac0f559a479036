"""The wordings of questions about whole documents, as patterns for a whole question in any case."""

import re

# Seen before anything else is done: most ordinary questions hold none of these.
SIGNS = (
    *("summar", "overview", "tldr", "tl;dr", "main points", "key points", "outline", "sum up", "gist", "about"),
    *("mention", "contain", "refer", "appear", "occur", "name", "list", "enumerate", "are there"),
    *("all ", "every", "each ", "compar", "contrast", "differ"),
)
POLITE = re.compile(
    r"^(?:(?:please|kindly|now|ok|okay|and|so)[,\s]+)*(?:(?:can|could|would|will) you\s+(?:please\s+)?)?"
    r"(?:(?:i want|i need|i would like|i'd like)(?: you)? to\s+)?",
    re.IGNORECASE,
)
END = re.compile(r"[\s.?!]*(?:,?\s*please)?[\s.?!]*$", re.IGNORECASE)

SUMMARY = (
    re.compile(r"(?:summari[sz]e|sum up|outline)\s+(?:for me\s+)?(?P<of>.+)", re.IGNORECASE),
    re.compile(
        r"(?:(?:give|write|show|make|create|provide)(?: me| us)?\s+|what is\s+|i (?:want|need)\s+)?(?:an?|the)?\s*"
        r"(?:(?:short|brief|quick|concise|executive|general|complete|full|detailed)\s+)*"
        r"(?:summary|overview|gist|main points|key points|tl;?dr)\s*(?:of|for|from|in|:)\s+(?P<of>.+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"what (?:are|is) (?P<of>this document|this file|the document|these documents|the documents) about", re.I
    ),
    re.compile(r"what are the (?:main|key) points (?:of|in) (?P<of>.+)", re.IGNORECASE),
    re.compile(r"(?:tl;?dr|summari[sz]e|summary)(?P<of>)", re.IGNORECASE),
)

_GROUP = (
    r"(?P<group>documents?|files?|texts?|sources?|papers?|contracts?|agreements?|letters?|e-?mails?|mails?|messages?"
    r"|invoices?|reports?|articles?|notes?|records?|policies|policy|leases?|minutes|memos?|books?|manuals?|pdfs?"
    r"|presentations?|spreadsheets?|chapters?|protocols?|handbooks?|transcripts?|statements?)"
)
_THE = r"(?:of\s+)?(?:the\s+|these\s+|those\s+|my\s+|our\s+|all\s+)*"
_SAYS = r"(?:mention(?:s|ed|ing)?|contains?|refer(?:s|red)? to|name[sd]?)"
_WORDS = r"(?:the\s+)?(?P<word>(?:exact\s+)?(?:word|name|term|phrase|expression)s?\s+)?(?P<what>.+?)"
_IN = r"(?:\s+(?:in|within|across|throughout)\s+(?P<in>.+))?"
MENTIONS = (
    re.compile(rf"(?P<how>how many) {_THE}{_GROUP}(?:\s+(?:in|of) .+?)?\s+(?:do |that )?{_SAYS}\s+{_WORDS}", re.I),
    re.compile(
        rf"in (?P<how>how many) {_THE}{_GROUP} (?:is|are|does|do) {_WORDS} (?:mentioned|named|appear|occur)", re.I
    ),
    re.compile(rf"(?P<which>which|what) {_THE}{_GROUP}(?:\s+in .+?)?\s+{_SAYS}\s+{_WORDS}", re.IGNORECASE),
    re.compile(
        rf"in (?P<which>which|what) {_THE}{_GROUP} (?:is|are|does|do) {_WORDS} (?:mentioned|named|appear|occur)",
        re.I,
    ),
    re.compile(
        rf"(?:list|show|find|name)(?: me)? (?P<which>all|every|the|each) {_THE}{_GROUP}"
        rf" (?:that |which )?{_SAYS}\s+{_WORDS}",
        re.I,
    ),
    re.compile(rf"(?P<where>where) (?:is|are|was|were) {_WORDS} (?:mentioned|referred to){_IN}", re.IGNORECASE),
    re.compile(rf"(?P<where>where) do(?:es)? {_THE}{_GROUP} {_SAYS}\s+{_WORDS}", re.IGNORECASE),
    re.compile(
        rf"(?P<where>find|show(?: me)?|list) (?:all|every)(?: the)? mentions? of {_WORDS}{_IN}", re.IGNORECASE
    ),
    re.compile(
        rf"how (?P<times>often|many times) (?:is|are|was|were) {_WORDS} (?:mentioned|referred to){_IN}",
        re.IGNORECASE,
    ),
    re.compile(rf"how (?P<times>often|many times) do(?:es)? {_THE}{_GROUP} {_SAYS}\s+{_WORDS}", re.IGNORECASE),
    re.compile(
        r"how (?P<times>often|many times) do(?:es)? (?:the\s+)?(?P<word>(?:exact\s+)?(?:word|name|term|phrase)\s+)"
        rf"(?P<what>.+?) (?:appear|occur){_IN}",
        re.I,
    ),
    re.compile(
        r"how (?P<times>often|many times) do(?:es)? (?P<what>[\"“'‘].+?[\"”'’]) (?:appear|occur)" + _IN, re.I
    ),
    re.compile(
        r"how (?P<times>often|many times) do(?:es)? (?P<what>.+?) (?:appear|occur) in (?P<in>.+)", re.IGNORECASE
    ),
    re.compile(rf"how many mentions of {_WORDS} are there{_IN}(?P<times>)", re.IGNORECASE),
)
TAIL = re.compile(r"\s+(?:in total|altogether|overall|at all|anywhere|by name)$", re.IGNORECASE)

_EVERY = r"(?P<every>all(?:\s+of)?(?:\s+(?:the|my|our))?|every(?: single)?|each(?: of the)?)"
LISTING = (
    re.compile(
        rf"(?:list|enumerate|extract|collect|find|show(?: me)?|name|give(?: me)?)\s+{_EVERY}\s+(?P<what>.+)", re.I
    ),
    re.compile(
        rf"(?:give|show|make|create|provide)(?: me| us)?\s+(?:a|the)(?: \w+)? list (?:of|with)\s+(?:{_EVERY}\s+)?"
        r"(?P<what>.+)",
        re.IGNORECASE,
    ),
    re.compile(r"list(?:\s+me)?\s+(?:the\s+)?(?P<typed>.+)", re.IGNORECASE),
    re.compile(rf"what are {_EVERY}\s+(?P<what>.+)", re.IGNORECASE),
    re.compile(r"(?:which|what)\s+(?P<typed>.+?)\s+are there(?P<in>\s+in .+)?", re.IGNORECASE),
)
SIDES = (
    re.compile(
        r"(?:compare|contrast|compare and contrast)\s+(?P<one>.+?)\s+(?:and|with|to|against|versus|vs\.?)\s+"
        r"(?P<two>.+)",
        re.I,
    ),
    re.compile(
        r"what (?:is|are) the (?:main |key |most important |biggest )?differences? between (?P<one>.+?) and "
        r"(?P<two>.+)",
        re.IGNORECASE,
    ),
    re.compile(r"(?:list|show|give)(?: me)? the differences? between (?P<one>.+?) and (?P<two>.+)", re.IGNORECASE),
    re.compile(r"how (?:do|does|is|are) (?P<one>.+?) (?:differ|different) from (?P<two>.+)", re.IGNORECASE),
    re.compile(r"(?:give me )?a comparison (?:of|between) (?P<one>.+?) (?:and|with) (?P<two>.+)", re.IGNORECASE),
)
# "Which document mentions it?" leans on an earlier question.
NOTHING = frozenset("it this that them they these those he she him her there what one which who whom".split())
