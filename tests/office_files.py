"""Small Office and OpenDocument files, made part by part."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

OFFICE = "http://schemas.openxmlformats.org"
TYPES = OFFICE + "/officeDocument/2006/relationships"
W = f'xmlns:w="{OFFICE}/wordprocessingml/2006/main"'
A = f'xmlns:a="{OFFICE}/drawingml/2006/main"'
P = f'xmlns:p="{OFFICE}/presentationml/2006/main"'
R = f'xmlns:r="{TYPES}"'
C = f'xmlns:c="{OFFICE}/drawingml/2006/chart"'
S = f'xmlns="{OFFICE}/spreadsheetml/2006/main"'
ODF = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
        for name, full in {
            "office": "office",
            "text": "text",
            "table": "table",
            "style": "style",
            "draw": "drawing",
            "svg": "svg-compatible",
            "presentation": "presentation",
            "number": "datastyle",
            "chart": "chart",
        }.items()
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)

# A cell is a text, a number, or (number, number of its style).
Cell = str | float | tuple[float, int] | None


def package(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """A zip file of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def parts_of(path: Path) -> dict[str, str | bytes]:
    """The parts of a zip file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def relations(targets: Mapping[str, tuple[str, str]], external: Sequence[str] = ()) -> str:
    """A .rels part: id → (last word of the type, target)."""
    entries = "".join(
        f'<Relationship Id="{key}" Type="{TYPES}/{kind}" Target="{escape(target)}"'
        + (' TargetMode="External"' if key in external else "")
        + "/>"
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{OFFICE}/package/2006/relationships">{entries}</Relationships>'


def docx(path: Path, body: str, parts: Mapping[str, str | bytes] | None = None, rels: str = "") -> Path:
    """A Word document whose w:body has this content."""
    root = relations({"r1": ("officeDocument", "word/document.xml")})
    more = {"word/_rels/document.xml.rels": rels} if rels else {}
    document = f"<w:document {W} {A} {R} {C}><w:body>{body}</w:body></w:document>"
    return package(path, {"_rels/.rels": root, "word/document.xml": document, **more, **(parts or {})})


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def pptx(path: Path, slides: Sequence[str], parts: Mapping[str, str | bytes] | None = None) -> Path:
    """A presentation; each slide is the content of its p:spTree. Parts named `slideN.rels` are put in place."""
    given = dict(parts or {})
    numbers = range(1, len(slides) + 1)
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="s{n}"/>' for n in numbers)
    built: dict[str, str | bytes] = {
        "_rels/.rels": relations({"r1": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/presentation.xml": f"<p:presentation {P} {R}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            {f"s{n}": ("slide", f"slides/slide{n}.xml") for n in numbers}
        ),
    }
    for n, content in zip(numbers, slides, strict=True):
        hidden, tree = (' show="0"', content[7:]) if content.startswith("hidden:") else ("", content)
        built[f"ppt/slides/slide{n}.xml"] = (
            f"<p:sld {P} {A} {R} {C}{hidden}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sld>"
        )
        if f"slide{n}.rels" in given:
            built[f"ppt/slides/_rels/slide{n}.xml.rels"] = given.pop(f"slide{n}.rels")
    return package(path, {**built, **given})


def shape(text: str, place: tuple[int, int] = (0, 0), holder: str = "", properties: str = "") -> str:
    """A p:sp with a paragraph for each line of `text`; `holder` are the attributes of its p:ph."""
    lines = "".join(f"<a:p>{properties}<a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    ph = f"<p:ph {holder}/>" if holder else ""
    off = f'<a:xfrm><a:off x="{place[0]}" y="{place[1]}"/></a:xfrm>' if place != (0, 0) else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{abs(hash(text)) % 1000}" name="x"/><p:nvPr>{ph}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{off}</p:spPr><p:txBody>{lines}</p:txBody></p:sp>"
    )


def column(number: int) -> str:
    """The letters of a column, counted from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_xml(row: int, place: int, value: Cell) -> str:
    reference = f"{column(place)}{row}"
    if value is None:
        return ""
    if isinstance(value, str):
        if value.startswith("<"):
            return value.replace("<c ", f'<c r="{reference}" ', 1)
        return f'<c r="{reference}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    number, style = value if isinstance(value, tuple) else (value, 0)
    return f'<c r="{reference}" s="{style}"><v>{number!r}</v></c>'


def rows_xml(rows: Sequence[Sequence[Cell]]) -> str:
    lines = (
        f'<row r="{n}">' + "".join(cell_xml(n, place, value) for place, value in enumerate(cells)) + "</row>"
        for n, cells in enumerate(rows, 1)
    )
    return "".join(lines)


def xlsx(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Cell]] | str],
    formats: Sequence[str] = (),
    parts: Mapping[str, str | bytes] | None = None,
    after: str = "",
    hidden: Sequence[str] = (),
) -> Path:
    """A workbook. A sheet is its rows, or the XML of its sheetData; style n + 1 has the n-th of `formats`."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" r:id="s{n}" state="{"hidden" if name in hidden else "visible"}"/>'
        for n, name in enumerate(names)
    )
    quoted = [escape(code, {'"': "&quot;"}) for code in formats]
    codes = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{code}"/>' for n, code in enumerate(quoted))
    styles = "<xf/>" + "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(formats))) + '<xf fontId="1"/>'
    built: dict[str, str | bytes] = {
        "_rels/.rels": relations({"r1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f"<workbook {S} {R}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            {f"s{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(len(names))}
            | {"st": ("styles", "styles.xml"), "ss": ("sharedStrings", "sharedStrings.xml")}
        ),
        "xl/styles.xml": f"<styleSheet {S}><numFmts>{codes}</numFmts><fonts><font/><font><b/></font></fonts>"
        f"<cellXfs>{styles}</cellXfs></styleSheet>",
    }
    for n, rows in enumerate(sheets.values()):
        data = rows if isinstance(rows, str) else rows_xml(rows)
        built[f"xl/worksheets/sheet{n}.xml"] = (
            f"<worksheet {S} {R}><sheetData>{data}</sheetData>{after}</worksheet>"
        )
    return package(path, {**built, **(parts or {})})


def opendocument(
    path: Path, kind: str, body: str, styles: str = "", parts: Mapping[str, str | bytes] | None = None
) -> Path:
    """An OpenDocument file; `kind` is text, spreadsheet or presentation, `styles` its automatic styles."""
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return package(path, {"mimetype": mimetype, "content.xml": content, **(parts or {})})
