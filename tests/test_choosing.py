"""Which of the ranked passages an answer is drawn from."""

from dataclasses import replace

from qa.choosing import LEAST, MARGIN, choose
from qa.retrieval import Candidate
from qa.store import StoredPassage


def passage(number: int, document: str, text: str) -> StoredPassage:
    return StoredPassage(number, number, document, 0, len(text), None, (), text)


def candidates(*given: tuple[str, str, float]) -> list[Candidate]:
    """(document, text, relevance) as candidates, most relevant first."""
    found = [Candidate(passage(n, name, text), value) for n, (name, text, value) in enumerate(given, start=1)]
    return sorted(found, key=lambda candidate: -candidate.relevance)


def chosen(question: str, found: list[Candidate], most: int = 4) -> list[str]:
    return [candidate.passage.document for candidate in choose(found, question, most)]


FILM = ("Harbour Lights.txt", "Harbour Lights is a film in which Ilse Brandt plays the keeper's wife.", 4.0)
ACTOR = ("Ilse Brandt.txt", "Ilse Brandt was an actor and later the ambassador of her country in Oslo.", -2.5)
OTHERS = [(f"{n}.txt", f"Text {n} is about the weather of the year and a film.", -3.0) for n in range(6)]


def test_a_passage_that_another_one_names_is_taken_though_it_says_nothing_to_the_question() -> None:
    question = "What office did the woman hold who played the wife in Harbour Lights?"
    assert chosen(question, candidates(FILM, ACTOR, *OTHERS)) == ["Harbour Lights.txt", "Ilse Brandt.txt"]


def test_words_that_the_best_passage_lacks_bring_in_another() -> None:
    first = ("a.txt", "The oven of the bakery was repaired in May.", 3.0)
    second = ("b.txt", "The mixer was bought from Adler.", -2.0)
    question = "When was the oven repaired, and where does the mixer come from?"
    assert chosen(question, candidates(first, second, *OTHERS))[:2] == ["a.txt", "b.txt"]


def test_a_word_in_a_passage_about_something_else_is_chance() -> None:
    first = ("a.txt", "The oven of the bakery was repaired in May.", 3.0)
    far = ("b.txt", "The mixer of colours was a painter's dream.", LEAST - 1)
    question = "When was the oven repaired, and where does the mixer come from?"
    assert chosen(question, candidates(first, far, *OTHERS)) == ["a.txt"]


def test_one_passage_is_enough_where_it_has_all_that_is_asked_for() -> None:
    assert chosen("Who plays the keeper's wife in Harbour Lights?", candidates(FILM, *OTHERS)) == [FILM[0]]


def test_what_is_nearly_as_relevant_is_taken_up_to_the_limit() -> None:
    near = [(f"{n}.txt", f"Text {n} of the lake.", 5 - n * MARGIN / 3) for n in range(6)]
    assert chosen("How deep is the lake?", candidates(*near)) == ["0.txt", "1.txt", "2.txt", "3.txt"]
    assert chosen("How deep is the lake?", candidates(*near), most=2) == ["0.txt", "1.txt"]


def test_copies_and_mere_neighbours_are_no_evidence() -> None:
    text = "The lake is 62 metres deep."
    again = text.replace(" ", "\n")
    one, copy, beside = candidates(("a.txt", text, 3.0), ("b.txt", again, 2.9), ("c.txt", "x", 2.8))
    found = choose([one, copy, replace(beside, beside=True)], "How deep is the lake?", 4)
    assert [candidate.passage.document for candidate in found] == ["a.txt"]


def test_a_common_word_as_a_name_links_nothing() -> None:
    texts = [("notes.txt", "Some notes on film.", 3.0)]
    texts += [(f"{n}.txt", f"Text {n} has notes.", -2.0) for n in range(8)]
    assert chosen("What is it about?", candidates(*texts)) == ["notes.txt"]


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose([], "How deep is the lake?", 4) == []
