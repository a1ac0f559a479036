"""The sets: their shapes read to the character, drawn by seed, and every fault named with its line."""

import json
from pathlib import Path

import pytest
from question_sets import CHOIR, HARBOUR, WRITERS, chunking, financebench, hostile, mtrag, squad, write_lines

from qa.conversation import Turn
from qa.evaluation.questions.sets import SETS, chosen, load
from qa.evaluation.questions.shape import Gold, QuestionSet, SetError, file_name
from qa.readers.document import canonical


def texts(found: QuestionSet) -> dict[str, str]:
    assert found.files is not None
    return {name: content.decode() for name, content in found.files.items() if name.endswith(".txt")}


@pytest.mark.parametrize("name", sorted(SETS))
def test_gold_places_hold_what_the_set_says(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path)
    found = load(name, tmp_path)
    documents = texts(found)
    assert found.name == name
    assert found.questions
    for question in found.questions:
        for gold in (*question.gold, *question.exact):
            if gold.start is not None:
                assert documents[gold.document][gold.start : gold.end] == gold.text
    # The folder of the set itself does as well.
    folder = tmp_path / ("chunking" if name == "absent" else name)
    assert load(name, folder).questions == found.questions


def test_an_article_is_a_document_of_its_paragraphs(tmp_path: Path) -> None:
    squad(tmp_path)
    found = load("squad2", tmp_path)
    assert texts(found)["Old harbour.txt"] == "\n\n".join(HARBOUR)
    diesel, petrol = found.questions[1:3]
    assert diesel.exact == (Gold("Old harbour.txt", None, 113, 119, "pier C"),)
    assert (petrol.unanswerable, petrol.answers, petrol.exact) == (True, (), ())
    assert petrol.gold == diesel.gold
    assert found.questions[0].answers == ("18 euros", "18")


def test_offsets_hold_where_reading_drops_characters(tmp_path: Path) -> None:
    chunking(tmp_path)
    found = load("chunking", tmp_path)
    assert "\r" not in texts(found)["harbour.txt"]
    assert [gold.text for gold in found.questions[1].exact] == [CHOIR[0][:31], CHOIR[1][10:35]]


def test_absent_questions_are_asked_of_another_corpus(tmp_path: Path) -> None:
    chunking(tmp_path)
    found = load("absent", tmp_path)
    assert [question.scope for question in found.questions] == [("choir.txt",), ("harbour.txt",)]
    assert all(question.unanswerable and not question.gold for question in found.questions)


def test_pages_count_from_one(tmp_path: Path) -> None:
    financebench(tmp_path)
    (question,) = load("financebench", tmp_path).questions
    assert question.gold == (Gold("ORRIN.pdf", 2, text="Net sales"),)


def test_the_last_question_is_asked_with_what_was_said_before(tmp_path: Path) -> None:
    mtrag(tmp_path)
    found = load("mtrag", tmp_path)
    asked, nothing, back = found.questions
    assert asked.turns == (Turn("Where is diesel sold in the harbour?", "At pier C."),)
    assert asked.text == "And on which days is it sold there?"
    assert [question.unanswerable for question in found.questions] == [False, True, None]
    assert not nothing.gold
    # One document for a passage, however many conversations refer to it.
    assert [gold.document for gold in back.gold] == ["2.txt", "doc 1.txt"]
    assert texts(found).keys() == {"2.txt", "doc 1.txt"}


def test_passages_of_one_title_in_other_capitals_are_two_documents(tmp_path: Path) -> None:
    WRITERS["hotpot"](tmp_path)
    found = load("hotpot", tmp_path)
    assert list(texts(found)) == ["Harbour.txt", "Choir.txt", "harbour (2).txt"]
    assert [gold.document for gold in found.questions[0].gold] == ["Harbour.txt", "Choir.txt"]


def test_attacks_are_planted_with_signs_to_know_them_by(tmp_path: Path) -> None:
    hostile(tmp_path)
    found = load("hostile", tmp_path)
    documents = texts(found)
    token, tool, benign, demand = found.questions
    for question in found.questions:
        assert question.attack is not None
        assert canonical(question.attack.text) in documents[question.gold[0].document]
        assert question.answers[0] in documents[question.gold[0].document]
    assert token.attack and token.attack.signs[0] in token.attack.text and "{canary}" not in token.attack.text
    assert tool.attack and tool.attack.signs == ("wipe_all",)
    assert benign.attack and benign.attack.benign and not benign.attack.signs
    assert demand.attack and demand.attack.signs == ("Buy more umbrellas", "www.rain.example")
    assert any(name.endswith(".docx") for name in found.files or ())


def test_a_smaller_limit_asks_a_part_of_a_larger(tmp_path: Path) -> None:
    squad(tmp_path)
    found = load("squad2", tmp_path)
    few, more = (chosen(found, limit).questions for limit in (2, 4))
    assert few == more[:2]
    assert chosen(found, seed=2).questions != chosen(found, seed=1).questions
    assert chosen(found, 2).files == found.files


def test_parts_are_asked_alone_or_left_out(tmp_path: Path) -> None:
    squad(tmp_path)
    found = load("squad2", tmp_path)
    assert {q.part for q in chosen(found, only=["Choir"]).questions} == {"Choir"}
    assert {q.part for q in chosen(found, without=["Choir"]).questions} == {"Old_harbour"}
    with pytest.raises(SetError, match=r"no part 'Chor'.*Choir, Old_harbour"):
        chosen(found, without=["Chor"])
    with pytest.raises(SetError, match="No question"):
        chosen(found, only=["Choir"], without=["Choir"])


def test_a_file_of_ones_own_may_leave_out_all_but_the_question(tmp_path: Path) -> None:
    entries = [
        {"question": "Where is diesel sold?", "answers": ["pier C"], "document": "harbour.md", "page": None},
        {"question": "And when?", "follows": "Where is diesel sold?"},
        {"question": "Who won?", "unanswerable": True, "note": "foreign"},
    ]
    found = load(str(write_lines(tmp_path / "own.jsonl", entries)), None)
    assert found.files is None
    first, second, third = found.questions
    assert first.gold == (Gold("harbour.md"),)
    assert second.turns == (Turn("Where is diesel sold?", "pier C"),)
    assert third.unanswerable
    assert len({question.id for question in found.questions}) == 3


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"question": "a"', "line 2 is not JSON"),
        ('["a"]', "line 2 is not an object"),
        ('{"answers": ["a"]}', "line 2: 'question' is missing"),
        ('{"question": "a", "anwsers": ["b"]}', "line 2: there is no 'anwsers'"),
        ('{"question": "a", "answers": "b"}', "line 2: 'answers' is \"b\""),
        ('{"question": "a", "answers": [1]}', "line 2: 'answers' is .*not a list of texts"),
        ('{"question": "a", "document": "d", "page": 0}', "line 2: 'page' is 0. Pages count from 1"),
        ('{"question": "a", "page": 3}', "line 2: 'document' is missing"),
        ('{"question": "a", "answers": ["b"], "unanswerable": true}', "line 2 has answers and is marked"),
        ('{"question": "a", "unanswerable": "yes"}', "line 2: 'unanswerable' is \"yes\""),
        ('{"question": "a", "follows": "b"}', "line 2: 'follows' is \"b\", which no line before it asks"),
    ],
)
def test_a_faulty_line_is_named(line: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"question": "first"}\n' + line)
    with pytest.raises(SetError, match=rf"own\.jsonl, {said}"):
        load(str(path), None)


def test_what_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SetError, match=r"no set 'squad'.*squad2"):
        load("squad", tmp_path)
    with pytest.raises(SetError, match="--data DIR"):
        load("squad2", None)
    with pytest.raises(SetError, match="is not a folder"):
        load("squad2", tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    for name in SETS:
        with pytest.raises(SetError, match="--data"):
            load(name, tmp_path / "empty")
    (tmp_path / "own.jsonl").touch()
    with pytest.raises(SetError, match="holds no question"):
        load(str(tmp_path / "own.jsonl"), None)


def test_offsets_of_another_text_are_refused(tmp_path: Path) -> None:
    path = chunking(tmp_path)
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    entries[1]["references"][0]["start"] += 1
    write_lines(path, entries)
    with pytest.raises(SetError, match=r"questions\.jsonl, line 2: \[\d+:\d+\] of choir\.md is not"):
        load("chunking", tmp_path)


@pytest.mark.parametrize("name", ["squad2", "hotpot", "hostile"])
@pytest.mark.parametrize("content", ["", "7", '"text"', "[[]]", '{"data": [1], "Add": [2]}'])
def test_a_file_of_another_shape_is_named(name: str, content: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path)
    for path in (tmp_path / name).glob("*.json"):
        path.write_text(content)
    with pytest.raises(SetError, match=r"\.json"):
        load(name, tmp_path)


def test_titles_become_names_that_every_system_takes() -> None:
    assert file_name('A/C: "What?"', {}) == "A C What.txt"
    assert file_name("...", {}) == "untitled.txt"
    assert file_name("Straße", {"straße.txt": ""}) == "Straße (2).txt"
    assert len(file_name("x" * 500, {})) < 100
