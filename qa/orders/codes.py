"""Texts as a reader of letters sees them, and what is written in code: base64, leet, spaced letters and so on."""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable, Set
from functools import lru_cache
from itertools import product

# Characters that take no room: joiners, marks of direction, soft hyphens, variation selectors.
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0100-\U000e01ef"
)
_UNSEEN = re.compile(f"[{UNSEEN}]")
TAGS = re.compile("[\U000e0000-\U000e007f]+")
_TAG = 0xE0000
# Letters of other scripts that look like Latin ones, where both stand in one word.
_ALIKE = str.maketrans("аеорсухіѕјԁԛԝӏоεοανικρτυχ", "aeopcyxisjdqwloeoavikptux")
_MIXING = re.compile(r"[a-z][\u0370-\u04ff]|[\u0370-\u04ff][a-z]")
_MIXED = re.compile(r"\w*(?:[a-z][\u0370-\u04ff]|[\u0370-\u04ff][a-z])\w*")
_MARKS = {**dict.fromkeys(map(ord, "“”„«»‟″"), '"'), **dict.fromkeys(map(ord, "‘’‚‛′`´"), "'"), ord("’"): "'"}
_LEET = str.maketrans("013457@$!|", "oieastasil")
_TOKEN = re.compile(r"(?<!\S)\S{24,}")
_PADDING = "=.,;:!?)"
_BITS = re.compile(r"(?:[01]{8}[\s,]*){7,}")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_GAPS = re.compile(r"(?<!\w)(?:\w[ ._·*-]){3,}\w(?!\w)")
_READABLE = 0.95
_LONG = 20
# Signs that no word is cut at, because codes hold them.
_IN_CODES = "%&+=@^{}~$"
_SIGNS_OF_DISGUISE = (
    "\u00ad\u200b\u200c\u200d\u200e\u202d\u202e\u2060\u2063\ufeff\ufe0f\uff4f\uff45\u043e\u0435\u0456\u0430\u03bf"
)
_SPACED = frozenset((b"n", b"o", b"r", b"e"))
_HYPHENED = (b"n-o-r-e", b"n.o.r.e", b"n_o_r_e", b"u-c-t-i", b"u.c.t.i")


def readable(text: str) -> tuple[str, list[int] | None]:
    """The text in small letters without accents or characters that take no room, and where each of its characters
    stands in `text`; None where that is the same place."""
    if text.isascii():
        return text.lower(), None
    letters = {c: _letter(c) for c in set(text)}
    plain = "".join(map(letters.__getitem__, text))
    places = None
    if "" in letters.values():
        places = [n for n, c in enumerate(text) if letters[c]]
    if any("\u0370" <= letter < "\u0530" for letter in letters.values()) and _MIXING.search(plain):
        plain = _MIXED.sub(lambda found: found[0].translate(_ALIKE), plain)
    return plain, places


@lru_cache(maxsize=5000)
def _letter(c: str) -> str:
    """One character for another, or none for what takes no room."""
    if ord(c) in _MARKS:
        return str(_MARKS[ord(c)])
    if TAGS.match(c):
        return chr(ord(c) - _TAG).lower() if 0x20 <= ord(c) - _TAG < 0x7F else ""
    if _UNSEEN.match(c):
        return ""
    decomposed = unicodedata.normalize("NFKD", c)
    base = (
        decomposed[0].lower()
        if decomposed and (len(decomposed) == 1 or unicodedata.combining(decomposed[1]))
        else c
    )
    return base if len(base) == 1 else c


def is_plain(text: str) -> bool:
    """Whether its letters are what they seem; the others are rare, and take time to look through."""
    if text.isascii():
        return True
    # Two bytes for each but those beyond the first 65,536.
    astral = len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text)
    return not astral and not any(map(text.__contains__, _SIGNS_OF_DISGUISE))


def latin(text: str) -> bytes:
    """A text in small letters as Latin-1 with ? for all else: many times faster to look through."""
    return text.encode("latin-1", "replace").lower()


def words_of(text: bytes) -> set[bytes]:
    """The different words of a text (see `latin`), without accents."""
    return set(text.translate(_WORD_LETTERS).split())


def _word_letters() -> bytes:
    table = bytearray(256)
    for code in range(256):
        letter = _letter(chr(code))
        table[code] = (
            ord(letter) if letter.isascii() and (letter.isalnum() or letter in _IN_CODES) and letter else 32
        )
    return bytes(table)


def disguises(words: Set[bytes], text: bytes) -> list[Callable[[str], str]]:
    """How a text (see `latin`) with these words may have to be read to say something else: functions of a
    sentence, which give "" where it says nothing."""
    readings: list[Callable[[str], str]] = []
    if not _TURNED_WORDS.isdisjoint(words):
        readings += (read for signs, read in _TURNED if not signs.isdisjoint(words))
    if max(map(len, words), default=0) >= _LONG:
        readings.append(_uncoded)
    if words >= _SPACED or any(map(text.__contains__, _HYPHENED)):
        readings.append(_closed)
    return readings


def _unleet(sentence: str) -> str:
    sentence = sentence.lower()
    return re.sub(r"\S*[a-z]\S*|\d+", lambda found: found[0].translate(_LEET), sentence)


def _closed(sentence: str) -> str:
    """Without the gaps between the letters of a word."""
    sentence = sentence.lower()
    words = re.sub(r"\s{2,}", "\x00", sentence)
    closed = _GAPS.sub(lambda found: re.sub(r"[ ._·*-]", "", found[0]), words)
    return closed.replace("\x00", " ")


def _turned(sentence: str) -> str:
    sentence = sentence.lower()
    return codecs.encode(sentence, "rot13")


def _bits(sentence: str) -> str:
    sentence = sentence.lower()
    found = _BITS.search(sentence)
    digits = re.sub(r"\D", "", found[0]) if found else ""
    return bytes(int(digits[n : n + 8], 2) for n in range(0, len(digits) - 7, 8)).decode("latin-1").lower()


def _reversed(sentence: str) -> str:
    sentence = sentence.lower()
    return sentence[::-1]


def _leet(words: str) -> frozenset[bytes]:
    """Words with digits for some of their letters."""
    digits = {letter: (letter, digit) for letter, digit in zip("oieasti", "0134571", strict=True)}
    forms = {"".join(form) for word in words.split() for form in product(*(digits.get(c, (c,)) for c in word))}
    return frozenset(form.encode() for form in forms.difference(words.split()))


def _words(words: str) -> frozenset[bytes]:
    return frozenset(words.encode().split())


# "instructions", "ignore", "prompt", "disregard" turned by 13 letters or backwards, and "e" in bits.
_TURNED: tuple[tuple[frozenset[bytes], Callable[[str], str]], ...] = (
    (_words("vafgehpgvba vafgehpgvbaf vtaber cebzcg cebzcgf qvfertneq"), _turned),
    (_words("snoitcurtsni noitcurtsni tpmorp stpmorp erongi dragersid"), _reversed),
    (_words("01100101"), _bits),
    (_leet("instructions instruction ignore previous prompt disregard forget system"), _unleet),
)
_TURNED_WORDS = frozenset(word for signs, _ in _TURNED for word in signs)


def _uncoded(sentence: str) -> str:
    """What words in base64, base32, base85, hexadecimal or percent signs say, where it is readable."""
    return " ".join(_said(found[0].strip(_PADDING + "([")) for found in _TOKEN.finditer(sentence)).strip()


def _said(word: str) -> str:
    if word.isalpha() and (word.islower() or word.istitle()):
        return ""
    if "%20" in word:
        return _PERCENT.sub(lambda found: chr(int(found[0][1:], 16)), word).lower()
    for read in _CODES:
        try:
            said = read(word).decode("ascii")
        except (ValueError, binascii.Error):
            continue
        if " " in said and sum(c.isalpha() or c in " .,:_@-" for c in said) > _READABLE * len(said):
            return said.lower()
    return ""


def _base64(word: str) -> bytes:
    word = word.replace("-", "+").replace("_", "/")
    return base64.b64decode(word + "=" * (-len(word) % 4), validate=True)


def _base32(word: str) -> bytes:
    return base64.b32decode(word + "=" * (-len(word) % 8))


def _ascii85(word: str) -> bytes:
    return base64.a85decode(word.encode())


_CODES: tuple[Callable[[str], bytes], ...] = (bytes.fromhex, _base64, _base32, base64.b85decode, _ascii85)
_WORD_LETTERS = _word_letters()
