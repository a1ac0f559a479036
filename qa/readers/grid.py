"""The cells of a sheet → lines that carry their column names, so that each can be understood alone.

A sheet holds tables, forms and notes in any order. Rows between blank rows are taken together; where their first
row names the columns, each later one becomes "Name: Ann | City: Graz"; else the cells are written as they stand.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace
from itertools import pairwise

from qa.readers.blocks import Block, row
from qa.readers.columns import Header, columns_of, header_of
from qa.readers.sheet import Row, Sheet, Value

# A line is about a passage; what is longer goes on in a line that repeats the first cell.
_LINE_CHARACTERS = 400
_KEY_CHARACTERS = 80
_CAPTION_CHARACTERS = 150
_TITLE_ROWS = 3
_MERGED_ROWS = 1000
# Longer ones are tables, not pages laid out by hand.
_SPLIT_ROWS = 5000


def blocks(sheet: Sheet) -> Iterator[Block]:
    """The sheet's name as a heading, its lines, and its remarks; nothing where it is blank."""
    if (sheet.rows or sheet.remarks) and sheet.name:
        yield Block(sheet.name, level=1)
    _fill_merged(sheet)
    tables = 0
    for part in _parts(sheet, list(sheet.rows.items())):
        header: Header | None = None
        for band in _titled(sheet, list(_bands(part))):
            tables += 1
            header = yield from _band_blocks(sheet, band, header, f"row {tables}")
    yield from (Block(remark, run="remark") for remark in sheet.remarks)


def _fill_merged(sheet: Sheet) -> None:
    """Each row of a cell that reaches over several says the same, and so does each column that a name covers."""
    for top, left, bottom, right in sheet.merged:
        text = sheet.rows.get(top, {}).get(left, "")
        if not text:
            continue
        for number in range(top, min(bottom, top + _MERGED_ROWS) + 1):
            cells = sheet.rows.get(number)
            if cells is not None and cells:
                cells[left] = text
        if top == bottom and len(sheet.rows[top]) > 1:
            for column in range(left, min(right, left + 100) + 1):
                sheet.rows[top].setdefault(column, text)


def _bands(rows: list[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    """The runs of rows without a blank one between them."""
    band: list[tuple[int, Row]] = []
    for number, cells in rows:
        if not cells:
            continue
        if band and number > band[-1][0] + 1:
            yield band
            band = []
        band.append((number, cells))
    if band:
        yield band


def _parts(sheet: Sheet, rows: list[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    """Tables that stand side by side, one after the other, where their names are not on the same line."""
    whole: list[tuple[int, Row]] = []
    for band in _bands(rows):
        left, right = _split(sheet, band)
        whole += left
        if right:
            yield whole
            yield from _parts(sheet, right)
            whole = []
    if whole:
        yield whole


def _split(sheet: Sheet, band: list[tuple[int, Row]]) -> tuple[list[tuple[int, Row]], list[tuple[int, Row]]]:
    columns = columns_of(band) if len(band) <= _SPLIT_ROWS else []
    for before, column in pairwise(columns):
        if column == before + 1:
            continue
        left = [(number, kept) for number, cells in band if (kept := _between(cells, 0, before))]
        right = [(number, kept) for number, cells in band if (kept := _between(cells, column, columns[-1]))]
        if left[0][0] != right[0][0] and all(header_of(sheet, part) for part in (left, right)):
            return left, right
    return band, []


def _between(cells: Row, first: int, last: int) -> Row:
    return {column: text for column, text in cells.items() if first <= column <= last}


def _titled(sheet: Sheet, bands: list[list[tuple[int, Row]]]) -> Iterator[list[tuple[int, Row]]]:
    """The bands, with titles joined to the table that begins below the next blank row."""
    title: list[tuple[int, Row]] = []
    for place, band in enumerate(bands):
        alone = all(len(cells) == 1 for _, cells in band) and len(band) <= (_TITLE_ROWS if place == 0 else 1)
        if alone and place + 1 < len(bands) and header_of(sheet, bands[place + 1]):
            title = band
        else:
            yield title + band
            title = []


def _band_blocks(
    sheet: Sheet, band: list[tuple[int, Row]], before: Header | None, run: str
) -> Generator[Block, None, Header | None]:
    """The lines of a band. Returns the header that the next band goes by when it has none of its own."""
    columns = columns_of(band)
    captions = _captions(sheet, band, columns)
    header = header_of(sheet, band[captions:])
    if header is not None:
        yield from _caption_blocks([cells for _, cells in band[:captions]])
        body = band[captions + header.rows :]
        yield from _unused(header, body, run)
    else:
        header, body = _continued(band, before), band
    for _, cells in body:
        if header is None or (len(cells) == 1 and len(columns) > 2 and not sheet.is_table):
            lines = [_plain(cells, columns)]
        else:
            lines = _named(cells, header.names) if cells != header.names else []
        yield from (Block(line, run=run) for line in lines)
    return header or before


def _captions(sheet: Sheet, band: list[tuple[int, Row]], columns: list[int]) -> int:
    """How many rows stand above those that name the columns: titles, or a few remarks side by side."""
    count = 0
    while count < len(band) - 1 and len(band[count][1]) == 1 and len(columns) > 1:
        count += 1
    for place in range(count, min(count + _TITLE_ROWS, len(band) - 1)):
        if header_of(sheet, band[place:]):
            return place
        if len(set(band[place][1].values())) * 2 > len(columns):
            break
    return count


def _unused(header: Header, body: list[tuple[int, Row]], run: str) -> Iterator[Block]:
    """Names that no row would say."""
    filled = set(columns_of(body))
    names = [name for column, name in header.names.items() if column not in filled]
    if names:
        yield Block(f"Columns without values: {', '.join(dict.fromkeys(names))}", run=run)


def _caption_blocks(captions: list[Row]) -> Iterator[Block]:
    """What stands alone above a table is its title."""
    texts = [" ".join(text.split()) for cells in captions for text in cells.values()]
    title = " – ".join(dict.fromkeys(texts))
    if len(title) <= _CAPTION_CHARACTERS:
        yield Block(title, level=2)
    else:
        yield from (Block(text) for text in texts)


def _continued(band: list[tuple[int, Row]], before: Header | None) -> Header | None:
    """The header of the band above, where this one goes on with numbers in the same columns."""
    if before is None or not before.columns.issuperset(columns_of(band)):
        return None
    numbers = any(
        isinstance(text, Value) and column in before.names for _, c in band for column, text in c.items()
    )
    return replace(before, rows=0) if numbers and len(columns_of(band)) > 1 else None


def _plain(cells: Row, columns: list[int]) -> str:
    if len(cells) * 2 < len(columns):
        return row(cells[column] for column in sorted(cells))
    return row(cells.get(column, "") for column in columns)


def _named(cells: Row, names: Row) -> list[str]:
    """The line of a row: "Name: Ann | City: Graz"; several for a long one, each with its first cell."""
    entries = []
    for column in sorted(cells):
        name, text = names.get(column, ""), " ".join(cells[column].split())
        entries.append(f"{name}: {text}" if name and name != text else text)
    line = " | ".join(entries)
    if len(line) <= _LINE_CHARACTERS:
        return [line]
    key = entries[0] + " | " if len(entries[0]) <= _KEY_CHARACTERS else ""
    lines = [entries[0]]
    for entry in entries[1:]:
        if len(lines[-1]) + len(entry) > _LINE_CHARACTERS and lines[-1] != entries[0]:
            lines.append(key + entry)
        else:
            lines[-1] += " | " + entry
    return lines
