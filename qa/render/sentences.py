"""The sentences of an answer with their footnotes, each as its verdict says."""

import re
from collections.abc import Iterator

from qa.citations import Claim, marked, segments
from qa.evidence import Source
from qa.render.escaping import escape
from qa.render.sources import place

UNCITED = "no footnote: check this yourself"
UNCHECKED = "not checked yet"


def sentences(written: str, found: list[Claim], sources: tuple[Source, ...], token: str, checked: int) -> str:
    """The claims of `written` with their footnotes: the first `checked` by their verdicts, the others not yet."""
    return "".join(_sentence(written, claim, sources, token, n < checked) for n, claim in enumerate(found))


def _sentence(written: str, claim: Claim, sources: tuple[Source, ...], token: str, checked: bool) -> str:
    piece = marked(written, claim, len(sources))
    core = piece.rstrip()
    inner = "".join(_placed(list(segments(core, len(sources))), sources, token))
    space = escape(piece[len(core) :])
    if not checked and claim.text:
        return f'<span class="fn-unchecked" title="{escape(UNCHECKED)}">{inner}</span>{space}'
    if claim.verdict == "unsupported":
        return f'<s class="fn-struck" title="{escape(claim.reason)}">{inner}</s>{space}'
    if claim.verdict == "uncited" and claim.text:
        return f'<span class="fn-uncited" title="{escape(UNCITED)}">{inner}</span>{space}'
    return f"<span>{inner}</span>{space}"


def _placed(parts: list[str | int], sources: tuple[Source, ...], token: str) -> Iterator[str]:
    """Text and footnotes as a typesetter places them: a number stands after the punctuation, not before it."""
    waiting: list[int] = []
    for part in parts:
        if isinstance(part, int):
            waiting.append(part)
        if isinstance(part, int) or not part:
            continue
        closing = re.match(r"[.,;:!?…]*", part) if waiting else None
        punctuation = closing.group() if closing else ""
        yield escape(punctuation) + _notes(waiting, sources, token) + escape(part[len(punctuation) :])
        waiting = []
    yield _notes(waiting, sources, token)


def _notes(numbers: list[int], sources: tuple[Source, ...], token: str) -> str:
    links = [
        f'<a class="fn-note" href="#cite-{token}-{n}" title="{escape(place(sources[n - 1]))}">{n}</a>'
        for n in dict.fromkeys(numbers)
    ]
    return f"<sup>{'<i>,</i>'.join(links)}</sup>" if links else ""
