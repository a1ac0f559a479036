"""Follow the documents folders: a sync as soon as what changes there has come to rest for a moment."""

from qa.watching.following import watch, watching
from qa.watching.told import Reading

__all__ = ["Reading", "watch", "watching"]
