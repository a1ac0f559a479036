"""Spreadsheets and CSV, on small files made here."""

import datetime
import time
from collections.abc import Sequence
from pathlib import Path

import office_files as office
import pytest
import xlwt

from qa.readers import Document, UnreadableFile, delimited, formats, spreadsheet
from qa.readers.document import ReadLimits
from qa.readers.numerals import number, parse_format, serial_date

LIMITS = ReadLimits()
SALES = [["Name", "City", "Amount"], ["Ann", "Graz", 12.5], ["Bob", "Wien", 3.0]]


def lines(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def read_rows(path: Path, rows: Sequence[Sequence[office.Cell]], **more: object) -> list[str]:
    """The lines of a workbook with one sheet, without the sheet's name."""
    return lines(spreadsheet.read(office.xlsx(path / "a.xlsx", {"One": rows}, **more), LIMITS))[1:]  # type: ignore[arg-type]


def refusal(path: Path, limits: ReadLimits = LIMITS) -> str:
    with pytest.raises(UnreadableFile) as error:
        (delimited if path.suffix == ".csv" else spreadsheet).read(path, limits)
    return error.value.reason


def test_each_row_carries_the_names_of_its_columns(tmp_path: Path) -> None:
    assert read_rows(tmp_path, SALES) == [
        "Name: Ann | City: Graz | Amount: 12.5",
        "Name: Bob | City: Wien | Amount: 3",
    ]


def test_a_sheet_is_a_page_called_by_its_name_and_has_it_as_heading(tmp_path: Path) -> None:
    path = office.xlsx(
        tmp_path / "a.xlsx", {"Sales": SALES, "Blank": [], "Notes": [["Call Ann."]]}, hidden=["Notes"]
    )
    document = spreadsheet.read(path, LIMITS)
    assert [page.label for page in document.pages] == ["Sales", "Blank", "Notes"]
    assert document.pages[1].start == document.pages[1].end
    assert [(heading.level, heading.title) for heading in document.headings] == [(1, "Sales"), (1, "Notes")]
    third = document.pages[2]
    assert document.text[third.start : third.end] == "Notes\n\nCall Ann."
    assert document.warnings == ("The sheet Notes is hidden in the workbook; it was read too.",)


def test_numbers_are_written_as_people_write_them(tmp_path: Path) -> None:
    formats = ['"$"#,##0.00', "0.0%", "yyyy-mm-dd", "d/m/yy h:mm", "[h]:mm", "mmm-yy"]
    row: list[office.Cell] = [(1234.5, 1), (0.125, 2), (44927, 3), (44927.75, 4), (1.25, 5), (44927, 6)]
    shown = read_rows(tmp_path, [list("abcdef"), row, row], formats=formats)
    assert shown[0] == "a: $1234.50 | b: 12.5% | c: 2023-01-01 | d: 2023-01-01 18:00 | e: 30:00 | f: Jan 2023"


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.3333333333"),
        (1 / 3, "0.00", "0.33"),
        (12.7, "0", "12.7"),
        (1e-5, "", "0.00001"),
        (44927, "", "44927"),
        (-3.5, '#,##0.00 "€"', "-3.50 €"),
        (12, "_-* #,##0.00\\ [$EUR]_-;\\-* #,##0.00", "12.00 EUR"),
        (5, '0 "kg"', "5 kg"),
        (15000, "#,##0_ ", "15000"),
        (2 / 3, "0%", "67%"),
        (0.5, "# ?/?", "0.5"),
    ],
)
def test_what_was_typed_is_not_rounded_and_what_was_computed_is(value: float, code: str, shown: str) -> None:
    assert number(value, parse_format(code)) == shown


def test_days_are_counted_from_1900_with_its_false_leap_year_or_from_1904() -> None:
    day = parse_format("yyyy-mm-dd")
    assert serial_date(1, day) == "1900-01-01"
    assert serial_date(61, day) == "1900-03-01"
    assert serial_date(0, day, from_1904=True) == "1904-01-01"
    assert serial_date(99_999_999, day) == "99999999"


def test_strings_truth_values_errors_and_cached_formulas_are_read(tmp_path: Path) -> None:
    strings = f"<sst {office.S}><si><r><t>rich </t></r><r><t>text</t></r><rPh><t>x</t></rPh></si></sst>"
    row: list[office.Cell] = [
        '<c t="s"><v>0</v></c>',
        '<c t="b"><v>1</v></c>',
        '<c t="e"><v>#DIV/0!</v></c>',
        '<c t="str"><f>A1&amp;"x"</f><v>joined</v></c>',
        "<c><f>1+1</f><v>2</v></c>",
    ]
    shown = read_rows(tmp_path, [list("abcde"), row, row], parts={"xl/sharedStrings.xml": strings})
    assert shown[0] == "a: rich text | b: TRUE | c: #DIV/0! | d: joined | e: 2"


def test_a_title_above_a_table_is_a_heading_and_does_not_hide_the_names(tmp_path: Path) -> None:
    path = office.xlsx(tmp_path / "a.xlsx", {"One": [["Sales of 2020"], *SALES]})
    document = spreadsheet.read(path, LIMITS)
    assert [(heading.level, heading.title) for heading in document.headings] == [(1, "One"), (2, "Sales of 2020")]
    assert lines(document)[-1] == "Name: Bob | City: Wien | Amount: 3"


def test_a_title_above_a_blank_row_is_a_heading_too(tmp_path: Path) -> None:
    path = office.xlsx(tmp_path / "a.xlsx", {"One": [["Budget"], ["in EUR"], [], *SALES]})
    assert [heading.title for heading in spreadsheet.read(path, LIMITS).headings] == ["One", "Budget – in EUR"]


def test_a_list_without_names_is_written_as_it_stands(tmp_path: Path) -> None:
    people: list[list[office.Cell]] = [["Ann", "ann@x.org", "Graz"], ["Bob", "bob@x.org", "Wien"]]
    assert read_rows(tmp_path, people) == ["Ann | ann@x.org | Graz", "Bob | bob@x.org | Wien"]
    marks: list[list[office.Cell]] = [["yes", "no", "may"], ["no", "no", "yes"], ["yes", "may", "no"]]
    assert read_rows(tmp_path, marks) == ["yes | no | may", "no | no | yes", "yes | may | no"]


def test_remarks_above_the_names_are_not_taken_for_names(tmp_path: Path) -> None:
    remarks: list[office.Cell] = ["By: Ann", None, None, None, "Unit: EUR"]
    names: list[office.Cell] = ["Item", "No", "First", "Last", "Sum"]
    shown = read_rows(tmp_path, [remarks, names, ["Cash", 1, 2, 3, 5], ["Debt", 2, 4, 5, 9]])
    assert shown == [
        "By: Ann – Unit: EUR",
        "Item: Cash | No: 1 | First: 2 | Last: 3 | Sum: 5",
        "Item: Debt | No: 2 | First: 4 | Last: 5 | Sum: 9",
    ]


def test_tables_one_below_another_and_side_by_side_keep_their_own_names(tmp_path: Path) -> None:
    rows: list[list[office.Cell]] = [
        ["Item", "Price", "Count"],
        ["Nut", 1, 5],
        ["Bolt", 2, 6, None, "Day", "Hours", "Pay"],
        ["Nail", 3, 7, None, "Mon", 8, 80],
        [None, None, None, None, "Tue", 6, 60],
        [],
        ["Who", "Age", "Size"],
        ["Ann", 30, 170],
    ]
    assert read_rows(tmp_path, rows) == [
        "Item: Nut | Price: 1 | Count: 5",
        "Item: Bolt | Price: 2 | Count: 6",
        "Item: Nail | Price: 3 | Count: 7",
        "Day: Mon | Hours: 8 | Pay: 80",
        "Day: Tue | Hours: 6 | Pay: 60",
        "Who: Ann | Age: 30 | Size: 170",
    ]


def test_a_column_between_labels_and_numbers_does_not_part_them(tmp_path: Path) -> None:
    rows: list[list[office.Cell]] = [
        [None, None, 2021, None, 2020],
        ["Revenue", None, 34229, None, 35355],
        ["Costs", None, 9000, None, 8000],
        [],
        ["Profit", None, 25229, None, 27355],
    ]
    assert read_rows(tmp_path, rows) == [
        "Revenue | 2021: 34229 | 2020: 35355",
        "Costs | 2021: 9000 | 2020: 8000",
        "Profit | 2021: 25229 | 2020: 27355",
    ]


def test_two_rows_of_names_are_joined_where_the_upper_one_groups(tmp_path: Path) -> None:
    rows: list[list[office.Cell]] = [
        ["Region", "2020", None, "2021", None],
        [None, "Q1", "Q2", "Q1", "Q2"],
        ["North", 1, 2, 3, 4],
        ["South", 5, 6, 7, 8],
    ]
    merged = '<mergeCells><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/><mergeCell ref="A1:A2"/></mergeCells>'
    assert (
        read_rows(tmp_path, rows, after=merged)[0]
        == "Region: North | 2020 Q1: 1 | 2020 Q2: 2 | 2021 Q1: 3 | 2021 Q2: 4"
    )


def test_numbers_that_were_written_as_texts_name_no_columns(tmp_path: Path) -> None:
    rows = [
        ["Number", "Time", "Place", "Charge", "Level", "Charge", "Level"],
        ["4894831", "00:05", "Reseda", "Theft", "F", "", ""],
        ["4894832", "00:08", "Van Nuys", "Arson", "F", "Theft", "M"],
        ["4894835", "00:15", "Encino", "Theft", "M", "", ""],
    ]
    shown = read_rows(tmp_path, rows)
    assert shown[0] == "Number: 4894831 | Time: 00:05 | Place: Reseda | Charge: Theft | Level: F"


def test_a_cell_merged_over_rows_is_said_in_each(tmp_path: Path) -> None:
    rows: list[list[office.Cell]] = [
        ["Region", "City", "Sales"],
        ["North", "A", 1],
        [None, "B", 2],
        [None, "C", 3],
    ]
    shown = read_rows(tmp_path, rows, after='<mergeCells><mergeCell ref="A2:A4"/></mergeCells>')
    assert shown[-1] == "Region: North | City: C | Sales: 3"


def test_a_form_is_written_as_it_stands(tmp_path: Path) -> None:
    rows: list[list[office.Cell]] = [["Name", "Ann"], ["Born", 1990], ["City", "Graz"]]
    assert read_rows(tmp_path, rows) == ["Name | Ann", "Born | 1990", "City | Graz"]


def test_bold_names_make_a_list_of_two_columns_a_table(tmp_path: Path) -> None:
    head = '<c t="inlineStr" s="1"><is><t>{}</t></is></c>'
    rows: list[list[office.Cell]] = [
        [head.format("Code"), head.format("Meaning")],
        ["A", "first"],
        ["B", "second"],
    ]
    assert read_rows(tmp_path, rows) == ["Code: A | Meaning: first", "Code: B | Meaning: second"]


def test_a_long_row_goes_on_in_lines_that_begin_with_its_first_cell(tmp_path: Path) -> None:
    names = ["Id", *(f"column {n}" for n in range(30))]
    rows: list[list[office.Cell]] = [names, ["A7", *("some words " * 3 for _ in range(30))]] * 1 + [
        ["B8", *range(30)]
    ]
    shown = [line for line in read_rows(tmp_path, rows) if line.startswith("Id: A7")]
    assert len(shown) > 2
    assert all(len(line) < 480 for line in shown)
    assert "column 29: some words" in shown[-1]


def test_two_far_corner_cells_cost_nothing(tmp_path: Path) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    start = time.perf_counter()
    document = spreadsheet.read(office.xlsx(tmp_path / "a.xlsx", {"One": far}), LIMITS)
    assert document.text == "One\n\n1\n\n2"
    assert time.perf_counter() - start < 20


def test_comments_and_text_boxes_follow_the_cells(tmp_path: Path) -> None:
    parts = {
        "xl/worksheets/_rels/sheet0.xml.rels": office.relations(
            {"c": ("comments", "../comments1.xml"), "d": ("drawing", "../drawings/drawing1.xml")}
        ),
        "xl/comments1.xml": f'<comments {office.S}><commentList><comment ref="B2"><text><t>Check this.</t></text>'
        "</comment></commentList></comments>",
        "xl/drawings/drawing1.xml": f"<d:wsDr xmlns:d='x' {office.A}><d:sp><d:txBody><a:p><a:r><a:t>Draft only"
        "</a:t></a:r></a:p></d:txBody></d:sp></d:wsDr>",
    }
    assert read_rows(tmp_path, SALES, parts=parts)[2:] == ["Comment on B2: Check this.", "Draft only"]


def test_a_workbook_whose_parts_lie_elsewhere_is_read(tmp_path: Path) -> None:
    parts = office.parts_of(office.xlsx(tmp_path / "usual.xlsx", {"Sheet": [["Item", "Price"], ["Rope", 9]]}))
    moved = {name.replace("xl/", "book/"): content for name, content in parts.items()}
    moved["_rels/.rels"] = office.relations({"r1": ("officeDocument", "book/workbook.xml")})
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    moved["[Content_Types].xml"] = f'<Types><Override PartName="/book/workbook.xml" ContentType="{main}"/></Types>'
    document = formats.read(office.package(tmp_path / "nameless", moved), LIMITS)
    assert document.kind == "xlsx"
    assert "Rope | 9" in document.text


def test_a_workbook_without_cells_is_empty(tmp_path: Path) -> None:
    assert "is empty: no cell" in refusal(office.xlsx(tmp_path / "a.xlsx", {"One": []}))


def test_more_text_than_the_limit_is_refused_by_the_name_of_the_setting(tmp_path: Path) -> None:
    path = office.xlsx(tmp_path / "a.xlsx", {"One": [["words " * 20] for _ in range(50)]})
    assert "QA_TEXT_CHARACTERS" in refusal(path, ReadLimits(text_characters=1000))


def test_a_sheet_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = office.xlsx(tmp_path / "a.xlsx", {"One": " " * 3_000_000})
    assert "unpacks to more than 1 MB" in refusal(path, ReadLimits(part_bytes=1_000_000))


def test_entities_in_a_sheet_are_not_replaced(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words", "utf-8")
    sheet = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}"><!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        f'<worksheet {office.S}><sheetData><row><c t="inlineStr"><is><t>seen &e; &b;</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    path = office.xlsx(tmp_path / "a.xlsx", {"One": SALES})
    relations = office.relations({"s0": ("worksheet", "worksheets/sheet9.xml")})
    parts = {"xl/worksheets/sheet9.xml": sheet, "xl/_rels/workbook.xml.rels": relations}
    path = office.package(tmp_path / "b.xlsx", office.parts_of(path) | parts)
    text = spreadsheet.read(path, LIMITS).text
    assert "seen" in text
    assert "hidden" not in text
    assert "aaaa" not in text


def test_a_damaged_workbook_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(office.xlsx(tmp_path / "b.xlsx", {"One": SALES}).read_bytes()[:600])
    assert "is damaged" in refusal(path)
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    assert "save it again" in refusal(path).lower()


def test_a_binary_workbook_is_read_like_a_new_one(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sales")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    share, price = (xlwt.easyxf(num_format_str=code) for code in ("0.0%", '0.00 "EUR"'))
    for place, name in enumerate(["Name", "Day", "Amount", "Paid", "Share", "Size", "Rate", "Note"]):
        sheet.write(0, place, name)
    for row, name in enumerate(["Ann", "Bob"], 1):
        sheet.write(row, 0, name)
        sheet.write(row, 1, datetime.date(2020, 1, row), day)
        sheet.write(row, 2, 12.5, price)
        sheet.write(row, 3, True)
        sheet.write(row, 4, 0.125, share)
        sheet.write(row, 5, 7)
        sheet.row(row).set_cell_error(6, "#REF!")
    book.save(str(tmp_path / "a.xls"))
    document = spreadsheet.read(tmp_path / "a.xls", LIMITS)
    assert document.kind == "xls"
    shown = "Name: Ann | Day: 2020-01-01 | Amount: 12.50 EUR | Paid: TRUE | Share: 12.5% | Size: 7 | Rate: #REF!"
    assert lines(document)[1:3] == ["Columns without values: Note", shown]


def test_an_old_workbook_with_far_corner_cells_is_read_or_says_what_to_do(tmp_path: Path) -> None:
    for sheets in (1, 3):
        book = xlwt.Workbook()
        for n in range(sheets):
            sheet = book.add_sheet(f"s{n}")
            sheet.write(0, 0, "near")
            sheet.write(65_535, 255 if sheets > 1 else 20, "far")
        book.save(str(tmp_path / f"{sheets}.xls"))
    assert lines(spreadsheet.read(tmp_path / "1.xls", LIMITS)) == ["s0", "near", "far"]
    assert refusal(tmp_path / "3.xls") == "has filled cells too far apart. Save it as .xlsx."


def ods_cell(kind: str, shown: str, value: str = "", more: str = "") -> str:
    attribute = {"date": "date-value", "boolean": "boolean-value", "time": "time-value"}.get(kind, "value")
    given = f'office:{attribute}="{value}"' if value else ""
    return (
        f'<table:table-cell office:value-type="{kind}" {given} {more}><text:p>{shown}</text:p></table:table-cell>'
    )


def test_an_opendocument_sheet_is_read_as_it_is_shown(tmp_path: Path) -> None:
    head = "".join(ods_cell("string", name) for name in ("Name", "Share", "Day", "Amount", "Size"))
    body = (
        ods_cell("string", "Ann<office:annotation><text:p>really?</text:p></office:annotation>")
        + ods_cell("percentage", "12.5 %", "0.125")
        + ods_cell("date", "01.02.20", "2020-02-01")
        + ods_cell("currency", "€ 3.50", "3.5")
        + ods_cell("float", "1,234.50", "1234.5")
    )
    filling = '<table:table-cell table:number-columns-repeated="16000"/>'
    table = (
        f'<table:table table:name="One" table:style-name="h"><table:table-row>{head}{filling}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="2">{body}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="1048000">{filling}</table:table-row></table:table>'
    )
    hidden = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    document = spreadsheet.read(office.opendocument(tmp_path / "a.ods", "spreadsheet", table, hidden), LIMITS)
    row = "Name: Ann | Share: 12.5 % | Day: 2020-02-01 | Amount: € 3.50 | Size: 1234.5"
    assert lines(document) == ["One", row, row, "Comment: really?"]
    assert document.warnings == ("The sheet One is hidden in the workbook; it was read too.",)


# CSV


def read_csv(path: Path, content: str | bytes, name: str = "a.csv") -> list[str]:
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    (path / name).write_bytes(data)
    return lines(delimited.read(path / name, LIMITS))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_and_quoted_cells_stay_whole(tmp_path: Path, delimiter: str) -> None:
    rows = [["Name", "Note"], ["Ann", f'"a{delimiter}b\nc ""d"""'], ["Bob", "e"]]
    content = "\n".join(delimiter.join(row) for row in rows)
    inside = delimiter.replace("\t", " ")
    assert read_csv(tmp_path, content) == [f'Name: Ann | Note: a{inside}b c "d"', "Name: Bob | Note: e"]


def test_ragged_rows_lose_nothing(tmp_path: Path) -> None:
    content = "Name,City\nAnn,Graz,extra\nBob\n\nCid,Linz\n"
    assert read_csv(tmp_path, content) == [
        "Name: Ann | City: Graz | extra",
        "Name: Bob",
        "Name: Cid | City: Linz",
    ]


def test_a_quotation_mark_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    shown = read_csv(tmp_path, 'a,b\n1,"open\n' + "\n".join(f"{n},x{n}" for n in range(200)))
    assert len(shown) == 201
    assert shown[-1] == "a: 199 | b: x199"


def test_a_separator_line_of_excel_is_obeyed_and_not_shown(tmp_path: Path) -> None:
    assert read_csv(tmp_path, "sep=;\nName;Price\nNut;1,50\n") == ["Name: Nut | Price: 1,50"]


def test_rows_without_names_are_written_as_they_stand(tmp_path: Path) -> None:
    assert read_csv(tmp_path, "1,2\n3,4\n") == ["1 | 2", "3 | 4"]


def test_a_csv_in_another_encoding_is_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Name;Straße\nJürgen;Grüne Gasse\nSören;Lange Straße\n".encode("cp1252"))
    document = delimited.read(path, LIMITS)
    assert document.text.startswith("Name: Jürgen | Straße: Grüne Gasse")
    assert document.warnings == ("Read as cp1252, not UTF-8.",)


def test_an_empty_csv_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(" \n,,\n", "utf-8")
    assert "is empty" in refusal(tmp_path / "a.csv")


def test_a_column_is_named_by_the_first_row_of_a_table_also_where_a_value_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("row,Retouched,Site\n1,Retouched,A\n2,Unretouched,B\n3,Retouched,C\n")
    assert delimited.read(tmp_path / "a.csv", LIMITS).text == (
        "row: 1 | Retouched | Site: A\nrow: 2 | Retouched: Unretouched | Site: B\nrow: 3 | Retouched | Site: C"
    )


def test_a_table_without_names_is_written_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Ann,Graz,yes\nBob,Graz,no\nCy,Linz,yes\n")
    assert delimited.read(tmp_path / "a.csv", LIMITS).text == "Ann | Graz | yes\nBob | Graz | no\nCy | Linz | yes"


def test_long_names_of_columns_are_names_above_numbers(tmp_path: Path) -> None:
    name = "Number of drivers involved in fatal collisions per billion miles, of whom some were in a great hurry"
    (tmp_path / "a.csv").write_text(f'State,"{name}"\nAlabama,18.8\nAlaska,18.1\n')
    assert delimited.read(tmp_path / "a.csv", LIMITS).text == (
        f"State: Alabama | {name}: 18.8\nState: Alaska | {name}: 18.1"
    )
