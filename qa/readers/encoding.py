"""Bytes to text: byte order mark, strict UTF-8, UTF-16 and UTF-32 without a mark, then detection."""

import codecs
import re
import unicodedata
from collections import Counter

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000
# Text has tabs, line ends, form feeds, backspaces and escapes; other control characters mean another format.
_JUNK = re.compile("[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd\ufffe\uffff]")
_EBCDIC_SPACE = 0x40
_JUNK_SHARE = 0.02
# Those that documents are found in; the others that Python has mostly make mistakes possible (johab).
_IN_USE = (  # noqa: SIM905
    "cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 iso8859_2 iso8859_5 iso8859_7 iso8859_15 "
    "koi8_r koi8_u cp437 cp850 cp852 cp866 tis_620 cp932 euc_jp gb18030 big5 cp949"
).split()
_PUNCTUATION = "‘’“”–—…•€£©®°«»ºª·¡¿§\xa0"
_RARE = "ìòþðÿ"
_LATIN = {
    "cp1252": "àáâãäåæçèéêëìíîïñòóôõöøœùúûüýÿßþð",
    "cp1250": "áâäąćčçďđéęëěíîłľńňóôöőřśšşťţúůüűýźžżß",
    "iso8859_2": "áâäąćčçďđéęëěíîłľńňóôöőřśšşťţúůüűýźžżß",
    "cp1254": "çğıi\u0307öşüâîû",
    "cp1257": "āąčēęėģīįķļņšūųžõäöü",
}


def decode(data: bytes, declared: str | None = None) -> tuple[str, str] | None:
    """(text, encoding) of `data`, or None when it is not text.

    `declared` is what the file says about itself: it is believed where the bytes agree. The encoding "utf-8"
    needs no mention to the user; any other was declared, marked or guessed.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _if_text(data.decode(encoding, "replace"), encoding.removesuffix("-sig"))
    if b"\x00" in data[:_SAMPLE]:
        return _wide(data)
    # Its bytes are all ASCII, so it would pass for UTF-8.
    text = _strictly(data, "iso2022_jp") if b"\x1b$" in data else None
    if text is not None:
        return _if_text(text, "iso2022_jp")
    text = _strictly(data, "utf-8")
    if text is not None:
        return _if_text(text, "utf-8")
    return _nearly_utf8(data) or _as_declared(data, declared) or _detected(data)


def junk_share(text: str) -> float:
    """Share (0 to 1) of control, replacement and unassigned characters in the beginning of `text`."""
    sample = text[:_SAMPLE]
    if not sample:
        return 0.0
    junk = len(_JUNK.findall(sample))
    unassigned = sum(n for c, n in Counter(sample).items() if unicodedata.category(c) == "Cn")
    return (junk + unassigned) / len(sample)


def _if_text(text: str, encoding: str) -> tuple[str, str] | None:
    return (text, encoding) if junk_share(text) < _JUNK_SHARE else None


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _wide(data: bytes) -> tuple[str, str] | None:
    """Text with NUL bytes: UTF-16 or UTF-32 without a mark, or UTF-8 with a few stray ones."""
    if data.count(0) * 10 < len(data):
        text = _strictly(data.replace(b"\x00", b""), "utf-8")
        if text is not None:
            return _if_text(text, "utf-8")
    candidates = []
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        unit = 4 if "32" in encoding else 2
        text = _strictly(data[: len(data) - len(data) % unit], encoding)
        if text is not None and junk_share(text) < _JUNK_SHARE:
            # The wrong byte order yields letters of many scripts, hence of many blocks of Unicode.
            candidates.append((len({ord(c) >> 8 for c in text[:_SAMPLE]}), encoding, text))
    return (min(candidates)[2], min(candidates)[1]) if candidates else None


def _nearly_utf8(data: bytes) -> tuple[str, str] | None:
    """UTF-8 with a few broken bytes (a cut or spliced file): guessing another encoding would spoil it all."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    beyond_ascii = sum(n for c, n in Counter(text).items() if ord(c) > 127) - broken
    if broken and broken * 20 < beyond_ascii:
        return text, "utf-8 with broken bytes"
    return None


def _as_declared(data: bytes, declared: str | None) -> tuple[str, str] | None:
    if not declared:
        return None
    # HTML says Latin-1 where it means its superset: https://encoding.spec.whatwg.org/#names-and-labels
    name = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252"}.get(declared.lower(), declared)
    text = _strictly(data, name)
    return None if text is None else _if_text(text, name)


def _detected(data: bytes) -> tuple[str, str] | None:
    sample = data[:_SAMPLE]
    if Counter(sample).most_common(1)[0][0] == _EBCDIC_SPACE:
        best = from_bytes(sample, cp_isolation=["cp037", "cp500", "cp1140"]).best()
        encoding = best.encoding if best is not None else "cp037"
        return _if_text(data.decode(encoding, "replace").replace("\x85", "\n"), encoding)
    best = from_bytes(sample, cp_isolation=_IN_USE).best()
    encoding = best.encoding if best is not None else "cp1252"
    if best is None or _is_latin(str(best)):
        likely = {encoding, "cp1252"}
        encoding = max((*_LATIN, encoding), key=lambda name: _familiar(sample, name) + 0.1 * (name in likely))
    return _if_text(data.decode(encoding, "replace"), encoding)


def _is_latin(text: str) -> bool:
    return all(c < "\u0300" for c in text if c.isalpha())


def _familiar(data: bytes, encoding: str) -> float:
    """Share of the characters beyond ASCII that the languages of this Latin encoding are written with.

    charset-normalizer alone takes French for cp1250 (ętre) and Polish for cp1252 (rodz¹).
    """
    letters = _LATIN.get(encoding, _LATIN["cp1252"]) + _PUNCTUATION
    beyond_ascii = [c for c in data.decode(encoding, "replace").lower() if ord(c) > 127]
    # Latvian žē and Czech ěů look like these in cp1252.
    weights = (0.5 if c in _RARE and encoding == "cp1252" else c in letters for c in beyond_ascii)
    return sum(weights) / max(1, len(beyond_ascii))
