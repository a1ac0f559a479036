"""What people and programs see: tables, progress, answers; from events that are given."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from rich.console import Console

from qa.answering import ClaimChecked, Event, EvidenceFound, Finished, Rewritten, Timings, Token
from qa.citations import claims, tidy
from qa.config import ROOT
from qa.evidence import Source
from qa.prompt import REFUSAL
from qa.terminal import amount, err, out, print_answer, print_found, print_table, progress_bars, visible

SOURCES = (
    Source(1, 1, "harbour.md", None, 10, 43, "Diesel is sold at\npier C.", ("Harbour", "Fuel"), 4.0),
    Source(2, 2, "manual.pdf", 3, 0, 9, "Not cited", (), 1.23456, "page 3"),
)


def console(terminal: bool, width: int = 60) -> Console:
    return Console(
        file=io.StringIO(),
        force_terminal=terminal,
        color_system=None,
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )


def printed(to: Console) -> str:
    assert isinstance(to.file, io.StringIO)
    return to.file.getvalue()


def events(*words: str, refused: bool = False, sources: Sequence[Source] = SOURCES) -> Iterator[Event]:
    written = "".join(words)
    found = () if refused else tuple(claims(written, len(sources)))
    timings = Timings(0.12345, None if refused else 0.5, 1.0, 0 if refused else 300, len(written))
    yield EvidenceFound("Where?", tuple(sources), 0.1)
    if not refused:
        yield from map(Token, words)
        yield from map(ClaimChecked, found)
    answer = REFUSAL if refused else tidy(written, len(sources))
    yield Finished("Where?", answer, refused, found, tuple(sources), timings, written)


@pytest.mark.parametrize("terminal", [True, False])
def test_an_answer_is_printed_once_with_the_passages_it_cites(terminal: bool) -> None:
    to = console(terminal)
    print_answer(events("At", " pier C [1].", " Everybody knows."), to, as_json=False)
    assert printed(to) == (
        "At pier C [1]. Everybody knows.\n\n"
        "[1] harbour.md, Harbour > Fuel\n"
        "    Diesel is sold at pier C.\n"
        "Without a footnote: Everybody knows.\n"
    )


@pytest.mark.parametrize("terminal", [True, False])
def test_a_follow_up_is_printed_as_it_was_understood(terminal: bool) -> None:
    to = console(terminal)
    rewritten = Rewritten("Where?", "Where is \x1b[31mdiesel sold?")
    print_answer((event for event in [rewritten, *events("At pier C [1].")]), to, as_json=False)
    assert printed(to).startswith("Understood as: Where is \ufffd[31mdiesel sold?\nAt pier C [1].\n\n")
    to = console(terminal)
    print_answer(
        (event for event in [Rewritten("Where?", "Where?"), *events("At pier C [1].")]), to, as_json=False
    )
    assert printed(to).startswith("At pier C [1].\n\n")


@pytest.mark.parametrize("terminal", [True, False])
def test_a_refusal_is_printed_with_the_nearest_passages(terminal: bool) -> None:
    to = console(terminal)
    print_answer(events(refused=True), to, as_json=False)
    assert printed(to).startswith(f"{REFUSAL}\n\nNearest passages:\n[1] harbour.md")
    assert "[2] manual.pdf, page 3\n    Not cited\n" in printed(to)


def test_a_refusal_says_what_is_missing_before_the_passages() -> None:
    to = console(terminal=True)
    *before, end = events(refused=True)
    assert isinstance(end, Finished)
    said = "The documents mention pier C, but do not say who."
    print_answer((event for event in [*before, replace(end, missing=said)]), to, as_json=False)
    assert printed(to).startswith(f"{REFUSAL}\n\n{said}\nNearest passages:")


@pytest.mark.parametrize(("strike", "lines"), [(True, 1), (False, 0)])
def test_what_checking_changed_is_printed_once_more_as_it_is_then(strike: bool, lines: int) -> None:
    to = console(terminal=True)
    *before, end = events("It has 9 piers [1].", " Diesel is at pier C [2].")
    assert isinstance(end, Finished)
    fell = replace(end.claims[0], footnotes=(), verdict="unsupported", reason="the number 9 is not there")
    mended = replace(end.claims[1], footnotes=(1,), verdict="supported")
    checked = replace(end, answer="Diesel is at pier C. [1]", claims=(fell, mended))
    print_answer((event for event in [*before, checked]), to, as_json=False, strike=strike)
    assert "Checked: Diesel is at pier C. [1]\n" in printed(to)
    assert printed(to).count("Left out: It has 9 piers. (the number 9 is not there)") == lines


def test_an_answer_that_was_refused_after_it_was_printed_says_so() -> None:
    to = console(terminal=True)
    *before, end = events("It has 9 piers [1].")
    assert isinstance(end, Finished)
    refused = replace(end, answer=REFUSAL, refused=True, claims=(), written=REFUSAL)
    print_answer((event for event in [*before, refused]), to, as_json=False)
    assert f"Checked: {REFUSAL}\n" in printed(to) and "Nearest passages:" in printed(to)


def test_a_refusal_of_an_empty_library_says_that_it_is_empty() -> None:
    to = console(terminal=True)
    print_answer(events(refused=True, sources=()), to, as_json=False)
    assert printed(to) == f"{REFUSAL}\n\nThere are no passages to search.\n"


def test_an_answer_as_json_is_one_line_of_the_promised_shape(capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(events("At “pier C” [1]."), console(terminal=True), as_json=True)
    line, rest = capsys.readouterr().out.split("\n")
    assert rest == ""
    assert json.loads(line) == {
        "question": "Where?",
        "standalone": None,
        "answer": "At “pier C” [1].",
        "refused": False,
        "missing": None,
        "claims": [
            {"text": "At “pier C”.", "footnotes": [1], "verdict": "cited", "quotations": [], "reason": ""},
        ],
        "sources": [
            {name: getattr(s, name) for name in ("n", "document", "page", "place", "start", "end", "text")}
            for s in SOURCES
        ],
        "confidence": None,
        "coverage": None,
        "survey": None,
        "timings": {
            "retrieval_s": 0.1235,
            "first_token_s": 0.5,
            "total_s": 1.0,
            "prompt_tokens": 300,
            "answer_tokens": 16,
            "checking_s": 0.0,
        },
    }


def test_the_events_are_closed_when_printing_fails() -> None:
    closed = []

    def failing() -> Iterator[Event]:
        try:
            yield Token("At")
            raise OSError("no more")
        finally:
            closed.append(True)

    with pytest.raises(OSError, match="no more"):
        print_answer(failing(), console(terminal=True), as_json=False)
    assert closed == [True]


def test_a_search_as_json_is_one_list_with_scores(capsys: pytest.CaptureFixture[str]) -> None:
    print_found(SOURCES, console(terminal=True), as_json=True)
    (first, second) = json.loads(capsys.readouterr().out)
    assert list(first) == ["document", "page", "place", "start", "end", "text", "score"]
    assert (second["document"], second["page"], second["score"]) == ("manual.pdf", 3, 1.2346)


def test_a_search_for_people_shows_each_passage_whole() -> None:
    to = console(terminal=True)
    print_found(SOURCES, to, as_json=False)
    assert "[1] harbour.md, Harbour > Fuel  (relevance 4.0)\nDiesel is sold at\npier C.\n\n" in printed(to)


def test_no_text_of_a_document_commands_the_terminal() -> None:
    assert visible("red \x1b[31m title \x1b]0;x\x07 c1 \x9b2J \r tab\t end\n") == (
        "red \ufffd[31m title \ufffd]0;x\ufffd c1 \ufffd2J \ufffd tab\t end\n"
    )
    evil = Source(1, 1, "a\x1b[2J.txt", None, 0, 5, "b\x1b[2J", (), 1.0)
    for show in (
        lambda to: print_found([evil], to, as_json=False),
        lambda to: print_answer(events("Says\x1b[2J [1]. \x9bx.", sources=[evil]), to, as_json=False),
        lambda to: print_answer(events(refused=True, sources=[evil]), to, as_json=False),
        lambda to: print_table([["a\x1b[2J"]], to, "document"),
    ):
        to = console(terminal=True)
        show(to)
        assert "\x1b" not in printed(to)
        assert "\x9b" not in printed(to)


def test_words_that_look_like_markup_or_emoji_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    for to in (out, err):
        to.print("[bold]costs[/bold] :euro: 5 [1]")
    seen = capsys.readouterr()
    assert seen.out == seen.err == "[bold]costs[/bold] :euro: 5 [1]\n"


def test_a_table_that_is_not_shown_on_a_terminal_keeps_every_name_whole() -> None:
    name = "a-very-long-name-" * 20 + ".txt"
    to = console(terminal=False)
    print_table([[name, "ready"]], to, "document", "status")
    assert [line.split() for line in printed(to).splitlines()] == [["document", "status"], [name, "ready"]]


def test_a_table_on_a_terminal_breaks_names_but_drops_nothing() -> None:
    name = "abcdefghij" * 10
    to = console(terminal=True, width=40)
    print_table([[name, "ready"]], to, "document", "status")
    rows = printed(to).splitlines()[1:]
    assert "".join(row.split()[0] for row in rows) == name
    assert all(len(row) <= 40 for row in rows)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_name_with_line_ends_is_one_row(terminal: bool) -> None:
    to = console(terminal=terminal, width=100)
    print_table([["two\nlines\t.txt", "ready"]], to, "document", "status")
    assert [line.split() for line in printed(to).splitlines()] == [
        ["document", "status"],
        [r"two\nlines\t.txt", "ready"],
    ]


def test_one_long_name_does_not_push_the_columns_of_the_others_apart() -> None:
    to = console(terminal=False)
    print_table([["x" * 250, "ready", "1"], ["a.txt", "ready", "20"]], to, "document", "status", "pages")
    assert printed(to).splitlines()[2] == "a.txt" + " " * 57 + "ready      20"
    to = console(terminal=True, width=60)
    print_table([["x" * 250, "pending"]], to, "document", "status")
    assert "pending" in printed(to), "a status is not broken to make room"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("weights", 310_000_000, 1_100_000_000, 24_000_000.0), "310.0 MB of 1.1 GB, 24.0 MB/s, 33 s left"),
        (("weights", 5, 0, None), "5 bytes"),
        (("verify", 0, 2000, None), "0 bytes of 2.0 kB"),
        (("reading documents", 3, 8, 1.0), "3 of 8"),
        (("rebuilding the index", 3, 0, None), "3"),
    ],
)
def test_progress_says_how_far_how_fast_and_how_long(
    given: tuple[str, int, int, float | None], words: str
) -> None:
    assert amount(*given) == words


def test_without_a_terminal_progress_is_lines_of_files_and_of_ends() -> None:
    to = console(terminal=False)
    with progress_bars(to) as progress:
        progress("reading documents", 0, 2, "a.txt")
        progress("reading documents", 1, 2, "b\x1b.txt")
        for done in range(0, 2001, 100):
            progress("weights", done, 2000)
        progress("reading documents", 2, 2)
    lines = printed(to).splitlines()
    assert lines[:2] == ["reading documents: 0 of 2 a.txt", "reading documents: 1 of 2 b\ufffd.txt"]
    assert lines[-1] == "reading documents: 2 of 2"
    assert sum(line.startswith("weights") for line in lines) == 1
    assert "2.0 kB of 2.0 kB" in lines[2]


def test_on_a_terminal_progress_is_a_bar_for_each_stage() -> None:
    to = console(terminal=True, width=100)
    with progress_bars(to) as progress:
        progress("weights", 1000, 2000, "model.onnx")
        progress("reading documents", 2, 8, "a.txt")
    assert "weights" in printed(to)
    assert "1.0 kB of 2.0 kB" in printed(to)
    assert "2 of 8" in printed(to)


SIGNALLED_ELSEWHERE = """
import signal, threading, time
from qa.terminal import noted_interrupt, prepare_signals
def send():
    time.sleep(0.2)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    time.sleep(60)
prepare_signals()
threading.Thread(target=send, daemon=True).start()
with noted_interrupt() as interrupt:
    interrupt.wait()
print("closed")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are given to threads on POSIX only")
def test_a_signal_that_another_thread_was_given_ends_the_wait() -> None:
    command = [sys.executable, "-c", SIGNALLED_ELSEWHERE]
    assert subprocess.run(command, capture_output=True, text=True, timeout=20, cwd=ROOT).stdout == "closed\n"


SIGNALLED_AGAIN = """
import signal, sys, time
from qa.terminal import console, noted_interrupt, prepare_signals
prepare_signals()
console.SAME_REQUEST = float(sys.argv[1])
try:
    with noted_interrupt() as interrupt:
        signal.raise_signal(signal.SIGINT)
        assert interrupt.given
        time.sleep(0.05)
        signal.raise_signal(signal.SIGINT)
        print("closed")
except KeyboardInterrupt:
    print("forced")
"""


@pytest.mark.parametrize(("seconds", "end"), [("2", "closed"), ("0.01", "forced")])
def test_a_second_signal_is_the_same_request_unless_it_comes_later(seconds: str, end: str) -> None:
    command = [sys.executable, "-c", SIGNALLED_AGAIN, seconds]
    assert subprocess.run(command, capture_output=True, text=True, timeout=20, cwd=ROOT).stdout == f"{end}\n"
