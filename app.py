"""The chat window: `python app.py` answers questions about the documents in seeds/, or about any other folder."""

import argparse
import sys
import threading
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

from qa.config import FootnoteError, Settings, load_settings
from qa.terminal import (
    err,
    following,
    noted_interrupt,
    prepare_signals,
    prepare_streams,
    progress_bars,
    visible,
)
from qa.ui import keep_offline
from qa.ui.port import free_port


def main() -> None:
    """Serve until Ctrl-C. Exit codes: 0 done, 2 something to put right, 130 interrupted before it was open."""
    prepare_signals()
    prepare_streams()
    try:
        serve(load_settings(**flags()))
    except FootnoteError as error:
        err.print(visible(f"Footnote: {error}"))
        sys.exit(2)
    except KeyboardInterrupt:
        err.print("\nStopped. What was finished is kept; the same command goes on from there.")
        sys.exit(130)


def flags() -> dict[str, object]:
    """The command line's settings; None where the environment or the file decides."""
    parser = argparse.ArgumentParser(prog="app.py", description=__doc__)
    parser.add_argument(
        "--documents",
        type=Path,
        action="append",
        metavar="DIR",
        help="folder of documents to answer from; repeat for more",
    )
    parser.add_argument("--state", type=Path, metavar="DIR", help="folder for the index")
    parser.add_argument("--model", metavar="M", help="chat model: name, GGUF file, or owner/repo:file.gguf")
    parser.add_argument("--host", metavar="H", help="address to listen on; 0.0.0.0: the whole network may ask")
    parser.add_argument("--port", type=int, metavar="P", help="port to listen on; 0 takes any free one")
    parser.add_argument("--no-browser", dest="browser", action="store_const", const=False, help="open no browser")
    return vars(parser.parse_args())


def serve(settings: Settings) -> None:
    """Open the library and the window, in this order, and close them in the other; follow the folder between."""
    port = free_port(settings.host, settings.port)
    keep_offline(settings.state_folder)
    from qa.engine import open_engine

    # Gradio takes two seconds to import, the models as long to load: side by side. What both need is imported
    # before, since two threads that import modules of one cycle can meet halfway.
    threading.Thread(target=import_module, args=("qa.ui.window",), daemon=True).start()
    with ExitStack() as stack:
        with progress_bars(err) as progress:
            engine = stack.enter_context(open_engine(settings, progress))
        from qa.ui.window import open_window
        from qa.watching import Reading

        reading = Reading()
        interrupt = stack.enter_context(noted_interrupt())
        address = stack.enter_context(open_window(engine, port, reading))
        err.print(f"Footnote is open at {address}  (Ctrl-C closes it)")
        stack.enter_context(following(engine, reading, err, err, interrupt))
        interrupt.wait()
        err.print("\nClosing.")


if __name__ == "__main__":
    main()
