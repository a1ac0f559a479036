"""Whether a store was filled as the settings say."""

from shlex import quote

from qa.config import Settings
from qa.folder import shown
from qa.store import Store, StoreError
from qa.weights import embedding_identity


def embedding_in_words(settings: Settings) -> str:
    """What the vectors of a store depend on."""
    return f"{embedding_identity(settings)}, passages of {settings.passage_characters} characters"


def check_embedding(settings: Settings, store: Store) -> None:
    """Refuse a store that another embedding model or passage length filled; note both in a new one."""
    ours = embedding_in_words(settings)
    theirs = store.fact("embedding")
    if theirs is None:
        store.set_fact("embedding", ours)
    elif theirs != ours:
        folders = " ".join(f"--documents {quote(shown(path))}" for path in settings.documents)
        folders = f"{folders} --state {quote(shown(settings.state_folder))}"
        raise StoreError(
            f"This library was embedded with {theirs}; the settings now say {ours}. Set them back, or run\n"
            f"  python -m qa sync --rebuild {folders}\nto read and embed every document again."
        )
