"""Tables to learn from: SQuAD has none, and a small model slips from one row to the next."""

import random
from collections.abc import Iterator

from qa.evaluation.reader_examples import Example

_THINGS = (
    "pump, valve, filter, boiler, fan, sensor, motor, heater, tank, gauge, relay, burner, panel, switch, "
    "cable, pipe, lamp, meter, drive, door, bearing, belt, brake, clutch, compressor, radiator, thermostat, "
    "battery, charger"
).split(", ")
_STATES = (
    "blocked, too hot, too cold, lost, worn, leaking, empty, full, open, stuck, overloaded, not answering, "
    "out of range, short-circuited, frozen, unbalanced, loose, dirty, misaligned"
).split(", ")
_DEEDS = (
    "clean the, replace the, tighten the, reset the, call service for the, wait and restart the, close the, "
    "drain the, refill the, check the fuse of the, lower the speed of the, switch off the, keep away from the, "
    "align the, disconnect the, ventilate the room of the"
).split(", ")
_NAMES = (
    "Adler, Brandt, Conti, Duarte, Egli, Faber, Greco, Holm, Ivens, Jansen, Keller, Lind, Moreau, Novak, Olsen, "
    "Peeters, Quist, Rossi, Sato, Tanaka, Urban, Vogel, Weiss, Xu, Young, Zeller"
).split(", ")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "code": (
        "code",
        "What does {row} mean?",
        "What is the meaning of {row}?",
        "What is wrong when {row} is shown?",
    ),
    "action": ("action", "What should I do at {row}?", "What is to be done when {row} appears?"),
    "price": ("price", "How much does {row} cost?", "What is the price of {row}?", "What was paid for {row}?"),
    "date": ("date", "When is {row} due?", "On which date was {row} checked?", "What is the date of {row}?"),
    "person": ("person", "Who is responsible for {row}?", "Who looks after {row}?", "Who repaired {row}?"),
    "count": ("quantity", "How many of {row} are there?", "What is the quantity of {row}?"),
}


def table_examples(count: int, seed: int) -> Iterator[Example]:
    """About four examples for each of `count` tables: two questions with an answer, one without, and claims."""
    chance = random.Random(seed)
    for _ in range(count):
        yield from _of_table(chance)


def _of_table(chance: random.Random) -> Iterator[Example]:
    columns = chance.sample(sorted(_COLUMNS), chance.randrange(2, 4))
    labels = _labels(chance, chance.randrange(3, 8))
    absent = labels.pop()
    cells = {(row, column): _cell(column, chance) for row in labels for column in columns}
    passage = _written(labels, columns, cells, chance)
    for _ in range(2):
        row, column = chance.choice(labels), chance.choice(columns)
        answer = cells[row, column]
        question = chance.choice(_COLUMNS[column][1:]).format(row=row)
        start = passage.find(answer, passage.find(row))
        yield Example(question, passage, True, start, start + len(answer))
        yield Example(question, passage, True, claim=f"{row}: {answer}.")
        others = [cells[other, column] for other in labels if cells[other, column] != answer]
        if others:
            yield Example(question, passage, False, claim=f"{row}: {chance.choice(others)}.")
    yield Example(chance.choice(_COLUMNS[chance.choice(columns)][1:]).format(row=absent), passage, False)
    missing = [column for column in _COLUMNS if column not in columns]
    asked = _COLUMNS[chance.choice(missing)][1:]
    yield Example(chance.choice(asked).format(row=chance.choice(labels)), passage, False)


def _labels(chance: random.Random, count: int) -> list[str]:
    if chance.random() < 0.5:
        letter = chance.choice("EFHLPX")
        return [f"{letter}{number:02}" for number in sorted(chance.sample(range(1, 60), count))]
    return [f"{thing} {chance.randrange(1, 9)}" for thing in chance.sample(_THINGS, count)]


def _cell(column: str, chance: random.Random) -> str:
    if column == "code":
        return f"{chance.choice(_THINGS)} {chance.choice(_STATES)}"
    if column == "action":
        return f"{chance.choice(_DEEDS)} {chance.choice(_THINGS)}"
    if column == "price":
        return f"{chance.randrange(3, 900)} {chance.choice(('euros', 'dollars', 'EUR'))}"
    if column == "date":
        return f"{chance.randrange(1, 29)} {chance.choice(('January', 'April', 'May', 'August', 'October'))}"
    return chance.choice(_NAMES) if column == "person" else str(chance.randrange(2, 400))


def _written(
    labels: list[str], columns: list[str], cells: dict[tuple[str, str], str], chance: random.Random
) -> str:
    """The table as the readers write one: cells apart by spaces or bars, or each with its column's name."""
    titles = ["item", *(_COLUMNS[column][0] for column in columns)]
    style = chance.choice((" ", " | ", ": "))
    if style == ": ":
        rows = [
            "; ".join(f"{t}: {v}" for t, v in zip(titles, _row(r, columns, cells), strict=True)) for r in labels
        ]
        return "\n".join(rows)
    return "\n".join(style.join(row) for row in [titles, *(_row(label, columns, cells) for label in labels)])


def _row(label: str, columns: list[str], cells: dict[tuple[str, str], str]) -> list[str]:
    return [label, *(cells[label, column] for column in columns)]
