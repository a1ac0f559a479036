"""A run as one page that needs nothing beside it: figures, plots and the worst cases, all text escaped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from qa.evaluation.questions.comparing import better
from qa.evaluation.questions.judging import BUDGETS, KS
from qa.evaluation.questions.plots import bars, curve
from qa.evaluation.questions.shape import SetError
from qa.evaluation.questions.summing import FIGURES, TIMES
from qa.evaluation.questions.worst import worst

STYLE = Path(__file__).with_name("report.css")


def write(run: Mapping[str, Any], path: Path) -> None:
    """Write the page of a run (see qa.evaluation.questions.running) to a file. Raises SetError."""
    try:
        path.write_text(page(run), encoding="utf-8")
    except OSError as error:
        raise SetError(
            f"The report {path} cannot be written ({error.strerror}). Name a file in a folder that is there."
        ) from error


def check_writable(path: Path) -> None:
    """Raise SetError when the page could not be written there, before minutes are spent on it."""
    if path.is_dir() or not path.parent.is_dir():
        raise SetError(f"The report {path} cannot be written. Name a file in a folder that is there.")


def page(run: Mapping[str, Any]) -> str:
    """The whole page as HTML. Every text of the set, the documents and the model is escaped."""
    title = f"Footnote on {run['set']}"
    parts = [
        f"<h1>{escape(title)}</h1><p class=about>{escape(_about(run))}</p>",
        _figures(run["summary"]["figures"]),
        _times(run["summary"]["times"]),
        _plots(run["summary"]),
        _parts(run["summary"]["parts"]),
        _comparison(run.get("against")),
        *(_cases(kind, cases) for kind, cases in worst(run["questions"])),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Whatever a document says, this page fetches and runs nothing.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE.read_text('utf-8')}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _about(run: Mapping[str, Any]) -> str:
    counts, model = run["summary"]["counts"], run["model"]
    return ", ".join(
        [
            f"{counts['questions']:,} questions, {counts['unanswerable']:,} of them without an answer",
            f"{run['documents']:,} documents in {run['passages']:,} passages",
            f"model {model['file']}" if model else "retrieval only",
            f"embedding {run['embedding']}",
            f"code {run['code']}",
            run["machine"],
        ]
    )


def _figures(figures: Mapping[str, Any]) -> str:
    rows = [
        (FIGURES[name], f"{one['value']:.3f}", f"{one['low']:.3f} – {one['high']:.3f}", str(one["questions"]))
        for name, one in figures.items()
    ]
    return f"<h2>Figures</h2>{_table(('figure', 'value', '95 % interval', 'questions'), rows)}"


def _times(times: Mapping[str, Any]) -> str:
    rows = [(TIMES[name], f"{one['p50']:.2f} s", f"{one['p95']:.2f} s") for name, one in times.items()]
    return f"<h2>Time</h2>{_table(('until', 'p50', 'p95'), rows)}" if rows else ""


def _plots(summary: Mapping[str, Any]) -> str:
    drawn = "".join(
        f"<figure>{plot}<figcaption><small>{escape(title)}</small></figcaption></figure>"
        for title, plot in (*_ranking_plots(summary["figures"]), *_refusing_plots(summary["refusing"]))
    )
    return f"<h2>Plots</h2><div class=plots>{drawn}</div>" if drawn else ""


def _ranking_plots(figures: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for title, names in (
        ("Gold places among the first k", [f"recall@{k}" for k in KS]),
        ("Recall of gold characters within a budget", [f"recall_{budget}" for budget in BUDGETS]),
    ):
        shown = {name: figures[name] for name in names if name in figures}
        if shown:
            yield title, bars([(name, one["value"], one["low"], one["high"]) for name, one in shown.items()])


def _refusing_plots(refusing: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    if refusing is None:
        return
    mark = refusing["working_point"]
    yield (
        f"Refusals by {refusing['scored_by']}: area {_spread(refusing['area'])}; with at most a tenth of the "
        f"answerable refused, {_spread(refusing['refused_at_a_tenth'])} of the unanswerable."
        + (" The dot is where the run worked." if mark else ""),
        curve(refusing["curve"], "answerable refused", "unanswerable refused", mark, steps=True),
    )
    if refusing["risk_coverage"]:
        yield (
            f"Wrong answers against questions answered: mean risk {refusing['risk_area']:.3f}.",
            curve(refusing["risk_coverage"], "answered", "of these wrong"),
        )


def _spread(one: Mapping[str, float]) -> str:
    return f"{one['value']:.3f} ({one['low']:.3f} – {one['high']:.3f})"


def _parts(parts: Mapping[str, Any]) -> str:
    if len(parts) < 2:
        return ""
    keys = ("questions", "unanswerable", "right", "wrong", "refused")
    rows = [(part, *(str(counts[key]) for key in keys)) for part, counts in parts.items()]
    return f"<h2>Parts</h2>{_table(('part', *keys), rows)}"


def _comparison(found: Mapping[str, Any] | None) -> str:
    if not found:
        return ""
    rows = [
        (FIGURES[name], _signed(name, one), f"{one['low']:+.3f} – {one['high']:+.3f}", str(one["questions"]))
        for name, one in found["differences"].items()
    ]
    changed = [(key, str(before), str(after)) for key, (before, after) in found["changed"].items()]
    flips = [(title, found[key]) for title, key in (("Became right", "gained"), ("No longer right", "lost"))]
    return (
        f"<h2>Against {escape(found['file'])}, {found['questions']:,} questions of both</h2>"
        f"{_table(('what differs', 'before', 'now'), changed) if changed else ''}"
        f"{_table(('figure', 'difference', '95 % interval, paired', 'questions'), rows)}"
        + "".join(f"<h2>{title}: {len(cases)}</h2>{''.join(map(_flip, cases))}" for title, cases in flips if cases)
    )


def _signed(name: str, difference: dict[str, Any]) -> str:
    sure = better(name, difference)
    return f"{difference['value']:+.3f}" + ("" if sure is None else " better" if sure else " worse")


def _flip(case: Mapping[str, Any]) -> str:
    before, after = case["before"], case["after"]
    entries = [
        ("gold", _gold_words(case)),
        ("before", f"{before['outcome']}: {before['answer']}"),
        ("now", f"{after['outcome']}: {after['answer']}"),
    ]
    return _details(case["question"], _list(entries))


def _cases(kind: str, cases: Sequence[Mapping[str, Any]]) -> str:
    return f"<h2>{escape(kind)}</h2>{''.join(map(_case, cases))}"


def _case(record: Mapping[str, Any]) -> str:
    earlier = "\n".join(f"{turn['question']}\n→ {turn['answer']}" for turn in record["turns"])
    sure = record["confidence"]
    entries = [
        ("earlier", earlier),
        ("understood as", record["standalone"] or ""),
        ("gold", _gold_words(record)),
        (
            "written for" if record["unanswerable"] else "stands in",
            "\n".join(_stands(gold) for gold in record["gold"]),
        ),
        ("planted", record["planted"] or ""),
        ("obeyed", record["obeyed"]),
        ("answer", record["error"] or record["answer"] or "none was asked for"),
        ("judged", record["outcome"] if sure is None else f"{record['outcome']}, confidence {sure:.2f}"),
    ]
    evidence = "".join(map(_evidence, record["evidence"])) or "<p>No evidence.</p>"
    return _details(record["question"], _list(entries) + evidence)


def _gold_words(record: Mapping[str, Any]) -> str:
    return "the documents do not say" if record["unanswerable"] else " / ".join(record["answers"])


def _stands(gold: Mapping[str, Any]) -> str:
    page = f", page {gold['page']}" if gold["page"] else ""
    return f"{gold['document']}{page}: {gold['text'][:600]}" if gold["text"] else f"{gold['document']}{page}"


def _evidence(source: Mapping[str, Any]) -> str:
    place = ", ".join(part for part in (source["document"], source["place"]) if part)
    head = f"[{source['n']}] {place}, relevance {source['relevance']:.1f}"
    kind = "holds" if source["holds"] else ""
    return (
        f'<blockquote class="{kind}"><small>{escape(head)}</small>\n{escape(source["text"].strip())}</blockquote>'
    )


def _details(title: str, inside: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{inside}</details>"


def _list(entries: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in entries if text)
    return f"<dl>{rows}</dl>"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
