"""`python -m qa`."""

import signal

# Ctrl-C while the modules are still loading ends the process without a traceback; `main` takes over from here.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from qa.cli import main  # noqa: E402

main()
