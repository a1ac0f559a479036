"""The sources of an answer as cards: their number, their place, their first words."""

from qa.evidence import Source
from qa.render.escaping import escape
from qa.render.view import AnswerView

CARD_WORDS = 150


def cards(view: AnswerView) -> str:
    """The sources, numbered; once the answer is there, those that no footnote names are dimmed."""
    if not view.sources:
        return ""
    named = {n for claim in view.finished.claims for n in claim.footnotes} if view.finished else None
    shown = [card(source, view.token, named is not None and source.n not in named) for source in view.sources]
    return f'<div class="fn-cards">{"".join(shown)}</div>'


def card(source: Source, token: str, unused: bool) -> str:
    """One source as a link that opens it; `unused` dims it."""
    words = " ".join(source.text.split())
    words = words if len(words) <= CARD_WORDS else words[:CARD_WORDS].rsplit(" ", 1)[0] + " …"
    where = _where(source)
    return (
        f'<a class="fn-card{" fn-unused" if unused else ""}" href="#cite-{token}-{source.n}">'
        f'<span class="fn-number">{source.n}</span>'
        f'<span class="fn-place"><b>{escape(source.document)}</b>{escape(", " + where if where else "")}'
        f"{' <em>not used</em>' if unused else ''}</span>"
        f'<span class="fn-words">{escape(words)}</span></a>'
    )


def place(source: Source) -> str:
    """The document of a source, and where in it."""
    where = _where(source)
    return f"{source.document}, {where}" if where else source.document


def _where(source: Source) -> str:
    """The page as its format calls it, and the nearest heading."""
    heading = source.headings[-1] if source.headings else ""
    return ", ".join(part for part in (source.place, heading) if part)
