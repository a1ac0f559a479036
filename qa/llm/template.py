"""Messages to tokens, in the chat template that a model file carries."""

from collections.abc import Mapping, Sequence

import jinja2
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from qa.gguf import Gguf, ModelError

Message = Mapping[str, str]

# Opens and closes a foreign text inside a rendered template; Unicode's private use, so no tokenizer merges it.
MARK = "\ue000{}\ue001"


class ChatTemplate:
    """The chat template of a model, and the model's tokenizer.

    Raises ModelError when the model carries no template, or one that is not Jinja.
    """

    def __init__(self, gguf: Gguf) -> None:
        self._gguf = gguf
        self._formatter = _formatter(gguf)
        self._has_system_role = self._renders_system_role()

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        """The prompt for `messages` in the model's own chat template.

        Contents are tokenised as plain text: control tokens written in a document or question stay words.
        """
        messages = list(messages) if self._has_system_role else _fold_system(messages)
        marked = [{**m, "content": MARK.format(number)} for number, m in enumerate(messages)]
        rest = self._render(marked)
        tokens: list[int] = []
        for number, message in enumerate(messages):
            before, found, rest = rest.partition(MARK.format(number))
            if not found:
                raise ModelError(
                    f"The chat template of {self._gguf.path.name} drops messages. Choose another model."
                )
            tokens += self._control_tokens(before, first=not tokens)
            tokens += self.plain_tokens(message["content"].strip())
        return tokens + self._control_tokens(rest, first=not tokens)

    def plain_tokens(self, text: str) -> list[int]:
        """Tokens of a text in which control tokens are words like any other."""
        return self._gguf.tokenize(text, add_bos=False, control=False)

    def _render(self, messages: Sequence[Message]) -> str:
        try:
            # A model that reasons aloud by default is asked not to: only what is checked is shown.
            return str(self._formatter(messages=list(messages), enable_thinking=False).prompt)
        except Exception as error:  # a template is a program from the model file and may raise anything
            raise ModelError(
                f"The chat template of {self._gguf.path.name} fails: {error}. Choose another model with --model."
            ) from error

    def _renders_system_role(self) -> bool:
        try:
            marked = [
                {"role": "system", "content": MARK.format(0)},
                {"role": "user", "content": MARK.format(1)},
            ]
            return MARK.format(0) in self._render(marked)
        except ModelError:
            return False

    def _control_tokens(self, text: str, first: bool) -> list[int]:
        begins = self._formatter.bos_token
        add_bos = first and not (begins and text.startswith(begins))
        return self._gguf.tokenize(text, add_bos=add_bos, control=True)


def _formatter(gguf: Gguf) -> Jinja2ChatFormatter:
    source = gguf.chat_template()
    if not source:
        raise ModelError(
            f"{gguf.path} carries no chat template, so it was not made for questions and answers. "
            "Choose an instruct or chat model with --model (QA_MODEL)."
        )
    try:
        return Jinja2ChatFormatter(source, eos_token=gguf.end_text(), bos_token=gguf.begin_text())
    except jinja2.TemplateError as error:
        raise ModelError(
            f"The chat template of {gguf.path} cannot be read ({error}). Choose another model with --model."
        ) from error


def _fold_system(messages: Sequence[Message]) -> list[Message]:
    """For models without a system role: its words go before those of the first user."""
    system = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
    others = [m for m in messages if m["role"] != "system"]
    return [{**others[0], "content": f"{system}\n\n{others[0]['content']}"}, *others[1:]] if system else others
