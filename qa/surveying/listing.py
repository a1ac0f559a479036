"""Everything of one kind: values by their form, anything else by what the reranker and the model find of it."""

import re
from collections.abc import Generator, Iterator, Sequence

from qa.facts.spans import content
from qa.retrieval import Retriever
from qa.store import Filed, StoredPassage
from qa.surveying.merging import Item, merged
from qa.surveying.progress import Pace
from qa.surveying.reach import Reach
from qa.surveying.records import Line, Outcome, Plan, Surveyed, Words, documents, passages
from qa.surveying.units import Unit, units
from qa.surveying.values import ALONE, Value, Wanted, value_kind, values
from qa.surveying.writing import Writer

MOST_LINES = 300
# Passages that the reranker reads at once.
BATCH = 16
# A passage this much less relevant than the best (logits), or less than this, is not about what is listed.
MARGIN = 7.0
FLOOR = -6.0
MOST_READ = 48
# Of the evidence that an answer has room for, this share at a time: of more the model forgets items.
GROUP = 0.5
LIST_TOKENS = 300
# What has none of these holds no value.
_FIGURE = re.compile(
    r"\d|@|www|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half)\b", re.IGNORECASE
)


def listed(
    plan: Plan, within: Reach, retriever: Retriever, writer: Writer
) -> Generator[Surveyed | Outcome, None, None]:
    """Every item that the plan asks for, each with its footnotes; `Outcome` last."""
    wanted = value_kind(plan.subject)
    if wanted:
        items = yield from _values(wanted, within)
    else:
        items = yield from _written(plan, within, retriever, writer)
    lines = tuple(_lines(plan, merged(items), within))
    yield Outcome(lines, within.coverage(), bool(items))


def _values(wanted: Wanted, within: Reach) -> Generator[Surveyed, None, list[Item]]:
    items: list[Item] = []
    pace = Pace(within, within.passages)
    for document in within.documents:
        yield pace.now()
        try:
            whole = within.store.document(document.id)
        except KeyError:
            continue
        for unit in units(whole):
            if _FIGURE.search(unit.text) and _fits(wanted, unit):
                items += [
                    _item(wanted, document, unit, value) for value in values(wanted.kind, unit.text, unit.around)
                ]
        pace.step(document.passages)
    yield pace.now()
    return items


def _fits(wanted: Wanted, unit: Unit) -> bool:
    """Whether a unit, with what it stands under, has the words that narrow the request."""
    return not wanted.narrowed or wanted.narrowed <= content(f"{unit.headings}\n{unit.around}")


def _item(wanted: Wanted, document: Filed, unit: Unit, value: Value) -> Item:
    if wanted.kind in ALONE:
        words = Words(document.id, unit.start + value.start, unit.start + value.end)
        return Item(document, Line(unit.text[value.start : value.end], (words,)), value.same, alone=True)
    return Item(document, Line(unit.shown, (Words(document.id, unit.start, unit.end),)), value.same)


def _written(
    plan: Plan, within: Reach, retriever: Retriever, writer: Writer
) -> Generator[Surveyed, None, list[Item]]:
    chosen = yield from _relevant(plan, within, retriever)
    groups = [(document, group) for document, some in chosen for group in writer.groups(some, GROUP)]
    pace = Pace(within, len(groups))
    items: list[Item] = []
    request = (
        f"List all {plan.subject} that the sources state. Write each on a line of its own, as a short sentence "
        "in the words of its source, and end it with the number of its source."
    )
    for document, group in groups:
        lines = yield from writer.lines(request, plan.subject, group, LIST_TOKENS, pace)
        items += [Item(document, line) for line in lines]
        yield pace.step()
    return items


def _relevant(
    plan: Plan, within: Reach, retriever: Retriever
) -> Generator[Surveyed, None, list[tuple[Filed, list[StoredPassage]]]]:
    """The passages that say something of the subject, by document and in the order of the text: all are judged."""
    judged: list[tuple[float, Filed, StoredPassage]] = []
    pace = Pace(within, within.passages)
    for document in within.documents:
        stored = within.stored(document)
        for start in range(0, len(stored), BATCH):
            some = stored[start : start + BATCH]
            texts = [_text(passage) for passage in some]
            relevance = retriever.reranker.relevance(plan.subject, texts)
            judged += [(float(r), document, passage) for r, passage in zip(relevance, some, strict=True)]
            yield pace.step(len(some))
    best = max((relevance for relevance, _, _ in judged), default=FLOOR)
    near = [one for one in judged if one[0] >= max(best - MARGIN, FLOOR)]
    near = sorted(near, key=lambda one: -one[0])[:MOST_READ]
    chosen: dict[int, tuple[Filed, list[StoredPassage]]] = {}
    for _, document, passage in sorted(near, key=lambda one: (one[1].name, one[2].start)):
        chosen.setdefault(document.id, (document, []))[1].append(passage)
    return list(chosen.values())


def _text(passage: StoredPassage) -> str:
    return "\n".join((" > ".join(passage.headings), passage.text.strip()))


def _lines(plan: Plan, items: Sequence[Item], within: Reach) -> Iterator[Line]:
    total = len(within.documents)
    where = f"{passages(within.passages)} in {documents(total)}"
    if not items:
        yield Line(f"None of the {where} states any {plan.subject}.")
        return
    places = {item.document.id for item in items}
    yield Line(f"{_head(plan)}, {len(items):,} found in {documents(len(places))}:")
    before = None
    for item in items[:MOST_LINES]:
        if total > 1 and item.document.id != before:
            yield Line(f"{item.document.name}")
            before = item.document.id
        yield Line(f"- {item.line.text}", item.line.words)
    if len(items) > MOST_LINES:
        yield Line(f"… and {len(items) - MOST_LINES:,} more. Ask for those of one document.")


def _head(plan: Plan) -> str:
    return plan.subject[:1].upper() + plan.subject[1:]
