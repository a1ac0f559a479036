"""A few short documents, and an engine on them with the real embedder and reranker."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from small_model import NAME, small_model

from qa.config import Settings, load_settings
from qa.engine import Engine, open_engine

DOCUMENTS = {
    "harbour.md": "# Harbour rules\n\n## Moorings\n\n"
    "Visiting boats pay 18 euros a night, due on arrival. The harbour "
    "office is open from 8 to 20.\n\n## Fuel\n\nDiesel is sold at pier C every day except Sunday. Petrol is not "
    "sold in the harbour. In winter, from November to March, the pump is closed.\n",
    "choir.txt": "The choir was founded in 1931 by Ada Lindqvist. Its first concert was given in the school hall "
    "before an audience of 140.\n\nToday the choir has 32 members and sings on the first Sunday of every month.\n",
    "bakery.html": "<html><body><h1>Bakery log</h1>"
    "<p>Oven 2 was repaired on 3 May by the firm Keller; the thermostat "
    "was replaced for 210 euros.</p><p>On 19 May oven 2 failed again. The cause was a broken fan, not the "
    "thermostat.</p></body></html>\n",
}


def write_documents(folder: Path) -> Path:
    """The documents as files in `folder`, which is made."""
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def small_settings(folder: Path, **changed: Any) -> Settings:
    """Settings for a library in `folder`: one thread, since others may be at work on this machine."""
    small_model()
    flags = {"documents": folder / "documents", "state": folder / "state", "model": NAME, "threads": 1}
    return load_settings(**{**flags, **changed})


@contextmanager
def small_engine(folder: Path, chat: bool = True) -> Iterator[Engine]:
    """An engine whose library is in step with the documents, in `folder`."""
    write_documents(folder / "documents")
    with open_engine(small_settings(folder), chat=chat) as engine:
        engine.sync()
        yield engine
