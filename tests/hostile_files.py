"""Small files of many formats, made to do harm by the tests: each builder takes what is to stand in it."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def package(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def relations(*targets: tuple[str, str, bool]) -> str:
    """Each: (last word of its type, target, external)."""
    rows = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if external else "/>")
        for n, (kind, target, external) in enumerate(targets)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{rows}</Relationships>'


def docx(
    words: str, prolog: str = "", main: str = "document.main", more: dict[str, str | bytes] | None = None
) -> bytes:
    types = f'<Types xmlns="{_TYPES}"><Override PartName="/word/document.xml" ContentType="{main}+xml"/></Types>'
    body = f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>'
    return package(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations(("officeDocument", "word/document.xml", False)),
            "word/document.xml": prolog + body,
            **(more or {}),
        }
    )


def xlsx(words: str, prolog: str = "", cells: str = "", more: dict[str, str | bytes] | None = None) -> bytes:
    types = (
        f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/'
        'workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        "</Types>"
    )
    workbook = (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="One" sheetId="1" r:id="r0"/></sheets></workbook>'
    )
    first = f'<c r="A1" t="inlineStr"><is><t>{words}</t></is></c>'
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData><row r="1">{first}</row>{cells}</sheetData></worksheet>'
    return package(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations(("officeDocument", "xl/workbook.xml", False)),
            "xl/workbook.xml": workbook,
            "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml", False)),
            "xl/worksheets/sheet1.xml": prolog + sheet,
            **(more or {}),
        }
    )


def odt(words: str, prolog: str = "", body: str = "") -> bytes:
    content = (
        f'<o:document-content xmlns:o="{_OPEN}:office:1.0" xmlns:t="{_OPEN}:text:1.0"'
        f' xmlns:d="{_OPEN}:drawing:1.0" xmlns:x="http://www.w3.org/1999/xlink"><o:body><o:text>'
        f"<t:p>{words}</t:p>{body}</o:text></o:body></o:document-content>"
    )
    entry = '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>'
    manifest = f'<m:manifest xmlns:m="{_OPEN}:manifest:1.0">{entry}</m:manifest>'
    return package(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": manifest,
            "content.xml": prolog + content,
        }
    )


def epub(words: str, prolog: str = "", head: str = "") -> bytes:
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    book = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="c" href="c.xhtml"'
        ' media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>'
    )
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><head>{head}</head><body><p>{words}</p></body></html>'
    return package(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "b.opf": book,
            "c.xhtml": prolog + page,
        }
    )


def xml(words: str, prolog: str = "") -> bytes:
    return f"<?xml version='1.0'?>{prolog}<note><line>{words}</line></note>".encode()


def svg(words: str, prolog: str = "") -> bytes:
    return f'{prolog}<svg xmlns="http://www.w3.org/2000/svg"><text>{words}</text></svg>'.encode()


def html(words: str, prolog: str = "", head: str = "") -> bytes:
    return f"{prolog}<html><head>{head}</head><body><p>{words}</p></body></html>".encode()


MARKUP: dict[str, Callable[[str, str], bytes]] = {
    "xml": xml,
    "svg": svg,
    "html": html,
    "docx": docx,
    "xlsx": xlsx,
    "odt": odt,
    "epub": epub,
}
"""Suffix → builder that takes the words and what stands before the root element."""


def pdf(objects: list[str | bytes]) -> bytes:
    """A PDF of these objects, numbered from 1, the first its catalog; where they are is left to be found."""
    out = b"%PDF-1.4\n"
    for number, body in enumerate(objects, 1):
        data = body if isinstance(body, bytes) else body.encode("latin-1")
        out += b"%d 0 obj\n%s\nendobj\n" % (number, data)
    return out + b"trailer<</Root 1 0 R>>\n%%EOF"


def pdf_page(words: str, catalog: str = "", page: str = "") -> bytes:
    """One page with one line of text."""
    shown = f"BT /F 12 Tf 50 700 Td ({words}) Tj ET"
    return pdf(
        [
            f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
            f"/Resources<</Font<</F 5 0 R>>>>{page}>>",
            f"<</Length {len(shown)}>>stream\n{shown}\nendstream",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )


def png(width: int, height: int) -> bytes:
    """The head of a picture of that size, and hardly any picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def calling(address: str) -> dict[str, bytes]:
    """File name → a file of that kind that asks its reader, in every way it has, to fetch something from there."""
    head = (
        f'<link rel="stylesheet" href="{address}/a.css"><script src="{address}/a.js"></script>'
        f'<base href="{address}/"><meta http-equiv="refresh" content="0;url={address}/">'
    )
    seen = f'Words <img src="{address}/a.png"/><iframe src="{address}/f"></iframe>'
    doctype = f'<!DOCTYPE note SYSTEM "{address}/note.dtd">'
    include = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{address}/i"/>'
    mail = "MIME-Version: 1.0\nFrom: a@example.org\nTo: b@example.org\nSubject: Words\nMessage-ID: <1@x>\n"
    body = f"Content-Type: text/html\n\n<p>{seen}</p>"
    away = (
        f'Content-Type: message/external-body; access-type=URL; URL="{address}/body"\n\nContent-Type: text/plain\n'
    )
    parts = f"Content-Type: multipart/mixed; boundary=X\n\n--X\n{body}\n--X\n{away}\n--X--\n"
    saved = (
        f"From: <Saved by Blink>\nSnapshot-Content-Location: {address}/\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/related; type="text/html"; boundary=X\n\n--X\n{body}\n--X--\n'
    )
    outside = relations(("attachedTemplate", f"{address}/t.dotm", True), ("image", f"{address}/i.png", True))
    link = f'<externalLink xmlns="{_SHEET}"><externalBook xmlns:r="{_OFFICE}" r:id="r0"/></externalLink>'
    picture = f'<t:p><d:frame><d:image x:href="{address}/i.png"/></d:frame><t:a x:href="{address}/">on</t:a></t:p>'
    action = f"/OpenAction<</S/URI/URI({address}/)>>/AA<</WC<</S/SubmitForm/F({address}/)>>>>"
    script = f"/OpenAction<</S/JavaScript/JS(app.launchURL\\('{address}/'\\))>>"
    field = r"{\field{\*\fldinst INCLUDEPICTURE " + f'"{address}/i.png"' + r" \\d}{\fldrslt Words}}"
    image = base64.b64encode(svg(f'<image href="{address}/i.png"/>')).decode()
    return {
        "page.html": html(seen, head=head),
        "page.xhtml": html(seen, prolog="<?xml version='1.0'?>" + doctype.replace("note", "html", 1), head=""),
        "saved.mhtml": saved.encode(),
        "picture.svg": svg(f'Words <image href="{address}/i.png"/>', f'<?xml-stylesheet href="{address}/s.css"?>'),
        "data.xml": xml(f"Words {include}", doctype),
        "entity.xml": xml("Words &e;", f'<!DOCTYPE note [<!ENTITY e SYSTEM "{address}/e">]>'),
        "parameter.xml": xml("Words", f'<!DOCTYPE note [<!ENTITY % e SYSTEM "{address}/e"> %e;]>'),
        "text.docx": docx(
            "Words", more={"word/_rels/document.xml.rels": outside, "word/_rels/settings.xml.rels": outside}
        ),
        "entity.docx": docx("Words &e;", f'<!DOCTYPE d [<!ENTITY e SYSTEM "{address}/e">]>'),
        "book.xlsx": xlsx(
            "Words",
            more={
                "xl/externalLinks/externalLink1.xml": link,
                "xl/externalLinks/_rels/externalLink1.xml.rels": outside,
            },
        ),
        "text.odt": odt("Words", doctype, picture),
        "book.epub": epub(seen, doctype.replace("note", "html", 1), head.replace(">", "/>")),
        "mail.eml": (mail + parts).encode(),
        "box.mbox": ("From a@example.org Mon Nov 23 08:00:00 2026\n" + mail + parts).encode(),
        "text.md": f"Words ![picture]({address}/i.png) <img src='{address}/j.png'>".encode(),
        "text.rst": f"Words\n\n.. image:: {address}/i.png\n\n.. include:: {address}/x".encode(),
        "text.rtf": (r"{\rtf1\ansi Words " + field + r"{\*\template " + f"{address}/t.dotm" + "}}").encode(),
        "action.pdf": pdf_page("Words", action),
        "script.pdf": pdf_page("Words", script),
        "notes.ipynb": (
            '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "metadata": {},'
            f' "source": ["Words ![p]({address}/i.png) ![q](data:image/svg+xml;base64,{image})"]}}]}}'
        ).encode(),
        "data.yaml": f"words: !!python/object/apply:urllib.request.urlopen ['{address}/']".encode(),
        "data.json": f'{{"words": "Words", "$ref": "{address}/schema", "$schema": "{address}/schema"}}'.encode(),
    }
