"""How many documents mention something, how often, and where: counted in the text, never by a model."""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from qa.store import Filed
from qa.surveying.mentions import Term, mentions, sentence_around, term
from qa.surveying.reach import Reach
from qa.surveying.records import Line, Outcome, Plan, Surveyed, Words, documents, passages
from qa.surveying.units import one_line

# Lines of an answer, and footnotes of one line; what is beyond is counted, not listed.
MOST_LINES = 150
MOST_WORDS = 25
# Documents between two reports of progress.
STEP = 20

Span = tuple[int, int]


@dataclass(frozen=True)
class _Mentioned:
    """One document, its text and where in it the term stands."""

    document: Filed
    text: str
    spans: tuple[Span, ...]


def counted(plan: Plan, within: Reach) -> Iterator[Surveyed | Outcome]:
    """The documents that mention the subject of a plan, each with its mentions; `Outcome` last."""
    sought = term(plan.subject)
    found = yield from _search(sought, within)
    shown = _written(sought, found).shown
    parts = re.split(r"\s+(and|or)\s+", plan.subject)
    if not found and len(parts) == 3:
        # As one phrase it stands nowhere: then each of the two is meant.
        one, two = term(parts[0]), term(parts[2])
        first = yield from _search(one, within)
        second = yield from _search(two, within)
        found = _both(first, second) if parts[1] == "and" else _either(first, second)
        shown = f"{one.shown} {parts[1]} {two.shown}"
    yield Outcome(_lines(plan, shown, found, within), within.coverage(), bool(found))


def _written(sought: Term, found: Sequence[_Mentioned]) -> Term:
    """The forms of a term that were found; all where none was."""
    stood = (form for form in sought.forms if any(mentions(Term((form,)), one.text) for one in found))
    return Term(tuple(stood) or sought.forms)


def _search(sought: Term, within: Reach) -> Generator[Surveyed, None, list[_Mentioned]]:
    """Every document in which the term stands, by name."""
    asked = {document.id for document in within.documents}
    ids = set().union(*(within.store.holding(form, asked) for form in sought.forms))
    found: list[_Mentioned] = []
    done = 0
    for place, document in enumerate(within.documents):
        if place % STEP == 0:
            yield Surveyed(done, within.passages, len(within.documents))
        done += document.passages
        text = within.text(document) if document.id in ids else None
        if text is not None and (spans := mentions(sought, text)):
            found.append(_Mentioned(document, text, tuple(spans)))
    yield Surveyed(done, within.passages, len(within.documents))
    return found


def _both(one: Sequence[_Mentioned], two: Sequence[_Mentioned]) -> list[_Mentioned]:
    others = {mentioned.document.id: mentioned for mentioned in two}
    return [
        _Mentioned(first.document, first.text, tuple(sorted({*first.spans, *others[first.document.id].spans})))
        for first in one
        if first.document.id in others
    ]


def _either(one: Sequence[_Mentioned], two: Sequence[_Mentioned]) -> list[_Mentioned]:
    kept = {mentioned.document.id: mentioned for mentioned in (*one, *two, *_both(one, two))}
    return sorted(kept.values(), key=lambda mentioned: mentioned.document.name)


def _lines(plan: Plan, shown: str, found: Sequence[_Mentioned], within: Reach) -> tuple[Line, ...]:
    if not found:
        where = f"{passages(within.passages)} in {documents(len(within.documents))}"
        return (Line(f"None of the {where} mentions {shown}."),)
    times = sum(len(mentioned.spans) for mentioned in found)
    lines = [Line(_head(plan, shown, len(found), times, within))]
    each = _places if plan.where or len(within.documents) == 1 else _documents
    listed = list(each(found))
    lines += listed[:MOST_LINES]
    if len(listed) > MOST_LINES:
        lines.append(Line(f"… and {len(listed) - MOST_LINES:,} more, counted above and not listed here."))
    return tuple(lines)


def _head(plan: Plan, shown: str, found: int, times: int, within: Reach) -> str:
    total = len(within.documents)
    often = "once" if times == 1 else f"{times:,} times"
    if total == 1:
        return f"{within.documents[0].name} mentions {shown} {often}:"
    group = plan.group if plan.documents else "documents"
    of = f"{found:,} of {total:,} {group}"
    if plan.times:
        return f"{shown} {'is' if ' and ' not in shown else 'are'} mentioned {often}, in {of}:"
    return f"{of} mention{'s' if found == 1 else ''} {shown}, {often} in all:"


def _documents(found: Sequence[_Mentioned]) -> Iterator[Line]:
    for mentioned in found:
        times = len(mentioned.spans)
        quoted = _quoted(mentioned.text, sentence_around(mentioned.text, *mentioned.spans[0]))
        often = "once" if times == 1 else f"{times:,} times"
        cited = tuple(Words(mentioned.document.id, *span) for span in mentioned.spans[:MOST_WORDS])
        yield Line(f"- {mentioned.document.name}, {often}: {quoted}", cited)


def _places(found: Sequence[_Mentioned]) -> Iterator[Line]:
    for mentioned in found:
        if len(found) > 1:
            yield Line(f"{mentioned.document.name}:")
        before: tuple[Span, list[Span]] | None = None
        for span in mentioned.spans:
            around = sentence_around(mentioned.text, *span)
            if before and before[0] == around:
                before[1].append(span)
                continue
            if before:
                yield _place(mentioned, *before)
            before = (around, [span])
        if before:
            yield _place(mentioned, *before)


def _place(mentioned: _Mentioned, around: Span, spans: list[Span]) -> Line:
    words = tuple(Words(mentioned.document.id, *span) for span in spans)
    return Line(f"- {_quoted(mentioned.text, around)}", words)


def _quoted(text: str, span: Span) -> str:
    low, high = span
    return f"“{one_line(text[low:high])}”"
