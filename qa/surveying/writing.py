"""What the chat model makes of a few sources: sentences, of which those stay that a source bears out."""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from qa.checking import Scorer, check
from qa.citations import Claim, claims
from qa.config import Settings
from qa.embedding import Checker
from qa.evidence import Source, found, quoted
from qa.judging import Judgement
from qa.llm import ChatModel, Piece
from qa.prompt import REFUSAL_WORD, is_refusal, messages
from qa.retrieval import Candidate
from qa.store import StoredPassage
from qa.surveying.progress import Pace
from qa.surveying.records import Line, Surveyed, Words

# The model is made to write: the passages were chosen because they say something.
_NEVER = -1000.0
_SHORTEST, _LONGEST = 4, 60
# Characters that stand at the end of a text three times when it goes round.
_END = 30
_SOURCES_SAY = re.compile(
    r"^The (?:sources?|documents?|texts?)(?: also| further)? (?:states?|says?|mentions?|notes?|reports?|adds?)"
    r"(?: also)? that "
)
_MARK = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+)")


@dataclass(frozen=True)
class Writer:
    """A chat model that writes about sources, and what checks its sentences."""

    settings: Settings
    model: ChatModel
    checker: Checker | None
    judgement: Judgement | None

    def groups(self, passages: Sequence[StoredPassage], share: float = 1.0) -> list[tuple[Source, ...]]:
        """The passages of one document in their order, as many together as fit this share of the evidence."""
        groups: list[list[Source]] = [[]]
        room = 0
        for passage in passages:
            source = found([Candidate(passage, 0.0)])[0]
            size = self.model.count(quoted(source))
            if groups[-1] and room + size > share * self.settings.evidence_tokens:
                groups.append([])
                room = 0
            groups[-1].append(replace(source, n=len(groups[-1]) + 1))
            room += size
        return [tuple(group) for group in groups if group]

    def lines(
        self, request: str, topic: str, sources: tuple[Source, ...], tokens: int, pace: Pace
    ) -> Generator[Surveyed, None, list[Line]]:
        """What the model writes to `request`, one line for each sentence that its sources bear out.

        `topic` is the question that the sentences answer. Others are served in between: the model is held for
        one group of sources only.
        """
        prompt = self.model.tokens(messages(request, sources, (), 0))
        written, pieces = "", 0
        with self.model.turnstile.queue() as ticket:
            while ticket.wait():
                yield pace.now()
            for event in self.model.stream(prompt, tokens, REFUSAL_WORD, _NEVER):
                if isinstance(event, Piece):
                    written += event.text
                    pieces += 1
                    if _repeats(written):
                        break
                yield pace.now()
        # The last sentence of what reached its limit is not whole.
        whole = claims(written, len(sources))[: -1 if pieces >= tokens else None]
        return [] if is_refusal(written) else list(self._kept(whole, topic, sources))

    def _kept(self, whole: Sequence[Claim], topic: str, sources: tuple[Source, ...]) -> Iterator[Line]:
        scorer = self._scorer(topic, sources)
        least = self.judgement.support if self.judgement else 0.0
        seen: set[str] = set()
        for claim in whole:
            text = _said(claim.text)
            if text in seen or not _is_sentence(text, sources):
                continue
            seen.add(text)
            checked, _ = check(replace(claim, text=text), topic, sources, scorer, least)
            if words := _words(checked, sources):
                yield Line(text, words)

    def _scorer(self, topic: str, sources: Sequence[Source]) -> Scorer | None:
        texts = [source.text for source in sources]
        known = self.checker and self.judgement and self.checker.knows(topic, texts)
        return self.checker.supported if self.checker and known else None


def _said(line: str) -> str:
    """What a line says, without the mark of its item and without that the sources say it."""
    text = _MARK.sub("", line).strip()
    said = _SOURCES_SAY.sub("", text)
    return said if said == text else said[:1].upper() + said[1:]


def _is_sentence(text: str, sources: Sequence[Source]) -> bool:
    """Whether a line says something, and is no heading or title of a source."""
    titles = {title.casefold() for source in sources for title in (*source.headings, source.document)}
    bare = text.strip(" .:*#").casefold()
    named = any(source.document in text for source in sources)
    return (
        _SHORTEST <= len(text.split()) <= _LONGEST and not text.endswith(":") and bare not in titles and not named
    )


def _words(claim: Claim, sources: Sequence[Source]) -> tuple[Words, ...]:
    if claim.verdict not in ("supported", "cited"):
        return ()
    return tuple(Words(sources[q.n - 1].document_id, q.start, q.end) for q in claim.quotations if q.end > q.start)


def _repeats(written: str) -> bool:
    """Whether the last words were written before: a small model that repeats itself goes on for ever."""
    lines = [line.strip() for line in written.split("\n")[:-1]]
    again = written.endswith("\n") and len(lines) > 1 and lines[-1] != "" and lines[-1] in lines[:-1]
    return again or (len(written) > _END and written.count(written[-_END:]) > 2)
