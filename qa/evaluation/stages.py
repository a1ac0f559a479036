"""The parts of `scale`, each a process of its own, so that its start and its memory are its own.

`python -m qa.evaluation.stages STAGE GIVEN` prints one line of JSON; GIVEN is {"documents", "state", "questions",
"started"}, the last in seconds of the epoch.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from qa.config import Settings, load_settings
from qa.embedding import Floats, OnnxEncoder, batches, feeds
from qa.engine import Engine, open_engine
from qa.library import passage_texts
from qa.readers import Reader
from qa.splitting import split
from qa.store import Scope

# Bare embedding is measured on this many passages at most, and reckoned from there.
BARE_PASSAGES = 4000
GROUP = 256
RERANKED_QUESTIONS = 20
NEAREST = 20


def first(settings: Settings, given: dict[str, Any]) -> dict[str, Any]:
    """The first sync of the folder, and onnxruntime alone over the passages that it had to embed."""
    with open_engine(settings, chat=False) as engine:
        started = time.perf_counter()
        report = engine.sync()
        seconds = time.perf_counter() - started
        memory = peak_memory_mb()
        passages = engine.store.passage_count()
        bare, distinct = _bare_embedding(engine)
        files = len(report.added)
    return {
        "files": files,
        "passages": passages,
        "distinct_passages": distinct,
        "first_sync_s": round(seconds, 3),
        "bare_embedding_s": round(bare, 3),
        "first_sync_ratio_to_bare": round(bare / seconds, 3),
        "sync_memory_mb": memory,
    }


def again(settings: Settings, given: dict[str, Any]) -> dict[str, Any]:
    """A start after a clean close (`given["started"]`: when), a sync of nothing, and of one changed file."""
    with open_engine(settings, chat=False) as engine:
        ready = time.time() - given["started"]
        unchanged = min(_seconds(engine.sync) for _ in range(3))
        path = Path(given["documents"]) / engine.documents()[-1].document
        path.write_text(path.read_text("utf-8").replace(". ", ", as we read. ", 1), "utf-8")
        changed = _seconds(engine.sync)
        reading = _seconds(lambda: _read_alone(engine, path))
    return {
        "start_s": round(ready, 3),
        "unchanged_sync_s": round(unchanged, 3),
        "changed_file_s": round(changed, 3),
        "changed_file_reading_s": round(reading, 3),
        "open_memory_mb": peak_memory_mb(),
    }


def query(settings: Settings, given: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of each way to search, in all documents and in parts, over `given["questions"]`."""
    with open_engine(settings, chat=False) as engine:
        names = [entry.document for entry in engine.documents()]
        scopes = {
            "all": Scope(),
            "one document": Scope((names[len(names) // 2],)),
            "one folder": Scope((names[0].split("/")[0],)),
            "nearly all": Scope(tuple({name.split("/")[0] for name in names} - {names[0].split("/")[0]})),
        }
        engine.search(given["questions"][0])
        figures = {name: _ways(engine, scope, given["questions"]) for name, scope in scopes.items()}
        memory = peak_memory_mb()
        recall = _recall(engine, given["questions"])
    return {"query_ms": figures, "dense_recall": recall, "query_memory_mb": memory}


def _ways(engine: Engine, scope: Scope, questions: Sequence[str]) -> dict[str, Any]:
    retriever, few = engine.retriever, questions[:RERANKED_QUESTIONS]
    vectors = [retriever.embedder.question(question) for question in questions]
    ways: dict[str, list[Callable[[], object]]] = {
        "dense": [partial(_dense, engine, scope, vector) for vector in vectors],
        "lexical": [partial(_lexical, engine, scope, question) for question in questions],
        "fused": [partial(retriever.candidates, [question], scope) for question in questions],
        "reranked": [partial(retriever.search, question, scope=scope) for question in few],
    }
    return {way: _spread([_seconds(call) for call in calls]) for way, calls in ways.items()}


def _dense(engine: Engine, scope: Scope, vector: Floats) -> list[int]:
    return engine.index.nearest(vector, NEAREST, engine.store.scope_documents(scope))


def _lexical(engine: Engine, scope: Scope, question: str) -> list[int]:
    return engine.store.lexical(question, NEAREST, engine.store.scope_documents(scope))


def _recall(engine: Engine, questions: Sequence[str]) -> float:
    """Share of the 20 truly nearest passages that the index finds; by similarity, as copies are equally near."""
    vectors = np.concatenate([rows for _, rows in engine.store.vectors()])
    ids = np.concatenate([ids for ids, _ in engine.store.vectors()])
    shares = []
    for question in questions:
        vector = engine.library.embedder.question(question)
        similarity = vectors @ vector
        limit = min(NEAREST, len(ids))
        least = np.sort(similarity)[-limit]
        found = similarity[np.searchsorted(ids, engine.index.nearest(vector, limit))]
        shares.append(float(np.sum(found >= least - 1e-5)) / limit)
    return round(float(np.mean(shares)), 4)


def _bare_embedding(engine: Engine) -> tuple[float, int]:
    """Seconds of onnxruntime alone over each different passage once, in batches of a sync; and their number."""
    encoder = engine.library.embedder.encoder
    texts = list(dict.fromkeys(_texts(engine)))
    seconds, measured = 0.0, 0
    for start in range(0, min(len(texts), BARE_PASSAGES), GROUP):
        group = texts[start : start + GROUP]
        work = _bare(encoder, group) if isinstance(encoder, OnnxEncoder) else partial(encoder.vectors, group)
        seconds += _seconds(work)
        measured += len(group)
    return seconds * len(texts) / max(measured, 1), len(texts)


def _bare(encoder: OnnxEncoder, texts: list[str]) -> Callable[[], object]:
    encodings = encoder.tokenizer.encode_batch_fast(texts)
    inputs = [feeds([encodings[row] for row in rows]) for rows in batches([len(one.ids) for one in encodings])]
    return lambda: [encoder.run(given) for given in inputs]


def _texts(engine: Engine) -> Iterator[str]:
    """What was embedded of each passage."""
    for entry in engine.documents():
        document_id = engine.store.document_id(entry.document)
        if document_id is not None:
            passages, _ = engine.store.document_passages(document_id)
            yield from passage_texts(engine.store.document(document_id), passages)


def _read_alone(engine: Engine, path: Path) -> None:
    """What one file costs without a library around it: a reading process, its passages, their vectors."""
    with Reader(engine.settings) as reader:
        document = reader.read(path)
    passages = split(document, engine.settings.passage_characters)
    engine.library.embedder.passages(list(islice(passage_texts(document, passages), 2)))


def peak_memory_mb() -> int | None:
    """The most memory that this process ever had in the machine; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows has no such count
        return None
    try:
        # Not getrusage, which on Linux begins with the memory of the process that started this one.
        lines = Path("/proc/self/status").read_text().splitlines()
        return round(next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM")))
    except OSError:
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2)}


STAGES = {"first": first, "again": again, "query": query}

if __name__ == "__main__":
    stage, told = sys.argv[1], json.loads(sys.argv[2])
    print(json.dumps(STAGES[stage](load_settings(documents=told["documents"], state=told["state"]), told)))
