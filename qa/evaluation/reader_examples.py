"""What the reader learns from: questions beside passages as the library would cut them; here, of SQuAD 2.0.

A question is paired with the passage of its answer, with passages that were found for it but do not hold it, and
with changed numbers and names; a claim with the passage that says it, and with claims that look as if it did.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.library import with_headings
from qa.readers import Document
from qa.splitting import split

# Of the passages nearest to a question, so many are taken for ones that mislead.
NEAREST = 6
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_NAME = re.compile(r"(?<=[a-z] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")
_ASKING = re.compile(
    r"^(?:(?:in|on|at|by|for|from|to|of|with) )?(?:who|whom|whose|what|which|when|where|why|how)"
    r"(?: (?:many|much|long|old|far|often|did|does|do|is|are|was|were|has|have|had|can|could|will|would))*\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Example:
    """One thing to learn. `start` and `end` are offsets in `passage`, -1 where the answer is not words of it.

    With a claim, `holds` says whether the passage supports it; without one, whether it answers the question.
    """

    question: str
    passage: str
    holds: bool
    start: int = -1
    end: int = -1
    claim: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked of one of an article's passages, and what shows that a passage answers it."""

    text: str
    passage: int
    answerable: bool
    answer: str = ""
    """Words of the passage. Of an unanswerable one, what looks as if it were its answer; may be empty."""
    start: int = -1
    """Where the answer stands in the passage; -1 without one, and where it is not words of it: a yes, a sum."""
    proof: tuple[str, ...] = ()
    """Another passage that holds all of these may answer too, and is no example of one that does not."""


@dataclass(frozen=True)
class Article:
    """Passages among which the misleading ones are looked for, and what is asked of them."""

    passages: tuple[str, ...]
    questions: tuple[Question, ...]


def examples(
    files: Sequence[Path],
    held_out: Sequence[str],
    embed: Callable[[Sequence[str]], npt.NDArray[np.float32]],
    seed: int,
) -> tuple[list[Example], list[Example]]:
    """Examples of the articles in `files` (SQuAD's JSON) to learn from, and of those in `held_out` to judge by.

    `embed` gives unit vectors, shape (n, dimensions): nearest passages of the same article are the hardest.
    """
    chance = random.Random(seed)
    learn: list[Example] = []
    judge: list[Example] = []
    for file in files:
        for entry in json.loads(file.read_text("utf-8"))["data"]:
            article = _article(entry, chance)
            (judge if entry["title"] in held_out else learn).extend(of_article(article, embed, chance))
    return learn, judge


def _article(entry: dict[str, Any], chance: random.Random) -> Article:
    """An article cut as the library cuts a document, its questions at the passages that hold them."""
    title = entry["title"].replace("_", " ")
    passages: list[str] = []
    questions: list[Question] = []
    for paragraph in entry["paragraphs"]:
        text = paragraph["context"]
        cuts = split(Document(text, (), (), "text"))
        heading = (title,) if chance.random() < 0.5 else ()
        shown = [with_headings(heading, text[cut.start : cut.end]) for cut in cuts]
        for asked in paragraph["qas"]:
            impossible = asked.get("is_impossible", False)
            answers = asked.get("plausible_answers", []) if impossible else asked["answers"]
            at = answers[0]["answer_start"] if answers else 0
            answer = answers[0]["text"] if answers else ""
            which = next((n for n, cut in enumerate(cuts) if cut.start <= at < cut.end), 0)
            start = shown[which].find(answer, at - cuts[which].start) if answer else -1
            found = -1 if impossible else start
            if impossible or found >= 0:
                at_passage = len(passages) + which
                text = asked["question"].strip()
                questions.append(Question(text, at_passage, not impossible, answer, found, (answer,)))
        passages += shown
    return Article(tuple(passages), tuple(questions))


def of_article(
    article: Article, embed: Callable[[Sequence[str]], npt.NDArray[np.float32]], chance: random.Random
) -> Iterator[Example]:
    """Each question beside its passage, beside a misleading one, changed, and its answer as a claim."""
    near = embed([q.text for q in article.questions]) @ embed(article.passages).T
    names = sorted({name for q in article.questions for name in _NAME.findall(q.text)})
    for question, similarity in zip(article.questions, near, strict=True):
        passage = article.passages[question.passage]
        misleading = [
            article.passages[n]
            for n in np.argsort(-similarity)[:NEAREST]
            if n != question.passage and not _proves(question, article.passages[n])
        ]
        if not question.answerable:
            yield Example(question.text, passage, False)
        else:
            end = question.start + len(question.answer) if question.start >= 0 else -1
            yield Example(question.text, passage, True, question.start, end)
            yield from _changed(question, passage, names, chance)
        if misleading and chance.random() < (0.6 if question.answerable else 0.15):
            yield Example(question.text, chance.choice(misleading), False)
        if question.answer and chance.random() < 0.3:
            yield from _claims(question, article, misleading, chance)


def _proves(question: Question, passage: str) -> bool:
    passage = passage.lower()
    return bool(question.proof) and all(words.lower() in passage for words in question.proof)


def _changed(question: Question, passage: str, names: Sequence[str], chance: random.Random) -> Iterator[Example]:
    """The question about another number or somebody else, of whom the passage does not speak."""
    if (number := _NUMBER.search(question.text)) and number.group() in passage and chance.random() < 0.5:
        other = str(int(re.sub(r"\D", "", number.group()) or 0) + chance.choice((-10, -3, -1, 1, 2, 7, 100)))
        if other not in passage:
            text = question.text[: number.start()] + other + question.text[number.end() :]
            yield Example(text, passage, False)
    name = _NAME.search(question.text)
    if name and name.group() in passage and chance.random() < 0.2:
        others = [other for other in names if not any(word in passage for word in other.split())]
        if others:
            text = question.text[: name.start()] + chance.choice(others) + question.text[name.end() :]
            yield Example(text, passage, False)


def _claims(
    question: Question, article: Article, misleading: Sequence[str], chance: random.Random
) -> Iterator[Example]:
    """A true claim and a false one about the same passage, or a claim beside the wrong passage."""
    passage = article.passages[question.passage]
    claim = Example(question.text, passage, True, claim=statement(question.text, question.answer, chance))
    if not question.answerable:
        yield replace(claim, holds=False)
        return
    yield claim
    others = [
        other.answer
        for other in article.questions
        if other.passage == question.passage
        and other.answer
        and not set(other.answer.lower().split()) & set(question.answer.lower().split())
    ]
    alike = [other for other in others if bool(_NUMBER.search(other)) == bool(_NUMBER.search(question.answer))]
    if others and chance.random() < 0.75:
        wrong = statement(question.text, chance.choice(alike or others), chance)
        yield replace(claim, holds=False, claim=wrong)
    elif misleading:
        yield replace(claim, holds=False, passage=chance.choice(misleading))


def statement(question: str, answer: str, chance: random.Random) -> str:
    """An answer in one of the ways in which people and models put it: alone, or with the question's words."""
    rest = _ASKING.sub("", question).rstrip("? ")
    answer = answer.strip(" .")
    return chance.choice((f"{answer}.", f"{rest} {answer}.", f"{answer} {rest}.", f"{rest}: {answer}."))
