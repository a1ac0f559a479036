"""Text in which every character is only itself, to a browser and to Markdown."""

import re

# Letters, digits and plain spaces stand for themselves in HTML and Markdown; so does all that is not ASCII.
SPECIAL = re.compile(r"[\t\n\f\r!-/:-@\[-`{-~]")
# Control characters and lone surrogates have no place in a page: each becomes U+FFFD, so that it is seen.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def escape(text: str) -> str:
    """`text` as HTML and as Markdown in which every character is only itself."""
    readable = UNREADABLE.sub("\ufffd", text)
    return SPECIAL.sub(lambda match: f"&#{ord(match.group())};", readable)
