"""Documents that give different values for what was asked: both are said, with their dates."""

from dataclasses import replace

import pytest

from qa.answering.disagreeing import date_of, disagreement
from qa.citations import Claim, Quotation
from qa.embedding import Reading
from qa.evidence import Source, found
from qa.retrieval import Candidate
from qa.store import StoredPassage


def candidate(number: int, name: str, text: str, value: str, sure: float = 4.0) -> Candidate:
    at = text.index(value)
    passage = StoredPassage(number, number, name, 0, len(text), None, (), text)
    return Candidate(passage, 5.0, Reading(sure, sure, at, at + len(value)))


OLD = candidate(1, "prices-2023.md", "The annual fee for a berth is 310 euros.", "310 euros")
NEW = candidate(2, "prices-2024.md", "The annual fee for a berth is 340 euros.", "340 euros")


def said(one: Candidate, others: tuple[Candidate, ...], sources: tuple[Source, ...] = ()) -> tuple[str, ...]:
    """What is added to the answer that gives the sentence of the first, and its footnotes."""
    sources = sources or found([one])
    text = one.passage.text
    claim = Claim(text, (1,), "supported", 0, len(text), (Quotation(1, 0, len(text)),))
    result = disagreement([claim], text, sources, (one, *others), lambda source: source.document[7:11])
    if result is None:
        return ()
    added, more, every = result
    assert (more.start, more.end) == (len(text), len(text) + len(added))
    for quotation in more.quotations:
        whole = {1: one, 2: others[0]}[quotation.n].passage.text
        assert whole[quotation.start : quotation.end] == whole
    assert [source.n for source in every] == [1, 2]
    return added.strip(), *(source.document for source in every)


def test_another_value_for_the_same_thing_is_said_with_both_dates() -> None:
    assert said(NEW, (OLD,)) == (
        "The documents differ: prices-2024.md (2024) says “The annual fee for a berth is 340 euros” [1], "
        "but prices-2023.md (2023) says “The annual fee for a berth is 310 euros” [2].",
        "prices-2024.md",
        "prices-2023.md",
    )


def test_the_other_document_may_be_a_source_already() -> None:
    assert said(NEW, (OLD,), found([NEW, OLD]))


def test_dates_that_differ_are_a_disagreement_too() -> None:
    one = candidate(1, "minutes.md", "The annual meeting of the club is on 3 May 2025.", "3 May 2025")
    other = candidate(2, "letter.md", "The annual meeting of the club is on 10 May 2025.", "10 May 2025")
    assert said(one, (other,))
    same = candidate(2, "letter.md", "The annual meeting of the club is on 2025-05-03.", "2025-05-03")
    assert not said(one, (same,))


@pytest.mark.parametrize(
    "other",
    [
        # The same amount, written otherwise.
        candidate(2, "b.md", "The annual fee for a berth is € 340.00.", "€ 340.00"),
        # Another thing, another kind of value, no unit, no certainty, the same document.
        candidate(2, "b.md", "The deposit for a key is 25 euros.", "25 euros"),
        candidate(2, "b.md", "The annual fee for a berth is 12 metres.", "12 metres"),
        candidate(2, "b.md", "The annual fee for a berth is 310.", "310"),
        candidate(2, "b.md", "The annual fee for a berth is about 310 euros.", "about 310 euros"),
        candidate(2, "b.md", "The annual fee for a berth is 310 euros.", "310 euros", sure=0.2),
        replace(OLD, passage=replace(OLD.passage, document_id=2)),
    ],
)
def test_what_is_not_certainly_another_value_is_not_said(other: Candidate) -> None:
    assert not said(NEW, (other,))


def test_nothing_is_added_when_the_answer_gives_both_or_nothing_is_supported() -> None:
    sources = found([NEW, OLD])
    claims = [
        Claim(one.passage.text, (n,), "supported", 0, 40, (Quotation(n, 0, 40),))
        for n, one in ((1, NEW), (2, OLD))
    ]
    assert disagreement(claims, "", sources, (NEW, OLD), lambda source: "") is None
    unsure = [replace(claims[0], verdict="cited")]
    assert disagreement(unsure, "", sources, (NEW, OLD), lambda source: "") is None


@pytest.mark.parametrize(
    ("name", "text", "date"),
    [
        ("prices-2024.md", "Dated 3 May 2020", "2024"),
        ("minutes_2024-03-11.md", "", "2024-03-11"),
        ("lease.txt", "LEASE\n\nDated 14 April 2025\n", "14 April 2025"),
        ("lease.txt", "The rent of 2,400.", "file of 2024-03-09"),
        ("1234567.txt", "", "file of 2024-03-09"),
    ],
)
def test_a_document_is_dated_by_its_name_its_beginning_or_its_file(name: str, text: str, date: str) -> None:
    source = replace(found([NEW])[0], document=name)
    assert date_of(source, text, 1_710_000_000_000_000_000) == date
