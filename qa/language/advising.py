"""The languages of a library, and what to do when its embedding model is made for others."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from qa.config import Settings
from qa.language.detecting import language_of
from qa.language.words import NAMES
from qa.weights import MANY, embedding_entry, known_embeddings

# A share of the library above which a language is most of it.
MOST = 0.5


@dataclass(frozen=True)
class LanguageShare:
    """The languages of a library: codes with their shares of the samples that could be told, largest first."""

    shares: tuple[tuple[str, float], ...]
    samples: int

    @property
    def main(self) -> str | None:
        """The language that more than half of the library is in."""
        return self.shares[0][0] if self.shares and self.shares[0][1] > MOST else None


def library_language(samples: Iterable[str]) -> LanguageShare:
    """The languages of texts taken evenly from a library, passages for instance; each counts the same."""
    counts = Counter(code for code in map(language_of, samples) if code)
    total = counts.total()
    return LanguageShare(tuple((code, count / total) for code, count in counts.most_common()), total)


def understands(languages: Iterable[str], code: str | None) -> bool:
    """Whether a model for `languages` is good for a text in `code`; nobody knows about none or an unknown one."""
    languages = set(languages)
    return code is None or not languages or MANY in languages or code in languages


def advice(settings: Settings, share: LanguageShare) -> str | None:
    """A sentence for the user when most of the library is in languages that the embedding model is not made for.

    It says which model to choose and what to type; None when all is well or too little is known.
    """
    model = embedding_entry(settings)
    if model is None or share.samples < 1:
        return None
    foreign = [(code, part) for code, part in share.shares if not understands(model.languages, code)]
    if sum(part for _, part in foreign) <= MOST:
        return None
    better = next(
        (known for known in known_embeddings() if all(understands(known.languages, code) for code, _ in foreign)),
        None,
    )
    named = ", ".join(f"{NAMES.get(code, code)} ({part:.0%})" for code, part in foreign[:3])
    problem = (
        f"Most of the library is in {named}, but the embedding model {model.name} is made for "
        f"{spoken(model.languages)}: passages are found by their words, hardly by their meaning."
    )
    if better is None:
        return (
            f"{problem} Choose a model for these languages, for instance from intfloat/multilingual-e5-base or "
            "BAAI/bge-m3 of the Hugging Face hub, and describe it as models/README.md says."
        )
    return (
        f"{problem} Set QA_EMBEDDING={better.name} ({spoken(better.languages)}), then run "
        f"`python -m qa weights fetch {better.name}` and `python -m qa sync --rebuild`."
    )


def spoken(languages: Iterable[str]) -> str:
    """Languages in words: "English", "German and French", "93 languages", "many languages"."""
    names = [NAMES.get(code, code) for code in languages]
    if MANY in names:
        return "many languages"
    return " and ".join(names) if len(names) < 4 else f"{len(names)} languages"
