"""Answers and sources as HTML in which nothing but our own markup is alive. Pure: records in, text out.

The chat widget reads what it is given as Markdown with HTML in it. So every character of a question, an answer or
a document that means something to either is written as a character reference, and a message is one line that
begins with a <div>, inside which Markdown is not read at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qa.answering import (
    ClaimChecked,
    Event,
    EvidenceFound,
    Finished,
    Prompt,
    Rewriting,
    Rewritten,
    Surveyed,
    Token,
    Waiting,
)
from qa.citations import OPEN_MARKER, Claim, claims, marked, segments
from qa.evidence import Source
from qa.library import Coverage
from qa.prompt import REFUSAL

# Letters, digits and plain spaces stand for themselves in HTML and Markdown; so does all that is not ASCII.
SPECIAL = re.compile(r"[\t\n\f\r!-/:-@\[-`{-~]")
# Control characters and lone surrogates have no place in a page: each becomes U+FFFD, so that it is seen.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
CARD_WORDS = 150
UNCITED = "no footnote: check this yourself"
UNCHECKED = "not checked yet"


@dataclass(frozen=True)
class AnswerView:
    """What the window shows of one answer so far.

    `token` names the answer in its links; `share` is the part of the prompt that is read, 0 to 1; `problem` is an
    error in words for the user; `strike` says whether sentences that fell are shown, struck through.
    """

    token: str
    rewriting: bool = False
    standalone: str = ""
    sources: tuple[Source, ...] = ()
    searched: bool = False
    surveyed: Surveyed | None = None
    ahead: int = 0
    share: float | None = None
    written: str = ""
    checked: tuple[Claim, ...] = ()
    finished: Finished | None = None
    stopped: bool = False
    problem: str | None = None
    strike: bool = True

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.finished is not None or self.stopped or self.problem is not None


def follow(view: AnswerView, event: Event) -> AnswerView:
    """The view after one more event."""
    match event:
        case Rewriting():
            return replace(view, rewriting=True, ahead=0)
        case Rewritten():
            shown = event.standalone if event.standalone != event.question else ""
            return replace(view, standalone=shown, rewriting=False)
        case EvidenceFound():
            return replace(view, sources=event.sources, searched=True, ahead=0)
        case Surveyed():
            return replace(view, surveyed=event)
        case Waiting():
            return replace(view, ahead=event.ahead)
        case Prompt():
            return replace(view, ahead=0, share=event.done / event.total if event.total else 1.0)
        case Token():
            return replace(view, share=1.0, written=view.written + event.text)
        case ClaimChecked():
            return replace(view, checked=(*view.checked, event.claim))
        case Finished():
            return replace(
                view, finished=event, sources=event.sources, written=event.written, checked=event.claims
            )


def escape(text: str) -> str:
    """`text` as HTML and as Markdown in which every character is only itself."""
    readable = UNREADABLE.sub("\ufffd", text)
    return SPECIAL.sub(lambda match: f"&#{ord(match.group())};", readable)


def question_html(question: str, standalone: str = "") -> str:
    """The question as the reader wrote it; below it, small, a follow-up as it was understood."""
    small = f'<div class="fn-understood">Understood as: {escape(standalone)}</div>' if standalone else ""
    return f'<div class="fn-question">{escape(question)}{small}</div>'


def answer_html(view: AnswerView) -> str:
    """The answer as far as it has come: text with footnotes, then the sources that they name."""
    if view.problem is not None:
        return f'<div class="fn-answer"><div class="fn-problem">{escape(view.problem)}</div></div>'
    if view.finished is not None and view.finished.refused:
        return f'<div class="fn-answer">{_refusal(view)}</div>'
    body = _text(view) or _status(view)
    return f'<div class="fn-answer">{body}{_cards(view)}{_remarks(view)}</div>'


def sentences(written: str, found: list[Claim], sources: tuple[Source, ...], token: str, checked: int) -> str:
    """The claims of `written` with their footnotes: the first `checked` by their verdicts, the others not yet."""
    return "".join(_sentence(written, claim, sources, token, n < checked) for n, claim in enumerate(found))


def _text(view: AnswerView) -> str:
    shown = _visible(view)
    if not shown.strip():
        return ""
    # What was checked stays as it was judged; behind it the text goes on, not judged yet.
    behind = view.checked[-1].end if view.checked else 0
    rest = [claim for claim in claims(shown, len(view.sources)) if claim.start >= behind]
    kept = [claim for claim in view.checked if view.strike or claim.verdict != "unsupported"]
    inner = sentences(shown, [*kept, *rest], view.sources, view.token, len(kept))
    return f'<div class="fn-text">{inner}</div>'


def _visible(view: AnswerView) -> str:
    """What is written, without a marker that is still open, and without what may yet become a refusal."""
    if REFUSAL.lower().startswith(view.written.strip().lower()):
        return ""
    return view.written.rstrip() if view.over else OPEN_MARKER.sub("", view.written).rstrip()


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
        f'<a class="fn-note" href="#cite-{token}-{n}" title="{escape(_place(sources[n - 1]))}">{n}</a>'
        for n in dict.fromkeys(numbers)
    ]
    return f"<sup>{'<i>,</i>'.join(links)}</sup>" if links else ""


def _status(view: AnswerView) -> str:
    """What is being done while there is no word yet."""
    if view.stopped:
        return '<div class="fn-status">Stopped before the first word.</div>'
    if view.surveyed is not None and not view.searched:
        percent = round(100 * view.surveyed.done / max(1, view.surveyed.total))
        return f'<div class="fn-status fn-busy">{escape(view.surveyed.text())}</div>{_bar(percent)}'
    if view.ahead:
        questions = "1 question is" if view.ahead == 1 else f"{view.ahead} questions are"
        return f'<div class="fn-status fn-busy">Waiting: {questions} before yours</div>'
    if not view.searched:
        words = "Relating the question to the conversation" if view.rewriting else "Searching the documents"
        return f'<div class="fn-status fn-busy">{words}</div>'
    percent = round(100 * (view.share or 0))
    count = f"{len(view.sources)} passage{'s' if len(view.sources) != 1 else ''}"
    words = f"Reading {count}, {percent}&nbsp;%" if percent < 100 else f"Read {count}, writing"
    return f'<div class="fn-status fn-busy">{words}</div>{_bar(percent)}'


def _bar(percent: int) -> str:
    return f'<progress class="fn-bar" max="100" value="{percent}"></progress>'


def _cards(view: AnswerView) -> str:
    """The sources, numbered; once the answer is there, those that no footnote names are dimmed."""
    if not view.sources:
        return ""
    named = {n for claim in view.finished.claims for n in claim.footnotes} if view.finished else None
    cards = [_card(source, view.token, named is not None and source.n not in named) for source in view.sources]
    return f'<div class="fn-cards">{"".join(cards)}</div>'


def _card(source: Source, token: str, unused: bool) -> str:
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


def _refusal(view: AnswerView) -> str:
    if view.finished is not None and view.finished.survey is not None:
        return f'<div class="fn-text fn-refusal">{escape(view.finished.answer)}</div>{_remarks(view)}'
    text = f'<div class="fn-text fn-refusal">{escape(REFUSAL)}</div>'
    if not view.sources:
        return text + '<div class="fn-remark">There are no passages to search yet.</div>'
    said = view.finished.missing if view.finished else ""
    text += f'<div class="fn-missing">{escape(said)}</div>' if said else ""
    nearest = '<div class="fn-remark">These passages came nearest. They may help; they are no answer.</div>'
    cards = "".join(_card(source, view.token, False) for source in view.sources)
    coverage = view.finished.coverage if view.finished else None
    nearest += "".join(f'<div class="fn-remark">{escape(words)}</div>' for words in partly(coverage))
    return f'{text}{nearest}<div class="fn-cards">{cards}</div>'


def _remarks(view: AnswerView) -> str:
    """What the reader should know about the answer as a whole."""
    remarks = []
    if view.stopped and view.written:
        remarks.append("Stopped: the answer is not complete")
    if view.finished is not None:
        if view.finished.cut:
            remarks.append("The answer reached its longest length (QA_ANSWER_TOKENS) and was cut")
        verdicts = {claim.verdict for claim in view.finished.claims if claim.text}
        if "uncited" in verdicts:
            remarks.append("Dotted: no footnote, check this yourself")
        if "unsupported" in verdicts:
            how = "Struck through" if view.strike else "A sentence was left out"
            remarks.append(f"{how}: not found in the documents")
        if view.finished.survey is not None:
            remarks.append(view.finished.survey.text())
        remarks += partly(view.finished.coverage)
        remarks.append(f"Answered in {view.finished.timings.total_s:.1f} seconds")
    return f'<div class="fn-remark">{escape(" · ".join(remarks))}</div>' if remarks else ""


def partly(coverage: Coverage | None) -> list[str]:
    """What an answer says that came before all documents were read; nothing once they are."""
    if coverage is None or coverage.ready >= coverage.total:
        return []
    return [f"{coverage.ready:,} of {coverage.total:,} documents were searched; the others are still being read"]


def _place(source: Source) -> str:
    where = _where(source)
    return f"{source.document}, {where}" if where else source.document


def _where(source: Source) -> str:
    """The page as its format calls it, and the nearest heading."""
    heading = source.headings[-1] if source.headings else ""
    return ", ".join(part for part in (source.place, heading) if part)
