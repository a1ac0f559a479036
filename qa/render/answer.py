"""A question and its answer as the window shows them: text, sources, and what is to be known of the whole."""

from qa.citations import OPEN_MARKER, claims
from qa.library import Coverage
from qa.prompt import REFUSAL
from qa.render.escaping import escape
from qa.render.sentences import sentences
from qa.render.sources import card, cards
from qa.render.view import AnswerView


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
    return f'<div class="fn-answer">{body}{cards(view)}{_remarks(view)}</div>'


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


def _refusal(view: AnswerView) -> str:
    if view.finished is not None and view.finished.survey is not None:
        return f'<div class="fn-text fn-refusal">{escape(view.finished.answer)}</div>{_remarks(view)}'
    text = f'<div class="fn-text fn-refusal">{escape(REFUSAL)}</div>'
    if not view.sources:
        return text + '<div class="fn-remark">There are no passages to search yet.</div>'
    said = view.finished.missing if view.finished else ""
    text += f'<div class="fn-missing">{escape(said)}</div>' if said else ""
    nearest = '<div class="fn-remark">These passages came nearest. They may help; they are no answer.</div>'
    shown = "".join(card(source, view.token, False) for source in view.sources)
    coverage = view.finished.coverage if view.finished else None
    nearest += "".join(f'<div class="fn-remark">{escape(words)}</div>' for words in partly(coverage))
    return f'{text}{nearest}<div class="fn-cards">{shown}</div>'


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
