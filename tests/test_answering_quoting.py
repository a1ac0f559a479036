"""The reader's own answer beside the model's: its sentence, exactly, and only where it adds something."""

from dataclasses import replace

from qa.answering.quoting import LONGEST, Likely, likely
from qa.citations import Claim, Quotation, claims
from qa.embedding import Reading
from qa.evidence import Source
from qa.retrieval import Candidate
from qa.store import StoredPassage

BEFORE = "The inn was built in 1712 [sic]. "
TEXT = (
    "Its great hall, the pride of three counties and their keepers, burned down\nin 1803. "
    "The hall was rebuilt by Ada Holm. Nobody was hurt."
)
SOURCE = Source(2, 7, "inn.txt", None, len(BEFORE), len(BEFORE + TEXT), TEXT, (), 3.0)
SENTENCE = "The hall was rebuilt by Ada Holm."


def candidate(words: str, margin: float = 5.0, text: str = TEXT, relevance: float = 3.0) -> Candidate:
    at = text.find(words)
    passage = StoredPassage(1, 7, "inn.txt", SOURCE.start, SOURCE.start + len(text), None, (), text)
    return Candidate(passage, relevance, Reading(2.0, margin, at, at + len(words)))


def found(words: str) -> Likely:
    result = likely([candidate(words)], [replace(SOURCE, n=1, document_id=3), SOURCE])
    assert result is not None
    return result


def test_the_sentence_of_the_likely_words_is_quoted_with_its_place() -> None:
    own = found("Ada Holm")
    added, claim = own.claim("It burned down [2].")
    assert own.words == "Ada Holm" and own.sentence == SENTENCE
    assert added == f" In the words of the document: “{SENTENCE}” [2]"
    (quotation,) = claim.quotations
    assert (BEFORE + TEXT)[quotation.start : quotation.end] == SENTENCE
    assert claim.verdict == "supported" and claim.footnotes == (2,)


def test_the_added_claim_tiles_the_answer_as_if_the_model_had_written_it() -> None:
    written = "It burned down [2]."
    added, claim = found("Ada Holm").claim(written)
    assert (claim.start, claim.end) == (len(written), len(written + added))
    assert claims(written + added, 2)[-1].footnotes == (2,)


def test_a_sentence_over_two_lines_is_quoted_on_one() -> None:
    assert found("1803").sentence == (
        "Its great hall, the pride of three counties and their keepers, burned down in 1803."
    )


def test_words_are_in_an_answer_in_whatever_form_and_order() -> None:
    own = found("Ada Holm")
    assert own.is_in("Holm, Ada, rebuilt it.")
    assert not own.is_in("Ada Brandt rebuilt it.")
    assert not replace(own, words="the").is_in("The hall.")


def test_a_row_that_a_claim_rests_on_is_not_quoted_again() -> None:
    own = replace(found("Ada Holm"), row=True)
    place = Quotation(2, SOURCE.start + own.start, SOURCE.start + own.end)
    claim = Claim("It was rebuilt.", (2,), "supported", 0, 15, (place,))
    assert own.is_behind(claim)
    assert not own.is_behind(replace(claim, quotations=(replace(place, n=1),)))
    assert not replace(own, row=False).is_behind(claim)


def test_the_passage_that_ranks_first_decides_and_must_be_a_source() -> None:
    behind = candidate("1803", margin=9.0, relevance=1.0)
    own = likely([behind, candidate("Ada Holm")], [SOURCE])
    assert own is not None and own.words == "Ada Holm"
    assert likely([candidate("Ada Holm")], [replace(SOURCE, document_id=8)]) is None
    assert likely([replace(candidate("Ada Holm"), reading=None)], [SOURCE]) is None
    assert likely([], [SOURCE]) is None


def test_a_sentence_too_long_to_be_read_at_a_glance_is_not_quoted() -> None:
    text = f"The hall {'was very long and ' * 30} red."
    assert len(text) > LONGEST
    long = replace(SOURCE, text=text, end=SOURCE.start + len(text))
    assert likely([candidate("red", text=text)], [long]) is None
