"""A lock that is passed in the order of asking, which threading.Lock does not promise."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turnstile:
    """Whoever is first in the queue holds it."""

    def __init__(self) -> None:
        self._waiting: deque[object] = deque()
        self._condition = threading.Condition()

    def ahead(self) -> int:
        """How many hold or await it now."""
        with self._condition:
            return len(self._waiting)

    @contextmanager
    def queue(self) -> Iterator["Ticket"]:
        """Take a place in the queue; it is given up at the end of the block, whether it was served or not."""
        ticket = Ticket(self)
        with self._condition:
            self._waiting.append(ticket)
        try:
            yield ticket
        finally:
            with self._condition:
                self._waiting.remove(ticket)
                self._condition.notify_all()

    def wait(self, ticket: "Ticket", seconds: float) -> int:
        """How many are still ahead of `ticket`, after at most `seconds`; 0 means that it is its turn."""
        with self._condition:
            self._condition.wait_for(lambda: self._waiting[0] is ticket, timeout=seconds)
            return self._waiting.index(ticket)


class Ticket:
    """A place in a Turnstile's queue."""

    def __init__(self, turnstile: Turnstile) -> None:
        self._turnstile = turnstile

    def wait(self, seconds: float = 0.25) -> int:
        """How many are still ahead, after at most `seconds`."""
        return self._turnstile.wait(self, seconds)
