"""Whether a question is about whole documents, not about what the nearest passages say. Pure, and precise.

An ordinary question must never be taken for one: what is not understood for certain is None.
"""

import re
from collections.abc import Callable, Sequence

from qa.surveying.naming import Meant, meant
from qa.surveying.records import Plan
from qa.surveying.tallying import counted_things
from qa.surveying.values import value_kind

# Seen before anything else is done: most ordinary questions hold none of these.
_SIGNS = (
    *("summar", "overview", "tldr", "tl;dr", "main points", "key points", "outline", "sum up", "gist", "about"),
    *("mention", "contain", "refer", "appear", "occur", "name", "list", "enumerate", "are there"),
    *("all ", "every", "each ", "compar", "contrast", "differ"),
)
_POLITE = re.compile(
    r"^(?:(?:please|kindly|now|ok|okay|and|so)[,\s]+)*(?:(?:can|could|would|will) you\s+(?:please\s+)?)?"
    r"(?:(?:i want|i need|i would like|i'd like)(?: you)? to\s+)?",
    re.IGNORECASE,
)
_END = re.compile(r"[\s.?!]*(?:,?\s*please)?[\s.?!]*$", re.IGNORECASE)

_SUMMARY = (
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
_MENTIONS = (
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
_TAIL = re.compile(r"\s+(?:in total|altogether|overall|at all|anywhere|by name)$", re.IGNORECASE)

_EVERY = r"(?P<every>all(?:\s+of)?(?:\s+(?:the|my|our))?|every(?: single)?|each(?: of the)?)"
_LISTING = (
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
_SIDES = (
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
_LONGEST = 300
_LONGEST_SIDE = 8


def recognise(question: str, names: Callable[[], Sequence[str]], last: Sequence[str] = ()) -> Plan | None:
    """What a question about whole documents asks for; None for any other question.

    `names` gives the documents in scope, asked only when the question looks like one; `last` are the documents
    that the last answer rests on.
    """
    low = question.lower()
    if len(question) > _LONGEST or not any(sign in low for sign in _SIGNS):
        return None
    asked = _END.sub("", _POLITE.sub("", " ".join(question.split())))
    for reader in (_mentions, _summary, _comparison, _listing):
        if plan := reader(asked, names, last):
            return plan
    return None


_Names = Callable[[], Sequence[str]]


def _summary(asked: str, names: _Names, last: Sequence[str]) -> Plan | None:
    match = _first(_SUMMARY, asked)
    if match is None:
        return None
    found = meant(match["of"] or "everything", names(), last)
    return Plan("summary", documents=found.documents, group=found.group) if found else None


def _mentions(asked: str, names: _Names, last: Sequence[str]) -> Plan | None:
    match = _first(_MENTIONS, asked)
    if match is None:
        return None
    given = match.groupdict()
    subject, inside = _TAIL.sub("", given["what"]), given.get("in")
    among = Meant(())
    if inside or (not inside and (inside := _inside(subject))):
        found = meant(inside, names(), last)
        if found is None and given.get("in"):
            return None
        if found:
            among = found
            subject = subject if given.get("in") else subject[: subject.lower().rindex(inside.lower())]
            subject = re.sub(r"\s+(?:in|within|across)\s*$", "", subject, flags=re.IGNORECASE)
    if given.get("group") and not among.documents:
        among = meant(f"the {given['group']}", names()) or among
    subject = _bare(subject)
    if not any(map(str.isalnum, subject)) or subject.lower() in _NOTHING:
        return None
    times, where = given.get("times") is not None, bool(given.get("where"))
    return Plan("mentions", subject, "", among.documents, among.group, times, where)


# "Which document mentions it?" leans on an earlier question.
_NOTHING = frozenset("it this that them they these those he she him her there what one which who whom".split())


def _inside(subject: str) -> str:
    """What stands behind the last "in" of a phrase."""
    match = re.search(
        r".\s+(?:in|within|across)\s+(?P<in>(?:all|the|this|these|my|our)\s.+)$", subject, re.IGNORECASE
    )
    return match["in"] if match else ""


def _bare(words: str) -> str:
    """A phrase without its article and its quotation marks, which are kept to say that it is meant exactly."""
    words = words.strip()
    return words if words[:1] in "\"“'‘«" else re.sub(r"^(?:the|an?)\s+(?=\S)", "", words, flags=re.IGNORECASE)


def _comparison(asked: str, names: _Names, last: Sequence[str]) -> Plan | None:
    match = _first(_SIDES, asked)
    if match is None:
        return None
    one, two = (match[side].strip() for side in ("one", "two"))
    if any(not side or len(side.split()) > _LONGEST_SIDE for side in (one, two)) or one.lower() in _NOTHING:
        return None
    return Plan("comparison", one, two)


def _listing(asked: str, names: _Names, last: Sequence[str]) -> Plan | None:
    match = _first(_LISTING, asked)
    if match is None:
        return None
    given = match.groupdict()
    what = (given.get("what") or given.get("typed") or "") + (given.get("in") or "")
    subject, among = _split_scope(what, names, last)
    typed = given.get("typed") is not None or not given.get("every")
    if subject is None or (typed and value_kind(subject) is None):
        return None
    if not 1 <= len(subject.split()) <= _LONGEST_SIDE + 4 or subject.split()[0].lower() in _NOTHING:
        return None
    return Plan("listing", subject, documents=among.documents, group=among.group)


def recognise_rows(question: str, names: Callable[[], Sequence[str]], last: Sequence[str] = ()) -> Plan | None:
    """A question that the rows of a table may answer by their number: whether they do, the tables decide."""
    asked = " ".join(question.split()).rstrip("?!. ")
    if len(question) > _LONGEST or not counted_things(asked):
        return None
    rest, among = _split_scope(asked, names, last)
    return Plan("rows", rest or asked, documents=among.documents, group=among.group)


def _split_scope(what: str, names: _Names, last: Sequence[str]) -> tuple[str | None, Meant]:
    """What is to be listed, and the documents that a phrase at its end names."""
    match = re.match(
        r"(?P<what>.+?)\s+(?:that (?:are|is) )?(?:mentioned |given |named |stated |listed )?"
        r"(?:in|from|of|across|within)\s+(?P<in>.+)$",
        what,
        re.IGNORECASE,
    )
    while match:
        if found := meant(match["in"], names(), last):
            return match["what"], found
        # The last "in" may be the one before the document: "people in charge in the report".
        deeper = re.search(r"\s(?:in|from|of|across|within)\s+", match["in"], re.IGNORECASE)
        if not deeper:
            break
        cut = match.start("in") + deeper.end()
        head = what[: match.start("in") + deeper.start()]
        if found := meant(what[cut:], names(), last):
            return head, found
        match = None
    return re.sub(r"\s+(?:mentioned|named|given|stated|listed|there)$", "", what, flags=re.IGNORECASE), Meant(())


def _first(patterns: Sequence[re.Pattern[str]], asked: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.fullmatch(asked))), None)
