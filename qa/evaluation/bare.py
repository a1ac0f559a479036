"""llama.cpp and pdfium with nothing around them: what our own reading and writing is measured against."""

import time
from pathlib import Path

import llama_cpp
import pypdfium2


class BareLlama:
    """The model at `path` with one context; its first `prompt_tokens` tokens of `text` are the prompt."""

    def __init__(self, path: Path, threads: int, context_tokens: int, text: str, prompt_tokens: int) -> None:
        self.prompt_tokens = prompt_tokens
        llama_cpp.llama_backend_init()
        self._model = llama_cpp.llama_model_load_from_file(
            str(path).encode(), llama_cpp.llama_model_default_params()
        )
        params = llama_cpp.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = context_tokens, prompt_tokens, prompt_tokens
        params.n_threads = params.n_threads_batch = threads
        self._context = llama_cpp.llama_init_from_model(self._model, params)
        self._sampler = llama_cpp.llama_sampler_init_greedy()
        content = text.encode()
        self._tokens = (llama_cpp.llama_token * (len(content) + 2))()
        vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        llama_cpp.llama_tokenize(vocabulary, content, len(content), self._tokens, len(self._tokens), False, False)

    def speeds(self, written_tokens: int) -> tuple[float, float]:
        """Tokens/s of reading the prompt and of writing `written_tokens` after it."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._context), True)
        started = time.perf_counter()
        prompt = llama_cpp.llama_batch_get_one(self._tokens, self.prompt_tokens)
        llama_cpp.llama_decode(self._context, prompt)
        token = (llama_cpp.llama_token * 1)(llama_cpp.llama_sampler_sample(self._sampler, self._context, -1))
        read = time.perf_counter()
        for _ in range(written_tokens):
            llama_cpp.llama_decode(self._context, llama_cpp.llama_batch_get_one(token, 1))
            token[0] = llama_cpp.llama_sampler_sample(self._sampler, self._context, -1)
        written = time.perf_counter()
        return self.prompt_tokens / (read - started), written_tokens / (written - read)

    def close(self) -> None:
        """Free everything."""
        llama_cpp.llama_sampler_free(self._sampler)
        llama_cpp.llama_free(self._context)
        llama_cpp.llama_model_free(self._model)


def pdf_pages(path: Path) -> int:
    """The number of pages, after pdfium has given the text of each. Raises pypdfium2.PdfiumError."""
    with pypdfium2.PdfDocument(path) as file:
        for number in range(len(file)):
            page = file[number]
            text = page.get_textpage()
            text.get_text_range()
            text.close()
            page.close()
        return len(file)
