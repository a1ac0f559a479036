"""Bytes to text: byte order mark, UTF-16 and UTF-32 without a mark, strict UTF-8, then the likeliest words."""

import codecs
import re
import unicodedata
from collections import Counter

from qa.readers.letters import likelihood

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
_JUNK_SHARE = 0.02
_RARE = re.compile("[\u3400-\u4dbf\ua000-\ua4cf\ue000-\uf8ff]")
_RARE_SHARE = 0.05
# Their bytes are all ASCII, so they would pass for UTF-8; each has a sign of its own.
_ESCAPED = (
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$", "iso2022_jp_2"),
    (b"\x1b$", "iso2022_jp_ext"),
)
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}")
# Those that documents are found in, and a head start: of two that read the same bytes as likely words, the one
# in wider use is meant.
_IN_USE = {
    **dict.fromkeys(("cp1252",), 0.0),
    **dict.fromkeys(("cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"), -1.0),
    **dict.fromkeys(("koi8_r", "cp932", "euc_jp", "gb18030", "big5", "cp949", "cp874"), -1.0),
    **dict.fromkeys(("iso8859_15", "iso8859_2", "iso8859_5", "iso8859_7", "iso8859_8", "iso8859_9"), -2.0),
    **dict.fromkeys(("cp850", "cp852", "cp866", "mac_roman", "koi8_u", "cp1258"), -2.5),
    **dict.fromkeys(("iso8859_4", "iso8859_6", "iso8859_13", "iso8859_16", "big5hkscs", "johab"), -3.5),
    **dict.fromkeys(("cp437", "cp737", "cp775", "cp855", "cp857", "cp862", "cp720"), -3.5),
    **dict.fromkeys(("mac_latin2", "mac_cyrillic", "mac_greek", "mac_turkish"), -3.5),
    **dict.fromkeys(("utf-16-le", "utf-16-be"), -8.0),
}
# Those of one country read the signs of the others as letters.
_EBCDIC = {
    "cp500": 0.0,
    "cp037": -0.5,
    "cp1140": -1.0,
    "cp273": -15.0,
    "cp1026": -20.0,
    "cp875": -20.0,
    "cp424": -20.0,
}
_EBCDIC_SPACE, _EBCDIC_LETTERS = 0x40, frozenset((*range(0x81, 0x8A), *range(0x91, 0x9A), *range(0xA2, 0xAA)))
# What a file says about itself is right more often than a guess from a few letters.
_DECLARED = 12.0
# HTML says Latin-1 where it means its superset: https://encoding.spec.whatwg.org/#names-and-labels
_SUPERSETS = {
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", "iso8859-1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    **dict.fromkeys(("tis-620", "windows-874"), "cp874"),
    "big5": "big5hkscs",
    "iso-8859-9": "cp1254",
}
# Any two bytes are a character of UTF-16, mostly a rare one: the likelihood of one character of real text.
_LEAST_WIDE = -9.0
# Likelihood of a character beyond ASCII in text that is in the declared encoding for sure.
_SURE, _SURE_LATIN = -6.0, -1.5
# A line with bytes beyond ASCII, also with the line ends of the old Macintosh.
_BEYOND_ASCII = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*[\r\n]*")
_LINE_END = re.compile(rb"[\r\n]")
# Enough letters to know a language by.
_EVIDENCE_BYTES = 1500
_EVIDENCE_LETTERS = 400
_SHORT_BYTES = 50


def decode(data: bytes, declared: str | None = None) -> tuple[str, str] | None:
    """(text, encoding) of `data`, or None when it is not text.

    `declared` is what the file says about itself: it is believed where the bytes agree. The encoding "utf-8"
    needs no mention to the user; any other was declared, marked or guessed.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _if_text(data.decode(encoding, "replace"), encoding.removesuffix("-sig"))
    if b"\x00" in data[:_SAMPLE] and (found := _wide(data)) is not None:
        return found
    if (found := _escaped(data, declared)) is not None:
        return found
    plain = _strictly(data, "utf-8")
    if plain is not None and (found := _if_text(plain, "utf-8")) is not None:
        return found
    return _nearly_utf8(data) or _guessed(data, declared)


def junk_share(text: str) -> float:
    """Share (0 to 1) of control, replacement and unassigned characters in the beginning of `text`."""
    sample = text[:_SAMPLE]
    if not sample:
        return 0.0
    junk = len(_JUNK.findall(sample))
    unassigned = sum(n for c, n in Counter(sample).items() if unicodedata.category(c) == "Cn")
    return (junk + unassigned) / len(sample)


def _rare_share(text: str) -> float:
    """Share (0 to 1) of what any two bytes often are, and texts seldom hold: rare Han, Yi, private signs."""
    sample = text[:_SAMPLE]
    return len(_RARE.findall(sample)) / max(1, len(sample))


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
        if text is not None and (found := _if_text(text, "utf-8")) is not None:
            return found
    candidates = []
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        unit = 4 if "32" in encoding else 2
        text = _strictly(data[: len(data) - len(data) % unit], encoding)
        if text is not None and junk_share(text) < _JUNK_SHARE and _rare_share(text) < _RARE_SHARE:
            # The wrong byte order yields letters of many scripts, hence of many blocks of Unicode.
            candidates.append((len({ord(c) >> 8 for c in text[:_SAMPLE]}), encoding, text))
    return (min(candidates)[2], min(candidates)[1]) if candidates else None


def _nearly_utf8(data: bytes) -> tuple[str, str] | None:
    """UTF-8 with a few broken bytes (a cut or spliced file): guessing another encoding would spoil it all."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    beyond_ascii = sum(n for c, n in Counter(text).items() if ord(c) > 127) - broken
    if broken and broken * 4 < beyond_ascii:
        return text, "utf-8 with broken bytes"
    return None


def _escaped(data: bytes, declared: str | None) -> tuple[str, str] | None:
    """Encodings that write everything with ASCII bytes. UTF-7 looks like ordinary text: only where declared."""
    names = [name for sign, name in _ESCAPED if sign in data]
    if _HZ.search(data):
        names.append("hz")
    if declared and declared.lower() in ("utf-7", "hz-gb-2312", "iso-2022-jp", "iso-2022-kr"):
        names.append(declared)
    for name in names:
        text = _strictly(data, name)
        if text is not None and not text.isascii() and (found := _if_text(text, name)) is not None:
            return found[0], "iso2022_jp" if name.startswith("iso2022_jp") else name
    return None


def _guessed(data: bytes, declared: str | None) -> tuple[str, str] | None:
    """In the encoding that makes the likeliest words of the bytes, where these are text in any."""
    evidence = _evidence(data)
    if _is_ebcdic(data[:_SAMPLE]):
        encoding = _likeliest(data[:_EVIDENCE_BYTES].replace(b"\x25", b"\x40"), _EBCDIC)
        if encoding is not None:
            return _if_text(data.decode(encoding, "replace").replace("\x85", "\n"), encoding)
    name = _known(declared) if declared else None
    if name is not None and _is_plausible(evidence, name):
        return _if_text(data.decode(name, "replace"), name)
    encodings = dict(_IN_USE)
    if len(data) % 2:
        del encodings["utf-16-le"], encodings["utf-16-be"]
    if name is not None:
        encodings[name] = encodings.get(name, 0) + _DECLARED
    encoding = _likeliest(evidence, encodings) or "cp1252"
    return _if_text(data.decode(encoding, "replace"), encoding)


def _is_plausible(evidence: bytes, declared: str) -> bool:
    """Whether the bytes are text in that encoding, so that the others need not be tried.

    Many files that are in another encoding say that they are in Latin-1: these need words, not only letters.
    """
    text = _decoded(evidence, declared)
    beyond = sum(not c.isascii() for c in text or "")
    least = _SURE_LATIN if declared == "cp1252" else _SURE
    return text is not None and junk_share(text) < _JUNK_SHARE and likelihood(text) > least * beyond


def _evidence(data: bytes) -> bytes:
    """The first lines with bytes beyond ASCII, together with what makes their language known."""
    if len(data) <= _EVIDENCE_BYTES:
        return _enough(data)
    lines: list[bytes] = []
    length = 0
    for found in _BEYOND_ASCII.finditer(data[:_SAMPLE] if _LINE_END.search(data[:_SAMPLE]) else b""):
        lines.append(found[0])
        length += len(found[0])
        if length >= _EVIDENCE_BYTES:
            break
    return _enough(b"".join(lines)[:_EVIDENCE_BYTES] or data[:_EVIDENCE_BYTES])


def _enough(data: bytes) -> bytes:
    beyond = sum(map((127).__lt__, data))
    return data if beyond <= _EVIDENCE_LETTERS else data[: len(data) * _EVIDENCE_LETTERS // beyond]


def _is_ebcdic(data: bytes) -> bool:
    counts = Counter(data)
    letters = sum(n for byte, n in counts.items() if byte in _EBCDIC_LETTERS)
    return counts[_EBCDIC_SPACE] > 4 * counts[0x20] and letters > 0.5 * (len(data) - counts[_EBCDIC_SPACE])


def _known(declared: str) -> str | None:
    name = _SUPERSETS.get(declared.lower(), declared)
    try:
        return codecs.lookup(name).name.replace("-", "_") if name not in _IN_USE else name
    except LookupError:
        return None


def _likeliest(evidence: bytes, encodings: dict[str, float]) -> str | None:
    """The name of the likeliest, or None where the bytes are text in none. The values are head starts."""
    best, encoding = None, None
    for name, start in encodings.items():
        text = _decoded(evidence, name)
        if text is None:
            continue
        score = start + likelihood(text)
        if junk_share(text) >= _JUNK_SHARE or (name.startswith("utf-16") and score < _LEAST_WIDE * len(text)):
            continue
        if best is None or score > best:
            best, encoding = score, name
    return encoding


def _decoded(evidence: bytes, encoding: str) -> str | None:
    """The evidence in that encoding, or None; where it is long, its last character may be cut."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(evidence, len(evidence) < _SHORT_BYTES)
    except (UnicodeDecodeError, LookupError):
        return None
