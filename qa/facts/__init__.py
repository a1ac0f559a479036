"""What can be checked of a claim without a model: its names, numbers, dates, units and denials."""

from qa.facts.checking import mismatch
from qa.facts.codes import codes
from qa.facts.names import names
from qa.facts.spans import best_span, content, is_row, sentences, stems

__all__ = ["best_span", "codes", "content", "is_row", "mismatch", "names", "sentences", "stems"]
