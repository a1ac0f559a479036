"""What one thread hands to another, in order, with room for a little only."""

import threading
from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class StoppedError(Exception):
    """The other end takes nothing any more."""


class Pipe(Generic[Item]):
    """Items with weights; `put` waits while what lies in it weighs more than `room`."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._items: deque[tuple[Item, int]] = deque()
        self._weight = 0
        self._ended = False
        self._stopped = False
        self._changed = threading.Condition()

    def put(self, item: Item, weight: int = 1) -> None:
        """Hand an item on, once there is room. Raises StoppedError when nobody will take it."""
        with self._changed:
            self._changed.wait_for(lambda: self._weight <= self._room or self._stopped)
            if self._stopped:
                raise StoppedError
            self._items.append((item, weight))
            self._weight += weight
            self._changed.notify_all()

    def take(self, seconds: float | None = None) -> Item | None:
        """The next item, waited for so long (None: without end); None when there is none."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._ended or self._stopped, seconds)
            if self._stopped or not self._items:
                return None
            item, weight = self._items.popleft()
            self._weight -= weight
            self._changed.notify_all()
            return item

    def end(self) -> None:
        """Nothing more is put in; what lies there can still be taken."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def stop(self) -> None:
        """Nothing is put in or taken any more."""
        with self._changed:
            self._stopped = True
            self._items.clear()
            self._changed.notify_all()

    @property
    def over(self) -> bool:
        """Whether nothing more will ever come out."""
        with self._changed:
            return self._stopped or (self._ended and not self._items)
