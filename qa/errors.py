"""The base of all errors that a user may see; light, because the reading process needs no settings."""


class FootnoteError(Exception):
    """What happened, to which file or setting, and what to do next, in words for the user."""
