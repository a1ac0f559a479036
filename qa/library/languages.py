"""What languages the library is in, looked at once after each change, and the advice that follows."""

import json

from qa.config import Settings
from qa.language import LanguageShare, advice, library_language
from qa.store import Store

FACT = "languages"
# A share is then known to within a few in a hundred; looking takes some 50 ms.
SAMPLES = 200


def library_languages(store: Store) -> LanguageShare:
    """The languages of passages spread over the library; as noted, while nothing has changed."""
    revision = store.revision()
    try:
        noted = json.loads(store.fact(FACT) or "{}")
        if noted.get("revision") == revision:
            return LanguageShare(tuple((code, float(share)) for code, share in noted["shares"]), noted["samples"])
    except (ValueError, TypeError, AttributeError, KeyError):
        pass  # it was changed from outside, and is soon found again
    found = library_language(passage.text for passage in store.some_passages(SAMPLES))
    store.set_fact(FACT, json.dumps({"revision": revision, "shares": found.shares, "samples": found.samples}))
    return found


def language_advice(settings: Settings, store: Store) -> str | None:
    """What to say when the embedding model is made for other languages than most of the library is in."""
    return advice(settings, library_languages(store))
