"""Headers and footers: they stand on every page and are told once, after the text, when they say something."""

import re
from collections.abc import Iterable

from qa.readers.blocks import Block

# "Page 3 of 12", in the languages that it is met in most.
_PAGE_NUMBER = re.compile(
    r"\b(page|pages|of|seite|von|página|pagina|pág|pag|de|di|van|sur|sida|av|side|af|strona|z|стр|из|[ivxl]+)\b|[\W\d_]",
    re.IGNORECASE,
)


def margin_blocks(margins: Iterable[tuple[str, str]]) -> list[Block]:
    """One block for each different text; `margins` are ("Header" or "Footer", text)."""
    found: dict[str, Block] = {}
    for name, text in margins:
        line = " ".join(text.split())
        if len(_PAGE_NUMBER.sub("", line)) > 1:
            found.setdefault(line, Block(f"{name}: {line}", run="margin"))
    return list(found.values())
