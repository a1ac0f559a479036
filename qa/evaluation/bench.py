"""Speed and memory on this machine, each figure beside the bare library doing the same work in the same run."""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from qa import weights
from qa.answering import EvidenceFound, Finished
from qa.config import ROOT, FootnoteError, Progress, Settings
from qa.embedding import Embedder, OnnxEncoder, batches, feeds
from qa.engine import Engine, open_engine
from qa.evaluation.bare import BareLlama
from qa.evaluation.bench_pdf import measure_pdfs
from qa.library import passage_texts
from qa.llm import ChatModel, Piece
from qa.readers import Document, Reader
from qa.splitting import split

QUESTIONS = ROOT / "tests" / "seed_questions.jsonl"
QUESTION_COUNT = 20
# Long enough that the first, slow call does not count for much.
INGESTED_CHARACTERS = 300_000
# Enough for a group of its own when the library embeds: both sides then run the same batches.
FILE_CHARACTERS = 40_000
PROMPT_TOKENS = 512
WRITTEN_TOKENS = 64
ROUNDS = 3


class BenchError(FootnoteError):
    """Something that is measured does not run."""


def measure(settings: Settings, progress: Progress) -> dict[str, Any]:
    """All figures: seconds, tokens and characters per second, megabytes, and ratios (1 is the bare library)."""
    figures: dict[str, Any] = {"machine": machine(settings), "model": settings.model}
    weights.fetch(weights.required(settings), settings, progress)
    with open_engine(settings, progress, chat=False) as engine:
        engine.sync(progress)
    # Next, while this process is small: on Linux the peak of a child begins with its parent's memory.
    progress("bench", 0, 5, "cold start")
    figures |= measure_cold_start(settings)
    progress("bench", 1, 5, "questions")
    with open_engine(settings, progress) as engine:
        figures |= measure_questions(engine)
    progress("bench", 2, 5, "ingestion")
    figures |= measure_ingestion(settings)
    progress("bench", 3, 5, "PDF files")
    figures |= measure_pdfs(settings)
    progress("bench", 4, 5, "model")
    figures |= measure_model(settings)
    progress("bench", 5, 5)
    return figures


def machine(settings: Settings) -> str:
    """The processor and the threads used, in words."""
    name = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), name)
    return f"{name}, {os.cpu_count()} cores, {settings.threads} threads, Python {platform.python_version()}"


def measure_questions(engine: Engine) -> dict[str, Any]:
    """Retrieval with and without reranking, and the stations of an answer, over the seed questions."""
    questions = seed_questions()
    times: dict[str, list[float]] = defaultdict(list)
    engine.search(questions[0])
    for question in questions:
        times["retrieval_s"].append(_seconds(partial(engine.retriever.candidates, [question])))
        times["retrieval_reranked_s"].append(_seconds(partial(engine.retriever.search, question)))
    for question in questions:
        for event in engine.answer(question):
            if isinstance(event, EvidenceFound):
                times["evidence_s"].append(event.seconds)
            if isinstance(event, Finished) and event.timings.first_token_s is not None:
                times["first_token_s"].append(event.timings.first_token_s)
                times["prompt_read_s"].append(event.timings.first_token_s - event.timings.retrieval_s)
                times["written_s"].append(event.timings.total_s - event.timings.first_token_s)
                times["prompt_tokens"].append(event.timings.prompt_tokens)
    return {"questions": len(questions)} | {name: _spread(values) for name, values in times.items()}


def seed_questions() -> list[str]:
    """Questions that stand alone and that the seeds answer."""
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    chosen = [row["question"] for row in rows if not row.get("unanswerable") and "follows" not in row]
    return chosen[:QUESTION_COUNT]


def measure_ingestion(settings: Settings) -> dict[str, Any]:
    """A new library of text files: characters/s, beside bare onnxruntime over the same batches."""
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as folder:
        documents = Path(folder, "documents")
        characters = write_corpus(documents, settings)
        rounds = [_ingest(settings, documents, Path(folder, f"state{n}")) for n in range(ROUNDS)]
    bare, whole, embedded = (min(values) for values in zip(*rounds, strict=True))
    return {
        "ingestion_characters_s": round(characters / whole),
        "ingestion_ratio_to_bare_onnxruntime": round(bare / whole, 3),
        "embedding_ratio_to_bare_onnxruntime": round(bare / embedded, 3),
    }


def _ingest(settings: Settings, documents: Path, state: Path) -> tuple[float, float, float]:
    """Seconds of onnxruntime alone, of a whole first sync, and of embedding alone, one after the other."""
    ours = settings.model_copy(update={"documents": (documents,), "state": state})
    with open_engine(ours, chat=False) as engine:
        bare = bare_embedding(engine.library.embedder, documents, ours)
        whole = _seconds(engine.sync)
        texts = list(_document_texts(documents, ours))
        embedded = _seconds(lambda: [engine.library.embedder.passages(group) for group in texts])
    return bare, whole, embedded


def write_corpus(folder: Path, settings: Settings) -> int:
    """Text files made of the seeds' sentences in changing order; returns their characters."""
    folder.mkdir(parents=True)
    with Reader(settings) as reader:
        text = "\n".join(reader.read(path).text for path in sorted((ROOT / "seeds").iterdir()))
    sentences = [line for line in text.split("\n") if len(line) > 20]
    random = np.random.default_rng(1)
    written = 0
    while written < INGESTED_CHARACTERS:
        page = ""
        while len(page) < FILE_CHARACTERS:
            page += sentences[random.integers(len(sentences))] + "\n\n"
        (folder / f"{written:08}.txt").write_text(page, "utf-8")
        written += len(page)
    return written


def bare_embedding(embedder: Embedder, documents: Path, settings: Settings) -> float:
    """Seconds of onnxruntime alone over the batches that a sync of `documents` makes."""
    encoder = embedder.encoder
    assert isinstance(encoder, OnnxEncoder)
    inputs = []
    for texts in _document_texts(documents, settings):
        encodings = encoder.tokenizer.encode_batch_fast(texts)
        rows = batches([len(encoding.ids) for encoding in encodings])
        inputs += [feeds([encodings[row] for row in batch]) for batch in rows]
    return _seconds(lambda: [encoder.run(given) for given in inputs])


def _document_texts(documents: Path, settings: Settings) -> Iterator[list[str]]:
    with Reader(settings) as reader:
        for path in sorted(documents.iterdir()):
            document: Document = reader.read(path)
            yield list(passage_texts(document, split(document, settings.passage_characters)))


def measure_model(settings: Settings) -> dict[str, Any]:
    """Tokens/s of reading and writing through ChatModel, beside bare llama.cpp calls; the best of three."""
    path = weights.chat_model(settings)
    with Reader(settings) as reader:
        text = reader.read(ROOT / "seeds" / "kursk-prisoner-report.txt").text
    bare = BareLlama(path, settings.threads, settings.context_tokens, text, PROMPT_TOKENS)
    model = ChatModel(path, settings.threads, settings.context_tokens)
    tokens = model.plain_tokens(text)
    rounds = []
    for number in range(ROUNDS):
        # Side by side, since other machines on the same processor come and go; another first token each time,
        # so that nothing of the round before can be kept.
        ours = speeds(model, tokens[number : number + PROMPT_TOKENS])
        rounds.append((*ours, *bare.speeds(WRITTEN_TOKENS)))
    model.close()
    bare.close()
    read, written, bare_read, bare_written = (max(values) for values in zip(*rounds, strict=True))
    return {
        "prompt_tokens_s": round(read, 1),
        "generation_tokens_s": round(written, 1),
        "prompt_ratio_to_bare_llama_cpp": round(read / bare_read, 3),
        "generation_ratio_to_bare_llama_cpp": round(written / bare_written, 3),
    }


def speeds(model: ChatModel, prompt: Sequence[int]) -> tuple[float, float]:
    """Tokens/s of reading and of writing as an answer is made."""
    started = time.perf_counter()
    times = [time.perf_counter() for event in model.stream(prompt, WRITTEN_TOKENS) if isinstance(event, Piece)]
    return len(prompt) / (times[0] - started), (len(times) - 1) / (times[-1] - times[0])


def measure_cold_start(settings: Settings) -> dict[str, Any]:
    """Seconds from the command to the answer with an unchanged library, and that process's peak memory."""
    folders = [part for folder in settings.documents for part in ("--documents", folder)]
    flags = [*folders, "--state", settings.state_folder, "--model", settings.model]
    command = [sys.executable, "-m", "qa", "ask", "--json", seed_questions()[0], *map(str, flags)]
    runs = [_seconds(lambda: _run(command)) for _ in range(ROUNDS)]
    try:
        import resource
    except ImportError:  # Windows has no such count
        return {"cold_start_to_answer_s": round(min(runs), 2), "peak_memory_mb": None}
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    return {"cold_start_to_answer_s": round(min(runs), 2), "peak_memory_mb": round(peak * unit / 1e6)}


def _run(command: Sequence[str]) -> None:
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        raise BenchError(f"A measured question failed: {run.stderr.strip().splitlines()[-1]}")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"median": round(float(np.median(values)), 3), "p95": round(float(np.percentile(values, 95)), 3)}
