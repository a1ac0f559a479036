"""PDF files made by hand, so that a test can say where each word stands."""

import hashlib
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import matplotlib

WIDTH, HEIGHT = 600, 800
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


class Said(NamedTuple):
    """A line of text, its baseline `down` points from the upper edge of the page."""

    x: float
    down: float
    text: str
    size: float = 10
    font: str = "F"
    """F, B (bold)."""
    mode: int = 0
    """How it is drawn; 3 is not at all."""


class Sheet(NamedTuple):
    """A page, or what differs from a plain one."""

    said: Sequence[Said] = ()
    drawn: str = ""
    """Operators of PDF, after the text."""
    attributes: str = ""
    """Of the page's dictionary."""
    annotations: Sequence[str] = ()


def column(x: float, down: float, lines: Sequence[str], leading: float = 12, size: float = 10) -> list[Said]:
    """Lines one below the other."""
    return [Said(x, down + n * leading, line, size) for n, line in enumerate(lines)]


def pdf(
    sheets: Sequence[Sheet | Sequence[Said]],
    catalog: str = "",
    more: Sequence[str] = (),
    password: str | None = None,
) -> bytes:
    """A file with these pages. `more` are further objects: the first has the number 5, pages begin after them."""
    pages = [sheet if isinstance(sheet, Sheet) else Sheet(sheet) for sheet in sheets]
    first = 5 + len(more)
    objects: list[str] = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        "",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
        *more,
    ]
    numbers = []
    for sheet in pages:
        number = first + sum(2 + len(page.annotations) for page in pages[: len(numbers)])
        numbers.append(number)
        notes = " ".join(f"{number + 2 + n} 0 R" for n in range(len(sheet.annotations)))
        box = "" if "/MediaBox" in sheet.attributes else f"/MediaBox[0 0 {WIDTH} {HEIGHT}]"
        objects.append(
            f"<</Type/Page/Parent 2 0 R{box}{sheet.attributes}/Resources<</Font<</F 3 0 R/B 4 0 R/X 5 0 R>>>>"
            f"/Contents {number + 1} 0 R/Annots[{notes}]>>"
        )
        stream = f"{' '.join(map(_operators, sheet.said))} {sheet.drawn}"
        objects.append(f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream")
        objects += sheet.annotations
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects[1] = f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>"
    return _file(objects, password)


def page_number(page: int, more: int = 0) -> int:
    """The number of the object of a page (counted from 0) in a file of pages without annotations."""
    return 5 + more + 2 * page


def picture(width: float = WIDTH, height: float = HEIGHT) -> str:
    """Operators that draw a grey picture of that size."""
    return f"q {width} 0 0 {height} 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"


def unicode_font(letters: str, encoding: str) -> list[str]:
    """The objects of a font X that has these letters, for `more`; they look like others.

    `encoding` is "Identity-H", or "Identity-V" for lines that run down.
    """
    glyphs = Path(matplotlib.get_data_path(), "fonts/ttf/cmtt10.ttf").read_bytes().decode("latin-1")
    pairs = "\n".join(f"<{_code(letters, c)}> <{c.encode('utf-16-be').hex()}>" for c in sorted(set(letters)))
    mapped = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def "
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange {len(set(letters))} beginbfchar\n{pairs}\n"
        "endbfchar endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    system = "<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    return [
        f"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/{encoding}/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo{system}/CIDToGIDMap/Identity"
        "/DW 1000/DW2[880 -1000]/FontDescriptor 8 0 R>>",
        f"<</Length {len(mapped)}>>\nstream\n{mapped}\nendstream",
        "<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0/Ascent 800"
        "/Descent -200/CapHeight 700/StemV 80/FontFile2 9 0 R>>",
        f"<</Length {len(glyphs)}/Length1 {len(glyphs)}>>\nstream\n{glyphs}\nendstream",
    ]


def in_unicode(letters: str, text: str, x: float, y: float) -> str:
    """Operators that draw text in font X, which has these letters. `y` counts from the lower edge."""
    codes = "".join(_code(letters, c) for c in text)
    return f"BT /X 12 Tf 1 0 0 1 {x} {y} Tm <{codes}> Tj ET "


def _code(letters: str, letter: str) -> str:
    return f"{40 + sorted(set(letters)).index(letter):04X}"


def _operators(said: Said) -> str:
    text = said.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    place = f"1 0 0 1 {said.x} {HEIGHT - said.down} Tm"
    return f"BT /{said.font} {said.size} Tf {said.mode} Tr {place} ({text}) Tj ET"


def _file(objects: Sequence[str], password: str | None) -> bytes:
    bodies = [body.encode("latin-1") for body in objects]
    extra = b""
    if password is not None:
        key, lock = _lock(password)
        bodies = [_encrypted(body, key, n) for n, body in enumerate(bodies, 1)]
        bodies.append(lock)
        extra = b"/Encrypt %d 0 R/ID[<00><00>]" % len(bodies)
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\n" % (size, table, size, extra)
    return out + end + b"startxref\n%d\n%%%%EOF\n" % len(out)


def _lock(password: str) -> tuple[bytes, bytes]:
    """(key, encryption dictionary) of the oldest kind of lock: PDF 32000-1, 7.6.3, revision 2."""
    padded = (password.encode("latin-1") + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    permissions = (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5(padded + owner + permissions + b"\x00").digest()[:5]
    user = _rc4(key, _PADDING)
    return key, b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (owner.hex().encode(), user.hex().encode())


def _encrypted(body: bytes, key: bytes, number: int) -> bytes:
    """Streams only: these files keep no strings elsewhere that matter."""
    if b"\nstream\n" not in body:
        return body
    head, rest = body.split(b"\nstream\n", 1)
    content = rest.removesuffix(b"\nendstream")
    own = hashlib.md5(key + number.to_bytes(3, "little") + b"\x00\x00").digest()[:10]
    return head + b"\nstream\n" + _rc4(own, content) + b"\nendstream"


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i, k in zip(range(256), cycle(key), strict=False):
        j = (j + state[i] + k) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
