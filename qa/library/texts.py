"""What is embedded of a document: the words of each passage under its headings."""

from collections.abc import Iterator, Sequence

from qa.readers import Document
from qa.splitting import Passage


def passage_texts(document: Document, passages: Sequence[Passage]) -> Iterator[str]:
    """What is embedded of each passage: its headings, so that it can be understood alone, and its words."""
    for passage in passages:
        yield with_headings(passage.headings, document.text[passage.start : passage.end])


def with_headings(headings: tuple[str, ...], text: str) -> str:
    """A passage's text under the path of its headings."""
    return " > ".join(headings) + "\n" + text.strip() if headings else text.strip()
