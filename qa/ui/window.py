"""The Gradio page around the chat and the panel, and its server."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import gradio as gr
from starlette.middleware import Middleware

from qa.config import Strictness
from qa.engine import Engine
from qa.store import Scope
from qa.ui.chat import Chat, Conversation
from qa.ui.examples import MOST, examples
from qa.ui.guard import Guard, own_hosts
from qa.ui.listing import Listing
from qa.ui.panel import Panel
from qa.ui.port import PortError
from qa.watching import Reading

HERE = Path(__file__).parent
# Questions that may wait at the model; each holds a thread. More wait in Gradio's own queue.
AT_ONCE = 16
# Names that one conversation may be limited to: what a person ticks, not what a program sends.
MOST_CHOSEN = 1000

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

PANEL = (HERE / "panel.html").read_text("utf-8")
STYLE = (HERE / "style.css").read_text("utf-8")
WELCOME = (HERE / "welcome.html").read_text("utf-8")
SCRIPT = (HERE / "panel.js").read_text("utf-8")


@contextmanager
def open_window(engine: Engine, port: int, reading: Reading) -> Iterator[str]:
    """Serve the chat window until the block ends; gives its address. Answers under way are stopped, then.

    `reading` is told by whoever reads the folder meanwhile; the window shows what it says.
    """
    settings = engine.settings
    chat = Chat(engine)
    page = build(chat, reading)
    hosts, addresses = own_hosts(settings.host)
    try:
        page.launch(
            # An IPv6 address stands in brackets wherever a port follows it.
            server_name=f"[{settings.host.strip('[]')}]" if settings.host.count(":") > 1 else settings.host,
            server_port=port,
            inbrowser=settings.browser,
            prevent_thread_lock=True,
            share=False,
            ssr_mode=False,
            run_history=False,
            footer_links=[],
            enable_monitoring=False,
            quiet=True,
            theme=theme(),
            head=f"<style>{STYLE}</style>",
            app_kwargs={
                "middleware": [Middleware(Guard, hosts=hosts, addresses=addresses)],
                "docs_url": None,
                "redoc_url": None,
                "openapi_url": None,
            },
        )
        yield page.local_url
    except OSError as error:
        raise PortError(f"The chat window cannot listen on {settings.host}:{port}: {error}.") from error
    finally:
        chat.close()
        page.close(verbose=False)


def build(chat: Chat, reading: Reading) -> gr.Blocks:
    """The page: header and panel, conversation, example questions, question box."""
    methods = [*Panel(chat).methods(), *Listing(chat, reading).methods()]
    with gr.Blocks(title="Footnote", fill_height=True, analytics_enabled=False) as page:
        frame = gr.HTML(
            html_template=PANEL,
            js_on_load=SCRIPT,
            apply_default_css=False,
            elem_id="fn-frame",
            server_functions=[_function(method) for method in methods],
        )
        conversation = gr.State(Conversation())
        messages = gr.Chatbot(
            elem_id="fn-chat",
            show_label=False,
            container=False,
            height="100%",
            scale=1,
            sanitize_html=True,
            latex_delimiters=[],
            buttons=[],
            layout="panel",
            group_consecutive_messages=False,
            feedback_options=None,
        )
        with gr.Column(elem_id="fn-examples", visible=True) as welcome:
            gr.HTML(html_template=WELCOME, js_on_load=None, apply_default_css=False)
            buttons = [gr.Button(visible=False, elem_classes="fn-example") for _ in range(MOST)]
        box = gr.Textbox(
            elem_id="fn-box",
            show_label=False,
            label="Your question",
            placeholder="Ask your documents a question",
            container=False,
            autofocus=True,
            lines=1,
            max_lines=6,
            submit_btn="Ask",
        )
        _connect(chat, conversation, messages, welcome, buttons, box)
        frame.click(
            _begin_again, [conversation], [conversation, messages, welcome], concurrency_limit=None, **PRIVATE
        )
        frame.select(_choose, [conversation], None, concurrency_limit=None, **PRIVATE)
        # Asked for by each page: at the first start there is no document yet when the window is built.
        page.load(lambda: _questions(chat.engine), None, buttons, concurrency_limit=None, **PRIVATE)
    return page


def _connect(
    chat: Chat,
    conversation: gr.State,
    messages: gr.Chatbot,
    welcome: gr.Column,
    buttons: list[Any],
    box: gr.Textbox,
) -> None:
    def ask(question: str, mine: Conversation) -> Iterator[tuple[Any, Any, Any]]:
        if mine.busy:
            return
        running = gr.update(value="", submit_btn=False, stop_btn="Stop")
        for shown in chat.ask(mine, question):
            yield shown, running, gr.update(visible=False)
            running = gr.skip()
        # A question that failed goes back into the box, to be put right there.
        again = {"value": question} if mine.failed else {}
        yield gr.skip(), gr.update(submit_btn="Ask", stop_btn=False, **again), gr.skip()

    def stop(mine: Conversation) -> None:
        mine.stop = True

    asking: dict[str, Any] = {"concurrency_limit": AT_ONCE, "concurrency_id": "ask", **PRIVATE}
    box.submit(ask, [box, conversation], [messages, box, welcome], **asking)
    for button in buttons:
        button.click(ask, [button, conversation], [messages, box, welcome], **asking)
    box.stop(stop, [conversation], None, concurrency_limit=None, **PRIVATE)


def _begin_again(conversation: Conversation) -> tuple[Any, Any, Any]:
    """An empty page about the same documents; an answer that is being written is stopped."""
    conversation.left = True
    again = Conversation(scope=conversation.scope, strictness=conversation.strictness)
    return again, [], gr.update(visible=True)


def _choose(conversation: Conversation, event: gr.EventData) -> None:
    """For the next questions: which documents and folders (none: all), or how sure an answer must be."""
    chosen = event._data if isinstance(event._data, dict) else {}
    if isinstance(names := chosen.get("scope"), list):
        conversation.scope = Scope(tuple(str(name) for name in names[:MOST_CHOSEN]))
    if (strictness := chosen.get("strictness")) in get_args(Strictness):
        conversation.strictness = strictness


def _questions(engine: Engine) -> list[Any]:
    """What the example buttons say; those that have nothing to say are not there."""
    found = examples(engine)
    return [gr.update(value=question, visible=True) for question in found] + [
        gr.update(visible=False) for _ in range(MOST - len(found))
    ]


def _function(method: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Gradio marks what the page may call with an attribute, which a method cannot carry."""

    @functools.wraps(method)
    def call(argument: Any) -> Any:
        return method(argument)

    return call


def theme() -> gr.themes.Base:
    """Plain, with the fonts that Gradio carries: nothing is loaded from elsewhere."""
    return gr.themes.Base(
        font=[gr.themes.LocalFont("IBM Plex Sans", weights=(400, 700)), "system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
