"""Whether to ask the model, whether a claim holds, whether the answer is shown or refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.events import Finished
from qa.answering.inquiry import Clock, Inquiry
from qa.checking import Scorer, check
from qa.citations import Claim, shown
from qa.config import Settings
from qa.embedding import Checker
from qa.evidence import Source
from qa.judging import Judgement
from qa.missing import missing
from qa.orders import blanked
from qa.prompt import REFUSAL

# Less than any logit: the model is made to answer, and what it would rather have said is a sign.
NEVER = -1000.0


@dataclass(frozen=True)
class Verdicts:
    """Judges by the reader's judgement where there is one and it knows the language, else by plain limits."""

    settings: Settings
    checker: Checker | None
    judgement: Judgement | None

    def hopeless(self, inquiry: Inquiry) -> bool:
        """Whether the passages are so far from the question that the model need not be asked."""
        if inquiry.signs is None or inquiry.signs.relevance < self.settings.relevance_floor:
            return True
        judgement = self.deciding(inquiry)
        if judgement is None:
            return False
        least = judgement.threshold(self.settings.strictness, inquiry.words)
        return judgement.early(inquiry.signs) < min(judgement.doubt, least)

    def deciding(self, inquiry: Inquiry) -> Judgement | None:
        """What refuses by the signs; None where the reader could not read, and the chat model itself refuses."""
        return self.judgement if inquiry.signs and inquiry.signs.answerable is not None else None

    def caution(self, inquiry: Inquiry) -> float:
        """The head start of the chat model's own refusal over an answer, as a logit.

        Where the signs are weighed it is one of them, not the end: a small model refuses much that it could
        answer.
        """
        return NEVER if self.deciding(inquiry) else self.settings.caution

    def lost(self, inquiry: Inquiry) -> bool:
        """Whether the answer would be refused whatever it says, so that it need not be written."""
        judgement = self.deciding(inquiry)
        if judgement is None or inquiry.signs is None:
            return False
        least = judgement.threshold(self.settings.strictness, inquiry.words)
        return judgement.at_best(inquiry.signs, inquiry.words) < least

    def quoted(self, inquiry: Inquiry, written: str, done: Sequence[Claim]) -> tuple[str, Claim] | None:
        """The reader's own answer as what is to be added and its claim, where it is sure and nothing said it.

        Whether the answer holds it is a sign in any case.
        """
        if inquiry.likely is None or self.judgement is None:
            return None
        own = inquiry.likely
        kept = [claim for claim in done if claim.verdict != "unsupported"]
        agrees = own.is_in(" ".join(claim.text for claim in kept))
        inquiry.learned(agreement=float(agrees))
        if agrees or own.margin < self.judgement.sure or self.settings.strictness == "off":
            return None
        said = any(map(own.is_behind, kept)) or own.sentence != " ".join(
            blanked(own.quoted, inquiry.whole).split()
        )
        return None if said else own.claim(written)

    def checked(self, claim: Claim, inquiry: Inquiry, sources: Sequence[Source]) -> Claim:
        """The claim with its verdict; the first one's support is a sign."""
        scorer = self._scorer(inquiry, sources)
        least = self.judgement.support if self.judgement else 0.0
        likely = inquiry.likely.place if inquiry.likely else None
        checked, support = check(claim, inquiry.whole, sources, scorer, least, likely)
        if scorer and inquiry.signs and inquiry.signs.support is None:
            inquiry.learned(support=support)
        return checked

    def _scorer(self, inquiry: Inquiry, sources: Sequence[Source]) -> Scorer | None:
        """The reader, where it knows the language; a library may hold several."""
        texts = [source.text for source in sources]
        known = self.checker and self.judgement and self.checker.knows(inquiry.whole, texts)
        return self.checker.supported if self.checker and known else None

    def confidence(self, inquiry: Inquiry) -> float | None:
        """The probability that the documents answer, by all that is known so far."""
        judgement = self.deciding(inquiry)
        if judgement is None or inquiry.signs is None:
            return None
        written = inquiry.signs.refusal is not None
        return judgement.late(inquiry.signs, inquiry.words) if written else judgement.early(inquiry.signs)

    def finished(
        self,
        inquiry: Inquiry,
        sources: tuple[Source, ...],
        written: str,
        done: list[Claim],
        cut: bool,
        clock: Clock,
    ) -> Finished:
        """The answer, unless too little speaks for it or its main claim fell."""
        confidence = self.confidence(inquiry)
        judgement = self.deciding(inquiry)
        strictness = self.settings.strictness
        least = judgement.threshold(strictness, inquiry.words) if judgement else 0.0
        unlikely = confidence is not None and confidence < least
        # Where the main claim fell, the reader's own answer may stand in its place, but no later sentence.
        fell = bool(done) and done[0].verdict == "unsupported" and not inquiry.quoted
        fell = fell and strictness != "off"
        if unlikely or fell:
            return self.refused(inquiry, sources, clock)
        return Finished(
            question=inquiry.question,
            answer=shown(written, done, len(sources)) + (" …" if cut else ""),
            refused=False,
            claims=tuple(done),
            sources=sources,
            timings=clock.timings(),
            written=written,
            cut=cut,
            coverage=clock.coverage,
            confidence=confidence,
            signs=inquiry.signs,
            likely=inquiry.likely.sentence if inquiry.likely else "",
            standalone=inquiry.standalone,
        )

    def refused(self, inquiry: Inquiry, sources: tuple[Source, ...], clock: Clock) -> Finished:
        """The refusal, beside the passages that came nearest."""
        return Finished(
            question=inquiry.question,
            answer=REFUSAL,
            refused=True,
            claims=(),
            sources=sources,
            timings=clock.timings(),
            written=REFUSAL,
            coverage=clock.coverage,
            confidence=self.confidence(inquiry),
            signs=inquiry.signs,
            missing=self._missing(inquiry, sources, clock),
            likely=inquiry.likely.sentence if inquiry.likely else "",
            standalone=inquiry.standalone,
        )

    @staticmethod
    def _missing(inquiry: Inquiry, sources: Sequence[Source], clock: Clock) -> str:
        """What the passages mention of the question; while documents are still being read, no word is absent."""
        unread = clock.coverage is not None and clock.coverage.ready < clock.coverage.total
        titles = " ".join(source.title for source in sources).lower()

        def known(word: str) -> bool:
            return unread or word.lower() in titles or inquiry.known(word)

        return missing(inquiry.standalone or inquiry.question, [source.text for source in sources], known)
