"""`ask` and `search`."""

import json
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from qa.cli.options import Documents, Json, Model, State, Within, app, opened_for
from qa.config import FootnoteError, load_settings
from qa.terminal import out, print_answer, print_found

Question = Annotated[str, typer.Argument(help="The question; - reads one a line from standard input.")]


@app.command()
def ask(
    question: Question,
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    within: Within = None,
    as_json: Json = False,
) -> None:
    """Answer a question from the documents."""
    settings = load_settings(documents=documents, state=state, model=model)
    strike = settings.unsupported == "strike"
    with opened_for(question, settings, within, chat=True) as (engine, scope):
        _each(
            question,
            lambda one: print_answer(engine.answer(one, scope=scope), out, as_json or question == "-", strike),
        )


@app.command()
def search(
    question: Question,
    documents: Documents = None,
    state: State = None,
    model: Model = None,
    within: Within = None,
    as_json: Json = False,
) -> None:
    """Find the passages that an answer would rest on, without a chat model."""
    settings = load_settings(documents=documents, state=state, model=model)
    with opened_for(question, settings, within, chat=False) as (engine, scope):
        _each(question, lambda one: print_found(engine.search(one, scope), out, as_json or question == "-"))


def _each(question: str, ask_one: Callable[[str], None]) -> None:
    """Ask the question, or those on standard input: there, one that cannot be asked costs only itself."""
    if question != "-":
        ask_one(question)
        return
    for line in sys.stdin:
        try:
            if line.strip():
                ask_one(line)
        except FootnoteError as error:
            print(json.dumps({"question": line.strip(), "error": str(error)}, ensure_ascii=False), flush=True)
