"""A plan carried out: which steps each kind of survey takes."""

from collections.abc import Iterator
from dataclasses import dataclass

from qa.config import Settings
from qa.embedding import Checker
from qa.judging import Judgement
from qa.llm import ChatModel
from qa.retrieval import Retriever
from qa.store import Store
from qa.surveying.comparing import compared
from qa.surveying.counting import counted
from qa.surveying.listing import listed
from qa.surveying.reach import Reach
from qa.surveying.records import Outcome, Plan, Surveyed
from qa.surveying.summarising import summarised
from qa.surveying.tallying import tallied
from qa.surveying.writing import Writer


@dataclass(frozen=True)
class Surveyor:
    """What surveys work with; holds nothing of a question."""

    settings: Settings
    store: Store
    retriever: Retriever
    model: ChatModel
    checker: Checker | None = None
    judgement: Judgement | None = None

    def survey(self, plan: Plan, within: Reach) -> Iterator[Surveyed | Outcome]:
        """How far it is, again and again, and what was found at the end.

        Nothing at the end when the documents show that the question is an ordinary one.
        """
        if plan.kind == "mentions":
            yield from counted(plan, within)
        elif plan.kind == "listing":
            yield from listed(plan, within, self.retriever, self._writer())
        elif plan.kind == "summary":
            yield from summarised(within, self._writer(), self.retriever.embedder)
        elif plan.kind == "comparison":
            yield from compared(plan, within, self.retriever, self._writer())
        elif plan.kind == "rows":
            yield from tallied(plan, within)

    def _writer(self) -> Writer:
        return Writer(self.settings, self.model, self.checker, self.judgement)
