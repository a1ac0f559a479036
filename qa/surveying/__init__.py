"""Questions about whole documents: recognised, and answered by a plan over every passage in scope."""

from qa.surveying.composing import Composed, compose
from qa.surveying.reach import Reach, reach
from qa.surveying.recognising import recognise, recognise_rows
from qa.surveying.records import Outcome, Plan, SurveyCoverage, Surveyed
from qa.surveying.surveyor import Surveyor

__all__ = [
    "Composed",
    "Outcome",
    "Plan",
    "Reach",
    "SurveyCoverage",
    "Surveyed",
    "Surveyor",
    "compose",
    "reach",
    "recognise",
    "recognise_rows",
]
