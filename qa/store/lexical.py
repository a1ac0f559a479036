"""Search by words: which passages share the telling ones with a question, by BM25."""

import json
from collections.abc import Sequence

from qa.store.database import Database
from qa.store.words import any_of, terms

# Passages that are scored for one question, at 1 to 2 µs each. Of 4,239 real passages, scoring a fifth instead of
# all found as much (recall of 20: 0.893 and 0.896); a tenth did not (0.862).
SCORED = 20_000
# More passages are ranked than asked for: this share of it, and so many times what would lie out of scope if that
# were everywhere. A few more cost nothing, a second search as much as the first, the scope itself more than two.
SPARE = 0.5
MARGIN = 2
TRIES = 2
# From this share of the library on, passages out of scope are rather dropped than never looked at.
MUCH = 0.05


def lexical(
    database: Database, question: str, limit: int, allowed: frozenset[int] | None = None, share: float = 1.0
) -> list[int]:
    """Ids of the `limit` passages that share most with the question, best BM25 first.

    `allowed`: ids of the only documents that count; `share`: the part of all passages that is theirs.
    """
    few = share < MUCH
    # Of few passages, all that share anything with the question can be scored.
    query = any_of(_telling(database, terms(question), int(SCORED / max(share, 1e-6)) if few else SCORED))
    if not query:
        return []
    if allowed is None:
        return _best(database, query, limit)
    asked = limit + int(limit * (SPARE + MARGIN * (1 - share) / max(share, MUCH)))
    for _ in range(0 if few else TRIES):
        best = _best(database, query, asked)
        kept = among(database, best, allowed)
        if len(kept) >= limit or len(best) < asked:
            return kept[:limit]
        asked *= 4
    return _best_of(database, query, limit, allowed)


def among(database: Database, ids: Sequence[int], allowed: frozenset[int]) -> list[int]:
    """Those of the passages `ids` that belong to the documents `allowed`, in their order."""
    rows = database.rows(
        "SELECT id, document_id FROM passages WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    kept = {passage_id for passage_id, document_id in rows if document_id in allowed}
    return [passage_id for passage_id in ids if passage_id in kept]


def _telling(database: Database, terms: Sequence[str], most: int) -> list[str]:
    """The rarest terms that together are in at most `most` passages, and always the rarest of all.

    What is in most passages tells little of any, and costs most.
    """
    query = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
    counts = [(database.rows(query, (term, most + 1))[0][0], place) for place, term in enumerate(terms)]
    kept: list[int] = []
    total = 0
    for count, place in sorted(item for item in counts if item[0]):
        total += count
        if kept and total > most:
            break
        kept.append(place)
    return [terms[place] for place in sorted(kept)]


def _best(database: Database, query: str, limit: int) -> list[int]:
    rows = database.rows(
        "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 1.0, 0.5), rowid LIMIT ?", (query, limit)
    )
    return [row[0] for row in rows]


def _best_of(database: Database, query: str, limit: int, allowed: frozenset[int]) -> list[int]:
    # The plus keeps SQLite from starting the search anew for each passage.
    rows = database.rows(
        "SELECT rowid FROM words WHERE words MATCH ? AND +rowid IN "
        "(SELECT p.id FROM json_each(?) d JOIN passages p ON p.document_id = d.value) "
        "ORDER BY bm25(words, 1.0, 0.5), rowid LIMIT ?",
        (query, json.dumps(sorted(allowed)), limit),
    )
    return [row[0] for row in rows]
