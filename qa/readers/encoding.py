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
    text = _strictly(data, "utf-8")
    if text is not None:
        return _if_text(text, "utf-8")
    return _nearly_utf8(data) or _as_declared(data, declared) or _detected(data)


def junk_share(text: str) -> float:
    """Share (0 to 1) of control, replacement and unassigned characters in a sample of `text`."""
    sample = text[:_SAMPLE]
    if not sample:
        return 0.0
    junk = len(_JUNK.findall(sample))
    odd = sum(n for c, n in Counter(sample).items() if unicodedata.category(c) in {"Cn", "Co"})
    return (junk + odd) / len(sample)


def _if_text(text: str, encoding: str) -> tuple[str, str] | None:
    return (text, encoding) if junk_share(text) < 0.02 else None


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _wide(data: bytes) -> tuple[str, str] | None:
    """Text with NUL bytes: UTF-16 or UTF-32 without a mark, or plain text with a few stray NULs."""
    candidates = []
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        unit = 4 if "32" in encoding else 2
        text = _strictly(data[: len(data) - len(data) % unit], encoding)
        if text is not None and junk_share(text) < 0.02:
            # The wrong byte order yields letters of many unrelated scripts, hence of many blocks.
            blocks = len({ord(c) >> 8 for c in text[:_SAMPLE]})
            candidates.append((blocks / max(1, len(text)), text, encoding))
    if candidates:
        _, text, encoding = min(candidates, key=lambda candidate: candidate[0])
        return text, encoding
    sample = data[:_SAMPLE]
    if sample.count(0) > len(sample) // 50:
        return None
    return decode(data.replace(b"\x00", b"")) if 0 in data else None


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
    best = from_bytes(data[:_SAMPLE]).best()
    encoding = best.encoding if best is not None else "cp1252"
    text = data.decode(encoding, "replace")
    if Counter(data[:_SAMPLE]).most_common(1)[0][0] == _EBCDIC_SPACE:
        text = text.replace("\x85", "\n")
    return _if_text(text, encoding)
