"""What the window shows of one answer, event by event."""

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
from qa.citations import Claim
from qa.evidence import Source


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
