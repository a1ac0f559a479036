"""What was understood of a file, for a user who wonders why an answer was missed, and for other programs."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

from qa.readers.document import Document, Page, UnreadableFile
from qa.readers.kinds import NAMES, UNITS, place

_RULE = "─"
_WIDTH = 72


def described(name: str, found: Document | UnreadableFile) -> Iterator[str]:
    """Lines: kind, size, warnings and headings, then the text, with a rule and its name before each page."""
    if isinstance(found, UnreadableFile):
        yield f"{name} {found.reason}"
        return
    yield name
    yield f"  kind      {NAMES[found.kind]}{_count(found)}"
    yield f"  text      {len(found.text):,} characters"
    for number, warning in enumerate(found.warnings):
        yield f"  {'warnings' if number == 0 else '':8}  {warning}"
    for number, line in enumerate(_outline(found)):
        yield f"  {'headings' if number == 0 else '':8}  {line}"
    for page in found.pages or (Page(0, 0, len(found.text)),):
        yield _rule(place(found.kind, page.number, page.label) if page.number else "text")
        yield found.text[page.start : page.end].strip("\n") or "(no text)"


def shape(name: str, found: Document | UnreadableFile) -> dict[str, Any]:
    """The same for JSON: offsets count characters of "text"; a file that was not read has a "reason" instead."""
    if isinstance(found, UnreadableFile):
        return {"file": name, "reason": found.reason}
    return {"file": name, **asdict(found)}


def _count(document: Document) -> str:
    if not document.pages:
        return ""
    number, unit = len(document.pages), UNITS.get(document.kind, "page")
    return f", {number:,} {unit}{'' if number == 1 else 's'}"


def _rule(title: str) -> str:
    return f"\n{_RULE * 2} {title} {_RULE * max(2, _WIDTH - 4 - len(title))}"


def _outline(document: Document) -> Iterator[str]:
    """The headings, indented by level; the page where a run of them begins behind the first of each."""
    pages = iter(document.pages)
    page = next(pages, None)
    places = []
    for heading in document.headings:
        while page is not None and heading.start >= page.end and page is not document.pages[-1]:
            page = next(pages)
        places.append((place(document.kind, page.number) if page else "", heading))
    for where, headings in groupby(places, key=lambda pair: pair[0]):
        for number, (_, heading) in enumerate(headings):
            behind = f"  ({where})" if where and number == 0 else ""
            yield f"{'  ' * (heading.level - 1)}{heading.title}{behind}"
