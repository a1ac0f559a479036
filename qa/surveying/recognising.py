"""Whether a question is about whole documents, not about what the nearest passages say. Pure, and precise.

An ordinary question must never be taken for one: what is not understood for certain is None.
"""

import re
from collections.abc import Callable, Sequence

from qa.surveying.naming import Meant, meant
from qa.surveying.records import Plan
from qa.surveying.tallying import counted_things
from qa.surveying.values import value_kind
from qa.surveying.wordings import END, LISTING, MENTIONS, NOTHING, POLITE, SIDES, SIGNS, SUMMARY, TAIL

_LONGEST = 300
_LONGEST_SIDE = 8


def recognise(question: str, names: Callable[[], Sequence[str]], last: Sequence[str] = ()) -> Plan | None:
    """What a question about whole documents asks for; None for any other question.

    `names` gives the documents in scope, asked only when the question looks like one; `last` are the documents
    that the last answer rests on.
    """
    low = question.lower()
    if len(question) > _LONGEST or not any(sign in low for sign in SIGNS):
        return None
    asked = END.sub("", POLITE.sub("", " ".join(question.split())))
    for reader in (_mentions, _summary, _comparison, _listing):
        if plan := reader(asked, names, last):
            return plan
    return None


_Names = Callable[[], Sequence[str]]


def _summary(asked: str, names: _Names, last: Sequence[str]) -> Plan | None:
    match = _first(SUMMARY, asked)
    if match is None:
        return None
    found = meant(match["of"] or "everything", names(), last)
    return Plan("summary", documents=found.documents, group=found.group) if found else None


def _mentions(asked: str, names: _Names, last: Sequence[str]) -> Plan | None:
    match = _first(MENTIONS, asked)
    if match is None:
        return None
    given = match.groupdict()
    subject, inside = TAIL.sub("", given["what"]), given.get("in")
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
    if not any(map(str.isalnum, subject)) or subject.lower() in NOTHING:
        return None
    times, where = given.get("times") is not None, bool(given.get("where"))
    return Plan("mentions", subject, "", among.documents, among.group, times, where)


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
    match = _first(SIDES, asked)
    if match is None:
        return None
    one, two = (match[side].strip() for side in ("one", "two"))
    if any(not side or len(side.split()) > _LONGEST_SIDE for side in (one, two)) or one.lower() in NOTHING:
        return None
    return Plan("comparison", one, two)


def _listing(asked: str, names: _Names, last: Sequence[str]) -> Plan | None:
    match = _first(LISTING, asked)
    if match is None:
        return None
    given = match.groupdict()
    what = (given.get("what") or given.get("typed") or "") + (given.get("in") or "")
    subject, among = _split_scope(what, names, last)
    typed = given.get("typed") is not None or not given.get("every")
    if subject is None or (typed and value_kind(subject) is None):
        return None
    if not 1 <= len(subject.split()) <= _LONGEST_SIDE + 4 or subject.split()[0].lower() in NOTHING:
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
