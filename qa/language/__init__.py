"""The language of texts and libraries, by script and common words: no model, no library, 0.15 ms a passage."""

from qa.language.advising import LanguageShare, advice, library_language, spoken, understands
from qa.language.detecting import language_of

__all__ = ["LanguageShare", "advice", "language_of", "library_language", "spoken", "understands"]
