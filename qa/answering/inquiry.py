"""One question while it is answered: its words, the signs that gather, the time that passes."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from qa.answering.events import Timings
from qa.answering.quoting import Likely
from qa.config import FootnoteError, Settings
from qa.judging import Signs, asks_for_words
from qa.library import Coverage
from qa.retrieval import Candidate


class QuestionError(FootnoteError):
    """The question is empty, has no words, or is too long."""


@dataclass
class Inquiry:
    """One question, and the signs that gather while it is answered."""

    question: str
    whole: str
    """As it stands alone, or with the earlier question that it leans on."""
    signs: Signs | None
    """None when there is no passage at all."""
    standalone: str = ""
    """What it was rewritten to, where it was a follow-up."""
    likely: Likely | None = None
    """What the reader alone would answer."""
    quoted: bool = False
    """Whether that stands in the answer, quoted."""
    candidates: Sequence[Candidate] = ()
    """All that was found, with what the reader made of the first."""
    known: Callable[[str], bool] = lambda word: True
    """Whether a word stands in any document that is asked; true in doubt."""

    @property
    def words(self) -> bool:
        """Whether a few words may be the answer."""
        return asks_for_words(self.standalone or self.question)

    def learned(self, **sign: float) -> None:
        """One more sign is known."""
        if self.signs is not None:
            self.signs = replace(self.signs, **sign)


def signs(candidates: Sequence[Candidate]) -> Signs | None:
    """What is known before the chat model is asked; None without a candidate."""
    if not candidates:
        return None
    read = [candidate for candidate in candidates if candidate.reading]
    reading = max(read, key=lambda candidate: candidate.rank).reading if read else None
    return Signs(
        max(candidate.relevance for candidate in candidates),
        reading.answerable if reading else None,
        reading.margin if reading else None,
    )


def checked_question(question: str, settings: Settings) -> str:
    """The question without surrounding space. Raises QuestionError when it is empty, wordless or too long."""
    # Lone surrogates come from terminals and JSON; nothing behind this line can store them.
    question = question.replace("\0", " ").encode("utf-8", "replace").decode().strip()
    if not question:
        raise QuestionError("The question is empty. Type one and ask again.")
    if not any(map(str.isalnum, question)):
        # Something is always nearest to a vector, whatever it was made of: nothing would judge it unanswerable.
        raise QuestionError("The question has no words, only signs. Put it in words and ask again.")
    if len(question) > settings.question_characters:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {settings.question_characters:,} are "
            "read (QA_QUESTION_CHARACTERS). Shorten it, or put the long part into the documents folder."
        )
    return question


class Clock:
    """Times of one question, and what was there to be searched when it came."""

    def __init__(self, coverage: Coverage | None) -> None:
        self.coverage = coverage
        self.started = time.perf_counter()
        self.retrieval = 0.0
        self.first_token: float | None = None
        self.checking = 0.0
        self.prompt_tokens = 0
        self.answer_tokens = 0

    def retrieved(self) -> float:
        """The passages are found; gives the seconds that it took."""
        self.retrieval = time.perf_counter() - self.started
        return self.retrieval

    def token(self) -> None:
        """One more token is written."""
        self.answer_tokens += 1
        if self.first_token is None:
            self.first_token = time.perf_counter() - self.started

    @contextmanager
    def checked(self) -> Iterator[None]:
        """What runs within is counted as checking."""
        started = time.perf_counter()
        yield
        self.checking += time.perf_counter() - started

    def timings(self) -> Timings:
        """The times until now."""
        total = time.perf_counter() - self.started
        tokens = self.prompt_tokens, self.answer_tokens
        return Timings(self.retrieval, self.first_token, total, *tokens, self.checking)
