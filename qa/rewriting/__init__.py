"""A follow-up made to stand alone from the turns before it, by the chat model and under guard."""

from qa.rewriting.keeping import faithful
from qa.rewriting.leaning import is_question, leans, search_context
from qa.rewriting.writing import rewriting_start, standalone

__all__ = ["faithful", "is_question", "leans", "rewriting_start", "search_context", "standalone"]
