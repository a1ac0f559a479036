"""A folder of documents kept in step with the store and the index: add, change, rename, remove, resume."""

from qa.library.adopting import adopt
from qa.library.library import Library
from qa.library.planning import RemovalError, SyncPlan, check_rebuild, make_plan
from qa.library.report import Coverage, SyncReport
from qa.library.texts import passage_texts, with_headings

__all__ = [
    "Coverage",
    "Library",
    "RemovalError",
    "SyncPlan",
    "SyncReport",
    "adopt",
    "check_rebuild",
    "make_plan",
    "passage_texts",
    "with_headings",
]
