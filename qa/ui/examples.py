"""Questions to begin with: good ones for the documents that Footnote brings, honest ones for any others."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from qa.config import ROOT
from qa.engine import Engine

SEEDS = (
    "What should I do when the heat pump shows fault code E15?",
    "How much may a hotel in London cost per night?",
    "Why did the Ukrainian troops first think the prisoner was one of theirs?",
    "What is the name of the captured prisoner?",
)
MOST = 4
# Looking for headings opens documents; in a large folder the first few are enough.
OPENED = 12
LONGEST_HEADING = 60


def examples(engine: Engine) -> tuple[str, ...]:
    """Up to four questions, each on another document; none where no document has headings."""
    if engine.settings.documents == (ROOT / "seeds",):
        return SEEDS
    return tuple(_from_headings(engine))[:MOST]


def _from_headings(engine: Engine) -> Iterator[str]:
    ready = [entry.document for entry in engine.store.catalogue() if entry.status == "ready"]
    for name in ready[:OPENED]:
        document_id = engine.store.document_id(name)
        headings = engine.store.document(document_id).headings if document_id is not None else ()
        # The first heading is most often the title, which asks for nothing.
        for heading in headings[1:]:
            if 3 <= len(heading.title) <= LONGEST_HEADING and any(letter.isalpha() for letter in heading.title):
                yield f"What does {PurePosixPath(name).stem} say about {heading.title.strip(' .:?')}?"
                break
