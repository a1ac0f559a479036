"""What happens while a question is answered, as records in their order."""

from dataclasses import dataclass

from qa.citations import Claim
from qa.evidence import Source
from qa.judging import Signs
from qa.library import Coverage
from qa.surveying import SurveyCoverage, Surveyed


@dataclass(frozen=True)
class Rewriting:
    """The model is making a follow-up stand alone."""


@dataclass(frozen=True)
class Rewritten:
    """A follow-up was made to stand alone: `standalone` is what is sought and answered.

    It is the question itself when the model found that it stands alone after all.
    """

    question: str
    standalone: str


@dataclass(frozen=True)
class EvidenceFound:
    """Retrieval is done: what the answer will be drawn from, or for a refusal what came nearest."""

    question: str
    sources: tuple[Source, ...]
    seconds: float


@dataclass(frozen=True)
class Waiting:
    """`ahead` other questions are served first."""

    ahead: int


@dataclass(frozen=True)
class Prompt:
    """`done` of `total` new tokens of the prompt are read."""

    done: int
    total: int


@dataclass(frozen=True)
class Token:
    """The next piece of the answer as the model writes it, markers included."""

    text: str


@dataclass(frozen=True)
class ClaimChecked:
    """A sentence of the answer is complete and checked."""

    claim: Claim


@dataclass(frozen=True)
class Timings:
    """Seconds from the question's arrival, and tokens: of the prompt only those that had to be read.

    `checking_s` is the part of the whole that went into checking the claims.
    """

    retrieval_s: float
    first_token_s: float | None
    total_s: float
    prompt_tokens: int
    answer_tokens: int
    checking_s: float = 0.0


@dataclass(frozen=True)
class Finished:
    """The whole answer. `answer` holds its markers as [n]; `claims` give offsets in `written`.

    `coverage` says how much of the folder could be searched when the evidence was sought.
    """

    question: str
    answer: str
    refused: bool
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    timings: Timings
    written: str = ""
    cut: bool = False
    coverage: Coverage | None = None
    confidence: float | None = None
    """Probability that the documents answer the question (0 to 1); None where nothing judged it."""
    signs: Signs | None = None
    """What the probability was made from."""
    missing: str = ""
    """Of a refusal: what the documents mention of the question and what not, in a sentence; may be empty."""
    likely: str = ""
    """The sentence or row of a source in which the reader alone takes the answer to stand."""
    survey: SurveyCoverage | None = None
    """How much was read for a question about whole documents; None for any other."""
    standalone: str = ""
    """A follow-up as it was understood; empty for a question that was answered as it stands."""


Event = Rewriting | Rewritten | EvidenceFound | Surveyed | Waiting | Prompt | Token | ClaimChecked | Finished
