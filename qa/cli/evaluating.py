"""`evaluate`: questions whose answers are known, asked of their documents, and what became of them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from qa.cli.options import Documents, Json, Model, State, app
from qa.config import load_settings
from qa.terminal import err, out, print_table, progress_bars, visible

FLIPS_SHOWN = 5


@app.command()
def evaluate(
    questions: Annotated[
        str,
        typer.Argument(
            metavar="SET",
            help="squad2, chunking, absent, financebench, mtrag, hotpot, hostile, or your own JSON Lines file.",
        ),
    ],
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the sets, or of this one.", readable=False)
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask so many questions, drawn by --seed.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="What is drawn is drawn by this number.")] = 1,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="PART", help="Ask only about this part of the set; repeat for more."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="PART", help="Leave out questions about this part; repeat for more."),
    ] = None,
    retrieval_only: Annotated[
        bool, typer.Option("--retrieval-only", help="Only find passages, without a chat model.")
    ] = False,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="With --retrieval-only: let the chat model rewrite follow-ups.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write a page with plots and the worst cases.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="RUN.json", help="Compare with what --json printed, by question.")
    ] = None,
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Measure retrieval, answers, footnotes, refusals and time on a set of questions."""
    from qa.evaluation.questions.comparing import compare, read_run
    from qa.evaluation.questions.report import check_writable, write
    from qa.evaluation.questions.running import run
    from qa.evaluation.questions.sets import chosen, load

    settings = load_settings(documents=documents, state=state, model=model)
    # Before minutes of asking: what can be wrong with the files.
    asked = chosen(load(questions, data, seed), limit, seed, only or (), without or ())
    other = read_run(against) if against else None
    if report:
        check_writable(report)
    with progress_bars(err) as progress:
        measured = run(settings, asked, not retrieval_only, seed, progress, rewrite)
    if other and against:
        measured["against"] = {"file": against.name, **compare(measured, other, seed)}
    if as_json:
        print(json.dumps(measured, ensure_ascii=False), flush=True)
    else:
        _print(measured)
    if report:
        write(measured, report)
    for name, reason in measured["library"]["not_read"].items():
        err.print(visible(f"{name} {reason}"))


def _print(measured: dict[str, Any]) -> None:
    from qa.evaluation.questions.summing import FIGURES, TIMES

    summary = measured["summary"]
    print_table(
        [
            (FIGURES[name], f"{one['value']:.3f}", f"{one['low']:.3f} - {one['high']:.3f}", str(one["questions"]))
            for name, one in summary["figures"].items()
        ],
        out,
        "figure",
        "value",
        "95 % interval",
        "questions",
    )
    rows = [
        (f"until {TIMES[name]}", f"{one['p50']:.2f} s", f"{one['p95']:.2f} s")
        for name, one in summary["times"].items()
    ]
    print_table(rows, out, "time", "p50", "p95")
    if summary["refusing"]:
        _print_refusing(summary["refusing"])
    if "against" in measured:
        _print_against(measured["against"])


def _print_refusing(refusing: dict[str, Any]) -> None:
    area, tenth = refusing["area"], refusing["refused_at_a_tenth"]
    out.print(
        f"Refusals by {refusing['scored_by']}: area {area['value']:.3f} ({area['low']:.3f} - {area['high']:.3f}). "
        "With at most a tenth of the answerable questions refused, "
        f"{tenth['value']:.3f} ({tenth['low']:.3f} - {tenth['high']:.3f}) of the unanswerable."
    )


def _print_against(found: dict[str, Any]) -> None:
    from qa.evaluation.questions.summing import FIGURES

    rows = [
        (FIGURES[name], f"{one['value']:+.3f}", f"{one['low']:+.3f} - {one['high']:+.3f}")
        for name, one in found["differences"].items()
        if one["value"] or one["low"] or one["high"]
    ]
    out.print(f"Against {found['file']}, {found['questions']} questions of both:")
    print_table(rows, out, "figure", "difference", "95 % interval, paired")
    for title, key in (("Became right", "gained"), ("No longer right", "lost")):
        cases = found[key]
        more = f", the first {FLIPS_SHOWN}" if len(cases) > FLIPS_SHOWN else ""
        out.print(f"{title}: {len(cases)}{more}")
        for case in cases[:FLIPS_SHOWN]:
            out.print(visible(f"  {case['question'][:100]}"))
