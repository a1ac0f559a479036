"""Workbooks: a page for each sheet, a line for each row, with the names of its columns (see grid.py)."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import python_calamine as calamine

from qa.readers import locked, ods, xlsx
from qa.readers.blocks import Section, join, section
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished, too_long
from qa.readers.flagging import metadata_warnings
from qa.readers.grid import blocks
from qa.readers.numerals import cell
from qa.readers.opendocument_locks import unlocked
from qa.readers.opendocument_unseen import metadata
from qa.readers.package import damaged, properties
from qa.readers.panics import panics_are
from qa.readers.sheet import Sheet, Value
from qa.readers.sheet_unseen import leave_out
from qa.readers.xls_records import MOST_CELLS, Book, cells_of_grids, errors, number_formats, open_book, texts

_WHAT = "a spreadsheet"


def read(path: Path, limits: ReadLimits) -> Document:
    """All filled cells of all sheets, hidden ones too, and the comments, text boxes and titles of charts.

    Raises UnreadableFile when it is locked, damaged, or without any cell.
    """
    with locked.opened(path, limits) as file:
        packed = file.read(2) == b"PK"
        file.seek(0)
        if not packed:
            book = open_book(file.read())
            file.seek(0)
            if book.is_locked:
                raise UnreadableFile(path, locked.refusal(limits))
            if cells_of_grids(book) > MOST_CELLS:
                raise UnreadableFile(path, "has filled cells too far apart. Save it as .xlsx.")
            return _finished(path, limits, "xls", _binary(path, file, limits, book))
        with unlocked(path, file, limits, _WHAT) as package:
            if "content.xml" in package:
                told = metadata_warnings(metadata(package))
                return _finished(path, limits, "ods", ods.sheets(package, limits), told)
            if "xl/workbook.bin" not in package:
                told = metadata_warnings(properties(package))
                return _finished(path, limits, "xlsx", xlsx.sheets(package, limits), told)
        file.seek(0)
        return _finished(path, limits, "xlsb", _binary(path, file, limits, Book()))


def _finished(
    path: Path, limits: ReadLimits, kind: str, sheets: Iterable[Sheet], told: tuple[str, ...] = ()
) -> Document:
    sections: list[Section] = []
    hidden: list[str] = []
    unseen: list[str] = []
    length = 0
    for sheet in sheets:
        if sheet.hidden and sheet.rows:
            hidden.append(sheet.name)
        unseen += leave_out(sheet)
        sections.append(section(blocks(sheet), sheet.name))
        length += len(sections[-1].text)
        if length > limits.text_characters:
            raise too_long(path, limits)
    text, headings, pages = join(sections)
    if not text:
        raise UnreadableFile(path, "is empty: no cell of it is filled. Nothing needs to be done.")
    return finished(path, limits, kind, text, headings, pages, (*_warnings(hidden), *unseen, *told))


def _warnings(hidden: list[str]) -> tuple[str, ...]:
    if not hidden:
        return ()
    if len(hidden) == 1:
        return (f"The sheet {hidden[0]} is hidden in the workbook; it was read too.",)
    return (f"The sheets {', '.join(hidden)} are hidden in the workbook; they were read too.",)


def _binary(path: Path, file: IO[bytes], limits: ReadLimits, records: Book) -> Iterator[Sheet]:
    """The sheets of .xls and .xlsb. The library tells dates, but no other formats: `records` do, of an .xls."""
    panicked = UnreadableFile(path, "is a binary workbook that cannot be parsed. Save it as .xlsx.")
    try:
        with panics_are(panicked), calamine.CalamineWorkbook.from_filelike(file) as book:
            for number, properties in enumerate(book.sheets_metadata):
                if properties.typ in (calamine.SheetTypeEnum.WorkSheet, calamine.SheetTypeEnum.MacroSheet):
                    yield _sheet(path, book, properties, (records, number), limits)
    except calamine.PasswordError as error:
        raise UnreadableFile(path, locked.refusal(limits)) from error
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError) as error:
        raise damaged(path, _WHAT) from error


def _sheet(
    path: Path,
    book: calamine.CalamineWorkbook,
    properties: calamine.SheetMetadata,
    records: tuple[Book, int],
    limits: ReadLimits,
) -> Sheet:
    source = book.get_sheet_by_name(properties.name)
    sheet = Sheet(properties.name, hidden=properties.visible != calamine.SheetVisibleEnum.Visible)
    sheet.remarks += texts(*records)
    formats, wrong = number_formats(*records), errors(*records)
    for (line, column), text in wrong.items():
        sheet.rows.setdefault(line, {})[column] = Value(text)
    if source.start is None:
        return sheet
    top, left = source.start
    sheet.merged = [(*first, *last) for first, last in source.merged_cell_ranges or ()]
    length = 0
    for line, values in enumerate(source.iter_rows(), top):
        if values.count("") == len(values):
            continue
        cells = {
            column: text
            for column, value in enumerate(values, left)
            if value != "" and (text := cell(value, formats.get((line, column))))
        }
        if cells:
            sheet.rows.setdefault(line, {}).update(cells)
            length += sum(map(len, cells.values()))
            if length > limits.text_characters:
                raise too_long(path, limits)
    sheet.rows = {line: dict(sorted(sheet.rows[line].items())) for line in sorted(sheet.rows)}
    return sheet
