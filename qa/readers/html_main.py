"""The main part of a web page: without menus, banners, forms, and what is hidden."""

import re
from itertools import islice
from typing import Any

from lxml import etree

from qa.readers import html_unseen

_CHARACTERS = etree.XPath("string-length(normalize-space(.))")
_NEVER_SHOWN = (
    "//script|//style|//template|//svg|//canvas|//object|//iframe|//head|//button|//select|//textarea"
    "|//audio|//video|//datalist|//rt|//rp|//*[local-name()='annotation' or local-name()='annotation-xml']"
)
_HIDDEN = (
    "//*[@hidden or @aria-hidden='true'"
    " or contains(translate(@style, 'DISPLAYNOE ', 'displaynoe'), 'display:none')"
    " or contains(translate(@style, 'VISIBLTYHDEN ', 'visibltyhden'), 'visibility:hidden')]"
)
_BOILERPLATE = (
    "//nav|//aside|//menu|//dialog|//noscript"
    "|//*[@role='navigation' or @role='search' or @role='complementary' or @role='dialog' or @role='alertdialog'"
    " or @role='menu' or @role='menubar' or @role='toolbar']"
    "|//footer[not(ancestor::article or ancestor::main)]|//*[@role='contentinfo' or @role='banner']"
    # A page title often stands in the header (pandoc, blogs); its menu is a nav.
    "|//header[not(ancestor::article or ancestor::main or .//h1)]|//header//ul|//form"
)
_BANNER = re.compile(
    r"(?:cookies?|cookie[\w-]*|gdpr[\w-]*|onetrust[\w-]*|consent-(?:banner|manager|popup|dialog)|adverts?"
    r"|advertisement|ads?|ad-\w+|sponsored|newsletter(?:[_-]\w+)?|popup|modal|skip-?(?:link|nav|to-content))",
    re.IGNORECASE,
)
_MENU = re.compile(
    r"(?:(?:main|site|top|page|global|primary|secondary|left|right|mobile|header|footer|side)[_-]?)?"
    r"(?:nav|navbar|nav-?bar|navigation|menu|menubar|sidebar|breadcrumbs?|toolbar)(?:[_-](?:wrapper|container|inner|list))?"
    r"|pagination|pager|(?:share|sharing|social)[_-]?(?:bar|buttons?|links?|icons?|media|tools)"
    r"|related[_-]?(?:posts|articles|links|stories)|masthead|site-footer|site-header|jump-link",
    re.IGNORECASE,
)
# What has such a name is taken out where it holds less of the page than this: a page may be one large "modal".
_NAMED_SHARE = 0.25
_MOST_LINKS = 200
_LINKS, _LINK_SHARE, _LINK_CHARACTERS = 5, 0.8, 40
_TEASER_SHARE = 0.25
_PROSE_CHARACTERS, _PROSE_LINKS = 100, 0.3
# With less of the page left than this, or less than so much, something was taken for a menu that is none.
_LEFT_SHARE, _LEFT_CHARACTERS = 0.15, 200


def reduce(root: Any, hidden: list[tuple[str, str]]) -> bool:
    """Takes out of the page what is not its text; adds to `hidden` what nobody was to see of it, (why, words).

    False when so little is left that it went too far.
    """
    remove(root, _NEVER_SHOWN)
    whole = _length(root)
    for element, why in [*((one, html_unseen.HIDDEN) for one in root.xpath(_HIDDEN)), *html_unseen.unseen(root)]:
        # What holds most of the text stays: some pages are hidden until a script runs.
        if _is_inside(root, element) and _length(element) * 2 < whole:
            if element.get("aria-hidden") != "true":
                hidden.append((why, html_unseen.words_of(element)))
            element.drop_tree()
    for element in root.xpath(f"{_HIDDEN}|{_BOILERPLATE}"):
        # Some pages are one large form, or hidden until a script runs: what holds most of the text stays.
        if not _is_inside(root, element) or (element.tag == "aside" and _is_prose(element)):
            continue
        if _length(element) * 2 < whole:
            element.drop_tree()
    for element in root.xpath("//*[@class or @id]"):
        if _is_named(element) and _is_inside(root, element) and _length(element) < _NAMED_SHARE * whole:
            element.drop_tree()
    for element in root.xpath("//ul[not(ancestor::main or ancestor::article)]"):
        if _is_menu(element) and _is_inside(root, element):
            element.drop_tree()
    left = _length(main(root))
    return left >= _LEFT_SHARE * whole or left >= 10 * _LEFT_CHARACTERS or whole < _LEFT_CHARACTERS


def remove(root: Any, xpath: str = _NEVER_SHOWN) -> None:
    """Takes out what no page shows as text."""
    for element in root.xpath(xpath):
        if element.getparent() is not None:
            element.drop_tree()


def main(root: Any) -> Any:
    """The element that holds most of the text and says that it is the main one, or the whole page."""
    candidates = root.xpath("//main|//*[@role='main']") or root.xpath("//article[not(ancestor::article)]")
    longest = max(candidates, key=_length, default=root)
    length = _length(longest)
    if length * 2 <= _length(root):
        return root
    # Teasers of other articles are short; a page of several articles is all of them.
    others = (_length(one) for one in candidates if one is not longest and one not in longest.iterancestors())
    return root if any(other > _TEASER_SHARE * length for other in others) else longest


def _is_named(element: Any) -> bool:
    if element.tag in ("html", "body", "main", "article", "h1", "h2", "h3", "table", "tbody", "tr", "td", "th"):
        return False
    names = f"{element.get('class', '')} {element.get('id', '')}".split()
    if any(map(_BANNER.fullmatch, names)):
        return next(element.iterdescendants("h1", "main", "article"), None) is None
    if not any(map(_MENU.fullmatch, names)) or _is_prose(element):
        return False
    return next(element.iterdescendants("h1", "main", "article"), None) is None


def _is_prose(element: Any) -> bool:
    """Whether it holds sentences rather than links: a box beside the text may be a note to it."""
    length = _length(element)
    linked = sum(_length(link) for link in islice(element.iterdescendants("a"), _MOST_LINKS))
    return length >= _PROSE_CHARACTERS and linked < _PROSE_LINKS * length


def _is_menu(element: Any) -> bool:
    """A list of nothing but short links."""
    links = [_length(link) for link in islice(element.iterdescendants("a"), _MOST_LINKS)]
    return (
        _LINKS <= len(links) < _MOST_LINKS
        and sum(links) > _LINK_SHARE * _length(element)
        and sum(links) < _LINK_CHARACTERS * len(links)
    )


def _is_inside(root: Any, element: Any) -> bool:
    """Whether it is still part of the page: what it stood in may have been taken out."""
    ancestor = element
    while (parent := ancestor.getparent()) is not None:
        ancestor = parent
    return ancestor is root and element is not root


def _length(element: Any) -> int:
    return int(_CHARACTERS(element))
