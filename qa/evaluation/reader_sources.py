"""Questions that SQuAD has none of: for a yes or no, for reasons and descriptions, about reports and their tables.

Each reads one public set as it is published; every eighth of its documents is only judged by.
"""

import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from qa.evaluation.reader_examples import Article, Example, Question, of_article
from qa.library import with_headings
from qa.readers import Document
from qa.splitting import split

_EVERY = 8
_Sets = tuple[list[Article], list[Article]]
_Thing = TypeVar("_Thing")
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")
# The Natural Questions' text has its punctuation apart.
_APART = re.compile(r" (?=[,.;:?!)\]'’%])|(?<=[(\[$]) |(?<=\w) (?=- )|(?<=\w -) (?=\w)")


def source_examples(
    name: str, path: Path, embed: Callable[[Sequence[str]], npt.NDArray[np.float32]], seed: int
) -> tuple[list[Example], list[Example]]:
    """Examples of the set `name` (one of `SOURCES`) in `path`: to learn from, and to judge by.

    `embed` gives unit vectors, shape (n, dimensions). Raises KeyError for a set that is not known.
    """
    chance = random.Random(seed)

    def made(articles: Sequence[Article]) -> list[Example]:
        return [example for article in articles for example in of_article(article, embed, chance)]

    learn, judge = SOURCES[name](path.read_text("utf-8"), chance)
    return made(learn), made(judge)


def _boolq(text: str, chance: random.Random) -> _Sets:
    """BoolQ: a JSON object in each line, a question for a yes or no about a paragraph. One for each title."""
    entries = {entry["title"]: entry for entry in map(json.loads, text.splitlines())}
    asked = [
        (f"{entry['question']}?", _titled(title, re.sub("``|''", '"', entry["passage"]), chance), "")
        for title, entry in entries.items()
        if len(_cuts(entry["passage"])) == 1
    ]
    return _one_each(asked)


def _pubmedqa(text: str, chance: random.Random) -> _Sets:
    """PubMedQA's labelled part: the title of a paper as a question, what its results or conclusion say."""
    asked = []
    for entry in json.loads(text).values():
        results = entry["CONTEXTS"][-1]
        passage = results if chance.random() < 0.6 else entry["LONG_ANSWER"]
        asked.append((entry["QUESTION"], _cuts(passage)[-1], ""))
    return _one_each(asked)


def _qed(text: str, chance: random.Random) -> _Sets:
    """QED: what people typed into a search engine, a paragraph of an encyclopedia, and the words that answer."""
    entries = {entry["title_text"]: entry for entry in map(json.loads, text.splitlines())}
    asked = []
    for title, entry in entries.items():
        answer = _APART.sub("", entry["original_nq_answers"][0][0]["string"])
        holding = [cut for cut in _cuts(_APART.sub("", entry["paragraph_text"])) if answer in cut]
        if holding and entry["annotation"]["explanation_type"] != "none":
            asked.append((f"{entry['question_text']}?", _titled(title, holding[0], chance), answer))
    return _one_each(asked)


def _covidqa(text: str, chance: random.Random) -> _Sets:
    """COVID-QA: SQuAD's form without titles; papers, with answers of a sentence and more."""
    articles = []
    for entry in json.loads(text)["data"]:
        for paragraph in entry["paragraphs"]:
            context = paragraph["context"]
            cuts = split(Document(context, (), (), "text"))
            passages = tuple(context[cut.start : cut.end] for cut in cuts)
            questions = []
            for asked in paragraph["qas"]:
                answer = asked["answers"][0]
                start, words = answer["answer_start"], answer["text"].strip()
                which = next(n for n, cut in enumerate(cuts) if start < cut.end)
                found = passages[which].find(words)
                if found >= 0:
                    questions.append(Question(asked["question"].strip(), which, True, words, found, (words,)))
            articles.append(Article(passages, tuple(questions)))
    return _eighths(articles)


def _tatqa(text: str, chance: random.Random) -> _Sets:
    """TAT-QA: a table of a company's report with the paragraphs around it; words, figures, and sums of figures."""
    return _eighths([_report(entry, chance) for entry in json.loads(text)])


def _report(entry: dict[str, Any], chance: random.Random) -> Article:
    between = chance.choice((" ", " | ", " "))
    rows = (between.join(filter(None, row)) for row in entry["table"]["table"])
    ordered = sorted(entry["paragraphs"], key=lambda paragraph: int(paragraph["order"]))
    tables = _cuts("\n".join(rows))
    texts = _cuts("\n\n".join(paragraph["text"] for paragraph in ordered))
    questions = []
    for asked in entry["questions"]:
        answers = asked["answer"] if isinstance(asked["answer"], list) else []
        # A sum rests on the figures that it was made from.
        proof = tuple(answers or _FIGURE.findall(str(asked["derivation"])))
        among = {"table": tables, "text": texts}.get(asked["answer_from"], tables + texts)
        holding = [passage for passage in among if proof and all(words in passage for words in proof)]
        if not holding:
            continue
        which = (tables + texts).index(holding[0])
        answer = answers[0] if len(answers) == 1 else ""
        start = holding[0].find(answer) if answer else -1
        questions.append(Question(asked["question"].strip(), which, True, answer, start, proof))
    return Article(tuple(tables + texts), tuple(questions))


def _cuts(text: str) -> list[str]:
    return [text[cut.start : cut.end] for cut in split(Document(text, (), (), "text"))] or [text]


def _titled(title: str, passage: str, chance: random.Random) -> str:
    return with_headings((title,) if chance.random() < 0.5 else (), passage)


def _one_each(asked: Sequence[tuple[str, str, str]]) -> _Sets:
    """Questions that each have a passage, and words of it or "" for the answer; the others' passages mislead."""
    learn, judge = _eighths(asked)
    return [_among_others(learn)], [_among_others(judge)]


def _among_others(asked: Sequence[tuple[str, str, str]]) -> Article:
    questions = (
        Question(text, n, True, answer, passage.find(answer) if answer else -1, (answer,) if answer else ())
        for n, (text, passage, answer) in enumerate(asked)
    )
    return Article(tuple(passage for _, passage, _ in asked), tuple(questions))


def _eighths(things: Sequence[_Thing]) -> tuple[list[_Thing], list[_Thing]]:
    """What is learned, and every eighth, which is only judged by."""
    return [thing for n, thing in enumerate(things) if n % _EVERY], list(things[::_EVERY])


SOURCES: dict[str, Callable[[str, random.Random], _Sets]] = {
    "boolq": _boolq,
    "covidqa": _covidqa,
    "pubmedqa": _pubmedqa,
    "qed": _qed,
    "tatqa": _tatqa,
}
