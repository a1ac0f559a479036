"""How many documents mention something, counted in real libraries: exact, whatever the index thinks."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.config import load_settings
from qa.engine import open_engine
from qa.store import Scope, Store
from qa.surveying import Composed, Outcome, Plan, Surveyed, compose, reach
from qa.surveying.counting import counted
from qa.surveying.mentions import mentions, sentence_around, term

NAME = "Ada Lindqvist"
PADDING = "The parties agree on the conditions that follow in this contract and on no others. " * 8
CONTRACTS = {
    "contract-01.txt": f"The tenant is {NAME}, of Maresby.",
    "contract-02.txt": "Signed by ADA LINDQVIST on the first page.",
    "contract-03.txt": "The notice is sent to Ada\nLindqvist, who signs it.",
    "contract-04.txt": f"{PADDING}{NAME} pays.\n\n{PADDING}{NAME}'s deposit is returned to ada lindqvist.",
    "contract-05.txt": "Her name is written ada-lindqvist in the register.",
    "contract-06.txt": "„Ada Lindqvist“ steht im Vertrag.",
    # Part of other words, and only parts of the name.
    "contract-07.txt": "Adam Lindqvist signs. Ada Lindqvistson signs as well. Nevada Lindqvist does not.",
    "contract-08.txt": "Ada signs here. Lindqvist signs there.",
    "contract-09.txt": "Nobody of that name signs this.",
    "contract-10.txt": "Lindqvist, Ada",
    "contract-11.txt": PADDING,
}
MEMBER = f"An old contract with {NAME}."


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contracts")
    for name, text in CONTRACTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with zipfile.ZipFile(folder / "old.zip", "w") as archive:
        archive.writestr("contract-12.txt", MEMBER)
    return folder


@pytest.fixture(scope="module")
def store(contracts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    settings = load_settings(documents=contracts, state=tmp_path_factory.mktemp("state"), threads=1)
    with open_engine(settings, chat=False) as engine:
        engine.sync()
        yield engine.store


def outcome(store: Store, plan: Plan, scope: Scope | None = None) -> Outcome:
    steps = list(counted(plan, reach(store, scope or Scope(), plan.documents)))
    assert all(isinstance(step, Surveyed) for step in steps[:-1])
    assert isinstance(steps[-1], Outcome)
    return steps[-1]


def composed(store: Store, plan: Plan) -> Composed:
    return compose(outcome(store, plan).lines, store)


def test_seven_of_twelve_contracts_mention_a_name(store: Store) -> None:
    answer = composed(store, Plan("mentions", NAME))
    assert answer.written.startswith(f"7 of 12 documents mention “{NAME}”, 9 times in all:\n")
    named = [line.partition(",")[0].removeprefix("- ") for line in answer.written.strip().split("\n")[1:]]
    assert named == [f"contract-0{n}.txt" for n in range(1, 7)] + ["old.zip/contract-12.txt"]


def test_each_mention_has_a_footnote_to_its_exact_words(store: Store) -> None:
    answer = composed(store, Plan("mentions", NAME))
    quoted = []
    for claim in answer.claims[1:]:
        assert claim.verdict == "supported"
        assert claim.footnotes
        for quotation in claim.quotations:
            source = answer.sources[quotation.n - 1]
            assert source.start <= quotation.start < source.end
            quoted.append(
                " ".join(store.text(source.document_id)[quotation.start : quotation.end].split()).lower()
            )
    assert len(quoted) == 9
    assert {words.replace("-", " ") for words in quoted} == {NAME.lower()}
    # Numbered in the order in which they appear.
    footnotes = [n for claim in answer.claims for n in claim.footnotes]
    assert list(dict.fromkeys(footnotes)) == list(range(1, len(answer.sources) + 1))


def test_the_claims_of_a_survey_tile_its_answer(store: Store) -> None:
    answer = composed(store, Plan("mentions", NAME))
    assert answer.claims[0].start == 0
    assert answer.claims[-1].end == len(answer.written)
    assert all(one.end == two.start for one, two in zip(answer.claims, answer.claims[1:], strict=False))
    assert answer.claims[0].verdict == "stated"


def test_what_no_document_mentions_is_said_to_be_in_none_of_them(store: Store) -> None:
    result = outcome(store, Plan("mentions", "Mina Harker"))
    assert not result.found
    total = result.coverage.total
    assert [line.text for line in result.lines] == [
        f"None of the {total} passages in 12 documents mentions “Mina Harker”."
    ]
    assert result.coverage.read == total
    assert result.coverage.text() == f"Read {total} of {total} passages in 12 documents"


def test_how_often_counts_each_mention_and_a_scope_leaves_others_out(store: Store) -> None:
    lines = outcome(store, Plan("mentions", NAME, times=True), Scope(("contract-04.txt", "contract-07.txt"))).lines
    assert lines[0].text == f"“{NAME}” is mentioned 3 times, in 1 of 2 documents:"
    only = outcome(store, Plan("mentions", NAME, documents=("contract-04.txt",))).lines
    assert only[0].text == f"contract-04.txt mentions “{NAME}” 3 times:"
    assert sum(len(line.words) for line in only) == 3


def test_where_gives_the_sentence_of_each_mention(store: Store) -> None:
    lines = outcome(store, Plan("mentions", NAME, where=True), Scope(("contract-03.txt",))).lines
    assert lines[1].text == "- “The notice is sent to Ada Lindqvist, who signs it.”"


def test_a_plural_counts_for_an_ordinary_word_and_not_for_a_quoted_one(store: Store) -> None:
    assert "7 of 12" not in outcome(store, Plan("mentions", "contracts")).lines[0].text
    many = outcome(store, Plan("mentions", "contracts"))
    # Only the forms that were found are named.
    assert many.lines[0].text.startswith("3 of 12 documents mention “contract”, 25 times in all")
    assert many.found
    assert not outcome(store, Plan("mentions", "“contracts”")).found


def test_two_names_are_both_meant_when_they_are_no_phrase(store: Store) -> None:
    both = outcome(store, Plan("mentions", f"{NAME} and tenant"))
    assert both.lines[0].text.startswith(f"1 of 12 documents mentions “{NAME}” and “tenant” or “tenants”")
    either = outcome(store, Plan("mentions", f"{NAME} or Nevada"))
    assert either.lines[0].text.startswith("8 of 12 documents mention")


@pytest.mark.parametrize(
    ("sought", "text", "words"),
    [
        ("Müller", "Herr MÜLLER kam; Mu\u0308ller ging; Mullers nicht.", ["MÜLLER", "Mu\u0308ller"]),
        (
            "heat pump",
            "The heat-pump and the heat\npump, not the heat pumps' heat  pumping",
            ["heat-pump", "heat\npump", "heat pumps"],
        ),
        ("C++", "C++ and C, not C", ["C++"]),
        ("§ 5", "see § 5 and § 51", ["§ 5"]),
        ("東京", "彼は東京都に住む", ["東京"]),
        ("don't", "I don’t know", ["don’t"]),
        ("co\u00adoperate", "they cooperate", ["cooperate"]),
        ("“.*”", "a dot and a star", []),
    ],
)
def test_a_term_is_found_however_it_is_written(sought: str, text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in mentions(term(sought), text)] == words


def test_the_words_around_a_mention_are_its_sentence_or_whole_words() -> None:
    text = "It rained. The river rose by 35 centimetres. Nobody waded."
    at = text.index("35")
    low, high = sentence_around(text, at, at + 2)
    assert text[low:high].strip() == "The river rose by 35 centimetres."
    long = "word " * 200
    low, high = sentence_around(long, 500, 504, most=50)
    assert set(long[low:high].split()) == {"word"}
    assert high - low <= 104
