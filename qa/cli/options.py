"""What the commands share: their options, the program they belong to, and an engine opened for a question."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.config import Settings, SettingsError
from qa.terminal import err, progress_bars, visible

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.store import Scope

app = typer.Typer(
    help="Ask the documents of a folder questions, on this machine; every sentence of an answer has its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
Documents = Annotated[
    list[Path] | None,
    typer.Option(metavar="DIR", help="Folder of documents; repeat for more (QA_DOCUMENTS).", readable=False),
]
State = Annotated[Path | None, typer.Option(help="Folder for the index (QA_STATE).", readable=False)]
Model = Annotated[
    str | None, typer.Option(help="Chat model: name, GGUF file, or owner/repo:file.gguf (QA_MODEL).")
]
Within = Annotated[
    list[str] | None,
    typer.Option("--in", metavar="NAME", help="Ask only this document or folder of the library; repeat for more."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


@contextmanager
def opened_for(
    question: str, settings: Settings, within: Sequence[str] | None, chat: bool
) -> Iterator[tuple["Engine", "Scope"]]:
    """An engine whose library is in step with its folder, for a question ("-": for those on standard input), and
    what the question is limited to."""
    from qa.answering import checked_question
    from qa.engine import open_engine
    from qa.folder import FolderError

    scope = _scope(within or ())
    if question != "-":
        # Before models are fetched and loaded for it.
        checked_question(question, settings)
    with ExitStack() as stack:
        with progress_bars(err) as progress:
            engine = stack.enter_context(open_engine(settings, progress, chat=chat))
            try:
                engine.sync(progress)
            except FolderError as error:
                # What was read before still answers.
                if not engine.store.ready_count():
                    raise
                err.print(visible(f"Footnote: {error}"))
        yield engine, scope


def _scope(within: Sequence[str]) -> "Scope":
    """Raises SettingsError for a name that names nothing: it would silently ask everything."""
    from qa.folder import shown
    from qa.store import Scope

    if any(not name.strip().strip("/") for name in within):
        raise SettingsError("--in names nothing. Name a document or folder that `python -m qa documents` lists.")
    return Scope(tuple(map(shown, within)))
