"""What is being read just now, in words."""

from qa.config import FootnoteError


class Reading:
    """What is being read just now, in words: told by the one who reads, asked by those who show it."""

    def __init__(self) -> None:
        self.said = ""
        self.detail = ""
        self.problem = ""
        self.advice = ""

    def __call__(self, stage: str, done: int, total: int, detail: str = "") -> None:
        """A `Progress`."""
        over = total > 0 and done >= total
        self.said = "" if over else f"{stage.capitalize()}: {done:,} of {total:,}"
        self.detail = "" if over else detail

    def finished(self, advice: str | None = None) -> None:
        """A sync ended well; `advice` is what the user should know about the library as a whole."""
        self.said = self.detail = self.problem = ""
        self.advice = advice or ""

    def failed(self, error: FootnoteError) -> None:
        """A sync could not be done; what was read before can be asked."""
        self.said = self.detail = ""
        self.problem = str(error)
