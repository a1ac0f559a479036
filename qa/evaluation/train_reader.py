"""Train the reader that checks answers: `python -m qa.evaluation.train_reader --help`.

Needs `pip install -r qa/evaluation/train-requirements.txt`, SQuAD 2.0's JSON files, and hours of two cores.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from qa.config import load_settings
from qa.embedding import Embedder
from qa.evaluation.reader_examples import Example, examples
from qa.evaluation.reader_network import ReaderNetwork, from_reranker
from qa.evaluation.reader_sources import SOURCES, source_examples
from qa.evaluation.reader_tables import table_examples
from qa.weights import RERANKER, embedding_model, model_folder

BATCH = 16
TOKENS = 320
LENGTHS = 32
PEAK_RATE = 6e-5
FROZEN = 5
WARM_UP = 0.06
# Batches that are sorted by length together, so that little is padding.
SORTED = 40
REPORT_EVERY = 20
KEEP_EVERY = 300


def main() -> None:
    """Train, judge on the articles held out, and write `reader.pt`."""
    given = _arguments()
    torch.manual_seed(given.seed)
    settings = load_settings()
    folder = model_folder(RERANKER, settings)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS, strategy="only_second")
    embedder = Embedder(embedding_model(settings.embedding, settings.models), settings.threads)
    learn, judge = _sets(given, embedder)
    print(f"{len(learn):,} examples to learn from", flush=True)
    network = from_reranker(folder / "model.onnx")
    if given.start:
        network.load_state_dict(torch.load(given.start))
    for step in train(network, tokenizer, learn, given.epochs, given.seed):
        torch.save(network.state_dict(), given.output)
        for name, unseen in judge.items():
            print(f"after step {step}, {name}: {judged(network, tokenizer, unseen[:: 1 if step < 0 else 8])}")


def _sets(given: argparse.Namespace, embedder: Embedder) -> tuple[list[Example], dict[str, list[Example]]]:
    """What is learned, in a random order, and by the name of its set what is only judged by."""
    learn, unseen = examples(given.data, given.hold_out, embedder.passages, given.seed)
    judge = {"squad": unseen}
    learn += table_examples(given.tables, given.seed)
    for also in given.also:
        name, _, path = also.partition("=")
        more, unseen = source_examples(name, Path(path), embedder.passages, given.seed)
        learn += more
        judge.setdefault(name, []).extend(unseen)
    random.Random(given.seed).shuffle(learn)
    return learn[: given.most], {name: unseen for name, unseen in judge.items() if unseen}


def train(
    network: ReaderNetwork, tokenizer: Tokenizer, learn: Sequence[Example], epochs: int, seed: int
) -> Iterator[int]:
    """Learn all examples once for each epoch; yields the step now and then, and -1 at the end."""
    # The words' own vectors are a third of the weights, and a few thousand questions only spoil them; without the
    # lower layers a step takes two thirds of the time.
    for part in (network.bert.embeddings, *network.bert.encoder.layer[:FROZEN]):
        part.requires_grad_(False)
    weights = [weight for weight in network.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=PEAK_RATE, weight_decay=0.01)
    steps = epochs * -(-len(learn) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, PEAK_RATE, total_steps=steps + 1, pct_start=WARM_UP, anneal_strategy="linear"
    )
    chance = random.Random(seed)
    done, began, losses = 0, time.monotonic(), [0.0]
    network.train()
    for _ in range(epochs):
        for batch in _batches(learn, chance):
            with torch.autocast("cpu", torch.bfloat16):
                loss = _loss(network, tokenizer, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            done += 1
            losses = [*losses[-REPORT_EVERY:], loss.item()]
            if done % REPORT_EVERY == 0:
                rate = done * BATCH / (time.monotonic() - began)
                print(f"step {done}/{steps}, loss {np.mean(losses):.3f}, {rate:.1f} examples/s", flush=True)
            if done % KEEP_EVERY == 0:
                yield done
                network.train()
    yield -1


def _batches(learn: Sequence[Example], chance: random.Random) -> Iterator[list[Example]]:
    order = list(learn)
    chance.shuffle(order)
    for start in range(0, len(order), BATCH * SORTED):
        chunk = sorted(order[start : start + BATCH * SORTED], key=lambda e: len(e.passage))
        batches = [chunk[at : at + BATCH] for at in range(0, len(chunk), BATCH)]
        chance.shuffle(batches)
        yield from batches


def asked(example: Example) -> str:
    """What stands before the passage: the question, and behind it the claim that is judged."""
    return f"{example.question} {example.claim}".strip()


def _encoded(tokenizer: Tokenizer, batch: Sequence[Example]) -> tuple[list[Encoding], tuple[Tensor, ...]]:
    encodings = tokenizer.encode_batch([(asked(example), example.passage) for example in batch])
    # Of few lengths: for each that it has not seen, the library compiles every layer anew.
    longest = -(-max(len(encoding.ids) for encoding in encodings) // LENGTHS) * LENGTHS
    rows = np.zeros((3, len(batch), longest), dtype=np.int64)
    for row, encoding in enumerate(encodings):
        length = len(encoding.ids)
        rows[0, row, :length] = encoding.ids
        rows[1, row, :length] = 1
        rows[2, row, :length] = encoding.type_ids
    return encodings, tuple(torch.from_numpy(array) for array in rows)


def _loss(network: ReaderNetwork, tokenizer: Tokenizer, batch: Sequence[Example]) -> Tensor:
    """Where the answer is, and whether there is one; of a claim, whether it holds."""
    encodings, given = _encoded(tokenizer, batch)
    start, end, answerable, supported = network(*given)
    start = start.float().masked_fill(given[1] == 0, -1e4)
    end = end.float().masked_fill(given[1] == 0, -1e4)
    claims = torch.tensor([bool(example.claim) for example in batch])
    holds = torch.tensor([float(example.holds) for example in batch])
    bounds = torch.tensor([_tokens(e, x) for e, x in zip(encodings, batch, strict=True)])
    judged = torch.where(claims, supported, answerable).float()
    loss = binary_cross_entropy_with_logits(judged, holds)
    # An answer that is not words of the passage (yes, a reason, a sum) says nothing about where words stand.
    rows = torch.tensor([not e.claim and (e.start >= 0 or not e.holds) for e in batch])
    if rows.any():
        span = cross_entropy(start[rows], bounds[rows, 0]) + cross_entropy(end[rows], bounds[rows, 1])
        loss = loss + span / 2
    return loss


def _tokens(encoding: Encoding, example: Example) -> tuple[int, int]:
    """First and last token of the answer; the first token of all where there is none, or it was cut off."""
    if example.start < 0:
        return 0, 0
    inside = [
        number
        for number, ((start, end), part) in enumerate(zip(encoding.offsets, encoding.sequence_ids, strict=True))
        if part == 1 and start < example.end and end > example.start
    ]
    return (inside[0], inside[-1]) if inside else (0, 0)


def judged(network: ReaderNetwork, tokenizer: Tokenizer, judge: Sequence[Example]) -> dict[str, float]:
    """Of examples never learned: how well answerable and supported are told (AUC), and answers found (exact)."""
    network.eval()
    scores: dict[bool, list[tuple[float, bool]]] = {False: [], True: []}
    exact: list[bool] = []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(judge), 2 * BATCH):
            batch = judge[at : at + 2 * BATCH]
            encodings, given = _encoded(tokenizer, batch)
            start, end, answerable, supported = (values.float() for values in network(*given))
            for row, (encoding, example) in enumerate(zip(encodings, batch, strict=True)):
                score = supported if example.claim else answerable
                scores[bool(example.claim)].append((score[row].item(), example.holds))
                if example.start >= 0:
                    second = torch.tensor([part == 1 for part in encoding.sequence_ids])
                    first, last = (
                        x[row][: len(second)].masked_fill(~second, -1e4).argmax().item() for x in (start, end)
                    )
                    exact.append((first, last) == _tokens(encoding, example))
    return {
        "answerable AUC": round(auc(scores[False]), 3),
        "supported AUC": round(auc(scores[True]), 3),
        "exact": round(float(np.mean(exact)), 3) if exact else float("nan"),
    }


def auc(scored: Sequence[tuple[float, bool]]) -> float:
    """Chance that one that holds scores above one that does not: area under the ROC curve; NaN without both."""
    if len({held for _, held in scored}) < 2:
        return float("nan")
    values = np.array([score for score, _ in scored])
    holds = np.array([held for _, held in scored])
    ranks: npt.NDArray[np.float64] = np.empty(len(values))
    ranks[np.argsort(values)] = np.arange(1, len(values) + 1)
    positive = int(holds.sum())
    return float((ranks[holds].sum() - positive * (positive + 1) / 2) / (positive * (len(values) - positive)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="SQuAD 2.0 files")
    parser.add_argument("--also", nargs="*", default=[], metavar="SET=FILE", help=f"of {', '.join(SOURCES)}")
    parser.add_argument("--hold-out", nargs="*", default=[], help="titles of articles to judge by")
    parser.add_argument("--output", type=Path, default=Path("reader.pt"))
    parser.add_argument("--start", type=Path, help="weights of an earlier run to go on from")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--tables", type=int, default=400, help="made-up tables to learn from")
    parser.add_argument("--most", type=int, help="most examples to learn from")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
