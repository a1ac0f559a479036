"""Everything that one library needs, built once in the order of the data and closed in the reverse order."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, replace

from qa import weights
from qa.answering import Answerer, Event, checked_question
from qa.config import FootnoteError, Progress, Settings, Strictness, silent
from qa.conversation import Turn
from qa.embedding import Checker, Embedder, Reranker
from qa.evidence import Source, found
from qa.folder import EmptyFolderError, check
from qa.index import PassageIndex
from qa.judging import Judgement, judgement
from qa.library import Library, SyncReport, adopt, check_rebuild
from qa.llm import ChatModel
from qa.prompt import shared_start
from qa.retrieval import EVERYTHING, Retriever
from qa.state import PREFIX_FOLDER, STORE_FILE, StateFolder, check_folder
from qa.store import CatalogueEntry, Scope, Store
from qa.watching import watching


@dataclass(frozen=True)
class Engine:
    """One library, open: what the window, the command line and the evaluation work with."""

    settings: Settings
    store: Store
    index: PassageIndex
    library: Library
    retriever: Retriever
    model: ChatModel | None
    checker: Checker | None = None
    judgement: Judgement | None = None

    def sync(self, progress: Progress = silent, force: bool = False) -> SyncReport:
        """Bring the library in step with its folder; `force` removes what has left it, however much it is.

        May be called from any thread: questions are answered meanwhile, a second sync waits for the first.
        """
        return self.library.sync(progress, force)

    def watch(
        self,
        report: Callable[[SyncReport], None] = lambda report: None,
        problem: Callable[[FootnoteError], None] = lambda error: None,
        progress: Progress = silent,
    ) -> AbstractContextManager[None]:
        """Follow the folder in a thread of its own while the block runs (see qa.watching.watch)."""
        return watching(self.library, report, problem, progress, self.answering)

    def answering(self) -> bool:
        """Whether a question is at the model just now."""
        return self.model is not None and self.model.turnstile.ahead() > 0

    def search(self, question: str, scope: Scope = EVERYTHING) -> tuple[Source, ...]:
        """Retrieval alone: the reranked passages of the documents in `scope`, best first."""
        ranked = self.retriever.search(checked_question(question, self.settings), scope=scope)
        # By what they are ordered: the relevance, and what the reader adds to it.
        return found([replace(one, relevance=one.rank) for one in ranked[: self.settings.reranked]])

    def answer(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        scope: Scope = EVERYTHING,
        strictness: Strictness | None = None,
    ) -> Iterator[Event]:
        """Events of one question to the documents in `scope`, `Finished` last; closing the generator stops it.

        `strictness` is how sure an answer must be; None: as the settings say.
        """
        if self.model is None:
            raise RuntimeError("this engine was opened without a chat model")
        settings = self.settings.model_copy(update={"strictness": strictness}) if strictness else self.settings
        answerer = Answerer(
            settings,
            self.store,
            self.retriever,
            self.model,
            self.library.coverage,
            self.checker,
            self.judgement,
        )
        return answerer.answer(question, turns, scope)

    def documents(self) -> list[CatalogueEntry]:
        """Every file of the library with its status."""
        return self.library.documents()


@contextmanager
def open_engine(
    settings: Settings, progress: Progress = silent, chat: bool = True, rebuild: bool = False
) -> Iterator[Engine]:
    """Fetch what is missing, take the state folder, load the models.

    `chat=False` leaves the chat model out; `rebuild` forgets every document first, to be read again by `sync`.

    Raises a FootnoteError for anything a user can put right.
    """
    # Before a gigabyte is fetched: is there anything to ask, a place for the answers, a model to give them?
    check_folder(settings.state_folder)
    try:
        check(settings)
    except EmptyFolderError:
        # A folder that held documents before: what was read of them still answers.
        if rebuild or not (settings.state_folder / STORE_FILE).exists():
            raise
    needed = [model for model in weights.required(settings) if chat or model.role != "chat"]
    if chat and not any(model.role == "chat" for model in needed):
        weights.chat_model(settings)
    weights.fetch(needed, settings, progress)
    with ExitStack() as stack:
        stack.enter_context(StateFolder(settings.state_folder))
        # The chat model takes a second to load, and so does Chroma: side by side.
        pool = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="load"))
        stopped = threading.Event()
        loading = pool.submit(_chat_model, settings, stopped) if chat else None
        if loading:
            stack.callback(_free, loading)
        # Whatever ends this early, Ctrl-C first of all, need not wait until the shared start is read.
        stack.callback(stopped.set)
        adopt(settings, progress)
        store = stack.enter_context(closing(Store(settings.state_folder / STORE_FILE, progress=progress)))
        if rebuild:
            check_rebuild(settings, store)
            store.clear()
        embedding = weights.embedding_model(settings.embedding, settings.models)
        embedder = stack.enter_context(closing(Embedder(embedding, settings.threads)))
        reranker = Reranker(weights.model_folder(weights.RERANKER, settings), settings.threads, embedder)
        index = stack.enter_context(closing(PassageIndex(settings.state_folder, store, progress)))
        library = Library(settings, store, index, embedder)
        checker = Checker(*weights.reader_model(settings), settings.threads)
        retriever = Retriever(settings, store, index, embedder, reranker, checker)
        judged = judgement(weights.judgement(settings))
        model = loading.result() if loading else None
        yield Engine(settings, store, index, library, retriever, model, checker, judged)


def _chat_model(settings: Settings, stopped: threading.Event) -> ChatModel:
    model = ChatModel(weights.chat_model(settings), settings.threads, settings.context_tokens)
    model.prepare(shared_start(), settings.state_folder / PREFIX_FOLDER, stopped)
    return model


def _free(loading: Future[ChatModel]) -> None:
    """Free the chat model, whether anybody came to use it or not."""
    if loading.exception() is None:
        loading.result().close()
