"""The full-text index over the passages' words, which is an FTS5 table without a copy of the text."""

import sqlite3
from collections.abc import Sequence

from qa.store.analysis import searchable, words

# Marks belong to words: without them no word of Hindi is whole. Letters for private use are mostly bullets.
WORDS = """
CREATE VIRTUAL TABLE words USING fts5 (
    text, headings, content='', tokenize="porter unicode61 remove_diacritics 2 categories 'L* N* M*'"
)
"""

# Words that are in every passage rank nothing and cost a scan of the whole index each.
_STOP_WORDS = """
    a an and are as at be by can did do does for from had has have how i if in is it its of on or that the their
    there they this to was were what when where which who whom why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
QUERY_WORDS = 64


def terms(question: str) -> list[str]:
    """FTS5 terms for the telling words of the question, each quoted so that none is read as an operator."""
    asked = words(question)
    telling = [word for word in asked if word not in STOP_WORDS] or asked
    return [f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"' for word in telling[:QUERY_WORDS]]


def any_of(terms: Sequence[str]) -> str:
    """An FTS5 query for any of `terms`."""
    return " OR ".join(terms)


def add_words(connection: sqlite3.Connection, passage_id: int, text: str, headings: Sequence[str]) -> None:
    """Index one passage's words."""
    values = (passage_id, searchable(text), searchable(" ".join(headings)))
    connection.execute("INSERT INTO words (rowid, text, headings) VALUES (?, ?, ?)", values)


def forget_words(connection: sqlite3.Connection, passage_id: int, text: str, headings: Sequence[str]) -> None:
    """Undo `add_words`, told the same words, since the table keeps no copy of them."""
    values = (passage_id, searchable(text), searchable(" ".join(headings)))
    connection.execute("INSERT INTO words (words, rowid, text, headings) VALUES ('delete', ?, ?, ?)", values)


def merge_words(connection: sqlite3.Connection) -> None:
    """Rewrite the table without the words that it was told to forget, which until then are still in the file.

    Measured: 0.3 s for 50,000 passages.
    """
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
