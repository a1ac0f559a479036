"""The source that the answer seems to stand in, cut to the sentences that the question needs. Pure.

What the chat model reads decides when its first word comes, and a small model is led astray by the sentences
beside the right one. Only the prompt is cut: what is shown, and what claims are checked against, stays whole.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.answering.quoting import Likely
from qa.evidence import Source
from qa.facts import content, sentences
from qa.orders import asks_about_orders, blanked

GAP = " … "
# A sentence that begins so speaks of what stands before it.
_LEANING = re.compile(
    r"\W*(?:he|she|it|its|they|his|her|hers|their|theirs|this|that|these|those|such|there|here|both|neither|some"
    r"|others?|another|the (?:former|latter|same|first|second|last)|however|but|and|or|so|then|thus|therefore|also"
    r"|instead|in (?:this|that|these|those|addition|contrast|turn)|as a result)\b",
    re.IGNORECASE,
)


def narrowed(sources: Sequence[Source], likely: Likely | None, question: str) -> tuple[Source, ...]:
    """The sources as the prompt shows them: of the one that `likely` is in, the sentences that matter.

    These are the reader's, those that have a word of the question which it lacks, and before one that leans on
    what was said ("It …") the one before. Nothing is cut where there are rows of a table, which need their
    heading. Not for questions whose answer is more than a few words.
    """
    if likely is None:
        return tuple(sources)
    text = _kept(likely, question)
    return tuple(replace(source, text=text) if source.n == likely.source.n else source for source in sources)


def _kept(likely: Likely, question: str) -> str:
    # An order is known by the sentences around it: it goes before any of them does.
    text = blanked(likely.source.text, question)
    spans = sentences(text)
    words = [content(text[span.start : span.end]) for span in spans]
    kept = {at for at, span in enumerate(spans) if span.start < likely.end and span.end > likely.start}
    if not kept or any(span.row for span in spans) or asks_about_orders(question):
        return likely.source.text
    lacking = content(question).difference(*(words[at] for at in kept))
    while more := [at for at in range(len(spans)) if at not in kept and lacking & words[at]]:
        best = max(more, key=lambda at: (len(lacking & words[at]), -min(abs(at - own) for own in kept)))
        kept.add(best)
        lacking -= words[best]
    for at in sorted(kept, reverse=True):
        while at and at - 1 not in kept and _LEANING.match(text[spans[at].start :]):
            at -= 1
            kept.add(at)
    return _joined(text, [spans[at].start for at in sorted(kept)], [spans[at].end for at in sorted(kept)])


def _joined(text: str, starts: Sequence[int], ends: Sequence[int]) -> str:
    """The stretches of a text, each on one line, with a sign where something was left out between two."""
    # A line end within a sentence, as before the 2 of O₂, the chat model would copy, and it would end a claim.
    lines = [" ".join(text[start:end].split()) for start, end in zip(starts, ends, strict=True)]
    parts = lines[:1]
    for before, start, line in zip(ends, starts[1:], lines[1:], strict=False):
        parts.append(GAP if text[before:start].strip() else text[before:start])
        parts.append(line)
    return "".join(parts)
