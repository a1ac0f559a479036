"""Speed and memory on this machine, each figure beside the bare library doing the same work in the same run."""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np

from qa import weights
from qa.answering import EvidenceFound, Finished
from qa.config import ROOT, Progress, Settings
from qa.embedding import Embedder, batches, feeds
from qa.engine import Engine, open_engine
from qa.library import passage_texts
from qa.llm import ChatModel, Piece
from qa.readers import Document, Reader
from qa.splitting import split

QUESTIONS = ROOT / "tests" / "seed_questions.jsonl"
QUESTION_COUNT = 20
# Long enough that the first, slow call does not count for much.
INGESTED_CHARACTERS = 400_000
# Enough for a group of its own when the library embeds: both sides then run the same batches.
FILE_CHARACTERS = 40_000
PROMPT_TOKENS = 512
WRITTEN_TOKENS = 64
ROUNDS = 3


def measure(settings: Settings, progress: Progress) -> dict[str, Any]:
    """All figures: seconds, tokens and characters per second, megabytes, and ratios (1 is the bare library)."""
    figures: dict[str, Any] = {"machine": machine(settings), "model": settings.model}
    # First, while this process is small: on Linux the peak of a child begins with its parent's memory.
    progress("bench", 0, 4, "cold start")
    figures |= measure_cold_start(settings)
    progress("bench", 1, 4, "questions")
    with open_engine(settings, progress) as engine:
        engine.sync(progress)
        figures |= measure_questions(engine)
    progress("bench", 2, 4, "ingestion")
    figures |= measure_ingestion(settings)
    progress("bench", 3, 4, "model")
    figures |= measure_model(settings)
    progress("bench", 4, 4)
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
        documents, state = Path(folder, "documents"), Path(folder, "state")
        characters = write_corpus(documents, settings)
        ours = settings.model_copy(update={"documents": documents, "state": state})
        with open_engine(ours, chat=False) as engine:
            bare = bare_embedding(engine.library.embedder, documents, ours)
            whole = _seconds(engine.sync)
            texts = [text for inputs in _document_texts(documents, ours) for text in inputs]
            embedded = min(_seconds(lambda: engine.library.embedder.passages(texts)) for _ in range(2))
            bare = min(bare, bare_embedding(engine.library.embedder, documents, ours))
    return {
        "ingestion_characters_s": round(characters / whole),
        "ingestion_ratio_to_bare_onnxruntime": round(bare / whole, 3),
        "embedding_ratio_to_bare_onnxruntime": round(bare / embedded, 3),
    }


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
    inputs = []
    for texts in _document_texts(documents, settings):
        encodings = embedder.tokenizer.encode_batch_fast(texts)
        rows = batches([len(encoding.ids) for encoding in encodings])
        inputs += [feeds([encodings[row] for row in batch]) for batch in rows]
    return _seconds(lambda: [embedder.session.run(["last_hidden_state"], given) for given in inputs])


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
    bare_read, bare_written = bare_llama(path, settings, text)
    read, written = through_chat_model(path, settings, text)
    return {
        "prompt_tokens_s": round(read, 1),
        "generation_tokens_s": round(written, 1),
        "prompt_ratio_to_bare_llama_cpp": round(read / bare_read, 3),
        "generation_ratio_to_bare_llama_cpp": round(written / bare_written, 3),
    }


def bare_llama(path: Path, settings: Settings, text: str) -> tuple[float, float]:
    """Tokens/s of reading and of writing with nothing but llama.cpp's own calls."""
    llama_cpp.llama_backend_init()
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), llama_cpp.llama_model_default_params())
    params = llama_cpp.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_ubatch = settings.context_tokens, PROMPT_TOKENS, PROMPT_TOKENS
    params.n_threads = params.n_threads_batch = settings.threads
    context = llama_cpp.llama_init_from_model(model, params)
    sampler = llama_cpp.llama_sampler_init_greedy()
    tokens = (llama_cpp.llama_token * (len(text.encode()) + 2))()
    vocabulary = llama_cpp.llama_model_get_vocab(model)
    content = text.encode()
    llama_cpp.llama_tokenize(vocabulary, content, len(content), tokens, len(tokens), False, False)
    speeds = []
    for _ in range(ROUNDS):
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
        started = time.perf_counter()
        llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(tokens, PROMPT_TOKENS))
        token = (llama_cpp.llama_token * 1)(llama_cpp.llama_sampler_sample(sampler, context, -1))
        read = time.perf_counter()
        for _ in range(WRITTEN_TOKENS):
            llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(token, 1))
            token[0] = llama_cpp.llama_sampler_sample(sampler, context, -1)
        written = time.perf_counter()
        speeds.append((PROMPT_TOKENS / (read - started), WRITTEN_TOKENS / (written - read)))
    llama_cpp.llama_sampler_free(sampler)
    llama_cpp.llama_free(context)
    llama_cpp.llama_model_free(model)
    return _best(speeds)


def through_chat_model(path: Path, settings: Settings, text: str) -> tuple[float, float]:
    """Tokens/s of reading and of writing as an answer is made."""
    model = ChatModel(path, settings.threads, settings.context_tokens)
    tokens = model.plain_tokens(text)
    speeds = []
    for number in range(1, ROUNDS + 1):
        # Another first token each time, so that nothing is there from the round before.
        prompt = tokens[number : number + PROMPT_TOKENS]
        started = time.perf_counter()
        times = [time.perf_counter() for event in model.stream(prompt, WRITTEN_TOKENS) if isinstance(event, Piece)]
        speeds.append((PROMPT_TOKENS / (times[0] - started), (len(times) - 1) / (times[-1] - times[0])))
    model.close()
    return _best(speeds)


def measure_cold_start(settings: Settings) -> dict[str, Any]:
    """Seconds from the command to the answer with an unchanged library, and that process's peak memory."""
    flags = ["--documents", settings.documents, "--state", settings.state_folder, "--model", settings.model]
    command = [sys.executable, "-m", "qa", "ask", "--json", seed_questions()[0], *map(str, flags)]
    runs = [
        _seconds(lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True)) for _ in range(ROUNDS)
    ]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    return {"cold_start_to_answer_s": round(min(runs), 2), "peak_memory_mb": round(peak * unit / 1e6)}


def _best(speeds: Sequence[tuple[float, float]]) -> tuple[float, float]:
    read, written = zip(*speeds, strict=True)
    return max(read), max(written)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"median": round(float(np.median(values)), 3), "p95": round(float(np.percentile(values, 95)), 3)}
