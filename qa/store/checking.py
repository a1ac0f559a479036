"""Is the store as it should be: each document with all that is its own, the full-text index with all words?"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise, zip_longest

import numpy as np

from qa.config import Progress
from qa.store.database import Database, connect
from qa.store.errors import DamagedError, StoreError
from qa.store.hashes import text_hash
from qa.store.migration import STEP, passage_words
from qa.store.rows import as_headings, as_number, as_pages, as_strings, as_text
from qa.store.vectors import document_passages, usual_size
from qa.store.words import WORDS, add_words, terms

# How far from 1 the length of a vector may be.
NORM_ERROR = 1e-3
_NAMED = "SELECT name, failure IS NOT NULL OR kind = 'archive' FROM documents WHERE id = ?"
_DOCUMENT = (
    "SELECT d.characters, d.pages, d.headings, d.warnings, t.text FROM documents d LEFT JOIN texts t "
    "ON document_id = id WHERE d.id = ?"
)
_HASHES = "SELECT text_hash FROM passages JOIN vectors ON passage_id = id WHERE document_id = ? ORDER BY start"
_TERMS = "SELECT term, col, doc, cnt FROM temp.terms"
_VOCABULARY = "CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, words, col)"
_SIZES = "SELECT id, sz FROM words_docsize ORDER BY id"
# The record that BM25 takes the number and mean length of passages from.
_TOTALS = "SELECT block FROM words_data WHERE id = 1"


def damage(database: Database) -> list[str]:
    """What SQLite itself finds wrong with its file; empty when all is well."""
    try:
        found = [str(row[0]) for row in database.rows("PRAGMA integrity_check(20)")]
    except StoreError as error:
        return [str(error.__cause__)]
    return [] if found == ["ok"] else found


def orphans(database: Database) -> dict[str, int]:
    """By table, how many rows belong to nothing."""
    counts: dict[str, int] = {}
    for table, *_ in database.rows("PRAGMA foreign_key_check"):
        counts[table] = counts.get(table, 0) + 1
    return counts


@dataclass(frozen=True)
class Broken:
    """A document that is not whole."""

    number: int
    name: str | None
    """None where the name is what is broken."""
    what: str
    """Completes the sentence that begins with its name."""


def broken_documents(database: Database, progress: Progress) -> Iterator[Broken]:
    """Each document that is not whole, and what is wrong with it."""
    listed = database.rows("SELECT id FROM documents ORDER BY name")
    size = usual_size(database)
    for done, (document_id,) in enumerate(listed):
        if done % 100 == 0:
            progress("checking documents", done, len(listed))
        with database.snapshot():
            broken = _broken(database, document_id, size)
        if broken:
            yield broken
    progress("checking documents", len(listed), len(listed))


def _broken(database: Database, document_id: int, size: int) -> Broken | None:
    name: str | None = None
    try:
        rows = database.rows(_NAMED, (document_id,))
        if not rows:
            return None  # removed meanwhile
        name = as_text(rows[0][0], "a name")
        problem = _problem(database, document_id, textless=bool(rows[0][1]), size=size)
    except DamagedError as error:
        problem = error.what
    return Broken(document_id, name, problem) if problem else None


def _problem(database: Database, document_id: int, textless: bool, size: int) -> str | None:
    characters, stored_pages, headings, warnings, text = database.rows(_DOCUMENT, (document_id,))[0]
    if text is None:
        return "has no text"
    if len(as_text(text)) != as_number(characters, "a length") or (textless and text):
        return f"has {len(text):,} characters of text instead of {characters:,}"
    pages = as_pages(stored_pages)
    as_strings(warnings, "warnings")
    ends = [0, *(end for page in pages for end in (page.start, page.end)), characters]
    if pages and any(before != after for before, after in list(pairwise(ends))[::2]):
        return "has pages that do not follow one another"
    if any(not 0 <= heading.start <= heading.end <= characters for heading in as_headings(headings)):
        return "has a heading that is not in its text"
    return None if textless else _passage_problem(database, document_id, text, size)


def _passage_problem(database: Database, document_id: int, text: str, size: int) -> str | None:
    passages, vectors = document_passages(database, document_id, size)
    (count,) = database.rows("SELECT count(*) FROM passages WHERE document_id = ?", (document_id,))[0]
    if len(passages) != count:
        return "has passages without vectors"
    cuts = [0, *(cut for passage in passages for cut in (passage.start, passage.end)), len(text)]
    if any(before != after for before, after in list(pairwise(cuts))[::2]):
        return "has passages that do not follow one another"
    if any(passage.start >= passage.end for passage in passages):
        return "has an empty passage"
    norms = np.linalg.norm(vectors, axis=1) if len(passages) else np.ones(1)
    if not np.allclose(norms, 1, atol=NORM_ERROR):
        return "has vectors whose length is not 1"
    hashes = database.rows(_HASHES, (document_id,))
    known = [text_hash(passage.headings, text[passage.start : passage.end]) for passage in passages]
    return None if known == [row[0] for row in hashes] else "has vectors of other words than its own"


def words_problem(database: Database, progress: Progress) -> str | None:
    """What is wrong with the full-text index; None when it is what the passages would give anew."""
    try:
        with database.transaction() as connection:
            connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        with closing(connect(database.path, read_only=True)) as ours, closing(sqlite3.connect(":memory:")) as anew:
            # Of one moment: what is committed meanwhile is not seen.
            ours.execute("BEGIN")
            anew.execute(WORDS)
            total = ours.execute("SELECT count(*) FROM passages").fetchone()[0]
            for done, (passage_id, text, headings) in enumerate(passage_words(ours)):
                add_words(anew, passage_id, text, headings)
                if done % STEP == 0:
                    progress("checking words", done, total)
                    if not _is_found(ours, passage_id, text):
                        return f"does not find passage {passage_id} by its words"
            progress("checking words", total, total)
            return _difference(ours, anew)
    except (sqlite3.Error, StoreError) as error:
        return f"cannot be read ({error})"


def _is_found(connection: sqlite3.Connection, passage_id: int, text: str) -> bool:
    query = " AND ".join(terms(text))
    found = connection.execute("SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?", (query, passage_id))
    return not query or found.fetchone() is not None


def _difference(ours: sqlite3.Connection, anew: sqlite3.Connection) -> str | None:
    for connection in (ours, anew):
        connection.execute(_VOCABULARY)
    queries = [(_SIZES, "passages"), (_TERMS, "words"), (_TOTALS, "totals")]
    if ours.execute(_SIZES).fetchone() is None:
        # FTS5 writes the totals of nothing in two ways: none ever were, or all have gone.
        queries.pop()
    for query, what in queries:
        differ = sum(one != other for one, other in zip_longest(ours.execute(query), anew.execute(query)))
        if differ:
            return f"does not agree with the passages ({differ:,} {what} differ)"
    return None
