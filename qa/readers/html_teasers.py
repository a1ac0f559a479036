"""What stands around the text of a web page and leads elsewhere: teasers, lists of links, buttons to share."""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

# A piece of text this long that is no link is taken for a sentence; with fewer characters of such in all, the
# page is no article, and its links may be what it is about.
_SENTENCE, _ARTICLE = 40, 500
# The part of the page that is its text holds this share of all sentences.
_TEXT_SHARE = 0.9
# Beside it, what consists of links to this share, and holds fewer of the sentences than that.
_LINKED_BESIDE, _SENTENCES_BESIDE = 0.3, 0.1
# Within it, and where there is a table.
_LINKED_WITHIN, _LINKED_TABLE, _LINKS = 0.8, 0.6, 3
_NAME = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|taboola\w*|outbrain\w*|sponsor\w*|promos?|promoted|promotion|recirc\w*"
    r"|trending|popular|most-?(?:read|popular|viewed)|newsletters?|subscribe|subscription|share\w*|sharing|social"
    r"|addthis\w*|teasers?|advert\w*|see-?also|read-?(?:more|next|also)|more-?(?:stories|news|articles|from)"
    r"|author-?(?:bio|box|info)|cookies?|paywall|tags?|taglist|tag-?(?:list|cloud|links)|widgets?|next-?prev"
    r"|prev-?next|post-?nav\w*|breadcrumbs?)(?=$|[\s_-])",
    re.IGNORECASE,
)
_NAMED_SHARE, _NAMED_SENTENCES, _NAMED_LINKED = 0.2, 0.05, 0.2
_NAMED = {"div", "section", "ul", "ol", "aside", "p", "figure"}
_LISTS = {"div", "section", "ul", "ol", "aside"}
_KEPT = {"h1", "pre", "main", "article"}
# Of a wiki's page: the categories say what it is about, as key words do.
_KEPT_ID = "catlinks"
# Never gone into: these are the text.
_TEXT = {"p", "span", "b", "td", "pre"}


@dataclass
class _Sum:
    """Of an element with all in it, in characters."""

    words: int = 0
    linked: int = 0
    sentences: int = 0
    links: int = 0
    tables: int = 0
    kept: int = 0

    def add(self, other: "_Sum") -> None:
        self.words += other.words
        self.linked += other.linked
        self.sentences += other.sentences
        self.links += other.links
        self.tables += other.tables
        self.kept += other.kept


def remove(root: Any) -> None:
    """Takes them out of a page that has an article's worth of sentences, and leaves any other as it is."""
    sums = _sums(root)
    whole = sums[root]
    if whole.sentences < _ARTICLE:
        return
    text = root
    dropped: list[Any] = []
    while (inner := _text_in(text, sums)) is not None:
        beside = (one for one in text if one is not inner and one in sums and one.tag not in ("h1", "h2"))
        dropped += (one for one in beside if _leads_away(sums[one], whole))
        text = inner
    walker = etree.iterwalk(root, events=("start",))
    for _, element in walker:
        if element.get("id") == _KEPT_ID:
            walker.skip_subtree()
        elif element in sums and (
            _is_named(element, sums[element], whole) or _is_links(element, sums[element], text)
        ):
            dropped.append(element)
            walker.skip_subtree()
    for element in dropped:
        if element.getparent() is not None:
            element.drop_tree()


def _sums(root: Any) -> dict[Any, _Sum]:
    """In one pass from the end, so that every element comes after all that stand in it."""
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    sums = {element: _Sum() for element in elements}
    for element in reversed(elements):
        own = sums[element]
        _count(own, element.text)
        own.tables += element.tag == "table"
        own.kept += element.tag in _KEPT or element.get("id") == _KEPT_ID
        if element.tag == "a":
            own.linked, own.sentences, own.links = own.words, 0, 1
        parent = element.getparent()
        if parent in sums:
            sums[parent].add(own)
            _count(sums[parent], element.tail)
    return sums


def _count(own: _Sum, text: str | None) -> None:
    length = len(" ".join((text or "").split()))
    own.words += length
    own.sentences += length if length >= _SENTENCE else 0


def _text_in(element: Any, sums: dict[Any, _Sum]) -> Any:
    """The element in this one that holds nearly all of its sentences, or None."""
    least = _TEXT_SHARE * sums[element].sentences
    found = next((one for one in element if one in sums and sums[one].sentences >= least), None)
    return None if found is None or found.tag in _TEXT else found


def _leads_away(own: _Sum, whole: _Sum) -> bool:
    least = _LINKED_TABLE if own.tables else _LINKED_BESIDE
    few = own.sentences < _SENTENCES_BESIDE * whole.sentences
    return not own.kept and own.words > 0 and few and own.linked >= least * own.words


def _is_links(element: Any, own: _Sum, text: Any) -> bool:
    """Several links and hardly a word beside them, in a box of their own: a list in the text itself, as "See also"
    often is, belongs to it."""
    if element.getparent() is text and element.tag in ("ul", "ol"):
        return False
    if element.tag not in _LISTS or own.kept or own.tables or own.sentences or own.links < _LINKS:
        return False
    return own.words > 0 and own.linked >= _LINKED_WITHIN * own.words


def _is_named(element: Any, own: _Sum, whole: _Sum) -> bool:
    if element.tag not in _NAMED or own.kept or own.tables or not own.words:
        return False
    if not _NAME.search(f"{element.get('class', '')} {element.get('id', '')}"):
        return False
    few = own.sentences < _NAMED_SENTENCES * whole.sentences and own.words < _NAMED_SHARE * whole.words
    return few and (not own.sentences or own.linked >= _NAMED_LINKED * own.words)
