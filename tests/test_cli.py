"""The command line as other programs run it: real processes, their output byte for byte, their exit codes."""

import ctypes
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from small_library import DOCUMENTS, write_documents
from small_model import NAME, small_model, without_template

from qa.cli.library import _back, _gone
from qa.config import ROOT
from qa.state import STORE_FILE, StateFolder
from qa.terminal.syncs import LISTED

QUESTION = "On which days is diesel sold in the harbour?"
ELSEWHERE = "What is the melting point of tungsten?"
# Offsets count characters: line ends of three systems, and characters outside the basic plane.
ODD = "First line.\r\nSecond line.\rThird 🛢 line about the lighthouse keeper Ottilie 𝔊𝔯𝔬𝔰𝔷.\n\n\nLast line.\n"
ANSWER_KEYS = [
    *("question", "standalone", "answer", "refused", "missing", "claims", "sources", "confidence"),
    *("coverage", "survey", "timings"),
]
CLAIM_KEYS = ["text", "footnotes", "verdict", "quotations", "reason"]
SOURCE_KEYS = ["n", "document", "page", "place", "start", "end", "text"]
TIMING_KEYS = ["retrieval_s", "first_token_s", "total_s", "prompt_tokens", "answer_tokens", "checking_s"]
FOUND_KEYS = ["document", "page", "place", "start", "end", "text", "score"]
ENTRY_KEYS = ["document", "path", "status", "reason", "bytes", "pages", "passages", "characters", "warnings"]


@dataclass(frozen=True)
class Ended:
    """How a process ended: exit code, and what it printed, decoded without touching line ends."""

    code: int
    out: str
    err: str

    def lines(self) -> list[Any]:
        """Standard output, all of which must be JSON, one value a line."""
        assert self.code == 0, self.err
        assert self.out.endswith("\n")
        return [json.loads(line) for line in self.out.removesuffix("\n").split("\n")]


@dataclass(frozen=True)
class Commands:
    """`python -m qa` on a documents folder and a state folder, with the small model."""

    documents: Path
    state: Path

    def start(
        self, *arguments: str | bytes, own: bool = True, python: Sequence[str] = (), **changed: str
    ) -> "subprocess.Popen[bytes]":
        flags = ("--documents", self.documents, "--state", self.state, "--model", NAME) if own else ()
        # One thread: others may be at work on this machine.
        environment = {**os.environ, "QA_THREADS": "1", **changed}
        return subprocess.Popen(
            [sys.executable, *python, "-m", "qa", *arguments, *flags],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=drop_root_privileges,
        )

    def run(self, *arguments: str | bytes, given: bytes = b"", own: bool = True, **changed: str) -> Ended:
        process = self.start(*arguments, own=own, **changed)
        return ended(process, given)


def ended(process: "subprocess.Popen[bytes]", given: bytes = b"") -> Ended:
    out, err = process.communicate(given, timeout=120)
    assert b"Traceback" not in err, err.decode()
    return Ended(process.returncode, out.decode(), err.decode())


def drop_root_privileges() -> None:
    """Let file permissions hold also when the tests run as root: CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH."""
    if sys.platform == "linux" and os.geteuid() == 0:
        for capability in (1, 2):
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """A synced library; tests that change it make their own."""
    small_model()
    folder = tmp_path_factory.mktemp("library")
    commands = Commands(write_documents(folder / "documents"), folder / "state")
    (commands.documents / "odd.txt").write_bytes(ODD.encode())
    (commands.documents / "junk.pdf").write_bytes(b"%PDF-1.7 broken")
    (before,) = commands.run("documents", "--json").lines()
    assert [entry["status"] for entry in before] == ["pending"] * 5
    synced = commands.run("sync")
    assert synced.code == 0, synced.err
    assert synced.out.startswith("4 added, 0 unchanged, 1 failed.\n  junk.pdf: ")
    assert "reading documents: 5 of 5" in synced.err
    again = commands.run("sync")
    assert again.out.startswith("4 unchanged, 1 failed.\n  junk.pdf: "), again.out
    return commands


def test_many_questions_are_answered_in_their_order_and_a_bad_line_costs_only_itself(qa: Commands) -> None:
    given = f"{QUESTION}\n\n   \n{'x' * 100_000}\nDies\xe9l?\n".encode("latin-1") + f"{ELSEWHERE}".encode()
    one, too_long, odd, elsewhere = qa.run("ask", "--json", "-", given=given).lines()
    assert one["question"] == QUESTION
    assert list(too_long) == ["question", "error"]
    assert "100,000 characters" in too_long["error"]
    assert odd["question"] == "Dies\ufffdl?"
    check_answer(qa, one)
    check_answer(qa, elsewhere)
    assert elsewhere["refused"]
    assert elsewhere["answer"] == "The documents do not say."
    assert elsewhere["claims"] == []
    assert elsewhere["timings"]["prompt_tokens"] == elsewhere["timings"]["answer_tokens"] == 0
    assert elsewhere["timings"]["first_token_s"] is None


def check_answer(qa: Commands, answer: dict[str, Any]) -> None:
    """The shape that issue 2 promises to other programs, and every source exactly in its document."""
    assert list(answer) == ANSWER_KEYS
    assert list(answer["timings"]) == TIMING_KEYS
    assert isinstance(answer["refused"], bool)
    for claim in answer["claims"]:
        assert list(claim) == CLAIM_KEYS
        assert claim["verdict"] == ("supported" if claim["footnotes"] else "unsupported")
        assert [quotation["n"] for quotation in claim["quotations"]] == claim["footnotes"]
        for quotation in claim["quotations"]:
            source = answer["sources"][quotation["n"] - 1]
            assert source["start"] <= quotation["start"] < quotation["end"] <= source["end"]
    assert [source["n"] for source in answer["sources"]] == list(range(1, len(answer["sources"]) + 1)) != []
    for source in answer["sources"]:
        assert list(source) == SOURCE_KEYS
        assert source["text"] == text(qa, source["document"])[source["start"] : source["end"]] != ""


@cache
def text(qa: Commands, name: str) -> str:
    printed = qa.run("documents", "--text", name)
    assert (printed.code, printed.err) == (0, "")
    return printed.out


def test_one_question_prints_one_line_and_nothing_else(qa: Commands) -> None:
    (answer,) = qa.run("ask", "--json", QUESTION).lines()
    check_answer(qa, answer)
    assert answer["timings"]["prompt_tokens"] > 0


def test_an_answer_for_people_ends_with_its_passages(qa: Commands) -> None:
    asked = qa.run("ask", ELSEWHERE)
    assert asked.code == 0
    assert asked.out.startswith(
        "The documents do not say.\n\nThe word “tungsten” is not in the documents.\nNearest passages:\n[1] "
    )


def test_a_search_prints_the_passages_with_their_places_in_the_canonical_text(qa: Commands) -> None:
    (found,) = qa.run("search", "--json", "Who was the lighthouse keeper?").lines()
    assert found[0]["document"] == "odd.txt"
    canonical = text(qa, "odd.txt")
    for entry in found:
        assert list(entry) == FOUND_KEYS
        if entry["document"] == "odd.txt":
            assert entry["text"] == canonical[entry["start"] : entry["end"]]
    assert [entry["score"] for entry in found] == sorted((entry["score"] for entry in found), reverse=True)
    assert "Ottilie 𝔊𝔯𝔬𝔰𝔷" in canonical


def test_many_searches_print_a_list_each_in_any_locale(qa: Commands) -> None:
    given = f"Ottilie 𝔊𝔯𝔬𝔰𝔷\n\n{'x' * 5000}\nOven 2\n".encode()
    environment = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    first, bad, last = qa.run("search", "--json", "-", given=given, **environment).lines()
    assert "𝔊𝔯𝔬𝔰𝔷" in first[0]["text"]
    assert list(bad) == ["question", "error"]
    assert last[0]["document"] == "bakery.html"


def test_the_documents_are_listed_with_their_figures(qa: Commands) -> None:
    (entries,) = qa.run("documents", "--json").lines()
    assert [entry["document"] for entry in entries] == sorted([*DOCUMENTS, "odd.txt", "junk.pdf"])
    for entry in entries:
        assert list(entry) == ENTRY_KEYS
        assert entry["path"] == str(qa.documents / entry["document"])
        assert entry["bytes"] == (qa.documents / entry["document"]).stat().st_size
    for entry in entries:
        if entry["document"] == "junk.pdf":
            assert (entry["status"], entry["passages"], entry["characters"]) == ("failed", 0, 0)
            assert entry["reason"]
        else:
            assert (entry["status"], entry["reason"], entry["pages"]) == ("ready", None, 0)
            assert entry["characters"] == len(text(qa, entry["document"]))
            assert entry["passages"] > 0


def test_an_argument_that_is_not_utf8_is_asked_as_far_as_it_goes(qa: Commands) -> None:
    (found,) = qa.run(b"search", b"--json", b"di\xe9sel pier").lines()
    assert found[0]["document"] == "harbour.md"
    assert qa.run("documents", "--text", b"no\xe9.txt").code == 2


def test_a_removed_document_is_gone_until_it_is_taken_in_again(qa: Commands) -> None:
    removed = qa.run("remove", "choir.txt")
    assert (removed.code, removed.out) == (0, "choir.txt is removed; no file was touched. Undo: --undo.\n")
    assert "choir.txt" not in qa.run("documents").out
    assert (qa.documents / "choir.txt").is_file()
    back = qa.run("remove", "choir.txt", "--undo")
    assert (back.code, back.out) == (0, "choir.txt is back.\n")
    assert "choir.txt" in qa.run("documents").out


def test_weights_are_listed_with_their_status(qa: Commands) -> None:
    listed = qa.run("weights", own=False)
    assert listed.code == 0
    assert f"{NAME}.gguf" in listed.out
    assert "present" in listed.out
    assert "bge-small-en-v1.5/model.onnx" in listed.out


def test_weights_are_verified_and_a_changed_one_is_named(tmp_path: Path, qa: Commands) -> None:
    (tmp_path / f"{NAME}.gguf").write_bytes(b"GGUF")
    verified = qa.run("weights", "verify", own=False, QA_MODELS=str(tmp_path))
    assert verified.code == 1
    assert f"{NAME}.gguf: " in verified.out
    assert "missing" in verified.out


def no_folder(qa: Commands, tmp_path: Path) -> list[str]:
    return ["sync", "--documents", str(tmp_path / "none")]


def an_empty_folder(qa: Commands, tmp_path: Path) -> list[str]:
    (tmp_path / "nothing").mkdir()
    return ["ask", "x", "--documents", str(tmp_path / "nothing")]


def a_closed_folder(qa: Commands, tmp_path: Path) -> list[str]:
    (tmp_path / "closed").mkdir(mode=0)
    return ["search", "x", "--documents", str(tmp_path / "closed")]


def a_model_that_is_none(qa: Commands, tmp_path: Path) -> list[str]:
    (tmp_path / "letter.gguf").write_text("Dear Sir or Madam")
    return ["ask", "x", "--model", str(tmp_path / "letter.gguf")]


def a_truncated_model(qa: Commands, tmp_path: Path) -> list[str]:
    with small_model().open("rb") as file:
        (tmp_path / "half.gguf").write_bytes(file.read(5_000_000))
    return ["ask", "x", "--model", str(tmp_path / "half.gguf")]


def a_model_without_template(qa: Commands, tmp_path: Path) -> list[str]:
    return ["ask", "x", "--model", str(without_template(tmp_path / "bare.gguf"))]


def an_unknown_model(qa: Commands, tmp_path: Path) -> list[str]:
    return ["ask", "x", "--model", "gpt-17"]


def another_version(qa: Commands, tmp_path: Path) -> list[str]:
    (tmp_path / "newer").mkdir()
    connection = sqlite3.connect(tmp_path / "newer" / STORE_FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    return ["sync", "--state", str(tmp_path / "newer")]


def a_foreign_state_folder(qa: Commands, tmp_path: Path) -> list[str]:
    (tmp_path / "homework.txt").touch()
    return ["sync", "--state", str(tmp_path)]


def a_state_folder_below_a_file(qa: Commands, tmp_path: Path) -> list[str]:
    (tmp_path / "file").touch()
    return ["sync", "--state", str(tmp_path / "file" / "state")]


def a_closed_state_folder(qa: Commands, tmp_path: Path) -> list[str]:
    (tmp_path / "closed").mkdir(mode=0o500)
    return ["sync", "--state", str(tmp_path / "closed")]


@pytest.mark.parametrize(
    ("case", "named", "next_step"),
    [
        (no_folder, "none does not exist", "--documents"),
        (an_empty_folder, "nothing holds no files", "--documents"),
        (a_closed_folder, "closed cannot be read", "Allow reading"),
        (a_model_that_is_none, "letter.gguf is not a GGUF file", "--model"),
        (a_truncated_model, "half.gguf cannot be loaded", "--model"),
        (a_model_without_template, "bare.gguf carries no chat template", "--model"),
        (an_unknown_model, "'gpt-17'", NAME),
        (another_version, "newer was written by another version", "--state"),
        (a_foreign_state_folder, "homework.txt", "--state"),
        (a_state_folder_below_a_file, "state is a file, or would lie below one", "--state"),
        (a_closed_state_folder, "closed cannot be written to", "--state"),
    ],
)
def test_bad_input_is_named_with_the_next_step_and_exit_code_2(
    qa: Commands, tmp_path: Path, case: Callable[[Commands, Path], list[str]], named: str, next_step: str
) -> None:
    command, *rest = case(qa, tmp_path)
    flags = ["--state", str(tmp_path / "fresh"), "--model", NAME]
    # Of other flags the last counts; another folder would be one more.
    flags += [] if "--documents" in rest else ["--documents", str(qa.documents)]
    refused = qa.run(command, *flags, *rest, own=False)
    assert (refused.code, refused.out) == (2, ""), refused.err
    message = refused.err[refused.err.index("Footnote: ") :]
    assert named in message
    assert next_step in message
    (tmp_path / "bare.gguf").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", ""], "The question is empty"),
        (["ask", "--json", "  "], "The question is empty"),
        (["ask", "x" * 100_000], "100,000 characters; at most 4,000"),
        (["documents", "--text", "none.txt"], "no readable document 'none.txt'"),
        (["remove", "--undo", "odd.txt"], "was not removed"),
        (["weights", "fetch", "gpt-17"], "no model 'gpt-17'"),
        (["ask"], "Missing argument"),
        (["aks", "x"], "No such command"),
        (["ask", "--verbose", "x"], "No such option"),
    ],
)
def test_a_wrong_command_is_refused_with_exit_code_2(qa: Commands, arguments: list[str], said: str) -> None:
    refused = qa.run(*arguments, own=arguments[0] not in ("weights", "aks"))
    assert (refused.code, refused.out) == (2, ""), refused.err
    assert said in refused.err


@pytest.mark.parametrize(
    ("changed", "content", "said"),
    [
        ({"QA_DOCUMENT": "x"}, "", "no setting QA_DOCUMENT"),
        ({"QA_THREADS": "many"}, "", "QA_THREADS"),
        ({"QA_SOURCES": "0"}, "", "QA_SOURCES"),
        ({}, "threads = ", "is not valid TOML"),
        ({}, "colour = 'red'", "no setting 'colour'"),
        ({}, b"model = '\xff'", "is not valid TOML"),
        ({"QA_CONFIG": "/nowhere/footnote.toml"}, "", "/nowhere/footnote.toml"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(
    qa: Commands, tmp_path: Path, changed: dict[str, str], content: str | bytes, said: str
) -> None:
    file = tmp_path / "footnote.toml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    refused = qa.run("documents", **{"QA_CONFIG": str(file), **changed})
    assert (refused.code, refused.out) == (2, ""), refused.err
    assert said in refused.err


def test_a_second_process_is_turned_away_and_told_who_is_there(qa: Commands) -> None:
    with StateFolder(qa.state):
        refused = qa.run("sync")
        assert (refused.code, refused.out) == (2, "")
        assert f"in use by process {os.getpid()}" in refused.err
        assert qa.run("documents", "--json").code == 0


@pytest.fixture
def large(tmp_path: Path) -> Commands:
    """A library that takes seconds to read."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(190):
        sentences = (f"Fact {number}.{line} is recorded here for whoever asks." for line in range(40))
        (folder / f"{number:03}.txt").write_text("\n".join(sentences), encoding="utf-8")
    return Commands(folder, tmp_path / "state")


def test_an_interrupted_sync_keeps_what_was_read_and_goes_on_from_there(large: Commands) -> None:
    process = large.start("sync")
    assert process.stderr is not None
    for line in process.stderr:
        if re.match(rb"reading documents: [1-9]\d* of", line):
            break
    process.send_signal(signal.SIGINT)
    stopped = ended(process)
    assert (stopped.code, stopped.out) == (130, "")
    assert "Stopped." in stopped.err
    (entries,) = large.run("documents", "--json").lines()
    ready = sum(entry["status"] == "ready" for entry in entries)
    assert 0 < ready < 190
    again = large.run("sync")
    assert (again.code, again.out) == (0, f"{190 - ready} added, {ready} unchanged, 0 failed.\n")


@pytest.fixture
def asking(qa: Commands) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that has answered one question and is reading the prompt of a long one."""
    process = qa.start("ask", "--json", "-")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{ELSEWHERE}\n".encode())
    process.stdin.flush()
    assert process.stdout.readline().startswith(b'{"question"')
    process.stdin.write(f"{QUESTION} {'diesel harbour ' * 250}\n".encode())
    process.stdin.flush()
    time.sleep(0.7)
    yield process
    process.kill()
    process.wait()


def test_an_answer_can_be_interrupted_at_once(asking: "subprocess.Popen[bytes]") -> None:
    began = time.monotonic()
    asking.send_signal(signal.SIGINT)
    stopped = ended(asking)
    assert time.monotonic() - began < 10
    assert (stopped.code, stopped.out) == (130, "")
    assert stopped.err.rstrip().endswith("goes on from there.")


@pytest.mark.parametrize(
    ("loaded", "number", "codes"),
    [
        (b"rich.console", signal.SIGINT, (130, -signal.SIGINT)),
        (b"chromadb.api.client", signal.SIGINT, (130,)),
        (b"llama_cpp", signal.SIGTERM, (130,)),
    ],
)
def test_a_start_can_be_interrupted_while_modules_are_loaded(
    qa: Commands, loaded: bytes, number: int, codes: tuple[int, ...]
) -> None:
    process = qa.start("ask", "--json", QUESTION, python=("-X", "importtime"))
    assert process.stderr is not None
    for line in process.stderr:
        if line.split(b"|")[-1].strip() == loaded:
            break
    process.send_signal(number)
    stopped = ended(process)
    assert stopped.code in codes
    assert "Exception" not in stopped.err


@pytest.mark.parametrize("arguments", [["documents", "--json"], ["documents", "--text", "odd.txt"]])
def test_a_reader_that_has_seen_enough_hears_no_complaint(qa: Commands, arguments: list[str]) -> None:
    process = qa.start(*arguments)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=60)
    assert err == b""


def test_an_undone_folder_names_no_more_than_a_screen_holds() -> None:
    names = [f"new/{number}.txt" for number in range(LISTED + 3)]
    assert _back("old", names[:2]) == "old is back as new/0.txt, new/1.txt."
    assert _back("old", names).endswith(f"new/{LISTED - 1}.txt and 3 more.")


def test_what_is_removed_already_is_said_with_the_folder_that_brings_it_back() -> None:
    assert _gone("a.txt", [], "a.txt") == "a.txt is removed already. Undo: python -m qa remove a.txt --undo"
    with_it = _gone("my notes/a.txt", [], "my notes")
    assert with_it.endswith("already with my notes. Undo: python -m qa remove 'my notes' --undo")
