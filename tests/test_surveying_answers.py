"""Questions about whole documents, answered: real libraries, and a model that writes what it is told."""

import io
import json
import re
import time
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path

import pytest
from rich.console import Console
from small_library import small_settings
from small_model import small_model

from qa.answering import Answerer, Event, EvidenceFound, Finished, Surveyed, Token
from qa.engine import Engine, open_engine
from qa.llm import ChatModel, Message, Piece, PromptRead
from qa.prompt import REFUSAL_WORD
from qa.render import AnswerView, answer_html, follow
from qa.store import Filed, Scope
from qa.surveying import SurveyCoverage, compose
from qa.surveying.merging import Item, merged
from qa.surveying.records import Line, Words
from qa.terminal import print_answer

DOCUMENTS = {
    "fund.txt": "HEADWATERS FUND\n\nThe deadline of the fund is 31 January 2025. Reports are due by 15 March 2025 "
    "[3]. The fund was founded on 2 May 1990.\n\nAsk office@fund.example or call +44 20 7946 0018.\n",
    "minutes.md": """# Minutes

## Action items

| No. | Action | Owner | Due |
|---|---|---|---|
| A1 | Sign the contract | Amara Dube | 21 March 2025 |
| A2 | Order the lamps | Tomas Lindqvist | 4 April 2025 |

## Money

The reserve stands at £84,320. A wash costs £2.80, which is 12 per cent more than a year ago.

Write to OFFICE@fund.example with the quote.
""",
    "again.txt": "The deadline of the fund is 31 January 2025.\n\nThe tenant must keep the inside in repair.\n",
}


class Scripted(ChatModel):
    """The real model's template and tokenizer; what it writes is given."""

    def __init__(self) -> None:
        super().__init__(small_model(), threads=1, context_tokens=4096)
        self.script: Sequence[str] = ()
        self.asked: list[str] = []
        self.closed = 0

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        self.asked.append(messages[-1]["content"])
        return super().tokens(messages)

    def stream(
        self, prompt: Sequence[int], limit: int, favoured: str = "", head_start: float = 0.0
    ) -> Iterator[PromptRead | Piece]:
        try:
            yield PromptRead(0, len(prompt))
            for text in self.script:
                yield Piece(text)
        finally:
            self.closed += 1


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("survey")
    (folder / "documents").mkdir()
    for name, text in DOCUMENTS.items():
        (folder / "documents" / name).write_text(text, encoding="utf-8")
    with open_engine(small_settings(folder), chat=False) as engine:
        engine.sync()
        yield engine


@pytest.fixture(scope="module")
def model() -> Iterator[Scripted]:
    model = Scripted()
    yield model
    model.close()


def answerer(engine: Engine, model: Scripted, script: str = "") -> Answerer:
    model.script = script.splitlines(keepends=True)
    model.asked.clear()
    # Without the reader the plain facts decide, which no training changes.
    return Answerer(engine.settings, engine.store, engine.retriever, model, engine.library.coverage)


def asked(engine: Engine, model: Scripted, question: str, script: str = "", scope: Sequence[str] = ()) -> Finished:
    events = list(answerer(engine, model, script).answer(question, scope=Scope(tuple(scope))))
    kinds = [type(event) for event in events]
    assert kinds[-3:] == [EvidenceFound, Token, Finished]
    assert set(kinds[:-3]) <= {Surveyed}
    end = events[-1]
    assert isinstance(end, Finished)
    _check(engine, end)
    return end


def _check(engine: Engine, end: Finished) -> None:
    """The claims tile what is written, and each quotation lies in the source that its footnote names."""
    assert "".join(end.written[claim.start : claim.end] for claim in end.claims) == end.written
    for claim in end.claims:
        assert set(claim.footnotes) == {quotation.n for quotation in claim.quotations}
        for quotation in claim.quotations:
            source = end.sources[quotation.n - 1]
            assert source.start <= quotation.start < quotation.end
            assert source.text == engine.store.text(source.document_id)[source.start : source.end]


def lines(end: Finished) -> list[str]:
    return [line for line in end.answer.split("\n") if line.startswith("- ")]


def test_all_deadlines_are_listed_with_their_words_and_nothing_else(engine: Engine, model: Scripted) -> None:
    end = asked(engine, model, "List all deadlines")
    assert lines(end) == [
        # Said in two documents: one item with both footnotes.
        "- The deadline of the fund is 31 January 2025. [1][2]",
        # What looks like a footnote in a document is none.
        "- Reports are due by 15 March 2025 (3). [2]",
        "- A1 · Sign the contract · Amara Dube · 21 March 2025 [3]",
        "- A2 · Order the lamps · Tomas Lindqvist · 4 April 2025 [3]",
    ]
    assert not end.refused
    assert model.asked == []


def test_a_listing_says_what_it_read(engine: Engine, model: Scripted) -> None:
    end = asked(engine, model, "List all deadlines")
    total = engine.store.passage_count()
    assert end.survey == SurveyCoverage(total, total, 3)
    assert end.survey.text() == f"Read {total} of {total} passages in 3 documents"


def test_a_listing_is_narrowed_by_its_scope_and_its_words(engine: Engine, model: Scripted) -> None:
    only = asked(engine, model, "List all deadlines in the minutes")
    assert len(lines(only)) == 2
    assert only.survey is not None and only.survey.documents == 1
    chosen = asked(engine, model, "List all deadlines", scope=["again.txt"])
    assert len(lines(chosen)) == 1
    narrowed = asked(engine, model, "List all prices of a wash")
    assert lines(narrowed) == ["- A wash costs £2.80, which is 12 per cent more than a year ago. [1]"]


def test_addresses_are_listed_once_by_themselves(engine: Engine, model: Scripted) -> None:
    assert lines(asked(engine, model, "List all e-mail addresses")) == ["- office@fund.example [1][2]"]
    assert lines(asked(engine, model, "Show me all phone numbers")) == ["- +44 20 7946 0018 [1]"]
    assert lines(asked(engine, model, "List all percentages")) == [
        "- A wash costs £2.80, which is 12 per cent more than a year ago. [1]"
    ]


def test_nothing_found_is_an_honest_no_over_everything_read(engine: Engine, model: Scripted) -> None:
    end = asked(engine, model, "List all voltages")
    total = engine.store.passage_count()
    assert end.answer == f"None of the {total} passages in 3 documents states any voltages."
    assert end.refused
    assert end.sources == ()
    none = asked(engine, model, "How many documents mention Mina Harker?")
    assert none.answer == f"None of the {total} passages in 3 documents mentions “Mina Harker”."
    assert none.refused


def test_what_the_model_lists_stays_only_where_a_passage_bears_it_out(engine: Engine, model: Scripted) -> None:
    script = "- The tenant must keep the inside in repair [1].\n- The tenant must pay 950 euros [1].\n"
    end = asked(engine, model, "List all requirements for the tenant in again.txt", script)
    assert lines(end) == ["- The tenant must keep the inside in repair. [1]"]
    assert "List all requirements for the tenant" in model.asked[0]


def test_a_summary_keeps_the_sentences_that_hold_and_quotes_where_none_does(
    engine: Engine, model: Scripted
) -> None:
    true = "The deadline of the fund is 31 January 2025 [1]."
    end = asked(
        engine,
        model,
        "Summarise fund.txt",
        f"The sources also state that {true[0].lower()}{true[1:]} It was founded by Mina Harker in 1812 [1].",
    )
    assert lines(end) == ["- The deadline of the fund is 31 January 2025. [1]"]
    quoted = asked(engine, model, "Summarise fund.txt", REFUSAL_WORD)
    assert lines(quoted) == ["- The deadline of the fund is 31 January 2025. [1]"]


def test_a_comparison_cites_both_sides_or_is_an_ordinary_question(engine: Engine, model: Scripted) -> None:
    line = "The deadline of the fund is 31 January 2025 [1]."
    end = asked(engine, model, "Compare fund.txt and again.txt", line)
    assert end.answer.split("\n")[::2] == ["fund.txt:", "again.txt:"]
    assert lines(end) == [f"- {line[:-5]}. [{n}]" for n in (1, 2)]
    assert [source.document for source in end.sources] == ["fund.txt", "again.txt"]
    events = list(answerer(engine, model, REFUSAL_WORD).answer("What is the difference between cats and dogs?"))
    assert isinstance(events[-1], Finished)
    assert events[-1].survey is None


def test_an_ordinary_question_has_no_survey(engine: Engine, model: Scripted) -> None:
    events = list(
        answerer(engine, model, "The reserve stands at £84,320 [1].").answer("How large is the reserve?")
    )
    assert not any(isinstance(event, Surveyed) for event in events)
    assert isinstance(events[-1], Finished)
    assert events[-1].survey is None


def test_closing_a_survey_stops_the_model_at_once_and_frees_it(engine: Engine, model: Scripted) -> None:
    events = answerer(engine, model, "word " * 3).answer("Summarise everything")
    seen: list[Event] = []
    before = model.closed
    for event in events:
        seen.append(event)
        if model.turnstile.ahead():
            break
    assert isinstance(seen[-1], Surveyed)
    events.close()  # type: ignore[attr-defined]
    assert model.closed == before + 1
    assert model.turnstile.ahead() == 0


def test_five_thousand_items_cost_no_more_each_than_five_hundred(engine: Engine) -> None:
    document = Filed(engine.store.document_id("fund.txt") or 0, "fund.txt", 0, 1)

    def seconds(count: int) -> float:
        items = [
            Item(document, Line(f"Item {n} costs £{n}.", (Words(document.id, 20, 30),)), str(n))
            for n in range(count)
        ]
        started = time.process_time()
        compose([item.line for item in merged(items)], engine.store)
        return (time.process_time() - started) / count

    seconds(500)
    assert min(seconds(5000) for _ in range(2)) < 5 * max(seconds(500) for _ in range(3))


def test_a_survey_has_three_digit_footnotes(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    for n in range(120):
        (tmp_path / "documents" / f"note-{n:03}.txt").write_text(
            f"Note {n} names Ada Lindqvist.", encoding="utf-8"
        )
    with open_engine(small_settings(tmp_path), chat=False) as engine:
        engine.sync()
        model = Scripted()
        try:
            end = asked(engine, model, "Which documents mention Ada Lindqvist?")
        finally:
            model.close()
    assert len(end.sources) == 120
    assert end.claims[120].footnotes == (120,)
    assert "[120]" in end.answer


def test_a_survey_is_shown_with_its_progress_its_footnotes_and_what_it_read(
    engine: Engine, model: Scripted
) -> None:
    events = answerer(engine, model).answer("List all deadlines")
    pages = []
    view = AnswerView("t")
    for event in events:
        view = follow(view, event)
        pages.append(answer_html(view))
    total = engine.store.passage_count()
    assert f"Read 0 of {total} passages in 3 documents" in text_of(pages[0])
    assert "<progress" in pages[0]
    shown = text_of(pages[-1])
    assert f"Read {total} of {total} passages in 3 documents" in shown
    assert 'href="#cite-t-3"' in pages[-1]
    # Headings and counts are borne out by the lines below them: no warning about a footnote.
    assert "fn-uncited" not in pages[-1]
    assert "Dotted" not in shown


def test_a_survey_that_found_nothing_says_so_in_the_window(engine: Engine, model: Scripted) -> None:
    view = AnswerView("t")
    for event in answerer(engine, model).answer("Which documents mention Mina Harker?"):
        view = follow(view, event)
    shown = text_of(answer_html(view))
    assert "mentions “Mina Harker”" in shown
    assert "passages came nearest" not in shown


@pytest.mark.parametrize("terminal", [True, False])
def test_a_survey_is_printed_once_with_its_sources(engine: Engine, model: Scripted, terminal: bool) -> None:
    to = Console(file=io.StringIO(), width=200, force_terminal=terminal, color_system=None)
    print_answer(answerer(engine, model).answer("List all deadlines"), to, as_json=False)
    printed = to.file.getvalue()  # type: ignore[attr-defined]
    assert printed.count("- A1 · Sign the contract · Amara Dube · 21 March 2025 [3]") == 1
    assert "[3] minutes.md" in printed
    assert "Without a footnote" not in printed
    assert f"Read {engine.store.passage_count()} of" in printed


def test_a_survey_as_json_says_what_it_read(
    engine: Engine, model: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    print_answer(answerer(engine, model).answer("List all deadlines"), Console(), as_json=True)
    given = json.loads(capsys.readouterr().out)
    total = engine.store.passage_count()
    assert given["survey"] == {"read": total, "total": total, "documents": 3}
    assert [claim["verdict"] for claim in given["claims"]].count("supported") == 4


def test_two_versions_of_a_price_list_are_both_given(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    for year, fee in ((2023, 310), (2024, 340)):
        text = f"# Marina prices {year}\n\nThe annual fee for a berth of ten metres is {fee} euros.\n"
        (tmp_path / "documents" / f"prices-{year}.md").write_text(text, encoding="utf-8")
    model = Scripted()
    with open_engine(small_settings(tmp_path), chat=False) as engine:
        engine.sync()
        whole = Answerer(
            engine.settings, engine.store, engine.retriever, model, None, engine.checker, engine.judgement
        )
        model.script = ["The annual fee for a berth of ten metres is 340 euros [1].", "\n"]
        *_, end = whole.answer("What is the annual fee for a berth of ten metres?")
    model.close()
    assert isinstance(end, Finished)
    assert "prices-2023.md (2023) says “The annual fee for a berth of ten metres is 310 euros”" in end.answer
    assert {source.document for source in end.sources} == {"prices-2023.md", "prices-2024.md"}


def text_of(html: str) -> str:
    return unescape(re.sub("<[^>]*>", " ", html))
