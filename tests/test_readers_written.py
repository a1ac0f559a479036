"""A text is read as what it is, whatever its name says, and a name that lies is said."""

import json
from pathlib import Path

import pytest
from hostile_files import html, xml
from text_files import Save

from qa.readers import formats
from qa.readers.document import ReadLimits

LIMITS = ReadLimits()
PROSE = (
    "The harbour was built in 1893, after the great flood, by the town itself.\n"
    "It has two piers, a lighthouse, and a slip; the slip is closed in winter.\n"
    "Nobody knows who drew the plans.\n"
)
MAIL = "Received: by x\nFrom: a@example.org\nTo: b@example.org\nSubject: Tides\nMessage-ID: <1@x>\n\nHigh water."
TABLE = "name\tage\tcity\nAnn\t31\tGraz\nBob\t40\tWien\nCy\t7\tLinz\n"
SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello there.\n"
NOTEBOOK = json.dumps({"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "source": ["Hello"]}]})
PAGE = html("Words").decode()
SAVED = (
    "MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related; boundary=X\n\n"
    "--X\nContent-Type: text/html\n\n<p>Words</p>\n--X--\n"
)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", PROSE, "text"),
        ("a.csv", PROSE.replace("\n", " ") + "\n", "text"),
        ("a.csv", PAGE, "html"),
        ("a.csv", "<table><tr><td>Words</table>", "html"),
        ("a.csv", xml("Words").decode(), "xml"),
        ("a.csv", '[{"a": 1}, {"a": 2}]', "json"),
        ("a.tsv", PROSE, "text"),
        ("a.srt", PROSE, "text"),
        ("a.vtt", PAGE, "html"),
        ("a.srt", "[Script Info]\nTitle: x\n", "text"),
        ("a.ipynb", '{"a": 1}', "json"),
        ("a.ipynb", "[1, 2]", "json"),
        ("a.ipynb", PROSE, "text"),
        ("a.ipynb", PAGE, "html"),
        ("a.json", PAGE, "html"),
        ("a.json", xml("Words").decode(), "xml"),
        ("a.json", NOTEBOOK, "notebook"),
        ("a.xml", '{"a": 1}', "json"),
        ("a.yaml", PAGE, "html"),
        ("a.yaml", PROSE, "text"),
        ("a.eml", PROSE, "text"),
        ("a.eml", '{"a": 1}', "json"),
        ("a.mbox", PROSE, "text"),
        ("a.mht", PROSE, "text"),
        ("a.html", '{"a": 1}', "json"),
        ("a.html", "<?xml version='1.0'?><rss><channel><title>Words</title></channel></rss>", "xml"),
        ("a.md", '{"a": 1}', "json"),
        ("a.rst", PAGE, "html"),
        ("a.py", PAGE, "html"),
        ("a.ts", "<?xml version='1.0'?><!DOCTYPE TS><TS><message>Words</message></TS>", "xml"),
        ("a.txt", MAIL, "eml"),
        ("a.txt", SRT, "subtitles"),
        ("a.txt", '{"a": 1}\n{"a": 2}\n', "json"),
        ("a.txt", TABLE, "csv"),
        ("a.txt", TABLE.replace("\t", ";"), "csv"),
        ("a.xls", TABLE, "csv"),
        ("a.xls", "<table><tr><td>Words</table>", "html"),
        ("a.xls", SAVED, "mhtml"),
        ("a.doc", "<div>Words</div>", "html"),
    ],
)
def test_a_text_is_read_as_what_it_is_and_a_name_that_lies_is_said(
    save: Save, name: str, content: str, kind: str
) -> None:
    document = formats.read(save(name, content), LIMITS)
    assert document.kind == kind
    assert [w for w in document.warnings if w.startswith(f"Its name says {Path(name).suffix}; it is ")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("csv", "Ann, Graz\nBob, Wien\n"),
        ("csv", "name, what she said, when\nAnn, I will not go there., May\nBob, Nor will I., June\n"),
        ("csv", 'id,review\n1,"Good, and cheap."\n2,"Bad, but cheap."\n'),
        ("csv", "name\nAnn\nBob\n"),
        ("csv", "one line only"),
        ("csv", "id,text\n1,It was a long day and we walked home.\n2,Nobody knows why he left so early.\n"),
        ("yaml", "# only remarks\n"),
        ("yaml", "key: value\n"),
        ("yaml", "- one\n- two\n"),
        ("yaml", '{"a": 1}'),
        ("yaml", "--- word\n"),
        ("text", PROSE),
        ("text", "a: 1\nb: 2\nc: 3\nd: 4\n"),
        ("text", "1\t2\t3\n4\t5\t6\n7\t8\t9\n1\t2\t3\n"),
        ("text", "one, two, three\nfour, five\nsix\nseven\n"),
        ("text", "<p>A remark in the form of a page</p>"),
        ("text", "Roses are red, violets are blue, sugar is sweet.\n" * 5),
        ("subtitles", "WEBVTT\n\nNOTE nothing is said\n"),
        ("markdown", "[1, 2] is a list in most languages."),
        ("markdown", "<!DOCTYPE note> is how it begins"),
        ("markdown", "[" * 100_000),
        ("text", "[" * 100_000),
        ("code", '<?php echo "x" ?>'),
        ("eml", "Subject: Tides\n\nHigh water."),
        ("mbox", "From: a@example.org\nSubject: Tides\n\nHigh water."),
        ("notebook", '{"nbformat": 4, "cells": [{"cell_type": "code", "sour'),
        ("json", "[1, 2"),
        ("json", "just words"),
        ("html", "just words"),
    ],
)
def test_the_name_counts_where_the_content_does_not_plainly_speak_against_it(
    save: Save, name: str, content: str
) -> None:
    suffix = {"text": "txt", "subtitles": "vtt", "markdown": "md", "code": "php", "notebook": "ipynb"}.get(name)
    assert formats.kind_of(save(f"a.{suffix or name}", content), LIMITS) == name


def test_a_table_without_its_name_has_its_columns_named(save: Save) -> None:
    assert formats.read(save("export.xls", TABLE), LIMITS).text == (
        "name: Ann | age: 31 | city: Graz\nname: Bob | age: 40 | city: Wien\nname: Cy | age: 7 | city: Linz"
    )


def test_prose_named_as_a_table_keeps_its_commas(save: Save) -> None:
    assert formats.read(save("a.csv", PROSE), LIMITS).text == PROSE


@pytest.mark.parametrize("suffix", ["csv", "srt", "vtt", "yaml", "rst", "py", "json", "xml", "md", "eml", "ipynb"])
def test_bytes_that_are_no_text_are_refused_whatever_their_name(save: Save, suffix: str) -> None:
    with pytest.raises(formats.UnreadableFile, match=r"no text|not text|not a mail"):
        formats.read(save(f"a.{suffix}", bytes(range(256)) * 40), LIMITS)


def test_a_notebook_without_cells_is_empty(save: Save) -> None:
    with pytest.raises(formats.UnreadableFile, match="is empty"):
        formats.read(save("a.ipynb", '{"nbformat": 3, "nbformat_minor": 0, "metadata": {}}'), LIMITS)
