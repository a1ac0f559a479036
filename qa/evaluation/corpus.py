"""A folder of documents of any size, made by recombining the sentences of a few long texts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa.config import FootnoteError

# Two paragraphs would not fit into one passage of 500 characters, so each is a passage of its own.
SHORTEST, LONGEST = 260, 480
PARAGRAPHS_PER_SECTION = 3
SECTIONS_PER_FILE = (2, 12)
COLLECTIONS = 20
SUFFIXES = (".txt", ".md", ".html", ".rst")


class CorpusError(FootnoteError):
    """The folder of texts cannot be used."""


@dataclass(frozen=True)
class Section:
    """A heading and its paragraphs, always together, so that a passage that returns is the same to the letter."""

    heading: str
    paragraphs: tuple[str, ...]


def write_corpus(data: Path, folder: Path, passages: int, distinct: float, seed: int = 1) -> int:
    """Write files of about `passages` passages below `folder`, which is made; returns the number of files.

    The share `distinct` (above 0, at most 1) of the passages differ; the others repeat these, as copies and
    versions of documents do. Sentences come from the .md and .txt files in `data`. The files lie in 20 folders.
    Raises CorpusError.
    """
    random = np.random.default_rng(seed)
    sentences = _sentences(data)
    count = max(1, round(passages * distinct / PARAGRAPHS_PER_SECTION))
    # Each section keeps to one format: with other headings around it, its passages would be embedded again.
    pools: dict[str, list[Section]] = {suffix: [] for suffix in SUFFIXES}
    for number in range(count):
        pools[SUFFIXES[number % len(SUFFIXES)]].append(_section(sentences, random))
    decks = {suffix: _Deck(pool, random) for suffix, pool in pools.items() if pool}
    written = files = 0
    while written < passages:
        suffix = list(decks)[files % len(decks)]
        room = -(-(passages - written) // PARAGRAPHS_PER_SECTION)
        sections = decks[suffix].draw(min(room, int(random.integers(*SECTIONS_PER_FILE))))
        path = folder / f"collection-{files % COLLECTIONS:02}" / f"{files:06}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_formatted(sections, suffix), "utf-8")
        written += sum(len(section.paragraphs) for section in sections)
        files += 1
    return files


class _Deck:
    """Sections in random order, each once before any returns."""

    def __init__(self, sections: Sequence[Section], random: np.random.Generator) -> None:
        self._sections = sections
        self._random = random
        self._order: list[int] = []

    def draw(self, count: int) -> list[Section]:
        while len(self._order) < count:
            self._order += self._random.permutation(len(self._sections)).tolist()
        drawn, self._order = self._order[:count], self._order[count:]
        return [self._sections[row] for row in drawn]


def _sentences(data: Path) -> list[str]:
    try:
        paths = sorted(path for path in data.iterdir() if path.suffix in (".md", ".txt"))
        text = "\n".join(path.read_text("utf-8", "replace") for path in paths)
    except OSError as error:
        raise CorpusError(
            f"{data} cannot be read ({error.strerror}). Name a folder of texts with --data."
        ) from error
    # No markup of any of the formats may be in them.
    words = re.sub(r"[<>&*_`#|\\=~\[\]{}]+", " ", text)
    split = (" ".join(part.split()) for part in re.split(r"(?<=[a-z)]\.)\s+(?=[A-Z])|\n+", words))
    sentences = [part for part in split if 30 <= len(part) <= 220 and part[0].isalnum()]
    if len(sentences) < 100:
        raise CorpusError(f"{data} holds no .md or .txt files with a hundred sentences. Name another with --data.")
    return sentences


def _section(sentences: Sequence[str], random: np.random.Generator) -> Section:
    heading = " ".join(sentences[int(random.integers(len(sentences)))].split()[:4]).strip(" .,;:")
    return Section(heading, tuple(_paragraph(sentences, random) for _ in range(PARAGRAPHS_PER_SECTION)))


def _paragraph(sentences: Sequence[str], random: np.random.Generator) -> str:
    paragraph = ""
    while len(paragraph) < SHORTEST:
        sentence = sentences[int(random.integers(len(sentences)))]
        if len(paragraph) + 1 + len(sentence) <= LONGEST:
            paragraph = f"{paragraph} {sentence}".strip()
    return paragraph


def _formatted(sections: Sequence[Section], suffix: str) -> str:
    if suffix == ".html":
        body = "\n".join(
            f"<h2>{section.heading}</h2>\n" + "\n".join(f"<p>{text}</p>" for text in section.paragraphs)
            for section in sections
        )
        return f"<!DOCTYPE html>\n<html><body>\n{body}\n</body></html>\n"
    parts = []
    for section in sections:
        if suffix == ".md":
            parts.append(f"## {section.heading}")
        if suffix == ".rst":
            parts.append(f"{section.heading}\n{'-' * len(section.heading)}")
        parts += section.paragraphs
    return "\n\n".join(parts) + "\n"
