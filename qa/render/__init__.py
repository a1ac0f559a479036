"""Answers and sources as HTML in which nothing but our own markup is alive. Pure: records in, text out.

The chat widget reads what it is given as Markdown with HTML in it. So every character of a question, an answer or
a document that means something to either is written as a character reference, and a message is one line that
begins with a <div>, inside which Markdown is not read at all.
"""

from qa.render.answer import answer_html, partly, question_html
from qa.render.escaping import SPECIAL, UNREADABLE, escape
from qa.render.sentences import sentences
from qa.render.view import AnswerView, follow

__all__ = [
    "SPECIAL",
    "UNREADABLE",
    "AnswerView",
    "answer_html",
    "escape",
    "follow",
    "partly",
    "question_html",
    "sentences",
]
