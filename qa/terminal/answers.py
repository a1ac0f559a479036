"""Answers and sources, and their JSON shapes for other programs."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console

from qa.terminal.console import visible

if TYPE_CHECKING:
    # Two seconds of imports, which a list of documents need not wait for.
    from qa.answering import Event, Finished
    from qa.evidence import Source


# Longer by so much may the line of progress have been that is written over.
_MARGIN = 30


def source_dictionary(source: "Source") -> dict[str, Any]:
    """A source as `search --json` prints it."""
    return {
        "document": source.document,
        "page": source.page,
        "place": source.place,
        "start": source.start,
        "end": source.end,
        "text": source.text,
        "score": round(source.relevance, 4),
    }


def answer_dictionary(finished: "Finished") -> dict[str, Any]:
    """An answer as `ask --json` prints it. Other programs read this shape: keep it."""
    return {
        "question": finished.question,
        "standalone": finished.standalone or None,
        "answer": finished.answer,
        "refused": finished.refused,
        "missing": finished.missing or None,
        "claims": [
            {
                "text": claim.text,
                "footnotes": list(claim.footnotes),
                "verdict": claim.verdict,
                "quotations": [asdict(quotation) for quotation in claim.quotations],
                "reason": claim.reason,
            }
            for claim in finished.claims
        ],
        "sources": [
            {
                "n": source.n,
                "document": source.document,
                "page": source.page,
                "place": source.place,
                "start": source.start,
                "end": source.end,
                "text": source.text,
            }
            for source in finished.sources
        ],
        "confidence": round(finished.confidence, 4) if finished.confidence is not None else None,
        "coverage": asdict(finished.coverage) if finished.coverage else None,
        "survey": asdict(finished.survey) if finished.survey else None,
        "timings": {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in asdict(finished.timings).items()
        },
    }


def print_answer(events: "Iterator[Event]", console: Console, as_json: bool, strike: bool = True) -> None:
    """Print an answer as it is written, then its footnotes; or one line of JSON at the end.

    Where checking changed what was written, the answer follows once more as it is then. `strike`: sentences that
    fell are named with their reason.
    """
    from qa.answering import Finished, Rewritten, Surveyed, Token

    streamed = ""
    with closing(events):  # type: ignore[type-var]
        for event in events:
            if isinstance(event, Rewritten) and not as_json and event.standalone != event.question:
                console.print(visible(f"Understood as: {event.standalone}"))
            if isinstance(event, Surveyed) and not as_json and console.is_terminal:
                console.print(event.text() + " " * _MARGIN, end="\r")
            if isinstance(event, Token) and not as_json and console.is_terminal:
                console.print(visible(event.text), end="")
                streamed += event.text
            if isinstance(event, Finished):
                if as_json:
                    print(json.dumps(answer_dictionary(event), ensure_ascii=False), flush=True)
                else:
                    console.print(visible(_after(streamed, event)) + "\n")
                    _print_sources(event, console, strike)


def _after(streamed: str, finished: "Finished") -> str:
    """What is still to be printed of an answer of which `streamed` was printed while it was written."""
    from qa.citations import tidy

    written = tidy(streamed, len(finished.sources))
    if not streamed.strip():
        return finished.answer
    return "" if finished.answer.removesuffix(" …") == written else f"\n\nChecked: {finished.answer}"


def _print_sources(finished: "Finished", console: Console, strike: bool) -> None:
    from qa.render import partly

    if finished.survey is not None:
        console.print(f"{finished.survey.text()}.")
    elif finished.refused:
        if finished.missing:
            console.print(visible(finished.missing))
        console.print("Nearest passages:" if finished.sources else "There are no passages to search.")
    cited = {n for claim in finished.claims for n in claim.footnotes}
    for source in finished.sources:
        if finished.refused or source.n in cited:
            console.print(visible(f"[{source.n}] {source.title}"))
            console.print("    " + visible(" ".join(source.text.split())))
    for words in partly(finished.coverage):
        console.print(f"{words}.")
    for claim in finished.claims:
        if claim.verdict == "unsupported" and strike:
            console.print(visible(f"Left out: {claim.text} ({claim.reason})"))
        elif claim.verdict == "uncited":
            console.print(visible(f"Without a footnote: {claim.text}"))


def print_found(sources: "Sequence[Source]", console: Console, as_json: bool) -> None:
    """Print the passages of a search, best first; or one line of JSON."""
    if as_json:
        print(json.dumps([source_dictionary(source) for source in sources], ensure_ascii=False), flush=True)
        return
    for source in sources:
        console.print(visible(f"[{source.n}] {source.title}  (relevance {source.relevance:.1f})"))
        console.print(visible(source.text.strip()) + "\n")
