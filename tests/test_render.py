"""Answers as HTML: the text survives exactly, and nothing that a model or document wrote is alive."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering import (
    ClaimChecked,
    EvidenceFound,
    Finished,
    Prompt,
    Rewriting,
    Rewritten,
    Timings,
    Token,
    Waiting,
)
from qa.citations import claims, segments
from qa.evidence import Source
from qa.prompt import REFUSAL
from qa.render import SPECIAL, UNREADABLE, AnswerView, answer_html, escape, follow, question_html, sentences

HOSTILE = (
    "<script>window.PWNED = 1</script>",
    "<img src=x onerror=alert(1)>",
    "![a](http://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "[ref]: http://evil.example",
    "<http://evil.example>",
    "http://evil.example/ www.evil.example",
    "${alert(1)} {{value}} {% raw %} `code` ```js\nalert(1)\n```",
    "</div></span><form action=http://evil.example><input name=q>",
    "\n\n# Heading\n\n- item\n\n> quote\n\n| a | b |\n|---|---|\n",
    "$$x^2$$ \\(x\\) **bold** _it_ ~~del~~ <!-- -->",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "&lt;img&gt; &#60;b&#62; &amp;",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<thinking>x</thinking><style>*{display:none}</style>",
    "\r\n\x0c\x1b[31m\x00",
    "<svg/onload=alert(1)><svg><script href=data:,alert(1)></script></svg>",
    "<iframe src=data:text/html,x></iframe><object data=data:text/html,x>",
    "[a](data:text/html,x) ![a](data:image/svg+xml,x 'onload=alert(1)') [a][b]\n[b]: javascript:alert(1)",
    '<a href="javascript:alert(1)">a</a><a href=" java&#115;cript:alert(1)">b</a>',
    "<a href='#cite-TOKEN-1' onclick=alert(1)>1</a>",
    "<img src='x' onerror='alert(1)'",
    "<!--><script>alert(1)</script>--> <![CDATA[<b>]]> <?php x ?> <textarea><title><xmp>",
    "<div><s><b><sup><progress value=1",
    "\uff1cscript\uff1e \u003cb\u003e %3Cscript%3E \u202e\u2066",
)
STRINGS = Path(__file__).parent.parent.parent / "shared" / "data" / "hostile" / "strings.jsonl"
ALLOWED = {"div", "span", "sup", "i", "a", "b", "em", "s", "progress"}


class Page(HTMLParser):
    """What a browser would make of it: text outside footnotes, tags, attributes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.links = "", [], []
        self._in_note = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append((tag, values))
        self._in_note = self._in_note or tag == "sup"
        if "href" in values:
            self.links.append(values["href"])

    def handle_endtag(self, tag):
        self._in_note = self._in_note and tag != "sup"

    def handle_data(self, data):
        if not self._in_note:
            self.text += data


def source(n=1, document="manual.pdf", page=4, text="Power off at the fuse box.", headings=("Faults", "Codes")):
    place = f"page {page}" if page is not None else ""
    return Source(n, n, document, page, 0, len(text), text, headings, 1.0, place)


def finished(written, sources, refused=False, cut=False):
    found = () if refused else tuple(claims(written, len(sources)))
    timings = Timings(0.1, 0.2, 1.234, 10, 10)
    return Finished("q", written, refused, found, sources, timings, written, cut)


def answered(written, sources, **kinds):
    return follow(AnswerView("TOKEN"), finished(written, sources, **kinds))


def inert(html):
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert all(set(values) <= {"class", "href", "title", "max", "value"} for _, values in page.tags)
    assert all(re.fullmatch(r"#cite-TOKEN-\d+", link) for link in page.links)
    # One line that begins with a <div>: Markdown leaves it alone to its end.
    assert html.startswith("<div ") and "\n" not in html and "\r" not in html
    return page


@given(st.text())
def test_the_text_of_the_html_is_the_text_that_was_given(text):
    assert Page(escape(text)).text == UNREADABLE.sub("\ufffd", text)


@given(st.text())
def test_escaped_text_holds_no_character_that_html_or_markdown_reads(text):
    assert not SPECIAL.search(re.sub(r"&#\d+;", "", escape(text)))


@given(st.text(alphabet=st.sampled_from("ab .!?\n[]12,*<&")), st.integers(0, 3))
def test_the_text_of_an_answer_is_its_text_without_markers(written, count):
    sources = tuple(source(n) for n in range(1, count + 1))
    found = claims(written, count)
    html = sentences(written, found, sources, "TOKEN", len(found))
    # Trailing space of a sentence stands after its footnotes, so each sentence is compared for itself.
    expected = ""
    for claim in found:
        piece = written[claim.start : claim.end]
        core = piece.rstrip()
        expected += "".join(part for part in segments(core, count) if isinstance(part, str)) + piece[len(core) :]
    assert Page(html).text == expected


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_wherever_it_stands(text):
    hostile = source(document=text or "x", text=text, headings=(text,))
    page = inert(answer_html(answered(f"{text} [1]. {text}", (hostile,))))
    assert re.sub(r"\s+", "", UNREADABLE.sub("\ufffd", text)) in re.sub(r"\s+", "", page.text)
    inert(answer_html(follow(AnswerView("TOKEN", written=text), EvidenceFound("q", (hostile,), 0.1))))
    inert(answer_html(answered(REFUSAL, (hostile,), refused=True)))
    inert(answer_html(AnswerView("TOKEN", problem=text)))
    assert Page(question_html(text)).text == UNREADABLE.sub("\ufffd", text)


def everything(text):
    """The page of each function that makes HTML of what was written elsewhere, with `text` in each place."""
    hostile = (source(document=text or "x", text=text, headings=(text,)),)
    written = f"{text} [1]. {text}"
    found = [replace(one, verdict="unsupported", reason=text) for one in claims(written, 1)]
    view = follow(AnswerView("TOKEN"), EvidenceFound("q", hostile, 0.1))
    yield answer_html(follow(view, Token(written)))
    yield answer_html(follow(view, replace(finished(written, hostile), claims=tuple(found))))
    yield answer_html(follow(view, replace(finished(REFUSAL, hostile, refused=True), missing=text)))
    yield answer_html(AnswerView("TOKEN", problem=text))
    yield answer_html(answered(written, hostile))
    yield question_html(text, text)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_alive_survives_in_an_answer_a_passage_a_title_or_a_question(text):
    for html in everything(text):
        inert(html)


@pytest.mark.skipif(not STRINGS.exists(), reason="no evaluation data")
def test_every_hostile_string_of_the_shared_collection_is_inert():
    for line in STRINGS.read_text("utf-8").splitlines():
        for html in everything(json.loads(line)["text"]):
            inert(html)


def test_a_footnote_links_its_source_and_stands_after_the_punctuation():
    html = answer_html(answered("Keep away [1]. Call service.[1]", (source(),)))
    note = '<a class="fn-note" href="#cite-TOKEN-1" title="manual&#46;pdf&#44; page 4&#44; Codes">1</a>'
    assert f"Keep away&#46;<sup>{note}</sup></span> " in html
    assert f"Call service&#46;<sup>{note}</sup></span>" in html


def test_several_footnotes_of_a_sentence_are_told_apart():
    html = answer_html(answered("Keep away [1, 2][1].", (source(1), source(2))))
    assert html.count('class="fn-note"') == 2
    assert "</a><i>,</i><a" in html


def test_a_marker_that_names_no_source_leaves_no_trace():
    page = inert(answer_html(answered("Keep away [7].", (source(),))))
    assert "7" not in page.text


def test_a_sentence_without_a_footnote_is_marked_once_it_is_complete():
    sources = (source(),)
    view = follow(AnswerView("TOKEN"), EvidenceFound("q", sources, 0.1))
    view = follow(view, Token("It is blue. It is"))
    assert "fn-uncited" not in answer_html(view)
    view = follow(view, ClaimChecked(claims("It is blue. It is", 1)[0]))
    assert answer_html(view).count("fn-uncited") == 1
    assert answer_html(view).count("fn-unchecked") == 1
    view = follow(view, finished("It is blue. It is round.", sources))
    assert answer_html(view).count("fn-uncited") == 2
    assert "check this yourself" in Page(answer_html(view)).text


def test_a_sentence_that_nothing_supports_is_struck_through_and_says_why():
    sources = (source(),)
    view = follow(AnswerView("TOKEN"), EvidenceFound("q", sources, 0.1))
    view = follow(view, Token("It is blue [1]. It is <b>1871</b> years old [1]. So"))
    blue, old = claims(view.written, 1)[:2]
    view = follow(view, ClaimChecked(replace(blue, verdict="supported")))
    fell = replace(old, verdict="unsupported", footnotes=(), reason='the number 1871 is "not" there')
    page = inert(answer_html(follow(view, ClaimChecked(fell))))
    html = answer_html(follow(view, ClaimChecked(fell)))
    assert html.count('<s class="fn-struck"') == 1
    assert "the number 1871 is" in html and html.count('class="fn-note"') == 1
    assert "It is blue" in page.text


def test_a_sentence_that_nothing_supports_is_left_out_where_that_is_wished():
    view = follow(AnswerView("TOKEN", strike=False), EvidenceFound("q", (source(),), 0.1))
    written = "It is blue [1]. It is 1871 years old [1]. It is round [1]."
    blue, old, whole = claims(written, 1)
    fell = replace(old, verdict="unsupported", footnotes=(), reason="no")
    view = follow(view, Token("It is blue [1]. It is 1871 years old [1]. It"))
    view = follow(follow(view, ClaimChecked(replace(blue, verdict="supported"))), ClaimChecked(fell))
    assert "1871" not in Page(answer_html(view)).text and "It is blue" in Page(answer_html(view)).text
    end = replace(finished(written, (source(),)), claims=(replace(blue, verdict="supported"), fell, whole))
    page = inert(answer_html(follow(view, end)))
    assert "1871" not in page.text and "It is blue. It is round." in page.text
    assert "A sentence was left out: not found in the documents" in page.text


def test_a_mended_footnote_stands_where_the_wrong_one_stood():
    sources = (source(1), source(2))
    written = "It is blue [1]. It is round [1]."
    found = claims(written, 2)
    mended = [replace(found[0], verdict="supported", footnotes=(2,)), replace(found[1], verdict="supported")]
    html = sentences(written, mended, sources, "TOKEN", 2)
    assert [href[-1] for href in re.findall(r'href="([^"]+)"', html)] == ["2", "1"]
    assert Page(html).text == "It is blue. It is round."


def test_a_marker_that_is_still_being_written_is_not_shown():
    view = follow(AnswerView("TOKEN"), EvidenceFound("q", (source(),), 0.1))
    assert "[" not in Page(answer_html(follow(view, Token("Keep away [1")))).text


def test_words_that_may_become_a_refusal_are_held_back():
    view = follow(AnswerView("TOKEN"), EvidenceFound("q", (source(),), 0.1))
    view = follow(view, Token("The documents do"))
    assert "fn-text" not in answer_html(view)
    assert "fn-text" in answer_html(follow(view, Token(" mention it")))


def test_a_follow_up_shows_below_the_question_how_it_was_understood():
    waiting = follow(AnswerView("t"), Waiting(2))
    assert "Waiting" in answer_html(waiting)
    view = follow(waiting, Rewriting())
    assert "Relating the question to the conversation" in answer_html(view)
    view = follow(view, Rewritten("And <b>it</b>?", "Is diesel <b>sold</b>?"))
    page = Page(question_html("And <b>it</b>?", view.standalone))
    assert page.text == "And <b>it</b>?Understood as: Is diesel <b>sold</b>?"
    assert "Searching" in answer_html(view)


def test_a_question_that_was_understood_as_it_stands_shows_nothing_more():
    view = follow(AnswerView("t"), Rewritten("Why?", "Why?"))
    assert question_html("Why?", view.standalone) == question_html("Why?")


def test_evidence_is_shown_before_the_first_word_with_what_is_being_done():
    view = AnswerView("TOKEN")
    assert "Searching the documents" in answer_html(view)
    view = follow(view, EvidenceFound("q", (source(1), source(2)), 0.1))
    assert answer_html(view).count("fn-card ") + answer_html(view).count('fn-card"') == 2
    assert "2 questions are before yours" in answer_html(follow(view, Waiting(2)))
    assert "1 question is before yours" in answer_html(follow(view, Waiting(1)))
    page = Page(answer_html(follow(view, Prompt(40, 100))))
    assert "Reading 2 passages, 40\xa0%" in page.text
    assert ("progress", {"class": "fn-bar", "max": "100", "value": "40"}) in page.tags
    assert "Power off at the fuse box." in page.text


def test_sources_that_no_footnote_names_are_dimmed_at_the_end():
    html = answer_html(answered("Keep away [1].", (source(1), source(2))))
    assert html.count("fn-unused") == 1 and "not used" in html


def test_a_refusal_offers_the_nearest_passages():
    page = inert(answer_html(answered(REFUSAL, (source(),), refused=True)))
    assert REFUSAL in page.text and "came nearest" in page.text
    assert page.links == ["#cite-TOKEN-1"]
    assert "no passages" in Page(answer_html(answered(REFUSAL, (), refused=True))).text


def test_a_refusal_says_what_is_missing():
    end = finished(REFUSAL, (source(),), refused=True)
    said = "The documents mention <b>the fuse box</b>, but do not say who."
    page = inert(answer_html(follow(AnswerView("TOKEN"), replace(end, missing=said))))
    assert page.text.index(REFUSAL) < page.text.index(said) < page.text.index("came nearest")


def test_a_stopped_and_a_cut_answer_say_so():
    stopped = AnswerView("TOKEN", (source(),), searched=True, written="Keep away", stopped=True)
    assert "Stopped: the answer is not complete" in Page(answer_html(stopped)).text
    assert "Stopped before" in Page(answer_html(AnswerView("TOKEN", stopped=True))).text
    assert "QA_ANSWER_TOKENS" in Page(answer_html(answered("Keep away", (source(),), cut=True))).text


def test_a_long_source_shows_its_first_words():
    page = Page(answer_html(answered("Yes [1].", (source(text="word " * 100),))))
    assert page.text.count("word") < 40 and "word …" in page.text
