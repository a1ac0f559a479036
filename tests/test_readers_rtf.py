"""RTF, on small documents made here."""

from pathlib import Path

import pytest

from qa.readers import Document, UnreadableFile, rtf
from qa.readers.document import ReadLimits

LIMITS = ReadLimits()


def read_rtf(path: Path, content: str, head: str = r"\ansi\ansicpg1252") -> Document:
    (path / "a.rtf").write_bytes(b"{\\rtf1" + head.encode("ascii") + content.encode("latin-1") + b"}")
    return rtf.read(path / "a.rtf", LIMITS)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (r"{\fonttbl{\f0\fcharset238 Arial;}}\f0 za\'bf\'f3\'b3\'e6", "zażółć"),
        (r"{\fonttbl{\f0\fcharset128 Gothic;}}\f0 \'83A\'83C", "アイ"),
        (r"{\fonttbl{\f0\fcharset204 Arial;}}\f0\'cf\'f0\'e8\'e2\'e5\'f2", "Привет"),
        (r"\u381?\u8364 ?\uc2\u233 e'x", "Ž€éx"),
        (r"\uc1\u-10179?\u-8704?", "😀"),
        (r"a\emdash b\~c\{d\}\_e\\f", "a—b\xa0c{d}-e\\f"),
        (r"shown{\v hidden}{\deleted gone}", "shown"),
        (r'{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt a link}}', "a link"),
        (r"{\pict\wmetafile8 0102{\*\blipuid ff}0304}text", "text"),
        ("{\\pict\\bin6 {}}\\}{text}}after", "after"),
        (r"{\upr{ansi}{\*\ud{real}}}", "real"),
        (r"{\*\unknown nothing}{\info{\author Ann}}said", "said"),
        (r"{\f1\*\cs7 said}", "said"),
        (r"{\list{\listname never;}\listid7}said", "said"),
        # Byte by byte, and in the private area; the name of the font says which signs it has.
        (r"{\fonttbl{\f0 Arial;}{\f1\fcharset2 Symbol;}{\f2\fcharset2 Wingdings;}}\f1 a \'a3 b\f0  x", "α ≤ β x"),
        (r"{\fonttbl{\f1\fcharset2 Symbol;}}x {\f1\u-3999?}", "x α"),
        (r"{\fonttbl{\f2\fcharset2 Wingdings;}}x{\f2 J\'a8}", "x☐"),
        (r"{\fonttbl{\f1 Symbol;}}{\pntext\f1 1.\tab}one\par{\pntext\f1 \'b7\tab}two", "1. one\n- two"),
        # As TextEdit ends paragraphs.
        ("one\\\ntwo\\\r\nthree\\\n", "one\n\ntwo\n\nthree"),
        ("{\\listtext\t\\uc0\\u8226 \t}one\\\n{\\listtext\t\\uc0\\u8226 \t}two\\\n", "- one\n- two"),
        # A bullet that its code page does not have.
        (r"{\fonttbl{\f0\fcharset128 OpenSymbol;}}{\listtext\f0 \'96\tab}one", "- one"),
    ],
)
def test_the_text_of_an_rtf_document_is_what_is_shown(tmp_path: Path, content: str, shown: str) -> None:
    assert read_rtf(tmp_path, content).text == shown


def test_an_rtf_document_keeps_its_structure(tmp_path: Path) -> None:
    content = (
        r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel1 Chapter;}{\s2 heading 3;}{\s3 Title;}}"
        r"\pard\s3 Book\par\pard\s1 Aims\par\pard\s2 Detail\par\pard Text"
        r"{\footnote{\chftn} a note}{\*\atnauthor Ann}{\*\annotation why?}"
        r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt in a box\par}}{\shprslt twice}} goes on.\par"
        r"{\listtext\'b7\tab}item one\par{\pntext 2.\tab}item two\par"
        r"\pard\intbl A\cell B\par more\cell\row\pard\intbl\cell D\cell\row\pard end\par"
        r"{\header Contract 17, confidential\par}{\footer Page 3\par}"
    )
    document = read_rtf(tmp_path, content)
    assert [(h.level, h.title) for h in document.headings] == [(1, "Book"), (2, "Aims"), (3, "Detail")]
    assert [line for line in document.text.split("\n") if line] == [
        *("Book", "Aims", "Detail", "Text goes on.", "Footnote 1: a note", "Comment (Ann): why?", "in a box"),
        *("- item one", "2. item two", "A | B more", "| D", "end", "Header: Contract 17, confidential"),
    ]


@pytest.mark.parametrize(
    "content", ["{" * 100_000, "}" * 1000 + "text", r"\bin99999999 text", "text\\", r"\u99999999999 x"]
)
def test_broken_rtf_neither_hangs_nor_crashes(tmp_path: Path, content: str) -> None:
    document = read_rtf(tmp_path, r"before\par " + content)
    assert document.text.startswith("before")


def test_an_rtf_document_beyond_the_limit_is_refused_by_the_name_of_the_setting(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(b"{\\rtf1 " + b"word " * 100 + b"\\par x}")
    with pytest.raises(UnreadableFile, match="QA_TEXT_CHARACTERS"):
        rtf.read(tmp_path / "a.rtf", ReadLimits(text_characters=100))
