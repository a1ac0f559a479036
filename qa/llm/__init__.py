"""A chat model from a local GGUF file, as a stream of text.

Whatever two prompts have in common at their start is evaluated once: the tokens in the model's context are
compared with the new prompt and only what differs is read. The starts that many prompts share are also kept
beside it and on disk: one prompt does not push out the start of another, and the next process need not read it.
"""

from qa.llm.events import Favour, Piece, PromptRead
from qa.llm.model import ChatModel
from qa.llm.template import Message

__all__ = ["ChatModel", "Favour", "Message", "Piece", "PromptRead"]
