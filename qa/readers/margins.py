"""Headers and footers: they stand on every page and are told once, after the text, when they say something."""

from collections.abc import Iterable

from qa.readers.blocks import Block

_SAYS_NOTHING = len("page of pages")


def margin_blocks(margins: Iterable[tuple[str, str]]) -> list[Block]:
    """One block for each different text; `margins` are ("Header" or "Footer", text)."""
    found: dict[str, Block] = {}
    for name, text in margins:
        line = " ".join(text.split())
        # "Page 3 of 12" has no more letters than that.
        if sum(sign.isalpha() for sign in line) >= _SAYS_NOTHING:
            found.setdefault(line, Block(f"{name}: {line}", run="margin"))
    return list(found.values())
