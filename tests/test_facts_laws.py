"""Laws of checking: what stands in a passage is found, what does not is told, on any text, in time."""

import re
import string
import time

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from qa.facts import best_span, mismatch
from qa.facts.spans import sentences

NAMES = st.sampled_from(["Ada", "Lindqvist", "Graz", "Müller", "O'Brien", "Jean-Paul", "NATO", "Louis XIV"])
TEXT = "the lease pump valve was opened not without rent never holds in of a and water"
WORDS = st.sampled_from(TEXT.split())
NUMBERS = st.one_of(
    st.integers(0, 10**7).map(str),
    st.integers(10**3, 10**7).map(lambda n: f"{n:,}"),
    st.floats(0.1, 10**4).map(lambda x: f"{x:.2f}"),
)
UNITS = st.sampled_from(["", " km", " %", " euros", " °C", " years", "-year", " million"])
SENTENCES = st.lists(
    st.one_of(WORDS, WORDS, NAMES, st.builds(str.__add__, NUMBERS, UNITS)), min_size=3, max_size=12
)
PASSAGES = st.lists(SENTENCES.map(lambda words: f"The {' '.join(words)}."), min_size=1, max_size=6)
ANY_TEXT = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=string.printable + "–½²€£°’éßЖ中٣ा", max_size=200),
    st.lists(st.one_of(WORDS, NAMES, NUMBERS, UNITS, st.sampled_from("|-/.,:()$%'\n")), max_size=40).map("".join),
)


@settings(max_examples=40, deadline=None)
@given(PASSAGES, st.data())
def test_a_sentence_of_the_passage_is_found_in_it(parts: list[str], data: st.DataObject) -> None:
    passage = " ".join(parts)
    for span in sentences(passage):
        assert mismatch(passage[span.start : span.end], passage) is None
    sentence = data.draw(st.sampled_from(parts))
    assert mismatch(f"It is said that {sentence[0].lower()}{sentence[1:]}", passage) is None


@settings(max_examples=40, deadline=None)
@given(PASSAGES, st.integers(10**8, 10**9).filter(lambda n: n % 10))
def test_a_number_that_the_passage_lacks_is_told(parts: list[str], other: int) -> None:
    passage = " ".join(parts)
    assume("million" not in passage)
    for sentence in parts:
        for match in re.finditer(r"(?<![\w.,])\d[\d.,]*\d(?![\w.,])", sentence):
            changed = sentence[: match.start()] + str(other) + sentence[match.end() :]
            assert mismatch(changed, passage) is not None


@settings(max_examples=40, deadline=None)
@given(PASSAGES, st.sampled_from(["Zebulon", "Qwerty", "Xanthippe"]))
def test_a_name_that_the_passage_lacks_is_told(parts: list[str], name: str) -> None:
    passage = " ".join(parts)
    for sentence in parts:
        words = sentence.split()
        assert mismatch(" ".join([*words[:2], name, *words[2:]]), passage) is not None


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
@example("5 " * 3, "1/0 0/0 00/00/0000 99:99 ²³ ½", "E15")
@example("½", "1½ ½½ 1/", "")
@example("9" * 5000, "9" * 5000 + "." + "9" * 5000, "")
@example("\ud800 1", "\udfff A\u0301", "")
def test_any_text_is_checked_without_an_error(claim: str, passage: str, question: str) -> None:
    reason = mismatch(claim, passage, question)
    assert reason is None or reason
    start, end = best_span(claim, passage)
    assert 0 <= start <= end <= len(passage)
    assert passage[start:end] == passage[start:end].strip()


@settings(deadline=None)
@given(ANY_TEXT)
def test_the_sentences_of_a_passage_follow_one_another_and_leave_only_space(passage: str) -> None:
    spans = sentences(passage)
    position = 0
    for span in spans:
        assert position <= span.start < span.end
        assert not passage[position : span.start].strip()
        position = span.end
    assert not passage[position:].strip()


LONG = {
    "prose": "The European Union was founded in 1993 by 12 states, but not by Norway or Ada Lindqvist. ",
    "a table": "E15 Sensor 7 lost 1.5 Emergency operation at curve 0.6, call service\n",
    "cells": "Net sales 34,229 32,765 (1,234) 5.5%\n",
    "digits": "9",
    "numbers": "12 345 ",
    "slashes": "a-1/b.2,",
    "capitals": "Ada Bob Carl ",
    "number words": "one hundred and ",
    "lines": "\n",
    "codes": "x1y2z3",
    "brackets": "((((",
    "months": "May 9, ",
    "denials": "not never no ",
    "accents": "é½²",
}


@pytest.mark.parametrize("kind", LONG)
def test_time_grows_no_faster_than_the_passage(kind: str) -> None:
    """Ten times the text in less than thirty times the time; a search that goes back would take a hundred."""
    claim = "The European Union of E15 was founded on 9 April 1993 for $1.5 billion and was not dissolved."

    def seconds(length: int, run: int) -> float:
        passage = (LONG[kind] * length)[:length] + f" {run}"
        start = time.process_time()
        mismatch(claim, passage, "What is E15?")
        best_span(claim, passage)
        mismatch(passage[:4000], claim)
        return time.process_time() - start

    short = min(seconds(2_000, run) for run in range(3))
    assert min(seconds(20_000, run) for run in range(2)) < 30 * short + 0.2
