"""How far a survey is, and how long the rest will take."""

import time

from qa.surveying.reach import Reach
from qa.surveying.records import Surveyed

# Seconds before the pace says anything.
_SETTLED = 4.0


class Pace:
    """Counts steps of a survey; each stands for its share of the passages."""

    def __init__(self, within: Reach, steps: int) -> None:
        self.within = within
        self.steps = max(1, steps)
        self.done = 0
        self._started = time.monotonic()

    def step(self, steps: int = 1) -> Surveyed:
        """So many more steps are done."""
        self.done = min(self.done + steps, self.steps)
        return self.now()

    def now(self) -> Surveyed:
        """Passages read, and seconds that the others will take at the pace so far."""
        passed = time.monotonic() - self._started
        known = self.done and passed > _SETTLED
        left = passed / self.done * (self.steps - self.done) if known else None
        total = self.within.passages
        return Surveyed(total * self.done // self.steps, total, len(self.within.documents), left)
