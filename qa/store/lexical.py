"""Search by words: which passages share the telling ones with a question, by BM25."""

import json

from qa.store.database import Database
from qa.store.words import any_of, terms

BM25 = "bm25(words, 1.0, 0.5)"


def lexical(database: Database, question: str, limit: int, allowed: frozenset[int] | None) -> list[int]:
    """Ids of the passages that share words with the question, best BM25 first; of the documents `allowed` only."""
    query = any_of(terms(question))
    if not query:
        return []
    among = (
        ""
        if allowed is None
        else "AND +rowid IN (SELECT p.id FROM json_each(?) d JOIN passages p ON p.document_id = d.value)"
    )
    values = () if allowed is None else (json.dumps(sorted(allowed)),)
    rows = database.rows(
        f"SELECT rowid FROM words WHERE words MATCH ? {among} ORDER BY {BM25}, rowid LIMIT ?",
        (query, *values, limit),
    )
    return [row[0] for row in rows]
