"""The real window in headless Chromium: asking, footnotes, the side panel, hostile documents, narrow screens."""

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from open_app import ROOT, open_app
from small_library import write_documents
from small_model import NAME, small_model

from qa.state import STORE_FILE
from qa.store import Store

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
MISSING = [name for name in ("playwright",) if importlib.util.find_spec(name) is None]
MISSING += [] if Path(CHROMIUM).exists() else ["chromium"]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

# Generous: other work may go on on the machine that tests.
PATIENCE = 120_000
HOSTILE = (
    "Zebra rules. ${window.PWNED = 1} {{value}} {{#each value}}z{{/each}} `${alert(1)}` <script>window.PWNED = 2"
    "</script> <img src=x onerror='window.PWNED = 3'> <style>body { display: none }</style> "
    "![x](http://evil.example/x.png) [y](javascript:window.PWNED=4) </div></aside> Zebras may graze on Monday.\n"
)
HOSTILE_NAME = "zebra ${window.PWNED=5} <img src=x onerror=window.PWNED=6> ![](x).txt"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def small_window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A few documents, one of them hostile and one broken, with the smallest model."""
    small_model()
    folder = tmp_path_factory.mktemp("small")
    documents = write_documents(folder / "documents")
    (documents / HOSTILE_NAME).write_text(HOSTILE)
    (documents / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (documents / "long.txt").write_text("".join(f"Line {n} of the long text.\n" for n in range(8_000)))
    flags = ["--documents", str(documents), "--state", str(folder / "state"), "--model", NAME]
    # Long passages: the long document is embedded in a few seconds.
    with open_app(*flags, QA_PASSAGE_CHARACTERS="2000") as address:
        yield address


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seeds") / "state"


@pytest.fixture(scope="module")
def seed_window(state: Path) -> Iterator[str]:
    """The seeds with the default model."""
    with open_app("--state", str(state)) as address:
        yield address


class Tab:
    """One browser tab with the window, and everything that it asked for."""

    def __init__(self, browser: Any, address: str, width: int = 1280, height: int = 800) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.address = address
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(dialog.message))
        self.page.goto(address)
        self.page.locator("#fn-box textarea").wait_for(timeout=PATIENCE)

    def close(self) -> None:
        self.context.close()

    def begin(self, question: str) -> None:
        """Ask, without waiting for anything."""
        self.page.locator("#fn-box textarea").fill(question)
        self.page.keyboard.press("Enter")

    def ask(self, question: str) -> Any:
        """Ask; the answer once it is complete."""
        answers = self.page.locator(".fn-answer")
        before = answers.count()
        self.begin(question)
        self.page.wait_for_function(f"document.querySelectorAll('.fn-answer').length > {before}", timeout=PATIENCE)
        self.done()
        return answers.last

    def done(self) -> None:
        """Wait until no answer is being written."""
        self.page.locator("#fn-box .stop-button").wait_for(state="detached", timeout=PATIENCE)

    def sideways(self) -> int:
        """By how many pixels the page can be scrolled sideways."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return width


@pytest.fixture
def small_tab(chromium: Any, small_window: str) -> Iterator[Tab]:
    with closing(Tab(chromium, small_window)) as tab:
        yield tab


@pytest.fixture
def seed_tab(chromium: Any, seed_window: str) -> Iterator[Tab]:
    with closing(Tab(chromium, seed_window)) as tab:
        yield tab


def in_view(mark: Any) -> bool:
    """Whether an element is inside the visible part of the panel."""
    shown: bool = mark.evaluate(
        "mark => { const a = mark.getBoundingClientRect(), b = mark.closest('#fn-body').getBoundingClientRect();"
        " return a.bottom > b.top && a.top < b.bottom && b.height > 100 }"
    )
    return shown


def test_a_footnote_opens_the_exact_words(seed_tab: Tab, state: Path) -> None:
    answer = seed_tab.ask("What should I do when the heat pump shows fault code E15?")
    note = answer.locator("a.fn-note").first
    assert "heat-pump-manual.pdf, page" in note.get_attribute("title")
    card = answer.locator(f'a.fn-card[href="{note.get_attribute("href")}"] .fn-words').text_content()
    note.click()
    mark = seed_tab.page.locator("#fn-body mark").first
    mark.wait_for(timeout=PATIENCE)
    words = mark.text_content()
    assert "E15" in words and in_view(mark)
    # The row alone stands out, inside the passage that it is from.
    assert "E11" not in words and "E21" not in words
    passage = "".join(seed_tab.page.locator("#fn-body mark, #fn-body .fn-passage").all_text_contents())
    assert words in passage and " ".join(passage.split()).startswith(card.removesuffix(" …"))
    with closing(Store(state / STORE_FILE, read_only=True)) as store:
        document_id = store.document_id("heat-pump-manual.pdf")
        assert document_id is not None
        text, pages = store.text(document_id), store.pages(document_id)
    shown = seed_tab.page.locator(".fn-document").evaluate(
        "node => [...node.childNodes].filter(n => n.className !== 'fn-page').map(n => n.textContent).join('')"
    )
    assert shown == text and words in text
    assert seed_tab.page.locator(".fn-page").count() == len(pages)
    assert seed_tab.page.locator("#fn-title").text_content() == "heat-pump-manual.pdf"
    assert "page" in seed_tab.page.locator("#fn-subtitle").text_content()


def test_the_keyboard_opens_and_closes_the_panel(seed_tab: Tab) -> None:
    note = seed_tab.ask("What should I do when the heat pump shows fault code E15?").locator("a.fn-note").first
    note.focus()
    seed_tab.page.keyboard.press("Enter")
    seed_tab.page.locator("#fn-body mark").first.wait_for(timeout=PATIENCE)
    assert seed_tab.page.url.rstrip("/") == seed_tab.address.rstrip("/")
    seed_tab.page.keyboard.press("Escape")
    assert seed_tab.page.locator("#fn-panel").is_hidden()
    assert note.evaluate("node => node === document.activeElement")


def test_a_slow_click_counts_while_the_answer_is_being_written(seed_tab: Tab) -> None:
    seed_tab.begin("How much may a hotel in London cost per night?")
    # In one go: between two questions to the page the card may be drawn anew.
    place = seed_tab.page.wait_for_function(
        "() => { const box = document.querySelector('a.fn-card')?.getBoundingClientRect();"
        " return box?.width ? [box.x, box.y] : false }",
        timeout=PATIENCE,
    )
    left, top = place.json_value()
    seed_tab.page.mouse.move(left + 60, top + 12)
    seed_tab.page.mouse.down()
    seed_tab.page.wait_for_timeout(400)
    seed_tab.page.mouse.up()
    seed_tab.page.locator("#fn-body mark").first.wait_for(timeout=PATIENCE)
    seed_tab.done()


def test_stop_ends_an_answer_and_the_next_one_is_served(seed_tab: Tab) -> None:
    seed_tab.begin("Why did the Ukrainian troops first think the prisoner was one of theirs?")
    seed_tab.page.locator("#fn-box .stop-button").click(timeout=PATIENCE)
    seed_tab.page.get_by_text("Stopped").wait_for(timeout=PATIENCE)
    seed_tab.done()
    assert seed_tab.ask("What does fault code E15 mean?").locator("a.fn-note, .fn-refusal").count()


def test_what_the_documents_do_not_say_is_said_with_the_nearest_passages(small_tab: Tab) -> None:
    answer = small_tab.ask("Who won the football world cup in 1998?")
    assert answer.locator(".fn-refusal").text_content() == "The documents do not say."
    answer.locator("a.fn-card").first.click()
    mark = small_tab.page.locator("#fn-body mark").first
    mark.wait_for(timeout=PATIENCE)
    assert in_view(mark)


def test_nothing_is_asked_of_another_machine(small_tab: Tab) -> None:
    small_tab.ask("When may zebras graze?").locator("a.fn-card").first.click()
    small_tab.page.locator("#fn-body mark").first.wait_for(timeout=PATIENCE)
    small_tab.page.locator("#fn-list").click()
    small_tab.page.locator(".fn-entry").first.wait_for(timeout=PATIENCE)
    assert len(small_tab.requests) > 10
    own = (small_tab.address, "data:", "blob:")
    assert [url for url in small_tab.requests if not url.startswith(own)] == []
    assert small_tab.errors == []


def test_a_hostile_document_is_only_text(small_tab: Tab) -> None:
    answer = small_tab.ask("When may zebras graze?")
    card = answer.locator("a.fn-card", has_text="zebra").first
    assert card.locator("b").text_content() == HOSTILE_NAME
    card.click()
    mark = small_tab.page.locator("#fn-body mark").first
    mark.wait_for(timeout=PATIENCE)
    assert small_tab.page.locator("#fn-title").text_content() == HOSTILE_NAME
    assert small_tab.page.locator(".fn-document").text_content().strip() == HOSTILE.strip()
    assert small_tab.page.locator(".fn-document *:not(mark):not(.fn-passage)").count() == 0
    small_tab.page.locator("#fn-list").click()
    small_tab.page.locator(".fn-entry", has_text=HOSTILE_NAME).wait_for(timeout=PATIENCE)
    assert small_tab.page.evaluate("window.PWNED === undefined")
    assert small_tab.errors == []
    assert not any("evil.example" in url for url in small_tab.requests)


def test_hostile_questions_are_only_text(small_tab: Tab) -> None:
    hostile = "<img src=x onerror='window.PWNED=7'> **b** ![x](http://evil.example/y.png) $$x$$ ${window.PWNED=8}"
    small_tab.ask(hostile)
    assert small_tab.page.locator(".fn-question").last.text_content() == hostile
    assert small_tab.page.evaluate("window.PWNED === undefined")
    assert not any("evil.example" in url for url in small_tab.requests)


def test_the_list_says_what_was_read_and_what_was_not(small_tab: Tab) -> None:
    small_tab.page.locator("#fn-list").click()
    broken = small_tab.page.locator(".fn-entry", has_text="broken.pdf")
    broken.wait_for(timeout=PATIENCE)
    assert "Not read:" in broken.text_content() and broken.is_disabled()
    small_tab.page.locator(".fn-entry", has_text="choir.txt").click()
    small_tab.page.get_by_text("The choir was founded").wait_for(timeout=PATIENCE)


def test_a_conversation_can_be_limited_to_what_is_ticked(small_tab: Tab) -> None:
    page = small_tab.page
    page.locator("#fn-list").click()
    page.get_by_label("Ask only choir.txt").check()
    assert "choir.txt" in page.locator("#fn-scope").text_content()
    page.locator("#fn-close").click()
    small_tab.ask("Where is diesel sold?")
    cards = page.locator("a.fn-card .fn-place").all_text_contents()
    assert cards and all("choir.txt" in card for card in cards)
    page.locator("#fn-scope").click()
    assert page.locator("#fn-scope").is_hidden()
    small_tab.ask("Where is diesel sold?")
    assert "harbour.md" in page.locator(".fn-answer").last.text_content()


def test_how_sure_an_answer_must_be_is_chosen_in_words_that_say_what_it_costs(small_tab: Tab) -> None:
    page = small_tab.page
    page.locator("#fn-list").click()
    box = page.locator(".fn-strictness")
    box.wait_for(timeout=PATIENCE)
    assert box.get_by_label("Balanced").is_checked()
    costs = box.locator(".fn-entry-facts").all_text_contents()
    assert len(costs) == 3 and all("that have no answer, and" in cost for cost in costs)
    box.get_by_label("Careful").check()
    page.get_by_label("Ask only choir.txt").check()
    assert box.get_by_label("Careful").is_checked()
    page.locator("#fn-close").click()
    small_tab.ask("Who founded the choir in 1931?")
    page.locator("#fn-new").click()
    page.locator("#fn-list").click()
    box.wait_for(timeout=PATIENCE)
    assert box.get_by_label("Careful").is_checked() and not box.get_by_label("Balanced").is_checked()
    assert small_tab.errors == []


def test_a_refusal_says_what_the_documents_mention_and_what_not(small_tab: Tab) -> None:
    answer = small_tab.ask("Who won the football world cup of Atlantis in 1998?")
    assert answer.locator(".fn-refusal").text_content() == "The documents do not say."
    assert "Atlantis" in answer.locator(".fn-missing").text_content()


def test_a_long_document_is_shown_in_parts(small_tab: Tab) -> None:
    small_tab.page.locator("#fn-list").click()
    small_tab.page.locator(".fn-entry", has_text="long.txt").click()
    more = small_tab.page.locator("#fn-body .fn-more")
    more.wait_for(timeout=PATIENCE)
    before = len(small_tab.page.locator(".fn-document").text_content())
    more.scroll_into_view_if_needed()
    scrolled = small_tab.page.locator("#fn-body").evaluate("node => node.scrollTop")
    more.click()
    small_tab.page.wait_for_function(
        f"document.querySelector('.fn-document').textContent.length > {before + 1000}", timeout=PATIENCE
    )
    assert small_tab.page.locator("#fn-body").evaluate("node => node.scrollTop") == scrolled


def test_two_tabs_do_not_mix(chromium: Any, small_window: str, small_tab: Tab) -> None:
    with closing(Tab(chromium, small_window)) as other:
        small_tab.begin("Where is diesel sold?")
        other.begin("Who founded the choir?")
        small_tab.page.locator(".fn-answer").wait_for(timeout=PATIENCE)
        other.page.locator(".fn-answer").wait_for(timeout=PATIENCE)
        small_tab.done()
        other.done()
        assert small_tab.page.locator(".fn-question").all_text_contents() == ["Where is diesel sold?"]
        assert other.page.locator(".fn-question").all_text_contents() == ["Who founded the choir?"]
        assert "harbour.md" in small_tab.page.locator(".fn-answer").text_content()
        assert "harbour.md" not in other.page.locator("a.fn-card").first.text_content()


def test_an_error_stands_in_the_chat_and_the_question_is_not_lost(small_tab: Tab) -> None:
    small_tab.ask("Where is diesel sold?")
    long = "why " * 1500
    answer = small_tab.ask(long)
    assert "QA_QUESTION_CHARACTERS" in answer.locator(".fn-problem").text_content()
    assert small_tab.page.locator(".fn-answer").count() == 2
    assert small_tab.page.locator("#fn-box textarea").input_value().strip() == long.strip()


def test_a_new_conversation_begins_with_an_empty_page(small_tab: Tab) -> None:
    small_tab.page.locator(".fn-example").first.wait_for(timeout=PATIENCE)
    small_tab.page.locator(".fn-example").first.click()
    small_tab.page.locator(".fn-answer").wait_for(timeout=PATIENCE)
    small_tab.done()
    assert small_tab.page.locator(".fn-example").count() == 0
    small_tab.page.locator("#fn-new").click()
    small_tab.page.locator(".fn-example").first.wait_for(timeout=PATIENCE)
    assert small_tab.page.locator(".fn-question").count() == 0


def test_a_narrow_screen_needs_no_sideways_scrolling(chromium: Any, small_window: str) -> None:
    with closing(Tab(chromium, small_window, 390, 844)) as tab:
        assert tab.sideways() == 0
        answer = tab.ask("When may zebras graze?")
        assert tab.sideways() == 0
        answer.locator("a.fn-card").first.click()
        mark = tab.page.locator("#fn-body mark").first
        mark.wait_for(timeout=PATIENCE)
        assert tab.sideways() == 0 and in_view(mark)
        box = tab.page.locator("#fn-panel").bounding_box()
        assert box["width"] == 390 and box["y"] > 0
        tab.page.locator("#fn-close").click()
        assert tab.page.locator("#fn-panel").is_hidden()


def test_the_seeds_offer_good_questions(seed_tab: Tab) -> None:
    seed_tab.page.locator(".fn-example", has_text="fault code E15").wait_for(timeout=PATIENCE)
    seed_tab.page.locator("#fn-folder", has_text=(ROOT / "seeds").name).wait_for(timeout=PATIENCE)


def test_closing_footnote_while_it_answers_ends_in_order(chromium: Any, tmp_path: Path) -> None:
    small_model()
    documents = write_documents(tmp_path / "documents")
    flags = ["--documents", str(documents), "--state", str(tmp_path / "state"), "--model", NAME]
    # open_app asserts that the process, told to end, ends by itself and well; the tab is still open then.
    with open_app(*flags) as address:
        tab = Tab(chromium, address)
        tab.begin("Where is diesel sold?")
        tab.page.locator("a.fn-card").first.wait_for(timeout=PATIENCE)
    tab.close()
