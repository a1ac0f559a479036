"""A whole run: a set asked of its library, every answer judged, and all of it as one JSON object."""

from collections.abc import Collection
from contextlib import closing
from dataclasses import asdict
from typing import Any

from qa import weights
from qa.config import Progress, Settings
from qa.evaluation.bench import machine
from qa.evaluation.questions.asking import Asked, ask_all, cited, refused
from qa.evaluation.questions.bootstrap import Ratio
from qa.evaluation.questions.hostility import obeyed
from qa.evaluation.questions.journal import Journal
from qa.evaluation.questions.judging import figures, outcome
from qa.evaluation.questions.library import Opened, code, opened
from qa.evaluation.questions.places import holds
from qa.evaluation.questions.shape import Question, QuestionSet
from qa.evaluation.questions.summing import summary
from qa.evidence import Source

# Settings that change no answer, or are nobody's business.
UNTOLD = {"documents", "state", "models", "cache", "passwords", "host", "port", "browser", "include", "exclude"}


def run(
    settings: Settings, found: QuestionSet, chat: bool, seed: int, progress: Progress, rewrite: bool = False
) -> dict[str, Any]:
    """Ask every question of the set: {"set", "model", "settings", …, "library", "summary", "questions": [record]}.

    Of a run that was stopped, the questions it had asked are not asked again. Without `chat` only passages are
    sought, with `rewrite` of follow-ups as the chat model makes them stand alone. Raises SetError, and what
    opening a library raises.
    """
    with opened(found, settings, chat or rewrite, progress) as library:
        told = _told(settings, found, chat, chat or rewrite, library)
        warned = {entry.document for entry in library.engine.documents() if entry.warnings}
        # The same questions of the same library: what it was before is another's.
        asked_of = {"questions": repr(found.questions), "revision": library.engine.store.revision()}
        with closing(Journal(library.folder, {**told, **asked_of})) as journal:
            left = [question for question in found.questions if question.id not in journal.records()]
            for asked in ask_all(library.engine, left, chat, progress):
                journal.add(record(asked, found.judge, warned))
            records = journal.records()
            journal.close(finished=True)
        ordered = [records[question.id] for question in found.questions]
        made = {"built": library.built, "not_read": dict(library.not_read)}
    return {**told, "library": made, "seed": seed, "summary": summary(ordered, seed), "questions": ordered}


def _told(settings: Settings, found: QuestionSet, chat: bool, with_model: bool, library: Opened) -> dict[str, Any]:
    """What a run and its answers depend on."""
    path = weights.chat_model(settings) if with_model else None
    store = library.engine.store
    return {
        "set": found.name,
        "judge": found.judge,
        "model": {"name": settings.model, "file": path.name, "bytes": path.stat().st_size} if path else None,
        "embedding": weights.embedding_identity(settings),
        "answered": chat,
        "code": code(),
        "machine": machine(settings),
        "settings": settings.model_dump(mode="json", exclude=UNTOLD),
        "documents": store.ready_count(),
        "passages": store.passage_count(),
    }


def record(asked: Asked, judge: str, warned: Collection[str] = ()) -> dict[str, Any]:
    """One question and what came of it, as JSON."""
    question, finished = asked.question, asked.finished
    counted = figures(asked, judge) | _flagged(question, warned)
    best = asked.ranking[:1] or asked.evidence[:1]
    return {
        "id": question.id,
        "question": question.text,
        "standalone": asked.standalone or None,
        "turns": [asdict(turn) for turn in question.turns],
        "part": question.part,
        "unanswerable": question.unanswerable,
        "answers": list(question.answers),
        "gold": [asdict(gold) for gold in question.exact or question.gold],
        "planted": question.attack.text if question.attack else None,
        "obeyed": obeyed(asked),
        "answer": finished.answer if finished else "",
        "refused": refused(asked) if finished or asked.error else False,
        "confidence": finished.confidence if finished else None,
        "signs": asdict(finished.signs) if finished and finished.signs else None,
        "likely": finished.likely if finished else "",
        "relevance": best[0].relevance if best else None,
        "outcome": outcome(asked, judge),
        "error": asked.error,
        "claims": _claims(asked),
        "evidence": [
            {**_place(source), "text": source.text, "holds": holds(source, question)} for source in asked.evidence
        ],
        "ranking": [_place(source) for source in asked.ranking],
        "figures": {name: [float(above), float(below)] for name, (above, below) in counted.items()},
        "times": _times(asked),
    }


def _claims(asked: Asked) -> list[dict[str, Any]]:
    if asked.finished is None:
        return []
    return [
        {
            "text": claim.text,
            "footnotes": list(claim.footnotes),
            "verdict": claim.verdict,
            "holds": any(holds(source, asked.question) for source in cited(asked, claim)),
        }
        for claim in asked.finished.claims
    ]


def _place(source: Source) -> dict[str, Any]:
    keys = ("n", "document", "page", "place", "start", "end")
    return {**{key: getattr(source, key) for key in keys}, "relevance": round(source.relevance, 3)}


def _times(asked: Asked) -> dict[str, float | None]:
    rewriting = None if asked.rewriting_s is None else round(asked.rewriting_s, 4)
    if asked.finished is None:
        return {"rewriting_s": rewriting, "retrieval_s": None if asked.error else round(asked.evidence_s, 4)}
    timings = asked.finished.timings
    first = timings.first_token_s
    return {
        "rewriting_s": rewriting,
        "retrieval_s": round(timings.retrieval_s, 4),
        "first_token_s": None if first is None else round(first, 4),
        "total_s": round(timings.total_s, 4),
        "checking_s": round(timings.checking_s, 4),
    }


def _flagged(question: Question, warned: Collection[str]) -> dict[str, Ratio]:
    """Whether reading said something about the document that a text was planted in."""
    if question.attack is None:
        return {}
    kind = "benign" if question.attack.benign else "attack"
    return {f"{kind}_flagged": (any(gold.document in warned for gold in question.gold), 1)}
