"""What a model is shown of the turns before a question."""

from qa.conversation import Turn, transcript

TURNS = [
    Turn("Who founded the choir?", "Ada Lindqvist founded it [1]. She was a teacher [1, 2]."),
    Turn("Where is diesel sold?", "At pier C [2]."),
]


def test_the_transcript_holds_the_last_turns_without_their_markers() -> None:
    assert transcript(TURNS, 1) == "Earlier question: Where is diesel sold?\nEarlier answer: At pier C."
    both = transcript(TURNS, 2)
    assert both.index("Ada Lindqvist founded it. She was a teacher.") < both.index("Where is diesel sold?")
    assert "[" not in both
    assert transcript(TURNS, 5) == both


def test_no_turns_are_an_empty_transcript() -> None:
    assert transcript(TURNS, 0) == ""
    assert transcript([], 2) == ""
