"""What can be checked of a claim without a model: its names, numbers, dates, units and denials."""

from qa.facts.checking import mismatch
from qa.facts.rows import mixed_rows
from qa.facts.spans import best_span

__all__ = ["best_span", "mismatch", "mixed_rows"]
